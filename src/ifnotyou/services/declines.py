"""Every decline with what the playbook says of it: judged anew whenever something changes."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from ifnotyou.models import (
    Ask,
    Candidate,
    Decision,
    Decline,
    Employee,
    Interview,
    Job,
    Offer,
    Pulse,
    User,
    Workspace,
)
from ifnotyou.playbook.asking import CLAIMED, LIVE, AskState, Stage, stage_of
from ifnotyou.playbook.errors import Refusal
from ifnotyou.playbook.people import mailbox, namesake_key
from ifnotyou.playbook.plan import PlannedDecline, plan_some
from ifnotyou.playbook.records import InterviewStatus, OfferStatus
from ifnotyou.playbook.verdict import Verdict, Why
from ifnotyou.queries.erased import is_erased
from ifnotyou.queries.humans import keyed
from ifnotyou.queries.policy import policy_of
from ifnotyou.queries.records import records_about
from ifnotyou.services import audit, happenings
from ifnotyou.services.happenings import Kind

BLOCK = 500
"""So many human beings are judged at a time, so that memory does not grow with the company."""

BY_HAND = "hand:"
"""How the ids begin of what was recorded here and not in the ATS."""

OPEN = [Stage.TO_ASK, Stage.TO_DECIDE, Stage.HANDED]
"""The stages that a day, or a colleague's leaving, may change."""
OVER = frozenset({"no_longer_declined", "joined_us"})
"""The codes with which an ask that was not made yet has lost its reason."""
STALE = date(1970, 1, 1)
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
WITH_ASK = sorted(LIVE | CLAIMED)
MOST_REASON_LETTERS = 2000


def judge(candidate_ids: Iterable[int], workspace: Workspace, today: date) -> int:
    """Judge every decline of these candidates, and of all records of the same human beings. Returns how many.

    Work depends on the evidence about them, not on the size of the company.
    """
    judged = 0
    for block in _blocks(sorted(set(candidate_ids))):
        with transaction.atomic():
            judged += _judge_block(block, workspace, today)
    return judged


def mark_stale(candidate_ids: Iterable[int]) -> None:
    """Have these candidates' declines judged again, and with them all that is open: colleagues may have left.

    Part of the transaction that changed the facts; `judge_stale` does the work after it.
    """
    Decline.objects.filter(stage__in=OPEN).update(judged_on=STALE)
    for block in _blocks(sorted(candidate_ids)):
        Decline.objects.filter(candidate__in=block).update(judged_on=STALE)


def judge_stale(workspace: Workspace, today: date) -> int:
    """Judge what is new, what was marked, and what a new day changes: an ask not made in time is missed."""
    fresh = Offer.objects.filter(status=OfferStatus.DECLINED, decline=None).values_list(
        "candidate_id", flat=True
    )
    marked = Decline.objects.filter(judged_on=STALE).values_list("candidate_id", flat=True)
    older = Decline.objects.filter(stage__in=OPEN, judged_on__lt=today).values_list("candidate_id", flat=True)
    return judge([*fresh, *marked, *older], workspace, today)


def plan_of(decline: Decline, workspace: Workspace, today: date) -> PlannedDecline | None:
    """What the playbook says of one decline now; None where the offer is no declined one any more."""
    about = records_about([decline.candidate_id], workspace)
    plan = plan_some(about.records, about.company, policy_of(workspace), today)
    return next((p for p in plan if p.decline.offer.id == decline.offer.external_id), None)


def met_by(planned: PlannedDecline | None) -> list[Employee]:
    """The colleagues whom the candidate may have met, by name."""
    if planned is None:
        return []
    ids = {asker.employee.id for asker in planned.connections.askers}
    ids |= {one.employee.id for one in planned.connections.passed_over}
    return list(Employee.objects.filter(external_id__in=ids).order_by("name"))


@transaction.atomic
def decide(decline: Decline, *, yes: bool, reason: str, by: User, today: date) -> None:
    """A person's yes or no where the playbook leaves it to a person; the reason is kept."""
    decline = Decline.objects.select_for_update().get(pk=decline.pk)
    reason = reason.strip()
    if decline.verdict != Verdict.DECIDE:
        raise Refusal("nothing_to_decide", "There is nothing to decide here any more.")
    if not reason:
        raise Refusal("no_reason", "Say in a few words why: whoever looks at it later will want to know.")
    if decline.asks.filter(state__in=sorted(LIVE)).exists():
        raise Refusal("already_handed", "A colleague has the card already: take it back first.")
    Decision.objects.create(
        workspace_id=decline.workspace_id,
        decline=decline,
        by=by,
        yes=yes,
        reason=reason[:MOST_REASON_LETTERS],
    )
    audit.write(by, "decided", decline, yes=yes)
    judge([decline.candidate_id], by.workspace, today)


