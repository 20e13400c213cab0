"""A company in which a good deal was asked and named, for figures about it."""

from datetime import timedelta

from ifnotyou.models import Ask, Candidate, Decline, Job, Offer, Referral, Vip
from ifnotyou.playbook.asking import AskState, Stage
from ifnotyou.playbook.disclosure import Given, Terms
from ifnotyou.playbook.reasons import Category
from ifnotyou.services import asks, hosting, referrals, vips
from ifnotyou.services.vips import Contact
from tests.company import NOW, House, usual_story

ASKERS = 6
CONTACT = Contact(NOW.date(), "mail", "2026-11")


def ask_around(house: House) -> None:
    """Six colleagues ask one candidate each; one more passes, one decline is too old, one is never to be asked.

    What comes back: a name openly and another in confidence, an introduction, nobody twice, no answer yet, and, from
    whomever, an anonymous name.
    """
    story = usual_story()
    for number in range(ASKERS + 1):
        key, asker = f"c{number}", f"p{number}"
        story.employee(asker, name=f"Asker {number}", email=f"{asker}@example.org")
        story.candidate(key, name=f"Candi {number}", email=f"{key}@example.com").offer(key, candidate=key)
        story.met(asker, candidate=key, minutes=60, kind="lunch").clicked(asker, 5, candidate=key)
    story.candidate("old").offer("old", candidate="old", days=100)
    story.candidate("never", do_not_contact=True).offer("never", candidate="never")
    house.tell(story)
    for number in range(ASKERS):
        ask = house.hand(f"p{number}", f"c{number}")
        asks.start_talking(ask, by=house.maya, now=NOW)
        asks.say_asked(ask, by=house.maya, now=NOW)
    passed = house.hand(f"p{ASKERS}", f"c{ASKERS}")
    asks.pass_on(passed, by=house.maya, now=NOW)
    give(house, 0, "Kim Park", Terms.NAMED)
    give(house, 1, "Lee Novak", Terms.CONFIDENTIAL)
    give(house, 2, "", Terms.INTRODUCE)
    for number in (3, 4):
        asks.say_nobody(ask_of(number), by=house.maya, now=NOW)
    vip = referrals.intake(Given("Ada Brandt"), ask_of(0).decline.job, Terms.ANONYMOUS, NOW.date())
    referrals.keep(vip, ask_of(0).decline.job, Terms.ANONYMOUS, "", NOW.date(), receipt_hash="a" * 64)
    referrals.announce(house.workspace, now=NOW)


def ask_of(number: int) -> Ask:
    return Ask.objects.get(candidate__external_id=f"c{number}")


def give(house: House, number: int, name: str, terms: Terms):
    return referrals.give(ask_of(number), Given(name), terms, now=NOW)


def hire(house: House, vip) -> None:
    """From the first word to the first day, within an hour."""
    for later, step in enumerate(
        (vips_contacted, hosting.say_answered, hosting.say_applied, hosting.say_hired)
    ):
        step(vip, by=house.recruiter, now=NOW + timedelta(minutes=10 * later))


def vips_contacted(vip, *, by, now) -> None:
    vips.say_contacted(vip, CONTACT, by=by, now=now)


ROLES = (
    "Data Engineer II",
    "Nurse",
    "Principal Engineer for Payments, Ledgers and Everything Between",
    "数据工程师",
)


def fill_a_year(house: House, declines: int = 240) -> None:
    """Rows for figures to be looked at: a year of declines, every third asked, every ninth with somebody named."""
    rows, own = {"workspace": house.workspace}, range(declines)
    jobs = Job.objects.bulk_create(
        Job(
            **rows,
            external_id=f"y{n}",
            title=title,
            hiring_manager_external_id=f"other{n}",
            recruiter_external_id=f"other{4 + n}",
        )
        for n, title in enumerate(ROLES)
    )
    people = Candidate.objects.bulk_create(
        Candidate(**rows, external_id=f"y{n}", name=f"Yearly {n}") for n in own
    )
    offers = Offer.objects.bulk_create(
        Offer(**rows, external_id=f"y{n}", candidate=people[n], job=jobs[n % len(jobs)], status="declined")
        for n in own
    )
    stages = [Stage.ENDED, Stage.MISSED, Stage.NEVER]
    at = [NOW - timedelta(days=340 * n / declines + 1) for n in own]
    made = Decline.objects.bulk_create(
        Decline(
            **rows,
            offer=offer,
            candidate_id=offer.candidate_id,
            job_id=offer.job_id,
            declined_at=at[n],
            sorted_at=at[n],
            stage=stages[n % 3],
            verdict="ask",
            category=list(Category)[n % 7 * (n % 2)],
            channel="conversation",
            judged_on=NOW.date(),
        )
        for n, offer in enumerate(offers)
    )
    askers = [house.employee(f"other{n}") for n in range(12)]
    states = [AskState.NAMED, AskState.NOBODY, AskState.SILENT]
    asked = Ask.objects.bulk_create(
        Ask(
            **rows,
            decline=decline,
            candidate_id=decline.candidate_id,
            asker=askers[n // 3 % 3 * 4 + 3 * n % 4],
            handed_at=NOW,
            state=states[n % 3],
            channel=["conversation", "email"][n % 5 > 2],
            claimed_at=decline.declined_at,
            asked_at=decline.declined_at + timedelta(days=n % 25),
        )
        for n, decline in enumerate(made[::3])
    )
    named = asked[::3]
    vips_named = Vip.objects.bulk_create(
        Vip(
            **rows,
            name=f"Named {n}",
            came_on=(moment := ask.decline.declined_at + timedelta(days=1)).date(),
            notice_due=moment.date(),
            clock_from=moment,
            first_due_at=moment + timedelta(days=1 + n % 2),
            due_at=moment + timedelta(days=1),
            contacted_at=moment + timedelta(hours=9 * (n % 11)) if n % 6 else None,
            answered_on=moment.date() if n % 6 and n % 3 else None,
            applied_on=moment.date() if n % 6 == 1 else None,
            hired_on=moment.date() if n % 12 == 1 else None,
        )
        for n, ask in enumerate(named)
    )
    for n, vip in enumerate(vips_named):
        terms = [Terms.NAMED, Terms.CONFIDENTIAL, Terms.ANONYMOUS][n % 3]
        known = named[n] if terms is Terms.NAMED else None
        kept = referrals.keep(vip, named[n].decline.job, terms, "", vip.came_on, ask=known)
        Referral.objects.filter(pk=kept.pk).update(announced_on=vip.came_on)
