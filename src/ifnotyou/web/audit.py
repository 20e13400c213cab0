"""The book of who saw, decided, sent and changed what."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from ifnotyou.queries.audit import audit_page
from ifnotyou.web.paging import page_number


@require_GET
def show_audit(request: HttpRequest) -> HttpResponse:
    """The book, the newest line first."""
    return render(request, "audit/audit.html", {"page": audit_page(page_number(request))})