def decisions_that_hold(workspace: Workspace) -> QuerySet[Decision]:
    """Every yes and no, the latest last; after a restore those of before it are asked for anew."""
    held = Decision.objects.order_by("pk")
    return held.filter(at__gt=workspace.restored_at) if workspace.restored_at else held


@dataclass(frozen=True)
class HandWritten:
    """A decline as somebody tells it: "she just called me"."""

    name: str
    job_title: str
    declined_on: date
    email: str = ""
    reason: str = ""
    notes: str = ""
    talked_with: Employee | None = None
    minutes: int = 0
    talked_on: date | None = None


@transaction.atomic
def record_by_hand(told: HandWritten, *, by: User, today: date) -> Decline:
    """Record a declined offer that no system has told us about yet.

    Raises Refusal where they asked to be forgotten: nobody comes back by this door either.
    """
    # As an erasure does, so that it is either in the list by now, or finds what is recorded here.
    workspace = Workspace.objects.select_for_update().get(pk=by.workspace_id)
    address = mailbox(told.email)
    candidate = Candidate.objects.filter(mailbox=address).order_by("pk").first() if address else None
    if candidate is None:
        if address and is_erased(keyed([f"mailbox:{address}"], workspace)):
            raise Refusal("forgotten", "They asked to be forgotten: nothing is recorded about them.")
        candidate = Candidate.objects.create(
            workspace=workspace,
            external_id=_new_id(),
            name=told.name,
            email=told.email,
            mailbox=address,
            namesake=namesake_key(told.name, ""),
        )
    job = Job.objects.filter(title__iexact=told.job_title, status="open").order_by("-pk").first()
    if job is None:
        job = Job.objects.create(workspace=workspace, external_id=_new_id(), title=told.job_title)
    declined_at = datetime.combine(told.declined_on, time(12), UTC)
    offer = Offer.objects.create(
        workspace=workspace,
        external_id=_new_id(),
        candidate=candidate,
        job=job,
        status=OfferStatus.DECLINED,
        resolved_at=min(declined_at, datetime.combine(today, time(23, 59), UTC)),
        decline_reason=told.reason,
        decline_notes=told.notes,
    )
    if told.talked_with is not None:
        Interview.objects.create(
            workspace=workspace,
            key=_new_id(),
            candidate=candidate,
            employee=told.talked_with,
            job=job,
            kind="conversation",
            started_at=datetime.combine(told.talked_on or told.declined_on, time(12), UTC),
            minutes=told.minutes,
            status=InterviewStatus.COMPLETED,
        )
    judge([candidate.pk], workspace, today)
    decline = Decline.objects.get(offer=offer)
    audit.write(by, "recorded", decline)
    return decline


@transaction.atomic
def record_enjoyed(decline: Decline, employees: Sequence[Employee], *, by: User, now: datetime) -> None:
    """Keep whom the candidate enjoyed meeting, in the order in which they were named: the best evidence there is."""
    for place, employee in enumerate(employees):
        key = f"{BY_HAND}enjoyed/{decline.candidate_id}/{employee.pk}"
        Pulse.objects.update_or_create(
            workspace_id=decline.workspace_id,
            key=key,
            defaults={
                "candidate_id": decline.candidate_id,
                "employee": employee,
                "by_candidate": True,
                "score": None,
                "said_at": now.replace(microsecond=place),
            },
        )
    audit.write(by, "recorded_enjoyed", decline, people=len(employees))
    judge([decline.candidate_id], by.workspace, now.date())


