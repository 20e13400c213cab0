"""The number of a page, out of an address."""

from __future__ import annotations

from django.http import HttpRequest

LAST_PAGE = 10_000


def page_number(request: HttpRequest) -> int:
    """The page that the address asks for; the first one where it asks for nonsense."""
    asked = request.GET.get("page", "")
    return min(int(asked), LAST_PAGE) if asked.isascii() and asked.isdigit() and int(asked) else 1
