"""Pages for what went wrong."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseServerError
from django.shortcuts import render
from django.template.loader import render_to_string


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that was open for too long, or came from elsewhere."""
    return render(request, "errors/form_expired.html", {"reason": reason}, status=403)


def not_yours(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001  # Django names it
    """A page of another role."""
    return render(request, "errors/403.html", status=403)


def not_there(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001  # see above
    """An address that leads nowhere, or to what this person may not see: both look alike."""
    return render(request, "errors/404.html", status=404)


def too_many(request: HttpRequest) -> HttpResponse:
    """Too often in too short a time."""
    return render(request, "errors/429.html", status=429)


def our_fault(_request: HttpRequest) -> HttpResponse:
    """Something broke. It may have been the database: hence no request, no user, nothing that would ask it again."""
    return HttpResponseServerError(render_to_string("errors/500.html"))
