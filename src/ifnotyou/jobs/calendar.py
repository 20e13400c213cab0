"""What runs when, in one place, for both engines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django_tasks.base import Task

from ifnotyou.jobs import tasks
from ifnotyou.models.jobs import Schedule
from ifnotyou.playbook.disclosure import QUIET_HOUR

START = datetime(2024, 1, 1, tzinfo=UTC)  # a Monday, so that weeks begin on one


@dataclass(frozen=True)
class Periodic:
    """A task without arguments and its rhythm: every five minutes, or every day at three (UTC).

    `at` shifts the rhythm: from midnight, or from Monday for a rhythm of a week.
    """

    task: Task[[], Any]
    every: timedelta
    at: timedelta = timedelta()

    @property
    def name(self) -> str:
        """The task's path: a task stands in the calendar once."""
        return self.task.module_path

    def next_after(self, moment: datetime) -> datetime:
        """The first moment of the rhythm after this one."""
        start = START + self.at
        return start + ((moment - start) // self.every + 1) * self.every


CALENDAR: tuple[Periodic, ...] = (
    Periodic(tasks.run_the_day, every=timedelta(minutes=10)),
    Periodic(tasks.judge_the_day, every=timedelta(days=1), at=timedelta(minutes=5)),
    Periodic(tasks.sweep_imports, every=timedelta(hours=1), at=timedelta(minutes=20)),
    Periodic(tasks.sweep_tokens, every=timedelta(hours=1), at=timedelta(minutes=30)),
    # The fixed time of veiled names: the same minute every day, whatever came in.
    Periodic(tasks.keep_the_quiet_hour, every=timedelta(days=1), at=timedelta(hours=QUIET_HOUR)),
    Periodic(tasks.turn_pools, every=timedelta(hours=1), at=timedelta(minutes=40)),
    Periodic(tasks.fetch_replies, every=timedelta(minutes=5)),
    # No system tells of every declined offer by itself: what no call told is found by asking.
    Periodic(tasks.sync_all, every=timedelta(minutes=5), at=timedelta(minutes=2)),
    Periodic(tasks.wake_calls, every=timedelta(minutes=1)),
    Periodic(tasks.wake_listeners, every=timedelta(minutes=1)),
    Periodic(tasks.file_people, every=timedelta(minutes=10), at=timedelta(minutes=4)),
    Periodic(tasks.forget_ended_sessions, every=timedelta(days=1), at=timedelta(hours=3, minutes=10)),
    Periodic(tasks.delete_old_jobs, every=timedelta(days=1), at=timedelta(hours=3)),
)


def enqueue_what_is_due(calendar: Sequence[Periodic]) -> None:
    """Enqueue every task whose moment has come, once, however many workers look at the same time.

    A moment missed while no worker ran is made up for once. A task that is still
    waiting or running from the last time is not enqueued again.
    """
    now = timezone.now()
    planned = {schedule.name: schedule.next_at for schedule in Schedule.objects.all()}
    for periodic in calendar:
        upcoming = periodic.next_after(now)
        next_at = planned.get(periodic.name)
        if next_at is None:
            Schedule.objects.get_or_create(name=periodic.name, defaults={"next_at": upcoming})
        elif next_at <= now:
            _fire(periodic, next_at, upcoming)
        elif next_at > upcoming:  # the rhythm has become quicker
            Schedule.objects.filter(pk=periodic.name, next_at=next_at).update(next_at=upcoming)


@transaction.atomic
def _fire(periodic: Periodic, next_at: datetime, upcoming: datetime) -> None:
    """Move the schedule on; only the worker whose update finds the old moment enqueues the task."""
    if Schedule.objects.filter(pk=periodic.name, next_at=next_at).update(next_at=upcoming):
        periodic.task.using(dedup=f"calendar:{periodic.name}").enqueue()  # type: ignore[call-arg]
