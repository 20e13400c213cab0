"""What the calendar erases: the retention table, once a day (the dates are playbook/retention.py's).

What somebody asked to see is not touched until they have their answer: erasing to avoid one would be unlawful.
All of it may run twice, or late by a week: it looks at dates, and at nothing that it did before. The book says how
much went, and nobody's name.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import reduce
from operator import or_
from typing import TypeVar

from django.db import transaction
from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.db.models.functions import Coalesce, Greatest

from ifnotyou.models import (
    Ask,
    AuditEvent,
    Candidate,
    Claim,
    DataRequest,
    Decision,
    Decline,
    Delivery,
    DeliveryState,
    Interview,
    InWorkspace,
    Letter,
    Message,
    Pulse,
    ReceiptLine,
    Referral,
    RolePage,
    Scorecard,
    Vip,
    Workspace,
)
from ifnotyou.playbook.asking import LIVE, Stage
from ifnotyou.playbook.disclosure import Terms
from ifnotyou.playbook.hosting import MAY_HAVE_LEFT, LetterKind, LetterState
from ifnotyou.playbook.policy import RetentionPolicy
from ifnotyou.playbook.retention import NameFacts, add_months, confidence_until, name_until
from ifnotyou.queries.humans import keys_of, same_humans
from ifnotyou.queries.person import may_be_seen
from ifnotyou.queries.policy import policy_of
from ifnotyou.services import audit, erasure, happenings, inbound, sealing, tallies
from ifnotyou.services.declines import mark_stale
from ifnotyou.services.later import later

BLOCK = 500

CALLS_KEPT_FOR = timedelta(days=30)
"""Calls that are done with: long enough to know a repeated one, and to look up what happened."""
BODIES_KEPT_FOR = timedelta(days=90)

EVIDENCE = (Interview, Scorecard, Message, Pulse)
"""What says which colleagues know a candidate: kept for the ask, and with it."""

IN_PLAY = [Stage.TO_ASK, Stage.TO_DECIDE, Stage.HANDED, Stage.ASKED]
"""Declines for which that is still wanted."""

_Row = TypeVar("_Row", bound=InWorkspace)


def run(workspace: Workspace, *, now: datetime) -> None:
    """Erase all whose day has come, each kind in blocks of its own, and tell the steward what soon will be."""
    policy, today = policy_of(workspace).retention, now.date()
    _tell_steward(workspace, policy, today)
    counts = {
        "names": erase_names(workspace, policy, today),
        "asks": _asks(policy, today),
        "evidence": _evidence(workspace, policy, today),
        "log": _log(policy, today),
    }
    # Not counted in the book: a number there would be one more thing to compare with what came in.
    _confidences(policy, today)
    _receipts(policy, today)
    _reasons(policy, today)
    _pages()
    inbound.forget_old(workspace, today)
    _calls(now)
    happenings.sweep(now)
    if any(counts.values()):
        audit.write(None, "erased_by_calendar", workspace, **{k: n for k, n in counts.items() if n})


def retention_date(vip: Vip, policy: RetentionPolicy, country: str) -> date | None:
    """The day on which the calendar erases this person named; None while somebody is in touch with them.

    A first message that may have left counts as contact: whoever may have read it keeps the links in it.
    `country` is the workspace's, for people of whom nobody knows where they are.
    """
    contacted_at = vip.contacted_at or max(
        (
            letter.claimed_at
            for letter in vip.letters.all()
            if letter.kind == LetterKind.FIRST and letter.state in MAY_HAVE_LEFT and letter.claimed_at
        ),
        default=None,
    )
    facts = NameFacts(
        came_on=vip.came_on,
        terms=frozenset(Terms(referral.terms) for referral in vip.referrals.all()),
        contacted_on=contacted_at.date() if contacted_at else None,
        answered_on=vip.answered_on,
        closed_on=vip.closed_on,
        applied_on=vip.applied_on,
        keep_consent_until=vip.keep_consent_until,
        country=vip.country or country,
    )
    return name_until(facts, policy)


def frozen_names() -> QuerySet[DataRequest, int | None]:
    """The keys of those who asked what we hold and have no answer yet."""
    return DataRequest.objects.filter(answered_on=None, vip__isnull=False).values_list("vip", flat=True)


def asks_ended_by(day: date) -> QuerySet[Ask]:
    """Asks with which nothing has happened since that day; a card that nobody ever took up ends as well."""
    last = Greatest("handed_at", Coalesce("claimed_at", "handed_at"), Coalesce("asked_at", "handed_at"))
    asks = Ask.objects.annotate(last=Coalesce("ended_at", last)).filter(last__lt=_midnight(day))
    waiting = DataRequest.objects.filter(answered_on=None, candidate=OuterRef("candidate"))
    return asks.filter(~Exists(waiting)).order_by("pk")


def erase_names(workspace: Workspace, policy: RetentionPolicy, today: date) -> int:
    """Keep every date right, and erase whose day has come; returns how many. Nobody to whom a letter is leaving."""
    frozen, gone = set(frozen_names()), 0
    letters = Prefetch("letters", Letter.objects.only("vip", "kind", "state", "claimed_at"))
    for block in _in_blocks(Vip.objects.only("pk")):
        with transaction.atomic():
            # Looked at anew, and held: somebody may have made contact in the meantime.
            held = Vip.objects.select_for_update().filter(pk__in=[vip.pk for vip in block])
            going = []
            for vip in held.prefetch_related("referrals", letters):
                until = retention_date(vip, policy, workspace.country)
                stays = vip.pk in frozen or any(one.state == LetterState.SENDING for one in vip.letters.all())
                if until is not None and until <= today and not stays:
                    going.append(vip)
                elif until != vip.retain_until:
                    vip.retain_until = until
                    vip.save(update_fields=["retain_until"])
            tallies.keep_names(going)
            for vip in going:
                vip.delete()
            gone += len(going)
    return gone


def _tell_steward(workspace: Workspace, policy: RetentionPolicy, today: date) -> None:
    """Once for each name that has waited for a first contact for so long (requirement V2)."""
    waiting = (
        may_be_seen()
        .filter(contacted_at=None, closed_on=None, steward_told_on=None)
        .filter(came_on__lte=today - timedelta(days=policy.steward_days))
    )
    with transaction.atomic():
        told = Vip.objects.filter(pk__in=list(waiting.values_list("pk", flat=True)))
        if number := told.update(steward_told_on=today):
            later("tell_stewards", workspace_id=workspace.pk, names=number)


def _confidences(policy: RetentionPolicy, today: date) -> None:
    """Erase the links to those who gave a name in confidence."""
    confidential = Referral.objects.filter(terms=Terms.CONFIDENTIAL).exclude(vip__in=frozen_names())
    for block in _in_blocks(confidential.select_related("vip").defer("source")):
        past = [
            one.pk
            for one in block
            if confidence_until(one.came_on, one.vip.closed_on if one.vip else None, policy) <= today
        ]
        Referral.objects.filter(pk__in=past).update(source="")


def _receipts(policy: RetentionPolicy, today: date) -> None:
    """Erase receipts, and what was said on their pages."""
    past = (
        Referral.objects.filter(terms=Terms.ANONYMOUS)
        .filter(came_on__lte=today - timedelta(days=policy.receipt_days))
        .exclude(vip__in=frozen_names())
    )
    ReceiptLine.objects.filter(referral__in=past).delete()
    past.exclude(receipt_hash="").update(receipt_hash="")


def _pages() -> None:
    """Remove the anonymous pages that nobody holds a link or a receipt of any more: each costs a write every hour."""
    asked = Ask.objects.filter(decline__job=OuterRef("job"))
    receipts = Referral.objects.filter(job=OuterRef("job")).exclude(receipt_hash="")
    for page in RolePage.objects.filter(~Exists(asked), ~Exists(receipts)).only("pk"):
        with transaction.atomic():
            held = sealing.locked(page.pk)
            if not sealing.open_pool(held):
                held.delete()


def _calls(now: datetime) -> None:
    """Forget calls of systems for applicants that are long done with, and what stood in those nobody could read."""
    finished = Delivery.objects.filter(state__in=(DeliveryState.DONE, DeliveryState.OF_NO_INTEREST))
    finished.filter(received_at__lt=now - CALLS_KEPT_FOR).delete()
    unreadable = Delivery.objects.filter(state=DeliveryState.UNREADABLE)
    unreadable.filter(received_at__lt=now - BODIES_KEPT_FOR).update(body="")


def _asks(policy: RetentionPolicy, today: date) -> int:
    """Erase asks that ended long ago. That they were made stays, as keyed hashes."""
    gone = 0
    while block := list(asks_ended_by(add_months(today, -policy.ask_months))[:BLOCK]):
        with transaction.atomic():
            erasure.let_go(block)
            mark_stale({ask.candidate_id for ask in block if ask.state in LIVE})
        gone += len(block)
    return gone


def _evidence(workspace: Workspace, policy: RetentionPolicy, today: date) -> int:
    """Erase what said who knows them, of everybody whose ask is erased and of whom nothing else is in play.

    Found by the claims that have outlived their ask; so what a later import brings again goes again.
    """
    claims = Claim.objects.filter(ask=None, claimed_on__lt=add_months(today, -policy.ask_months))
    if not claims.exists():
        return 0
    gone = 0
    known = [Q(Exists(kind.objects.filter(candidate=OuterRef("pk")))) for kind in EVIDENCE]
    for block in _in_blocks(Candidate.objects.filter(reduce(or_, known))):
        keys = {key: one for one in block for key in keys_of(one, workspace)}
        asked = {keys[key].pk: keys[key] for key in claims.filter(key__in=keys).values_list("key", flat=True)}
        for candidate in asked.values():
            gone += _erase_evidence(candidate)
    return gone


@transaction.atomic
def _erase_evidence(candidate: Candidate) -> int:
    them = same_humans([candidate])
    if (
        Ask.objects.filter(candidate__in=them).exists()
        or Decline.objects.filter(candidate__in=them, stage__in=IN_PLAY).exists()
        or DataRequest.objects.filter(candidate__in=them, answered_on=None).exists()
    ):
        return 0
    return sum(kind.objects.filter(candidate__in=them).delete()[0] for kind in EVIDENCE)


def _reasons(policy: RetentionPolicy, today: date) -> None:
    """Erase the words with which somebody decided about an ask; the yes or no stays, for it says nothing."""
    old = Decision.objects.filter(at__lt=_midnight(add_months(today, -policy.ask_months))).exclude(reason="")
    waiting = DataRequest.objects.filter(answered_on=None, candidate=OuterRef("decline__candidate"))
    old.filter(~Exists(waiting)).update(reason="")


def _log(policy: RetentionPolicy, today: date) -> int:
    """Let the book forget what is old enough; the database itself keeps the last months (migration 0004)."""
    old = AuditEvent.objects.filter(at__lt=_midnight(add_months(today, -12 * policy.log_years)))
    gone, _ = old.delete()
    return gone


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _in_blocks(rows: QuerySet[_Row]) -> Iterator[list[_Row]]:
    """Rows by their keys, a block at a time: while they are looked at, rows may go."""
    last = 0
    while block := list(rows.filter(pk__gt=last).order_by("pk")[:BLOCK]):
        yield block
        last = block[-1].pk
