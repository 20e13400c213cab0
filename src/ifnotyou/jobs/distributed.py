"""The engine on PostgreSQL: Procrastinate, with any number of workers on any number of machines.

Every call of a task is a job of one Procrastinate task, which finds ours by its
path: so there is one list of tasks, and Procrastinate needs none of them when it
starts. Added to what Procrastinate does:
- a dedup key holds as long as a job is running too, not only while it waits;
- jobs of workers that died come back;
- a worker that was taken for dead cannot change the outcome of a job it lost.
"""

from __future__ import annotations

import asyncio
import json
import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any, ParamSpec, TypeVar, cast

from django.conf import settings
from django.db import OperationalError, connection, transaction
from django.utils import timezone
from django_tasks.backends.base import BaseTaskBackend
from django_tasks.base import Task, TaskResult
from procrastinate import App, BaseRetryStrategy, JobContext, RetryDecision, sql
from procrastinate.contrib.django import app as django_app
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Job, Status
from procrastinate.manager import JobManager

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

P = ParamSpec("P")
T = TypeVar("T")

RUN = "ifnotyou.run"
FINAL = (Status.SUCCEEDED, Status.FAILED, Status.CANCELLED, Status.ABORTED)

# Procrastinate's own functions, called only while the job is still in the hands of the worker that asks:
# the row is locked first, and the function runs only for a row that was found.
FINISH = """
    WITH mine AS MATERIALIZED (SELECT id FROM procrastinate_jobs
                                WHERE id = %(job_id)s AND worker_id = %(worker_id)s AND status = 'doing'
                                  FOR UPDATE)
    SELECT procrastinate_finish_job_v1(id, %(status)s, false) FROM mine
"""
RETRY = """
    WITH mine AS MATERIALIZED (SELECT id FROM procrastinate_jobs
                                WHERE id = %(job_id)s AND worker_id = %(worker_id)s AND status = 'doing'
                                  FOR UPDATE)
    SELECT procrastinate_retry_job_v2(id, %(retry_at)s, NULL, NULL, NULL) FROM mine
"""
# Whoever is quicker takes a lost job; the other passes over it.
LOST = """
    SELECT id, attempts, args FROM procrastinate_jobs AS job
     WHERE status = 'doing'
       AND NOT EXISTS (SELECT 1 FROM procrastinate_workers
                        WHERE id = job.worker_id AND last_heartbeat > now() - make_interval(secs => %(lease)s))
       FOR UPDATE OF job SKIP LOCKED
"""
LIVE = "SELECT id FROM procrastinate_jobs WHERE queueing_lock = %s AND status IN ('todo', 'doing')"
DUE = """
    SELECT 1 FROM procrastinate_jobs
     WHERE status = 'todo' AND (scheduled_at IS NULL OR scheduled_at <= now()) LIMIT 1
"""


class ProcrastinateBackend(BaseTaskBackend):
    """Enqueueing runs on Django's own connection: it is there when the caller commits, or never."""

    task_class = JobTask
    supports_defer = True
    supports_priority = True

    def enqueue(self, task: Task[P, T], args: Sequence[Any], kwargs: Mapping[str, Any]) -> TaskResult[T]:
        """Put the call into the queue; while one with its `dedup` lives, quietly do nothing."""
        self.validate_task(task)
        ours = cast(JobTask[P, T], task)
        now = timezone.now()
        plain = in_queue(task, "", args, kwargs, now)  # refuses what JSON cannot hold
        with transaction.atomic():
            job_id = _live_job(ours.dedup) if ours.dedup else None
            if job_id is None:
                job_id = django_app.configure_task(
                    RUN,
                    allow_unknown=False,
                    queueing_lock=ours.dedup or None,
                    schedule_at=task.run_after,
                    priority=task.priority,
                ).defer(
                    path=task.module_path,
                    args=plain.args,
                    kwargs=plain.kwargs,
                    max_attempts=ours.max_attempts,
                )
        return in_queue(task, str(job_id), args, kwargs, now)

    def engine(self) -> ProcrastinateEngine:
        """What works on this queue, for one process."""
        return ProcrastinateEngine()

    def delete_old_jobs(self) -> None:
        """Forget the jobs that ended longer ago than they are kept."""
        django_app.connector.execute_query(
            query=sql.queries["delete_old_jobs"],
            nb_hours=KEPT.total_seconds() // 3600,
            queue=None,
            statuses=[status.value for status in FINAL],
        )


