"""The page between us and somebody else's: it leads there by itself, and by a link."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def lead_to(request: HttpRequest, url: str, label: str) -> HttpResponse:
    """Answer a posted form with a page that leads to `url`, at the one whom people know as `label`.

    A redirect would not do: our policy lets forms go nowhere but here (form-action), and browsers hold what a form is
    redirected to against that as well.
    """
    return render(request, "leading.html", {"url": url, "label": label})
