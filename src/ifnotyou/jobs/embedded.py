"""The engine on SQLite: a table is the queue, and the processes of one machine work on it.

At least once, never lost, sometimes twice: a job whose worker died is run again.
What must not happen twice needs a claim of its own.
"""

from __future__ import annotations

import contextlib
import secrets
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor
from concurrent.futures import wait as wait_for
from datetime import timedelta
from typing import Any, ParamSpec, TypeVar, cast

from django.conf import settings
from django.db import OperationalError, close_old_connections, connection
from django.utils import timezone
from django_tasks.backends.base import BaseTaskBackend
from django_tasks.base import Task, TaskResult

from ifnotyou.jobs.task import (
    KEPT,
    TICK,
    JobTask,
    in_queue,
    logger,
    run,
    tell_failure,
    tell_taken_over,
    wait_after,
    where,
)
from ifnotyou.models.jobs import QueuedJob

P = ParamSpec("P")
T = TypeVar("T")

# One statement, so that two workers never get the same job.
CLAIM = """
    UPDATE ifnotyou_queuedjob
       SET state = 'RUNNING', attempts = attempts + 1, locked_by = %s, locked_until = %s
     WHERE id = (SELECT id FROM ifnotyou_queuedjob
                  WHERE state = 'READY' AND run_at <= %s
                  ORDER BY priority DESC, run_at, id
                  LIMIT 1)
 RETURNING *
"""


class EmbeddedBackend(BaseTaskBackend):
    """Enqueueing is an INSERT on Django's own connection: it is there when the caller commits, or never."""

    task_class = JobTask
    supports_defer = True
    supports_priority = True

    def enqueue(self, task: Task[P, T], args: Sequence[Any], kwargs: Mapping[str, Any]) -> TaskResult[T]:
        """Put the call into the queue; while one with its `dedup` lives, quietly do nothing."""
        self.validate_task(task)
        ours = cast(JobTask[P, T], task)
        now = timezone.now()
        plain = in_queue(task, "", args, kwargs, now)  # refuses what JSON cannot hold
        job = QueuedJob(
            task=task.module_path,
            args=plain.args,
            kwargs=plain.kwargs,
            priority=task.priority,
            max_attempts=ours.max_attempts,
            dedup=ours.dedup,
            enqueued_at=now,
            run_at=task.run_after or now,
        )
        if not ours.dedup:
            job.save(force_insert=True)
            return in_queue(task, str(job.pk), args, kwargs, now)
        QueuedJob.objects.bulk_create([job], ignore_conflicts=True)
        live = QueuedJob.objects.filter(dedup=ours.dedup, state__in=QueuedJob.LIVE)
        return in_queue(task, str(live.values_list("pk", flat=True).first() or ""), args, kwargs, now)

    def engine(self) -> EmbeddedEngine:
        """What works on this queue, for one process."""
        return EmbeddedEngine()

    def delete_old_jobs(self) -> None:
        """Forget the jobs that ended longer ago than they are kept."""
        QueuedJob.objects.filter(finished_at__lt=timezone.now() - KEPT).delete()