def _live_job(dedup: str) -> int | None:
    """The waiting or running job with this key. Until we commit, nobody else can enqueue one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [dedup])
        cursor.execute(LIVE, [dedup])
        row = cursor.fetchone()
    return None if row is None else int(row[0])


def _something_is_due() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(DUE)
        return cursor.fetchone() is not None


class ProcrastinateEngine:
    """Procrastinate's worker, and the same work one job at a time in the calling thread."""

    def __init__(self) -> None:
        self._worker_id: int | None = None

    def run_one(self, *, raising: bool = False) -> bool:
        """Run the job that is due next, on Django's connection. False when none is due."""
        connector = django_app.connector
        if self._worker_id is None:
            self._worker_id = connector.execute_query_one(query=sql.queries["register_worker"])["worker_id"]
        row = connector.execute_query_one(
            query=sql.queries["fetch_job"], queues=None, worker_id=self._worker_id
        )
        if row["id"] is None:
            return False
        job = Job.from_row({**row, "args": json.loads(row["args"])})  # Django leaves jsonb as text
        try:
            _run(job)
        except Exception as error:
            decision = AsTheTaskSays().get_retry_decision(exception=error, job=job)
            outcome = (
                _finishing(job, Status.FAILED) if decision is None else _retrying(job, decision.retry_at)
            )
            _tell_if_lost(job, connector.execute_query_all(**outcome))
            if raising:
                raise
        else:
            _tell_if_lost(job, connector.execute_query_all(**_finishing(job, Status.SUCCEEDED)))
        return True

    def return_lost_jobs(self) -> None:
        """Give back the jobs whose worker has not been heard of for longer than the lease."""
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(LOST, {"lease": settings.JOBS_LEASE.total_seconds()})
            for job_id, attempts, text in cursor.fetchall():
                arguments = json.loads(text)
                attempt, of = attempts + 1, arguments["max_attempts"]
                if attempt >= of:
                    cursor.execute("SELECT procrastinate_finish_job_v1(%s, 'failed', false)", [job_id])
                else:
                    cursor.execute("SELECT procrastinate_retry_job_v2(%s, now(), NULL, NULL, NULL)", [job_id])
                tell_failure(
                    arguments["path"], job_id, attempt=attempt, of=of, why="its worker stopped in the middle"
                )

    def work(
        self, concurrency: int, chores: Callable[[], None], stopping: threading.Event, *, until_idle: bool
    ) -> None:
        """Run Procrastinate's worker until asked to stop, or until nothing is due any more."""
        _do_chores(chores)  # before it finds nothing due
        asyncio.run(_work(concurrency, chores, stopping, until_idle=until_idle))
        # A job may have enqueued another one after the worker's last look.
        while until_idle and not stopping.is_set() and _something_is_due():
            asyncio.run(_work(concurrency, chores, stopping, until_idle=True))

    def close(self) -> None:
        """Sign off as a worker."""
        if self._worker_id is not None:
            django_app.connector.execute_query(
                query=sql.queries["unregister_worker"], worker_id=self._worker_id
            )
            self._worker_id = None


class AsTheTaskSays(BaseRetryStrategy):
    """Retry up to the task's `max_attempts`, after the same waits as on the embedded engine."""

    def get_retry_decision(
        self,
        *,
        exception: BaseException,  # noqa: ARG002 - every error may pass
        job: Job,
    ) -> RetryDecision | None:
        """When the next attempt comes, or None after the last one."""
        attempt = job.attempts + 1
        if attempt >= cast(int, job.task_kwargs["max_attempts"]):
            return None
        return RetryDecision(retry_at=timezone.now() + wait_after(attempt))


class FencedJobManager(JobManager):
    """Procrastinate's, but only the worker that holds a job can say how it ended."""

    worker_id: int | None = None

    async def register_worker(self) -> int:
        """Sign on as a worker, and remember as which."""
        self.worker_id = await super().register_worker()
        return self.worker_id

    async def finish_job(self, job: Job, status: Status, delete_job: bool) -> None:  # noqa: ARG002 - never asked
        """Set the final state of a job that is still ours."""
        _tell_if_lost(job, await self.connector.execute_query_all_async(**_finishing(job, status)))

    async def retry_job(  # ours only ever says when
        self,
        job: Job,
        retry_at: datetime | None = None,
        priority: int | None = None,  # noqa: ARG002
        queue: str | None = None,  # noqa: ARG002
        lock: str | None = None,  # noqa: ARG002
    ) -> None:
        """Put a job that is still ours back for its next attempt."""
        _tell_if_lost(job, await self.connector.execute_query_all_async(**_retrying(job, retry_at)))


