"""What every page shows around its content."""

from __future__ import annotations

from functools import cache
from typing import Any

from django import template
from django.template import Context
from django.urls import NoReverseMatch, reverse

from ifnotyou.web.access import ACCESS

register = template.Library()

PLACES = (
    ("declines", "Declines"),
    ("board", "Board"),
    ("cards", "My cards"),
    ("insights", "Insights"),
    ("connections", "Connections"),
    ("imports", "Import"),
    ("people", "People"),
    ("settings", "Settings"),
    ("privacy", "Privacy"),
    ("audit", "Audit"),
)
"""The pages of the navigation: route and word, in order."""

BEHIND = {"board": ("/names/", "/introductions/")}
"""How the addresses of pages begin that belong to a place and are not below it."""


@register.inclusion_tag("parts/navigation.html", takes_context=True)
def navigation(context: Context) -> dict[str, Any]:
    """The ways that this user may go, by the table of who may open which page; none before signing in."""
    request = context.get("request")
    user = getattr(request, "user", None)
    if request is None or user is None or not user.is_authenticated:
        return {"user": None}
    places = [
        {"url": url, "word": word, "here": request.path.startswith((url, *BEHIND.get(name, ())))}
        for name, word in PLACES
        if user.role in ACCESS.get(name, ()) and (url := _url(name))
    ]
    return {"user": user, "places": places, "path": request.path, "csrf_token": context.get("csrf_token")}


@cache  # addresses do not change while the program runs
def _url(name: str) -> str | None:
    try:
        return reverse(name)
    except NoReverseMatch:
        return None
