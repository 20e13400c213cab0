"""The top of the page of somebody named, in words: who hosts, how far it has come, what comes next and by when."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from ifnotyou.models import Letter, User, Vip
from ifnotyou.playbook.hosting import (
    ENDED,
    IN_TOUCH,
    OURS,
    Because,
    LetterKind,
    LetterState,
    Step,
    VipStage,
)
from ifnotyou.playbook.promises import time_zone
from ifnotyou.queries.names import Notice, may_act_for, reasons_for_aside
from ifnotyou.web.board_cards import STAGES, due_words, viewer_of

BECAUSE = {
    Because.SENIOR_ROLE: "as an executive, because the role is a senior one",
    Because.HIRING_MANAGER: "as the hiring manager of this role",
    Because.ASKER: "as somebody who knows the work, and asked the one who gave this name",
    Because.RECRUITER: "as the recruiter of this role",
    Because.NOBODY_ELSE: "because nobody closer has room",
}
"""Why somebody is proposed; who was chosen by a colleague needs no reason."""

SET_ASIDE = {
    "opted_out": "They asked us not to be contacted",
    "colleague": "They work here already",
    "in_process": "They are in process with us already",
    "off_limits": "They work at a company on the off-limits list",
}

STEPS = {
    Step.TAKE: "Somebody takes it, and writes to them",
    Step.WRITE: "The first message",
    Step.ANSWER: "An answer: they wrote to us",
    Step.WAIT: "Their answer. Nobody reminds them",
}


@dataclass(frozen=True)
class HostCard:
    """What the template shows; every text is a whole one. `turn` is "yours", somebody's, "theirs" or ""."""

    stage: str
    next: str
    due: str
    turn: str
    broken: bool
    because: str
    aside: str
    acts: bool
    hosts: bool
    proposed: bool
    contacted: bool
    ended: bool
    may_write: bool
    may_part: bool
    aside_reasons: Sequence[tuple[str, str]]
    letter: Letter | None


def card_of(
    vip: Vip, user: User, notices: Sequence[Notice], letters: Sequence[Letter], now: datetime
) -> HostCard:
    """The card as this user sees it."""
    stage = VipStage(vip.stage)
    hosts = vip.host_id is not None and vip.host_id == user.pk
    proposed = stage == VipStage.NAMED and vip.proposed_id == user.pk
    codes = {notice.code for notice in notices}
    step = Step(vip.step) if vip.step else None
    kind = LetterKind.FIRST if stage == VipStage.TAKEN else LetterKind.GOODBYE
    return HostCard(
        stage=STAGES[stage],
        next=vip.step_words or (STEPS.get(step, "") if step else ""),
        due=_due(vip, step, user, now),
        turn=_turn(vip, step, mine=hosts or proposed),
        broken=step in OURS and vip.due_at is not None and vip.due_at < now,
        because=BECAUSE[Because(vip.proposed_because)] if vip.proposed_because else "",
        aside=SET_ASIDE.get(vip.set_aside, ""),
        acts=may_act_for(user, vip),
        hosts=hosts,
        proposed=proposed,
        contacted=stage in IN_TOUCH,
        ended=stage in ENDED,
        may_write=stage == VipStage.TAKEN and hosts and "opted_out" not in codes,
        may_part=stage in IN_TOUCH and hosts,
        aside_reasons=aside_reasons(notices) if stage in {VipStage.NAMED, VipStage.TAKEN} else (),
        letter=next((one for one in letters if one.kind == kind and one.state != LetterState.SENT), None),
    )


def aside_reasons(notices: Iterable[Notice]) -> list[tuple[str, str]]:
    """For which of the things that we know of them nobody may write: code and words."""
    codes = reasons_for_aside(notices)
    return [(code, words) for code, words in SET_ASIDE.items() if code in codes]


def _due(vip: Vip, step: Step | None, user: User, now: datetime) -> str:
    if vip.due_at is None or step is None:
        return ""
    if step == Step.WAIT:
        until = vip.due_at.astimezone(time_zone(user.zone))
        return f"until {until.day} {until:%B %Y}"
    return due_words(vip.due_at, viewer_of(user, now))


def _turn(vip: Vip, step: Step | None, *, mine: bool) -> str:
    if step is None:
        return ""
    if step == Step.WAIT:
        return "theirs"
    if mine:
        return "yours"
    whose = vip.host or vip.proposed
    return f"{whose.name}’s" if whose else "whoever recruits"
