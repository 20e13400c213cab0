"""How often a program may call: per token and minute, the same for all processes; and who guesses tokens, less."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db.models import Case, F, Q, Value, When
from django.http import HttpRequest

from ifnotyou.api.errors import Problem
from ifnotyou.counting import MINUTE, mark_of, too_often
from ifnotyou.models import ApiToken


def left_after(token: ApiToken, now: datetime) -> dict[str, str]:
    """Count this call, with one UPDATE that the database does for one process after the other; 429 when it is too many.

    What is told as left is as of when the token was read: other processes may have counted since.
    """
    minute, most = int(now.timestamp()) // MINUTE, settings.API_PER_MINUTE
    wait = MINUTE - int(now.timestamp()) % MINUTE
    counted = ApiToken.objects.filter(~Q(minute=minute) | Q(used__lt=most), pk=token.pk).update(
        used=Case(When(minute=minute, then=F("used") + 1), default=Value(1)),
        minute=minute,
        used_on=now.date(),
    )
    before = token.used if token.minute == minute else 0
    left = max(0, most - before - 1) if counted else 0
    headers = {
        "RateLimit-Policy": f'"minute";q={most};w={MINUTE}',
        "RateLimit": f'"minute";r={left};t={wait}',
    }
    if not counted:
        raise _too_often(wait, headers)
    return headers


def count_failure(request: HttpRequest, now: datetime) -> None:
    """Count a token that opened nothing, in this process's memory; 429 to whoever tries very many."""
    if too_often(b"token" + mark_of(request), settings.API_FAILURES_PER_MINUTE, within=MINUTE):
        raise _too_often(MINUTE - int(now.timestamp()) % MINUTE, {})


def _too_often(wait: int, headers: dict[str, str]) -> Problem:
    return Problem(
        429,
        "too_often",
        f"Too many calls. Try again in {wait} seconds.",
        headers={**headers, "Retry-After": str(wait)},
    )