def _judge_block(candidate_ids: Sequence[int], workspace: Workspace, today: date) -> int:
    about = records_about(candidate_ids, workspace)
    plan = plan_some(about.records, about.company, policy_of(workspace), today)
    plan = [planned for planned in plan if planned.decline.candidate.id in about.group]
    offers = _offers(p.decline.offer.id for p in plan)
    employees = dict(
        Employee.objects.filter(
            external_id__in={p.connections.askers[0].employee.id for p in plan if p.connections.askers}
        ).values_list("external_id", "pk")
    )
    known = {
        d.offer_id: d
        for d in Decline.objects.filter(candidate__in=about.group.values()).select_related("offer")
    }
    stages = {d.pk: d.stage for d in known.values()}
    decided = {
        decision.decline_id: decision.yes
        for decision in decisions_that_hold(workspace).filter(decline__in=known.values())
    }
    states = dict(
        Ask.objects.filter(decline__in=known.values(), state__in=WITH_ASK)
        .order_by("pk")
        .values_list("decline_id", "state")
    )
    new: list[Decline] = []
    changed: list[Decline] = []
    for planned in plan:
        offer = offers[planned.decline.offer.id]
        decline = known.pop(offer.pk, None) or Decline(workspace=workspace, offer=offer)
        ask = states.get(decline.pk)
        _fill(decline, planned, employees, decided.get(decline.pk), AskState(ask) if ask else None, today)
        (changed if decline.pk else new).append(decline)
    changed += _no_longer_declined(known.values(), states, today)
    _take_cards_back([decline for decline in changed if why_over(decline)], today)
    Decline.objects.bulk_create(new, batch_size=BLOCK)
    Decline.objects.bulk_update(changed, JUDGED, batch_size=BLOCK)
    restaged = [decline.pk for decline in changed if decline.stage != stages[decline.pk]]
    _tell(Kind.DECLINE_FOUND, [decline.pk for decline in new], workspace)
    _tell(Kind.DECLINE_CHANGED, restaged, workspace)
    return len(new) + len(changed)


def _tell(kind: Kind, decline_ids: Sequence[int], workspace: Workspace) -> None:
    happenings.tell_of_declines(kind, decline_ids, workspace.pk, timezone.now())


JUDGED = [
    "candidate",
    "job",
    "declined_at",
    "sorted_at",
    "stage",
    "verdict",
    "because",
    "category",
    "certainty",
    "first_asker",
    "confidence",
    "channel",
    "judged_on",
]


def _fill(
    decline: Decline,
    planned: PlannedDecline,
    employees: dict[str, int],
    decided: bool | None,
    ask: AskState | None,
    today: date,
) -> None:
    askers = planned.connections.askers
    decline.candidate_id = decline.offer.candidate_id
    decline.job_id = decline.offer.job_id
    decline.declined_at = planned.decline.offer.resolved_at
    decline.sorted_at = decline.declined_at or LONG_AGO
    decline.stage = stage_of(planned.verdict, planned.because, decided, ask)
    decline.verdict = planned.verdict
    decline.because = [{"code": why.code, "text": why.text} for why in planned.because]
    decline.category = planned.decline.reason.category
    decline.certainty = planned.decline.reason.confidence
    decline.first_asker_id = employees[askers[0].employee.id] if askers else None
    decline.confidence = planned.confidence or ""
    decline.channel = planned.channel
    decline.judged_on = today


def _no_longer_declined(
    declines: Iterable[Decline], states: dict[int, str], today: date
) -> Iterator[Decline]:
    """Declines whose offer the files now tell otherwise: they stay, and say so."""
    for decline in declines:
        if decline.offer.status == OfferStatus.DECLINED:
            continue
        why = Why("no_longer_declined", f"The records now say that this offer is {decline.offer.status}.")
        decline.because = [{"code": why.code, "text": why.text}]
        decline.verdict, decline.judged_on = Verdict.NEVER, today
        ask = states.get(decline.pk)
        decline.stage = stage_of(Verdict.NEVER, [why], None, AskState(ask) if ask else None)
        yield decline


def why_over(decline: Decline) -> str:
    """Why nobody asks about this any more, whoever has the card: the offer is open again, or they came; else ""."""
    return next((why["text"] for why in decline.because if why["code"] in OVER), "")


def _take_cards_back(declines: Iterable[Decline], today: date) -> None:
    """Cards that only wait are taken back; what is under way by mouth or by mail is the colleague's to say."""
    for decline in declines:
        for ask in decline.asks.filter(state=AskState.WAITING):
            waiting = Ask.objects.filter(pk=ask.pk, state=AskState.WAITING)
            if waiting.update(state=AskState.WITHDRAWN, ended_at=datetime.combine(today, time(12), UTC)):
                decline.stage = Stage.NEVER
                audit.write(None, "withdrew", ask)
                happenings.tell_of_ask(ask, timezone.now())


def _offers(ids: Iterable[str]) -> dict[str, Offer]:
    return {row.external_id: row for row in Offer.objects.filter(external_id__in=list(ids))}


def _blocks(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(ids), BLOCK):
        yield ids[start : start + BLOCK]


def _new_id() -> str:
    return BY_HAND + secrets.token_hex(8)
