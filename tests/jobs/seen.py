"""The queue as a test sees it, whichever engine keeps it."""

from datetime import timedelta
from typing import NamedTuple

from django.db import connection

STATES = {"todo": "READY", "doing": "RUNNING", "succeeded": "SUCCESSFUL", "failed": "FAILED"}


class Seen(NamedTuple):
    state: str
    attempts: int


def _execute(on_sqlite: str, on_postgresql: str, *arguments: object) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(on_sqlite if connection.vendor == "sqlite" else on_postgresql, arguments)
        return cursor.fetchall() if cursor.description else []


def jobs() -> list[Seen]:
    """Every job, oldest first. A job that runs has its present attempt counted on one engine only."""
    rows = _execute(
        "SELECT state, attempts FROM ifnotyou_queuedjob ORDER BY id",
        "SELECT status, attempts FROM procrastinate_jobs ORDER BY id",
    )
    return [Seen(STATES.get(state, state), attempts) for state, attempts in rows]


def let_waits_pass() -> None:
    """As if the clock had moved on to the moment for which jobs wait."""
    _execute(
        "UPDATE ifnotyou_queuedjob SET run_at = '2020-01-01 00:00:00' WHERE state = 'READY'",
        "UPDATE procrastinate_jobs SET scheduled_at = NULL WHERE status = 'todo'",
    )


def age_finished_jobs(by: timedelta) -> None:
    """As if the jobs had ended so much earlier."""
    days = by / timedelta(days=1)
    _execute(
        "UPDATE ifnotyou_queuedjob SET finished_at = datetime(finished_at, '-' || %s || ' days')"
        " WHERE finished_at IS NOT NULL",
        "UPDATE procrastinate_events SET at = at - make_interval(secs => 86400 * %s)",
        days,
    )
