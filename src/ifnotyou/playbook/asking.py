"""The states of an ask, and the way from one to the next (playbook rules 2 and 3)."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from ifnotyou.playbook.verdict import Verdict, Why


class AskState(StrEnum):
    """Where an ask stands."""

    WAITING = "waiting"
    """The card is with the colleague; nothing was said yet."""
    PASSED = "passed"
    """The colleague would rather not; no reason is wanted."""
    WITHDRAWN = "withdrawn"
    """The recruiter took the card back."""
    TALKING = "talking"
    """The colleague is about to ask in conversation."""
    TAKEN = "taken"
    """The colleague took the note to their own mail program."""
    SENDING = "sending"
    """The note is leaving this very moment."""
    UNCERTAIN = "uncertain"
    """It may have left or not: a person has to look."""
    ASKED = "asked"
    """The candidate was asked."""
    NAMED = "named"
    """A name came back."""
    NOBODY = "nobody"
    """They had nobody in mind."""
    SILENT = "silent"
    """No answer in the time that silence is given: closed, quietly."""
    OPTED_OUT = "opted_out"
    """They asked not to be contacted."""


LIVE = frozenset(
    {AskState.WAITING, AskState.TALKING, AskState.TAKEN, AskState.SENDING, AskState.UNCERTAIN, AskState.ASKED}
)
"""Somebody still has something to do, or to wait for."""

ENDED = frozenset({AskState.NAMED, AskState.NOBODY, AskState.SILENT, AskState.OPTED_OUT})
"""The candidate was asked, and it is over."""

CLAIMED = (LIVE - {AskState.WAITING}) | ENDED
"""The one ask of this human being is used up, unless it turns out that nothing left."""

_NEXT = {
    AskState.WAITING: {
        AskState.PASSED,
        AskState.WITHDRAWN,
        AskState.TALKING,
        AskState.TAKEN,
        AskState.SENDING,
    },
    AskState.TALKING: {AskState.WAITING, AskState.ASKED, AskState.UNCERTAIN} | ENDED,
    AskState.TAKEN: {AskState.WAITING, AskState.ASKED, AskState.UNCERTAIN} | ENDED,
    # Whoever answers was asked: the note left, whatever the mail server said.
    AskState.SENDING: {AskState.WAITING, AskState.ASKED, AskState.UNCERTAIN} | ENDED,
    AskState.UNCERTAIN: {AskState.WAITING, AskState.WITHDRAWN, AskState.ASKED} | ENDED,
    AskState.ASKED: set(ENDED),
    AskState.SILENT: {AskState.NAMED, AskState.NOBODY, AskState.OPTED_OUT},
}
_NEXT[AskState.NOBODY] = {AskState.NAMED, AskState.OPTED_OUT}
_NEXT[AskState.NAMED] = {
    AskState.ASKED,
    AskState.OPTED_OUT,
}  # a name can be taken back; they were asked all the same


def may_become(state: AskState, new: AskState) -> bool:
    """Whether an ask may go from `state` to `new`. Nothing leads from "asked" back to "not asked"."""
    return new in _NEXT.get(state, set())


class Stage(StrEnum):
    """In which part of the inbox a decline stands."""

    TO_ASK = "to_ask"
    TO_DECIDE = "to_decide"
    HANDED = "handed"
    ASKED = "asked"
    ENDED = "ended"
    LEFT = "left"
    """A person decided against it."""
    MISSED = "missed"
    NEVER = "never"


LATE = frozenset({"too_old", "role_filled", "role_closed"})
"""The codes with which a decline is too late for an ask."""

_STAGE_OF_ASK = {
    AskState.WAITING: Stage.HANDED,
    AskState.TALKING: Stage.HANDED,
    AskState.TAKEN: Stage.HANDED,
    AskState.SENDING: Stage.HANDED,
    AskState.UNCERTAIN: Stage.HANDED,
    AskState.ASKED: Stage.ASKED,
    AskState.NAMED: Stage.ENDED,
    AskState.NOBODY: Stage.ENDED,
    AskState.SILENT: Stage.ENDED,
    AskState.OPTED_OUT: Stage.ENDED,
}


def stage_of_ask(ask: AskState) -> Stage | None:
    """Where a decline stands by its ask alone; None where the ask came to nothing."""
    return _STAGE_OF_ASK.get(ask)


def stage_of(verdict: Verdict, because: Iterable[Why], decided: bool | None, ask: AskState | None) -> Stage:
    """Where a decline stands: by its ask where there is one, else by the verdict and a person's decision.

    What a person may decide about but is too late stands with the missed ones,
    so that the part of the inbox that wants a decision stays short.
    """
    if ask is not None and (stage := stage_of_ask(ask)) is not None:
        return stage
    if verdict is Verdict.NEVER:
        return Stage.NEVER
    if verdict is Verdict.DECIDE and decided is not None:
        return Stage.TO_ASK if decided else Stage.LEFT
    if verdict is Verdict.ASK:
        return Stage.TO_ASK
    late = verdict is Verdict.MISSED or any(why.code in LATE for why in because)
    return Stage.MISSED if late else Stage.TO_DECIDE
