"""The company's doors on one page: what is open, who uses it, and where each is set up."""

from __future__ import annotations

from typing import NamedTuple

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from ifnotyou.models import Mailbox
from ifnotyou.queries.doors import Door, doors_of
from ifnotyou.web.access import user_of

GROUPS = (
    ("Mail", ("mail",), "Notes leave from the asker’s own mailbox, whichever of these it is."),
    (
        "Chat",
        ("chat",),
        "Cards and reminders reach people where they choose: by mail, in chat, or not at all.",
    ),
    ("Signing in", ("sign_in",), "With the company’s own sign-in, nobody needs one more password."),
    (
        "Programs",
        ("tokens", "listeners", "systems"),
        "What people do on a page, a program can do for them, by the same rules.",
    ),
)
_COUNTED = {
    "mail": ("mailbox connected", "mailboxes connected"),
    "chat": ("person is told there", "people are told there"),
    "sign_in": ("person signs in this way", "people sign in this way"),
    "tokens": ("token", "tokens"),
    "listeners": ("program hears of what happens", "programs hear of what happens"),
    "systems": ("connected", "connected"),
}
"""What there is one of, or several."""


class Row(NamedTuple):
    """One door for the template."""

    label: str
    address: str
    mark: str
    word: str
    sentence: str


@require_GET
def show_doors(request: HttpRequest) -> HttpResponse:
    """All doors, by what they are for."""
    found = doors_of(user_of(request).workspace, timezone.now())
    groups = [
        (name, words, [_row(door) for door in found if door.kind in kinds]) for name, kinds, words in GROUPS
    ]
    return render(request, "doors/doors.html", {"groups": groups})


def _row(door: Door) -> Row:
    one, several = _COUNTED[door.kind]
    sentence = f"{door.uses or 'No'} {one if door.uses == 1 else several}"
    if door.trouble:
        return Row(door.label, _address(door), "warn", "Trouble", door.trouble)
    if door.lost:
        return Row(door.label, _address(door), "warn", f"{door.lost} in trouble", sentence)
    if door.is_open:
        return Row(door.label, _address(door), "done", "Open", sentence)
    return Row(door.label, _address(door), "", "", "Not set up")


def _address(door: Door) -> str:
    """Where it is set up."""
    match door.kind:
        case "mail" if door.slug == Mailbox.OWN_SERVER:
            return reverse("settings") + "#mail"
        case "mail":
            return reverse("mail_app", args=[door.slug])
        case "chat":
            return reverse("chat", args=[door.slug])
        case "sign_in":
            return reverse("sign_in_providers")
        case "systems":
            return reverse("connections")
        case route:
            return reverse(route)
