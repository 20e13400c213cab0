"""Where somebody is signed in, and ending it.

A session is Django's row; beside it stands allauth's UserSession, which we let say three things only: which browser in
plain words, since when, and the last day. Nobody's address on the internet is kept.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from allauth.usersessions.models import UserSession
from django.contrib.auth import BACKEND_SESSION_KEY, SESSION_KEY
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.models import Session
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from ifnotyou.models import User
from ifnotyou.playbook.errors import Refusal
from ifnotyou.services import audit

NOBODY = "0.0.0.0"  # noqa: S104 - nothing listens: it stands where allauth's table wants an address
SEEN = "seen_on"
"""The day, in the session: the row is written once a day, not with every click."""

# What stands in a browser's own name for itself, and the word for it. The first that fits.
_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("Vivaldi", "Vivaldi"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("CrOS", "ChromeOS"),
    ("Mac OS X", "Mac"),
    ("Linux", "Linux"),
)

UNKNOWN = "A browser we do not know"
_NAMES = {word for _, word in _BROWSERS}
_PLACES = {word for _, word in _SYSTEMS}
_WORDS = {f"{name} on {place}" for name in _NAMES for place in _PLACES} | _NAMES | _PLACES | {UNKNOWN}


@dataclass(frozen=True)
class SignedIn:
    """One place where somebody is signed in."""

    id: int
    browser: str
    since: datetime
    seen_on: date
    is_this: bool


def browser_in_words(user_agent: str) -> str:
    """Such as "Firefox on Linux": enough to know one's own again, and nothing that would single anybody out."""
    browser = next((word for mark, word in _BROWSERS if mark in user_agent), "")
    system = next((word for mark, word in _SYSTEMS if mark in user_agent), "")
    if browser and system:
        return f"{browser} on {system}"
    return browser or system or UNKNOWN


def before_a_row(instance: UserSession, **_: Any) -> None:
    """Take out of a row what is nobody's business, before it is written (apps.py has it called for each)."""
    instance.ip = NOBODY
    if instance.user_agent not in _WORDS:
        instance.user_agent = browser_in_words(instance.user_agent)
    instance.last_seen_at = _start_of(instance.last_seen_at)


def began(request: HttpRequest, user: AbstractBaseUser, **_: Any) -> None:
    """Somebody signed in, by whatever way (apps.py has it called)."""
    if isinstance(user, User):
        note_seen(request.session, user, request.META.get("HTTP_USER_AGENT", ""))


def note_seen(session: SessionBase, user: User, user_agent: str) -> None:
    """Write down, once a day, that this session was used; a session from before such rows were kept gets its row."""
    today = timezone.now().date().isoformat()
    if session.get(SEEN) == today or session.session_key is None:
        return
    now = timezone.now()
    seen = {"user": user, "user_agent": browser_in_words(user_agent), "last_seen_at": now}
    UserSession.objects.update_or_create(
        session_key=session.session_key, defaults=seen, create_defaults=seen | {"created_at": now}
    )
    session[SEEN] = today


def signed_in(user: User, this: str | None) -> list[SignedIn]:
    """Where somebody is signed in now, the latest first; `this` is the key of the session that asks."""
    live = set(_live_keys(user))
    rows = UserSession.objects.filter(user=user, session_key__in=live).order_by("-last_seen_at", "-pk")
    return [
        SignedIn(row.pk, row.user_agent, row.created_at, row.last_seen_at.date(), row.session_key == this)
        for row in rows
    ]


def end_one(user: User, session_id: int) -> None:
    """Sign out in one place."""
    with transaction.atomic():
        row = UserSession.objects.select_for_update().filter(user=user, pk=session_id).first()
        if row is None:
            raise Refusal("ended", "There you are signed out already.")
        Session.objects.filter(session_key=row.session_key).delete()
        row.delete()
        audit.write(user, "ended_session", user)


def end_all(user: User, *, but: str | None = None, by: User) -> int:
    """Sign somebody out everywhere, but in the session of that key; links under way are void. Returns how many ended.

    Tokens of programs are no sessions: they stay, and have a page of their own.
    """
    with transaction.atomic():
        number = close_all(user, but=but)
        audit.write(by, "ended_sessions", user, number=number)
    return number


def close_all(user: User, *, but: str | None = None) -> int:
    """The same, without a line in the book: for services that write one of their own."""
    ending = [key for key in _live_keys(user) if key != but]
    Session.objects.filter(session_key__in=ending).delete()
    UserSession.objects.filter(user=user).exclude(session_key=but or "").delete()
    if user.last_login is not None:
        # Every link to sign in is signed with this moment (services/links.py). An invitation is left alone.
        user.last_login = timezone.now()
        User.objects.filter(pk=user.pk).update(last_login=user.last_login)
    return len(ending)


def close_everybodys(now: datetime) -> None:
    """The same for everybody: after a restore nobody can tell which of the sessions had been ended."""
    Session.objects.all().delete()
    UserSession.objects.all().delete()
    User.objects.exclude(last_login=None).update(last_login=now)


def forget_ended(*, now: datetime) -> None:
    """Delete what is left of sessions that ran out (the calendar)."""
    Session.objects.filter(expire_date__lt=now).delete()
    UserSession.objects.filter(last_seen_at__lt=now - timedelta(days=1)).exclude(
        session_key__in=Session.objects.values("session_key")
    ).delete()


def _live_keys(user: User) -> Iterator[str]:
    """The keys of somebody's sessions. Read from the sessions themselves: a row beside one may be missing."""
    for session in Session.objects.filter(expire_date__gte=timezone.now()).iterator():
        told = session.get_decoded()
        if told.get(SESSION_KEY) == str(user.pk) and BACKEND_SESSION_KEY in told:
            yield session.session_key


def _start_of(moment: datetime) -> datetime:
    return moment.replace(hour=0, minute=0, second=0, microsecond=0)
