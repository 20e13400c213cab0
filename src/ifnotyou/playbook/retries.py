"""When a program that did not listen is told again: the schedule of Standard Webhooks, and how long it has patience."""

from __future__ import annotations

from datetime import timedelta

WAITS = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
)
"""After the first attempt that failed, after the second, and so on."""

LATER_BY_UP_TO = 0.2
"""A wait is up to so much longer, by chance: what failed together does not come back together."""

GIVEN_UP_AFTER = timedelta(days=5)
"""Who has taken nothing for so long is told nothing more, and the admins hear of it."""


def wait_before_next(attempts: int, chance: float) -> timedelta | None:
    """How long to wait after so many attempts that failed; None after the last one. `chance` is from 0 to 1."""
    if not 1 <= attempts <= len(WAITS):
        return None
    wait: timedelta = WAITS[attempts - 1] * (1 + LATER_BY_UP_TO * chance)
    return wait
