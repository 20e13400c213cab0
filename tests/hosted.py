"""People who were named, at every stage of the board, by the ways that hosts go."""

from datetime import timedelta

from ifnotyou.models import Job, Referral, Vip
from ifnotyou.playbook.disclosure import Given, Terms
from ifnotyou.playbook.hosting import VipStage
from ifnotyou.services import asks, hosting, referrals, vips
from tests.company import NOW, TODAY

CONTACT = vips.Contact(TODAY, "in_message", "2026-11")


def give(house, name="Kim Park", terms=Terms.NAMED, *, announce=True, **about):
    """Noor told Maya a name; or it came out of a sealed pool, where it is anonymous. Returns the referral."""
    job = Job.objects.get(external_id="job")
    given = Given(name, **about)
    if terms is Terms.ANONYMOUS:
        vip = referrals.intake(given, job, terms, TODAY)
        referral = referrals.keep(vip, job, terms, given.why, TODAY, receipt_hash="r" * 64)
    else:
        ask = house.decline().asks.first() or house.hand()
        if ask.state == "waiting":
            asks.start_talking(ask, by=house.maya, now=NOW)
        referral = referrals.give(ask, given, terms, by=house.maya, now=NOW)
    if announce:
        referrals.announce(house.workspace, now=NOW)
    return referral


def named(house, name="Kim Park", terms=Terms.ANONYMOUS, **about):
    """Somebody whom nobody has taken yet."""
    return Vip.objects.get(pk=give(house, name, terms, **about).vip_id)


def at(house, stage, name="Kim Park", *, host=None, **about):
    """Somebody at this stage, whose host is Jon or another."""
    vip, host = named(house, name, **about), host or house.jon
    if stage == VipStage.NAMED:
        return vip
    hosting.take(vip, by=host, now=NOW)
    if stage != VipStage.TAKEN:
        vips.say_contacted(vip, CONTACT, by=host, now=NOW)
    if stage in {VipStage.TALKING, VipStage.PARTED}:
        hosting.say_answered(vip, by=host, now=NOW)
    if stage in {VipStage.IN_PROCESS, VipStage.HIRED}:
        hosting.say_applied(vip, by=host, now=NOW)
    if stage == VipStage.HIRED:
        hosting.say_hired(vip, by=host, now=NOW)
    vip.refresh_from_db()
    if stage == VipStage.PARTED:  # as services/vip_letters.py does once a goodbye has left
        hosting.part(vip, now=NOW)
        vip.save()
    return vip


def in_every_stage(house):
    """One at each stage, by stage, each with a name that tells where they stand."""
    return {stage: at(house, stage, f"Ada {stage.value.title()}") for stage in VipStage}


def many(house, count):
    """So many people over all stages, quickly: not by the services. Returns them in the order of the stages."""
    job, day = Job.objects.get(external_id="job"), TODAY
    stages = list(VipStage)
    made = []
    for number in range(count):
        stage = stages[number % len(stages)]
        ended = stage in {VipStage.HIRED, VipStage.PARTED}
        made.append(
            Vip(
                workspace=house.workspace,
                name=f"Person {number}",
                came_on=day,
                notice_due=day,
                job=job,
                stage=stage,
                clock_from=NOW,
                changed_at=NOW,
                host=None if stage == VipStage.NAMED else house.jon,
                proposed=house.maya if stage == VipStage.NAMED else None,
                step="" if ended else "own",
                due_at=None if ended else NOW + timedelta(hours=number + 1),
                closed_on=day if ended else None,
            )
        )
    Vip.objects.bulk_create(made)
    Referral.objects.bulk_create(
        Referral(
            workspace=house.workspace,
            vip=vip,
            job=job,
            terms=Terms.CONFIDENTIAL,
            came_on=day,
            announced_on=day,
        )
        for vip in made
    )
    return made
