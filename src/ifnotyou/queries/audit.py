"""The book of who saw, decided, sent and changed what, to read."""

from __future__ import annotations

from ifnotyou.models import AuditEvent
from ifnotyou.queries.paging import Page, page_of

PAGE = 50


def audit_page(number: int) -> Page[AuditEvent]:
    """One page of the book, the newest line first."""
    return page_of(AuditEvent.objects.select_related("actor").order_by("-at", "-id"), number, PAGE)
