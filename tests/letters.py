"""What the tests of a host's letters share: a company that may write, and somebody named whom Jon hosts."""

from ifnotyou.models import Job, Referral, Vip
from ifnotyou.playbook.disclosure import Given, Terms
from ifnotyou.playbook.hosting import LetterKind
from ifnotyou.playbook.notice import Company
from ifnotyou.playbook.vip_letters import GAPS
from ifnotyou.services import asks, hosting, notice, referrals, vip_letters
from tests.company import NOW, TODAY

FIRST, GOODBYE = LetterKind.FIRST, LetterKind.GOODBYE
MAIL = "kim@example.net"
COMPANY = Company(
    name="Acme Ltd",
    address="1 Main Street, Dublin",
    country="IE",
    contact="privacy@acme.example.org",
    no_officer=True,
    nobody_else=True,
    transfers="none",
    authority="Data Protection Commission, Dublin",
)


def tell_of_itself(house):
    """The company has said all that the privacy notice needs, and confirmed its test."""
    notice.change(house.workspace, COMPANY, by=house.admin)
    test = notice.BALANCING
    notice.confirm(house.workspace, test.interest, test.necessity, test.balance, by=house.admin, today=TODAY)
    house.workspace.refresh_from_db()


def name(house, given="Kim Park", terms=Terms.NAMED, *, email=MAIL, **about) -> Vip:
    """Somebody was named, and the name can be seen."""
    given = Given(given, email=email, **about)
    if terms is Terms.ANONYMOUS:
        vip = referrals.intake(given, Job.objects.get(), terms, TODAY)
        referrals.keep(vip, Job.objects.get(), terms, given.why, TODAY, receipt_hash="r" * 64)
    else:
        ask = house.decline().asks.first() or house.hand()
        if ask.state == "waiting":
            asks.start_talking(ask, by=house.maya, now=NOW)
        vip = referrals.give(ask, given, terms, by=house.maya, now=NOW).vip
    referrals.announce(house.workspace, now=NOW)
    return Vip.objects.get(pk=vip.pk)


def hosted(house, given="Kim Park", terms=Terms.NAMED, **about) -> Vip:
    """Jon is the host of somebody named."""
    return hosting.take(name(house, given, terms, **about), by=house.jon, now=NOW)


def written(vip, kind=FIRST, language="en", *, by=None, more=""):
    """The draft with its gaps filled."""
    draft = vip_letters.draft_of(vip, kind, language, host=by or vip.host)
    body = draft.body
    for gap in GAPS:
        body = body.replace(gap, "the timetable of the night ferries")
    return vip_letters.Words(draft.subject, body + more, language)


def saved(vip, kind=FIRST, language="en", *, by=None, now=NOW):
    """Such a letter, kept as the host's draft."""
    words = written(vip, kind, language, by=by)
    return vip_letters.save_draft(vip, kind, words, by=by or vip.host, now=now)


def in_touch(house, **about) -> Vip:
    """Jon has written to somebody, and says so."""
    vip = hosted(house, **about)
    saved(vip)
    letter = vip_letters.take_along(vip, FIRST, by=house.jon, now=NOW)
    vip_letters.say_sent(letter, by=house.jon, now=NOW)
    return Vip.objects.get(pk=vip.pk)


def referral_of(vip) -> Referral:
    return Referral.objects.get(vip=vip)
