"""The front door, and the sign that somebody is at home."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET

from ifnotyou.models import Role
from ifnotyou.web.access import user_of


@require_GET
def healthz(_request: HttpRequest) -> HttpResponse:
    """Answer that the server is there."""
    return HttpResponse("ok", content_type="text/plain")


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """To where each role has its work."""
    user = user_of(request)
    if user.recruits:
        return redirect("declines")
    return redirect("audit" if user.role == Role.STEWARD else "cards")
