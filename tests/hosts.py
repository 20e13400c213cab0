"""People who were named, for tests of who hosts them."""

from ifnotyou.models import Ask, Job, Vip
from ifnotyou.playbook.disclosure import Given, Terms
from ifnotyou.services import asks, referrals, vips
from ifnotyou.services.vips import Contact
from tests.company import NOW


def named(house, name="Kim Park", *, terms=Terms.ANONYMOUS, now=NOW, job=None, **about) -> Vip:
    """Somebody named by nobody knows whom, and announced."""
    job = job or Job.objects.get(external_id="job")
    vip = referrals.intake(Given(name, **about), job, terms, now.date())
    referrals.keep(vip, job, terms, "", now.date(), receipt_hash="r" * 64)
    referrals.announce(house.workspace, now=now)
    return Vip.objects.get(pk=vip.pk)


def asked(house, employee="maya", offer="offer") -> Ask:
    """An ask that was made, in conversation."""
    ask = house.hand(employee, offer)
    asks.start_talking(ask, by=ask.asker.user, now=NOW)
    asks.say_asked(ask, by=ask.asker.user, now=NOW)
    return Ask.objects.get(pk=ask.pk)


def told(ask, name="Kim Park", *, terms=Terms.NAMED, now=NOW, **about) -> Vip:
    """Somebody whom the candidate of this ask named."""
    return Vip.objects.get(referrals=referrals.give(ask, Given(name, **about), terms, now=now))


def written_to(vip, by, now=NOW) -> Vip:
    """Their host has been in touch."""
    return vips.say_contacted(vip, Contact(now.date(), "in_message", "2026-11"), by=by, now=now)
