"""What whoever keeps the promises of privacy looks at: open requests, what goes when, and what was disclosed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Exists, OuterRef

from ifnotyou.models import AuditEvent, DataRequest, Vip
from ifnotyou.queries.paging import Page, page_of
from ifnotyou.queries.person import may_be_seen

PAGE = 25
AHEAD = timedelta(days=60)
MOST_LINES = 100

LOGGED = (
    "erased",
    "forgotten",
    "erased_by_calendar",
    "erased_again",
    "erased_gone",
    "exported",
    "request_opened",
    "request_answered",
    "began_to_weigh",
    "weighed",
    "disclosed",
)
"""The verbs of the book that tell of a disclosure or an erasure."""


@dataclass(frozen=True)
class Due:
    """A name that the calendar erases, on which day, and why; `frozen` while a request about it is open."""

    vip: Vip
    on: date
    why: str
    frozen: bool


def open_requests() -> Sequence[DataRequest]:
    """Who waits for an answer, the most urgent first."""
    waiting = DataRequest.objects.filter(answered_on=None).select_related("vip", "candidate", "opened_by")
    return list(waiting.order_by("due_on", "pk"))


def names_due(today: date) -> Sequence[Due]:
    """The names that go by themselves within the next weeks, in order; one more than is shown, if there are more."""
    open_one = DataRequest.objects.filter(vip=OuterRef("pk"), answered_on=None)
    names = (
        may_be_seen()
        .filter(retain_until__lte=today + AHEAD)
        .annotate(frozen=Exists(open_one))
        .order_by("retain_until", "pk")
    )
    return [Due(vip, vip.retain_until or today, _why(vip), vip.frozen) for vip in names[: MOST_LINES + 1]]


def log_page(number: int) -> Page[AuditEvent]:
    """One page of what the book says of disclosures and erasures, the newest line first."""
    lines = AuditEvent.objects.filter(verb__in=LOGGED).select_related("actor").order_by("-at", "-id")
    return page_of(lines, number, PAGE)


def _why(vip: Vip) -> str:
    """Which line of the retention table (playbook/retention.py) it is, in words."""
    if vip.applied_on:
        return "applied; the application itself is kept elsewhere"
    if vip.closed_on:
        return "closed"
    return "no answer" if vip.contacted_at else "nobody has been in touch"
