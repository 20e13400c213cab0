"""Work that may wait: put into the queue in the same transaction as what caused it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string

from ifnotyou.services.hindsight import moment_told


def later(name: str, *, once: str = "", **arguments: Any) -> None:
    """Enqueue the task `name` of jobs/tasks.py with plain values, transactionally.

    `once`: as long as a job with this key is waiting or running, there is no second one.
    What is told afterwards enqueues nothing: whoever it is for heard of it then.
    """
    if moment_told() is not None:
        return
    task = import_string(f"{settings.JOBS_MODULE}.{name}")
    (task.using(dedup=once) if once else task).enqueue(**arguments)


def not_before(moment: datetime, name: str, /, *, once: str, **arguments: Any) -> None:
    """The same, and it waits at least until that moment."""
    if moment_told() is not None:
        return
    task = import_string(f"{settings.JOBS_MODULE}.{name}")
    task.using(dedup=once, run_after=moment).enqueue(**arguments)
