"""The worker: runs what waits in the queue of whichever database is configured."""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Iterator, Sequence

from django_tasks import default_task_backend

from ifnotyou.jobs.calendar import CALENDAR, Periodic, enqueue_what_is_due
from ifnotyou.jobs.task import Engine, logger


def work(concurrency: int = 2, until_idle: bool = False, calendar: Sequence[Periodic] = CALENDAR) -> None:
    """Run jobs until SIGTERM or SIGINT, which lets those that run finish first.

    With `until_idle`, return once nothing is due any more. Not for use inside a
    transaction: its threads would wait for it. Tests call `run_due_jobs` instead.
    """
    engine = _engine()

    def chores() -> None:
        engine.return_lost_jobs()
        enqueue_what_is_due(calendar)

    stopping = threading.Event()
    with _set_by_signals(stopping):
        logger.info("worker started, %d jobs at a time", concurrency)
        engine.work(concurrency, chores, stopping, until_idle=until_idle)
        logger.info("worker stopped")


def run_due_jobs() -> int:
    """Run every job that is due, here and now, and say how many: for tests, inside their transaction too.

    An error of a job is recorded as in a worker, and then raised.
    """
    engine = _engine()
    ran = 0
    try:
        while engine.run_one(raising=True):
            ran += 1
    finally:
        engine.close()
    return ran


def _engine() -> Engine:
    engine: Engine = default_task_backend.engine()  # type: ignore[attr-defined]  # both of our backends have it
    return engine


@contextlib.contextmanager
def _set_by_signals(stopping: threading.Event) -> Iterator[None]:
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    for number in before:
        signal.signal(number, lambda *_: stopping.set())
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