class EmbeddedEngine:
    """Claims jobs under a lease, keeps the lease as long as the process lives, and runs them."""

    def __init__(self) -> None:
        self._claims: set[str] = set()
        self._claims_lock = threading.Lock()

    def run_one(self, *, raising: bool = False) -> bool:
        """Run the job that is due next in this thread. False when none is due."""
        claim = secrets.token_hex(16)
        with self._keeping(claim):
            job = _claim_next(claim)
            if job is None:
                return False
            try:
                run(job.task, job.pk, job.args, job.kwargs)
            except Exception as error:
                _failed(job, where(error))
                if raising:
                    raise
            else:
                _succeeded(job)
            return True

    def return_lost_jobs(self) -> None:
        """Keep our own leases, and give back the jobs whose lease ran out."""
        now = timezone.now()
        with self._claims_lock:
            ours = tuple(self._claims)
        # Ours first: a machine that slept has not died.
        if ours:
            QueuedJob.objects.filter(locked_by__in=ours, state=QueuedJob.State.RUNNING).update(
                locked_until=now + settings.JOBS_LEASE
            )
        for job in QueuedJob.objects.filter(state=QueuedJob.State.RUNNING, locked_until__lt=now):
            _lost(job)

    def work(
        self, concurrency: int, chores: Callable[[], None], stopping: threading.Event, *, until_idle: bool
    ) -> None:
        """Run jobs in threads until asked to stop; what runs then is finished, and its lease kept."""
        _unless_busy(chores)  # before a hand finds nothing due
        with ThreadPoolExecutor(concurrency, thread_name_prefix="job") as threads:
            hands = [
                threads.submit(self._keep_running, stopping, until_idle=until_idle)
                for _ in range(concurrency)
            ]
            try:
                while not _all_ended(hands):
                    _unless_busy(chores)
            finally:
                stopping.set()

    def close(self) -> None:
        """Nothing to sign off from: a claim ends with its job."""

    def _keep_running(self, stopping: threading.Event, *, until_idle: bool) -> None:
        try:
            while not stopping.is_set():
                close_old_connections()
                ran = _unless_busy(self.run_one)
                if ran is False and until_idle:
                    return
                if not ran:
                    stopping.wait(TICK)
        finally:
            connection.close()

    @contextlib.contextmanager
    def _keeping(self, claim: str) -> Iterator[None]:
        with self._claims_lock:
            self._claims.add(claim)
        try:
            yield
        finally:
            with self._claims_lock:
                self._claims.discard(claim)


def _claim_next(claim: str) -> QueuedJob | None:
    now = timezone.now()
    until, due = (
        connection.ops.adapt_datetimefield_value(moment) for moment in (now + settings.JOBS_LEASE, now)
    )
    claimed = list(QueuedJob.objects.raw(CLAIM, [claim, until, due]))
    return claimed[0] if claimed else None


def _finish(job: QueuedJob, **outcome: Any) -> bool:
    """Save the outcome, as long as the claim under which it was reached still holds."""
    ours = QueuedJob.objects.filter(pk=job.pk, locked_by=job.locked_by, state=QueuedJob.State.RUNNING)
    return bool(ours.update(locked_by="", locked_until=None, **outcome))


def _succeeded(job: QueuedJob) -> None:
    if not _finish(job, state=QueuedJob.State.SUCCESSFUL, finished_at=timezone.now()):
        tell_taken_over(job.task, job.pk)


def _failed(job: QueuedJob, why: str) -> None:
    """Put a job back for its next attempt, or lay it down for good after the last one."""
    if _finish(job, **_after_failure(job, why, wait=wait_after(job.attempts))):
        tell_failure(job.task, job.pk, attempt=job.attempts, of=job.max_attempts, why=why)
    else:
        tell_taken_over(job.task, job.pk)


def _lost(job: QueuedJob) -> None:
    """The same for a job whose lease ran out, unless its worker comes back this very moment."""
    why = "its worker stopped in the middle"
    still = QueuedJob.objects.filter(pk=job.pk, locked_by=job.locked_by, locked_until=job.locked_until)
    # No wait: it has waited for its lease to run out.
    if still.update(locked_by="", locked_until=None, **_after_failure(job, why, wait=timedelta(0))):
        tell_failure(job.task, job.pk, attempt=job.attempts, of=job.max_attempts, why=why)


def _after_failure(job: QueuedJob, why: str, *, wait: timedelta) -> dict[str, Any]:
    now = timezone.now()
    if job.attempts >= job.max_attempts:
        return {"state": QueuedJob.State.FAILED, "finished_at": now, "last_error": why}
    return {"state": QueuedJob.State.READY, "run_at": now + wait, "last_error": why}


def _unless_busy(step: Callable[[], T]) -> T | None:
    """One step of the loop; None when the database was too busy, which does not end the worker."""
    try:
        return step()
    except OperationalError as error:
        logger.warning("the database did not answer: %s", error)
        return None


def _all_ended(hands: Sequence[Future[None]]) -> bool:
    """True once every thread has ended, after a tick at the latest; an error of one is raised here."""
    ended, running = wait_for(hands, timeout=TICK, return_when=FIRST_EXCEPTION)
    for hand in ended:
        hand.result()
    return not running