def on_app_ready(app: App) -> None:
    """Register the one task, once Procrastinate is there (a setting names this function)."""
    app.task(name=RUN, retry=AsTheTaskSays(), pass_context=True)(_run_in_worker)
    # It tells the arguments of jobs that failed; we told the failure without them.
    logging.getLogger("procrastinate.worker").addFilter(
        lambda record: getattr(record, "action", None) != "job_error"
    )


def _run_in_worker(context: JobContext, /, **_: object) -> None:
    try:
        _run(context.job)
    finally:
        connection.close()  # the thread may never come back


def _run(job: Job) -> None:
    call = cast(dict[str, Any], job.task_kwargs)
    job_id = cast(int, job.id)
    try:
        run(call["path"], job_id, call["args"], call["kwargs"])
    except Exception as error:
        tell_failure(
            call["path"], job_id, attempt=job.attempts + 1, of=call["max_attempts"], why=where(error)
        )
        raise


def _finishing(job: Job, status: Status) -> dict[str, Any]:
    return {"query": FINISH, "job_id": job.id, "worker_id": job.worker_id, "status": status.value}


def _retrying(job: Job, retry_at: datetime | None) -> dict[str, Any]:
    return {"query": RETRY, "job_id": job.id, "worker_id": job.worker_id, "retry_at": retry_at}


def _tell_if_lost(job: Job, changed: Sequence[object]) -> None:
    if not changed:
        tell_taken_over(cast(str, job.task_kwargs["path"]), cast(int, job.id))


async def _work(
    concurrency: int, chores: Callable[[], None], stopping: threading.Event, *, until_idle: bool
) -> None:
    connector = cast(DjangoConnector, django_app.connector).get_worker_connector()
    # Not replace_connector: what a job enqueues must go by Django's connection, as everywhere.
    worker_app = django_app.with_connector(connector)
    worker_app.job_manager = manager = FencedJobManager(connector)
    lease = settings.JOBS_LEASE.total_seconds()
    # One thread for each job, and two for the chores and the pause between them.
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(concurrency + 2))
    async with worker_app.open_async():
        worker = asyncio.create_task(
            worker_app.run_worker_async(
                concurrency=concurrency,
                wait=not until_idle,
                fetch_job_polling_interval=TICK,
                update_heartbeat_interval=lease / 3,
                stalled_worker_timeout=lease,
                install_signal_handlers=False,
            )
        )
        ticking = asyncio.create_task(_tick(chores, stopping))
        await asyncio.wait({worker, ticking}, return_when=asyncio.FIRST_COMPLETED)
        for task in (ticking, worker):
            task.cancel()  # a worker that is cancelled lets its jobs finish
        staying = asyncio.create_task(_stay_heard_of(manager, lease / 3))
        outcomes = await asyncio.gather(ticking, worker, return_exceptions=True)
        staying.cancel()
        await asyncio.wait({staying})
        for outcome in outcomes:
            if isinstance(outcome, Exception):
                raise outcome


async def _stay_heard_of(manager: FencedJobManager, seconds: float) -> None:
    """Keep the last jobs of a worker that was asked to stop: Procrastinate's own heartbeat ends at that moment."""
    while manager.worker_id is not None:
        try:
            await manager.update_heartbeat(manager.worker_id)
        except ConnectorException as error:
            logger.warning("the database did not answer: %s", where(error))
        await asyncio.sleep(seconds)


async def _tick(chores: Callable[[], None], stopping: threading.Event) -> None:
    while not stopping.is_set():
        await asyncio.to_thread(_do_chores, chores)
        await asyncio.to_thread(stopping.wait, TICK)


def _do_chores(chores: Callable[[], None]) -> None:
    try:
        chores()
    except (OperationalError, ConnectorException) as error:
        logger.warning("the database did not answer: %s", where(error))
    finally:
        connection.close()  # the thread may never come back
