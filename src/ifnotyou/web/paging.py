"""What an address asks for: words to look for, the number of a page."""

from __future__ import annotations

from django.http import HttpRequest

LAST_PAGE = 10_000
LONGEST_WORDS = 100


def page_number(request: HttpRequest) -> int:
    """The page that the address asks for; the first one where it asks for nonsense."""
    asked = request.GET.get("page", "")
    return min(int(asked), LAST_PAGE) if asked.isascii() and asked.isdigit() and int(asked) else 1


def asked_for(request: HttpRequest, name: str) -> str:
    """What stands in the address under this name, without the NUL that no database takes in a text; "" for nothing."""
    return request.GET.get(name, "").replace("\x00", "")[:LONGEST_WORDS].strip()
