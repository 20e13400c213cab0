"""The VIP is a person (playbook rule 7): the way of somebody named, who is their host, and what comes next by when."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from ifnotyou.playbook.policy import HostingPolicy


class VipStage(StrEnum):
    """Where somebody named stands; a column of the board each."""

    NAMED = "named"
    """Named to us; a host is proposed, and nobody has taken it."""
    TAKEN = "taken"
    """A host has taken it and is about to write."""
    CONTACTED = "contacted"
    """Somebody wrote or spoke to them; now it is their turn."""
    TALKING = "talking"
    """They answered, and we are talking."""
    IN_PROCESS = "in_process"
    """They applied: the same stages as everybody."""
    HIRED = "hired"
    PARTED = "parted"
    """Parted as friends, with a personal note."""


ENDED = frozenset({VipStage.HIRED, VipStage.PARTED})
"""Nothing more is promised."""

HOSTED = frozenset({VipStage.TAKEN, VipStage.CONTACTED, VipStage.TALKING, VipStage.IN_PROCESS})
"""Somebody is their host."""

IN_TOUCH = HOSTED - {VipStage.TAKEN}
"""They have heard from us."""

_NEXT = {
    VipStage.NAMED: {VipStage.TAKEN},
    # Back, where somebody took it by mistake or is away: it is proposed to the next.
    VipStage.TAKEN: {VipStage.NAMED, VipStage.CONTACTED},
    VipStage.CONTACTED: {VipStage.TALKING, VipStage.IN_PROCESS, VipStage.PARTED},
    VipStage.TALKING: {VipStage.CONTACTED, VipStage.IN_PROCESS, VipStage.PARTED},
    VipStage.IN_PROCESS: {VipStage.TALKING, VipStage.HIRED, VipStage.PARTED},
    VipStage.HIRED: {VipStage.IN_PROCESS},
    # They wrote again.
    VipStage.PARTED: {VipStage.TALKING},
}


def may_move(stage: VipStage, new: VipStage) -> bool:
    """Whether somebody may go from `stage` to `new`. Nothing leads from being in touch back to not having been."""
    return new in _NEXT[stage]


class Step(StrEnum):
    """What comes next. All but WAIT are ours: by `due_at`, or a promise is broken."""

    TAKE = "take"
    """Somebody has to take it, and write: the first contact is due."""
    WRITE = "write"
    """The host has to write: the first contact is due."""
    ANSWER = "answer"
    """They wrote: an answer within one business day."""
    OWN = "own"
    """What the host said they would do."""
    WAIT = "wait"
    """Their turn. `due_at` is when it ends by itself; they are never reminded."""


OURS = frozenset({Step.TAKE, Step.WRITE, Step.ANSWER, Step.OWN})
"""Steps that are a promise of ours."""


class LetterKind(StrEnum):
    """Which letter a host writes."""

    FIRST = "first"
    GOODBYE = "goodbye"


class LetterState(StrEnum):
    """Where a letter stands; as with an ask, what may have left is never sent again by itself."""

    DRAFT = "draft"
    TAKEN = "taken"
    """The host took it to their own mail program."""
    SENDING = "sending"
    UNCERTAIN = "uncertain"
    SENT = "sent"


MAY_HAVE_LEFT = frozenset(set(LetterState) - {LetterState.DRAFT})
"""Somebody may have read it already: what it says of us, of them and of its links has to stay true."""


SET_ASIDE = ("opted_out", "colleague", "in_process", "off_limits")
"""Why nobody writes to somebody named: they do not want it, work here, are in process, or are off limits."""


class Because(StrEnum):
    """Why somebody is proposed as the host."""

    SENIOR_ROLE = "senior_role"
    """An executive, for a senior person."""
    HIRING_MANAGER = "hiring_manager"
    ASKER = "asker"
    """Asked the one who named them, who allowed us to say so, and knows the work."""
    RECRUITER = "recruiter"
    """The recruiter of the role."""
    NOBODY_ELSE = "nobody_else"
    """Whoever recruits: nobody closer has room."""


@dataclass(frozen=True)
class HostCandidate:
    """A colleague who could be the host. `hosting` counts whom they host now and who has not ended.

    `in_copy`: the one who introduced them put this colleague in copy, so the two write to each other already.
    """

    key: int
    because: Because
    hosting: int = 0
    away: bool = False
    active: bool = True
    in_copy: bool = False


@dataclass(frozen=True)
class Proposal:
    """Whom we propose, and why."""

    key: int
    because: Because


_ORDER = tuple(Because)


def propose_host(
    candidates: Iterable[HostCandidate], role_level: int | None, policy: HostingPolicy
) -> Proposal | None:
    """The host to propose; None where nobody is there at all.

    First whoever is in copy of an introduction; for a senior role an executive, else the hiring manager, then the
    asker where they know the work, then whoever recruits. Somebody away or gone never; somebody who hosts
    `most_hosted` already only where nobody has room. The asker of a name given in confidence must not be among
    `candidates`: the proposal would tell who gave it.
    """
    senior = role_level is not None and role_level >= policy.senior_level
    there = [
        one
        for one in candidates
        if one.active and not one.away and (senior or one.because is not Because.SENIOR_ROLE)
    ]
    if not there:
        return None
    best = min(
        there,
        key=lambda one: (
            one.hosting >= policy.most_hosted,
            not one.in_copy,
            _ORDER.index(one.because),
            one.hosting,
            one.key,
        ),
    )
    return Proposal(best.key, best.because)
