"""What both engines share: a task with its attempts and its key, how it is run, and what is said about it."""

from __future__ import annotations

import logging
import random
import threading
import time
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import PurePath
from typing import Any, Generic, ParamSpec, Protocol, Self, TypeVar, cast

from django.conf import settings
from django.utils.module_loading import import_string
from django_tasks.base import Task, TaskResult, TaskResultStatus
from django_tasks.exceptions import InvalidTaskError

P = ParamSpec("P")
T = TypeVar("T")

logger = logging.getLogger("ifnotyou.jobs")

TICK = 1.0  # seconds between two looks at the calendar, the leases and the queue
KEPT = timedelta(days=7)  # how long a finished job can still be looked at
LONGEST_WAIT = timedelta(hours=1)
FRAMES_TOLD = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class JobTask(Task[P, T], Generic[P, T]):
    """A task of ours: `@task(max_attempts=8)`, and `.using(dedup="ask:7")` for one call.

    `max_attempts` counts the first run too. As long as a job with the same
    `dedup` is waiting or running, there is no second one.
    """

    max_attempts: int = 5
    dedup: str = ""

    def __post_init__(self) -> None:
        """Refuse what could never run; the rest is the backend's to judge."""
        if self.max_attempts < 1:
            raise InvalidTaskError("max_attempts must be at least 1: it counts the first run too.")
        if self.takes_context:
            raise InvalidTaskError("A task gets plain values only: leave takes_context out.")
        Task.__post_init__(self)

    def using(
        self,
        *,
        priority: int | None = None,
        queue_name: str | None = None,
        run_after: datetime | None = None,
        backend: str | None = None,
        max_attempts: int | None = None,
        dedup: str | None = None,
    ) -> Self:
        """The same task with some settings changed."""
        changed = Task.using(
            self, priority=priority, queue_name=queue_name, run_after=run_after, backend=backend
        )
        return replace(
            changed,
            max_attempts=self.max_attempts if max_attempts is None else max_attempts,
            dedup=self.dedup if dedup is None else dedup,
        )


class Engine(Protocol):
    """What works on a queue: one for each process, whatever the database."""

    def run_one(self, *, raising: bool = False) -> bool:
        """Run the job that is due next in this thread. False when none is due.

        A job that fails is told in the log and tried again later; `raising`
        lets its error through besides, for tests.
        """

    def return_lost_jobs(self) -> None:
        """Give back the jobs of workers that have not been heard of for longer than the lease."""

    def work(
        self, concurrency: int, chores: Callable[[], None], stopping: threading.Event, *, until_idle: bool
    ) -> None:
        """Run jobs, `concurrency` at a time, and the chores every second besides, until asked to stop.

        With `until_idle`, return once nothing is due any more.
        """

    def close(self) -> None:
        """Sign off."""


def in_queue(
    task: Task[P, T], job_id: str, args: Sequence[Any], kwargs: Mapping[str, Any], enqueued_at: datetime
) -> TaskResult[T]:
    """What `enqueue` answers: the interface's word for a job that now waits."""
    return TaskResult(
        task=task,
        id=job_id,
        status=TaskResultStatus.READY,
        enqueued_at=enqueued_at,
        started_at=None,
        finished_at=None,
        last_attempted_at=None,
        args=list(args),
        kwargs=dict(kwargs),
        backend=task.backend,
        errors=[],
        worker_ids=[],
    )


def run(path: str, job_id: int, args: Sequence[Any], kwargs: Mapping[str, Any]) -> None:
    """Run the task at `path` now, and log its name, its job and how long it took: never its arguments."""
    started = time.monotonic()
    cast(JobTask[..., Any], import_string(path)).func(*args, **kwargs)
    logger.info("job %s %s done in %.3f s", job_id, path, time.monotonic() - started)


def where(error: BaseException) -> str:
    """An error without its message, which may hold names and addresses: its class and where it arose."""
    frames = reversed(traceback.extract_tb(error.__traceback__)[-FRAMES_TOLD:])
    way = " < ".join(f"{'/'.join(PurePath(f.filename).parts[-3:])}:{f.lineno} {f.name}" for f in frames)
    return f"{type(error).__module__}.{type(error).__qualname__} at {way}"


def tell_failure(path: str, job_id: int, *, attempt: int, of: int, why: str) -> None:
    """Log that an attempt failed, loudly when it was the last one."""
    if attempt >= of:
        logger.error("job %s %s FAILED for good, attempt %d of %d: %s", job_id, path, attempt, of, why)
    else:
        logger.warning("job %s %s failed, attempt %d of %d: %s", job_id, path, attempt, of, why)


def tell_taken_over(path: str, job_id: int) -> None:
    """Log that a job was finished too late: its lease had run out, another worker answers for it."""
    logger.warning("job %s %s was taken over by another worker: this outcome does not count", job_id, path)


def wait_after(attempt: int) -> timedelta:
    """How long after a failed attempt the next one comes: three times longer each time, an hour at most.

    It is never quite the same, so that what failed together does not come back together.
    """
    wait: timedelta = min(settings.JOBS_FIRST_WAIT * 3 ** min(attempt - 1, 20), LONGEST_WAIT)
    return wait * random.uniform(0.75, 1.25)  # noqa: S311 - chance, not a secret
