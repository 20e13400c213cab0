"""What became of the people named to the made-up company: hosts who take them, letters, talks, goodbyes.

Every step is the service that the host would have called then; what it refuses did not happen here either.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from ifnotyou.models import User, Vip
from ifnotyou.playbook.disclosure import Terms
from ifnotyou.playbook.errors import Refusal
from ifnotyou.playbook.hosting import LetterKind, VipStage
from ifnotyou.playbook.vip_letters import GAPS
from ifnotyou.sample.dice import Dice
from ifnotyou.services import hosting, vip_letters
from ifnotyou.services.demo import words
from ifnotyou.services.hindsight import told_afterwards

Deed = Callable[[Vip, datetime], object]
"""Something that a host does at a moment."""


@dataclass(frozen=True)
class Story:
    """A name that came in so many days ago, and what its host did then, each so many days ago."""

    terms: Terms
    days: float
    deeds: Sequence[tuple[float, Deed]] = ()


FILLINGS = (words.WORK_SEEN, words.ROLE_IN_A_LINE, words.GOODBYE_REASONS)
"""What fills a letter's gaps, in the order in which playbook/vip_letters.py lists those of a language."""


def host_of(vip: Vip) -> User | None:
    """Whoever hosts, or is to."""
    return vip.host or vip.proposed


def take(vip: Vip, now: datetime) -> None:
    """The proposed host takes it."""
    if vip.proposed is not None:
        hosting.take(vip, by=vip.proposed, now=now)


def write(kind: LetterKind, dice: Dice) -> Deed:
    """The host writes a letter, takes it to their own mail program and sends it."""

    def happen(vip: Vip, now: datetime) -> None:
        host = vip.host
        if host is None:
            return
        draft = vip_letters.draft_of(vip, kind, "en", host=host)
        letter = vip_letters.Words(draft.subject, _filled(draft.body, dice), "en")
        vip_letters.save_draft(vip, kind, letter, by=host, now=now)
        taken = vip_letters.take_along(vip, kind, by=host, now=now)
        vip_letters.say_sent(taken, by=host, now=now)

    return happen


def by_host(service: Callable[..., object]) -> Deed:
    """The host says that something happened."""
    return lambda vip, now: service(vip, by=vip.host, now=now)


def plan(what: str, days: int) -> Deed:
    """The host says what comes next, so many days later."""

    def happen(vip: Vip, now: datetime) -> None:
        if vip.host is None:
            return
        due = (now + timedelta(days=days)).replace(hour=15, minute=0, second=0, microsecond=0)
        hosting.plan(vip, what, due, theirs=False, by=vip.host, now=now)

    return happen


def do(vip: Vip, deed: Deed, now: datetime) -> bool:
    """Do it as of then; False where the playbook said no, or the name is gone."""
    found = Vip.objects.select_related("workspace", "host__employee", "proposed__employee", "job").filter(
        pk=vip.pk
    )
    current = found.first()
    if current is None:
        return False
    try:
        with told_afterwards(now):
            deed(current, now)
    except Refusal:
        return False
    return True


def stories(dice: Dice) -> list[Story]:
    """The names of the last weeks, the oldest first: somebody for every column of the board."""
    first, goodbye = (write(kind, dice) for kind in (LetterKind.FIRST, LetterKind.GOODBYE))
    answered, applied, hired = (
        by_host(one) for one in (hosting.say_answered, hosting.say_applied, hosting.say_hired)
    )
    lunch, team = plan("Lunch with the team", 4), plan("Tell them who they will meet", 2)
    return [
        Story(Terms.NAMED, 40, [(39.8, take), (39.5, first), (38, answered), (33, applied), (12, hired)]),
        Story(Terms.NAMED, 33, [(32.9, take), (32.5, first), (30, answered), (16, goodbye)]),
        Story(
            Terms.CONFIDENTIAL, 26, [(24.4, take), (24, first), (22, answered), (13, applied), (1.2, team)]
        ),
        Story(Terms.NAMED, 19, [(18.9, take), (18.7, first), (15, answered), (1.5, lunch)]),
        Story(Terms.NAMED, 12, [(11.9, take), (11.5, first), (0.2, answered)]),
        Story(Terms.CONFIDENTIAL, 9, [(7.4, take), (7.2, first)]),
        Story(Terms.NAMED, 6, [(5.9, take), (5.6, first)]),
        Story(Terms.NAMED, 4.1, [(3.9, take)]),  # a promise that was not kept
        Story(Terms.CONFIDENTIAL, 2.0),
        Story(Terms.INTRODUCE, 3.0),
        Story(Terms.NAMED, 0.1),
    ]


def show_to(member: User, now: datetime) -> None:
    """Whoever looks around as a colleague finds one whom they host, and one whom they are asked to."""
    there = Vip.objects.filter(clock_from__isnull=False, set_aside="").order_by("due_at", "pk")
    for stage in (VipStage.TALKING, VipStage.NAMED):
        vip = there.filter(stage=stage).last()
        giver = (vip and host_of(vip)) or member
        if vip is not None and giver != member:
            do(vip, partial(_hand_on, to=member, by=giver), now)


def _hand_on(vip: Vip, now: datetime, *, to: User, by: User) -> None:
    hosting.hand_on(vip, to, by=by, now=now)


def _filled(body: str, dice: Dice) -> str:
    """The draft with its gaps filled by what people would write there."""
    for gap, fillings in zip(GAPS[: len(FILLINGS)], FILLINGS, strict=True):
        body = body.replace(gap, dice.pick(fillings))
    return body
