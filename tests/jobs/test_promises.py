"""What background work promises, on both engines: the database in use chooses which one is tried."""

import os
import secrets
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import closing, suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.utils import timezone

from ifnotyou.jobs import calendar, tasks
from ifnotyou.jobs.worker import run_due_jobs
from ifnotyou.models import Schedule
from ifnotyou.services.later import later
from tests.jobs import example_tasks as example
from tests.jobs.example_tasks import lines
from tests.jobs.seen import age_finished_jobs, jobs, let_waits_pass
from tests.promises.killable import wait_until_let_go

ROOT = Path(__file__).parents[2]
PATIENT = {"JOBS_TEST_LEASE": "120"}
"""For workers of which none is to be taken for dead, even if the machine stalls."""

pytestmark = pytest.mark.django_db(transaction=True)


class Worker:
    """A worker process, and what it said."""

    def __init__(self, notes: Path, log: Path, *arguments: str, **settings: str) -> None:
        self.log = log
        self.name = f"worker-{secrets.token_hex(6)}"
        environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "tests.jobs.settings",
            "JOBS_TEST_DATABASE": str(connection.settings_dict["NAME"]),
            "JOBS_TEST_NOTES": str(notes),
            "PGAPPNAME": self.name,
            **settings,
        }
        with log.open("w") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tests.jobs.hands", *arguments],
                env=environment,
                cwd=ROOT,
                stderr=output,
            )

    def send(self, number: signal.Signals) -> None:
        self.process.send_signal(number)

    def ended(self) -> int:
        return self.process.wait(timeout=600)

    def said(self) -> str:
        return self.log.read_text()


@pytest.fixture
def notes(tmp_path):
    return tmp_path / "notes"


@pytest.fixture
def start(tmp_path, notes):
    """Starts worker processes; they end with the test."""
    workers = []

    def start_worker(*arguments: str, **settings: str) -> Worker:
        workers.append(Worker(notes, tmp_path / f"log-{len(workers)}", *arguments, **settings))
        return workers[-1]

    yield start_worker
    for worker in workers:
        worker.process.kill()
        worker.process.wait()
        wait_until_let_go(worker.name)


def wait_until(happened) -> None:
    until = time.monotonic() + 300
    while not happened():
        assert time.monotonic() < until, "it did not happen within five minutes"
        time.sleep(0.05)


def test_an_enqueue_that_was_rolled_back_never_runs(notes):
    with suppress(ZeroDivisionError), transaction.atomic():
        example.note.enqueue(str(notes))
        raise ZeroDivisionError

    assert run_due_jobs() == 0
    assert jobs() == []


def test_an_enqueue_that_was_committed_runs_once_with_its_arguments(notes):
    with transaction.atomic():
        example.note.enqueue(str(notes), line="hello")

    assert run_due_jobs() == 1
    assert run_due_jobs() == 0
    assert lines(notes) == ["hello"]
    assert jobs() == [("SUCCESSFUL", 1)]


def test_a_service_enqueues_by_name_and_once(notes, settings):
    settings.JOBS_MODULE = "tests.jobs.example_tasks"

    later("note", once="note-7", path=str(notes), line="a")
    later("note", once="note-7", path=str(notes), line="b")
    later("note", path=str(notes), line="c")

    run_due_jobs()
    assert lines(notes) == ["a", "c"]


def test_a_job_that_fails_waits_and_is_tried_again_until_it_fails_loudly(notes, settings, caplog):
    settings.JOBS_FIRST_WAIT = timedelta(minutes=20)
    example.fail.enqueue(str(notes))

    for attempt in (1, 2, 3):
        assert "FAILED" not in caplog.text
        with pytest.raises(ValueError, match="Maria"):
            run_due_jobs()
        assert jobs() == [("READY" if attempt < 3 else "FAILED", attempt)]
        assert run_due_jobs() == 0  # its time has not come
        let_waits_pass()

    assert run_due_jobs() == 0  # and never comes again
    assert lines(notes) == ["tried"] * 3
    errors = [record for record in caplog.records if record.levelname == "ERROR"]
    assert [record.name for record in errors] == ["ifnotyou.jobs"]
    assert (
        "FAILED for good, attempt 3 of 3: builtins.ValueError at tests/jobs/example_tasks.py:" in caplog.text
    )


def test_what_is_logged_and_kept_of_a_failure_names_nobody(notes, start):
    example.fail.enqueue(str(notes))

    worker = start("until-idle", **PATIENT)
    assert worker.ended() == 0
    assert jobs() == [("FAILED", 3)]

    everything = worker.said()
    assert "tests.jobs.example_tasks.fail" in everything
    assert "Maria" not in everything
    assert str(notes) not in everything
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("SELECT last_error FROM ifnotyou_queuedjob")
            (error,) = cursor.fetchone()
        assert error.startswith("builtins.ValueError at tests/jobs/example_tasks.py:")
        assert "Maria" not in error


def test_there_is_one_live_job_for_a_key_and_a_second_leaves_the_transaction_alone(notes):
    with transaction.atomic():
        first = example.note.using(dedup="ask:7").enqueue(str(notes), "first")
        second = example.note.using(dedup="ask:7").enqueue(str(notes), "second")
        example.note.using(dedup="ask:8").enqueue(str(notes), "other")

    assert second.id == first.id
    assert run_due_jobs() == 2
    assert lines(notes) == ["first", "other"]
    example.note.using(dedup="ask:7").enqueue(str(notes), "later")
    run_due_jobs()
    assert lines(notes) == ["first", "other", "later"]


def test_a_key_is_taken_while_its_job_runs(notes):
    example.enqueue_itself.using(dedup="itself").enqueue(str(notes))

    assert run_due_jobs() == 1
    assert jobs() == [("SUCCESSFUL", 1)]


def test_two_at_once_enqueue_one_job_for_a_key(notes):
    def enqueue():
        try:
            example.note.using(dedup="ask:7").enqueue(str(notes))
        finally:
            connection.close()

    others = [threading.Thread(target=enqueue) for _ in range(3)]
    with transaction.atomic():
        example.note.using(dedup="ask:7").enqueue(str(notes))
        for other in others:
            other.start()
        time.sleep(0.2)  # they come while our transaction is open, and wait for it
    for other in others:
        other.join()

    assert jobs() == [("READY", 0)]


def test_a_job_for_later_waits(notes):
    example.note.using(run_after=timezone.now() + timedelta(hours=1)).enqueue(str(notes))

    assert run_due_jobs() == 0
    let_waits_pass()
    assert run_due_jobs() == 1


def test_the_more_urgent_job_comes_first(notes):
    example.note.enqueue(str(notes), "second")
    example.note.using(priority=-5).enqueue(str(notes), "last")
    example.note.using(priority=5).enqueue(str(notes), "first")

    run_due_jobs()
    assert lines(notes) == ["first", "second", "last"]


def test_finished_jobs_are_forgotten_after_a_week(notes):
    example.note.enqueue(str(notes))
    run_due_jobs()
    tasks.delete_old_jobs.func()
    assert len(jobs()) == 1

    age_finished_jobs(timedelta(days=8))
    example.note.enqueue(str(notes))
    tasks.delete_old_jobs.func()
    assert jobs() == [("READY", 0)]


def test_a_moment_of_the_calendar_is_claimed_once():
    calendar.enqueue_what_is_due([example.SELDOM])
    assert jobs() == []  # a new schedule begins with its next moment

    missed = timezone.now() - timedelta(days=3)
    Schedule.objects.update(next_at=missed)
    calendar.enqueue_what_is_due([example.SELDOM])
    assert jobs() == [("READY", 0)]

    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("JOBS_TEST_NOTES", os.devnull)
        run_due_jobs()
    # A worker that looked at the same time, and is only a little slower.
    calendar._fire(example.SELDOM, missed, timezone.now() + timedelta(days=1))
    calendar.enqueue_what_is_due([example.SELDOM])
    assert jobs() == [("SUCCESSFUL", 1)]


def test_a_quicker_rhythm_does_not_wait_for_the_old_one():
    Schedule.objects.create(name=example.SELDOM.name, next_at=timezone.now() + timedelta(days=300))

    calendar.enqueue_what_is_due([replace(example.SELDOM, every=timedelta(days=1))])

    assert Schedule.objects.get().next_at <= timezone.now() + timedelta(days=1)


def test_two_workers_fire_a_moment_once(notes, start):
    Schedule.objects.create(name=example.SELDOM.name, next_at=timezone.now() - timedelta(days=1))

    workers = [start(**PATIENT), start(**PATIENT)]
    for worker in workers:
        wait_until(lambda worker=worker: "worker started" in worker.said())
    wait_until(lambda: lines(notes))
    example.note.enqueue(str(notes), "after")
    wait_until(lambda: "after" in lines(notes))
    for worker in workers:
        worker.send(signal.SIGTERM)

    assert [worker.ended() for worker in workers] == [0, 0]
    assert lines(notes) == ["periodic", "after"]


def test_a_worker_that_is_asked_to_stop_finishes_its_job(notes, start, tmp_path):
    example.wait_for.enqueue(str(notes), str(tmp_path / "gate"))
    worker = start(**PATIENT)
    wait_until(lambda: lines(notes) == ["started"])

    worker.send(signal.SIGTERM)
    (tmp_path / "gate").touch()

    assert worker.ended() == 0
    assert lines(notes) == ["started", "finished"]
    assert jobs() == [("SUCCESSFUL", 1)]


def test_the_job_of_a_killed_worker_is_run_again_by_another(notes, start, tmp_path):
    example.wait_for.enqueue(str(notes), str(tmp_path / "gate"))
    first = start()
    wait_until(lambda: lines(notes) == ["started"])

    first.send(signal.SIGKILL)
    first.ended()
    (tmp_path / "gate").touch()
    start()

    wait_until(lambda: jobs() == [("SUCCESSFUL", 2)])
    assert lines(notes) == ["started", "started", "finished"]


def test_a_job_that_took_its_last_worker_down_has_failed_loudly(notes, start, tmp_path):
    example.wait_once.enqueue(str(notes), str(tmp_path / "gate"))
    first = start()
    wait_until(lambda: lines(notes) == ["started"])

    first.send(signal.SIGKILL)
    first.ended()
    second = start()

    wait_until(lambda: jobs() == [("FAILED", 1)])
    wait_until(lambda: "FAILED for good" in second.said())
    assert lines(notes) == ["started"]


def test_a_long_job_of_a_living_worker_is_left_alone(notes, start, tmp_path):
    example.wait_for.enqueue(str(notes), str(tmp_path / "gate"))
    start(JOBS_TEST_LEASE="15")
    wait_until(lambda: lines(notes) == ["started"])
    start(JOBS_TEST_LEASE="15")

    time.sleep(20)  # longer than the lease
    (tmp_path / "gate").touch()

    wait_until(lambda: jobs() == [("SUCCESSFUL", 1)])
    assert lines(notes) == ["started", "finished"]


def test_the_last_job_of_a_worker_that_was_asked_to_stop_is_left_alone(notes, start, tmp_path):
    example.wait_for.enqueue(str(notes), str(tmp_path / "gate"))
    leaving = start(JOBS_TEST_LEASE="15")
    wait_until(lambda: lines(notes) == ["started"])
    leaving.send(signal.SIGTERM)
    start(JOBS_TEST_LEASE="15")

    time.sleep(25)  # longer than the lease
    (tmp_path / "gate").touch()

    assert leaving.ended() == 0
    wait_until(lambda: jobs() == [("SUCCESSFUL", 1)])
    assert lines(notes) == ["started", "finished"]


def stop(worker: Worker) -> None:
    """SIGSTOP, but not in the middle of a write: on SQLite it would keep the lock, and nobody else could work."""
    until = time.monotonic() + 300
    while True:
        worker.send(signal.SIGSTOP)
        # Until all of its threads stand still.
        os.waitid(os.P_PID, worker.process.pid, os.WSTOPPED | os.WEXITED | os.WNOWAIT)
        if connection.vendor != "sqlite" or may_write():
            return
        assert time.monotonic() < until, "it writes all the time"
        worker.send(signal.SIGCONT)
        time.sleep(0.1)


def may_write() -> bool:
    """Whether nobody keeps SQLite's lock for writing."""
    with closing(sqlite3.connect(connection.settings_dict["NAME"], timeout=2, isolation_level=None)) as own:
        try:
            own.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            return False
        own.execute("ROLLBACK")
    return True


def test_a_slow_worker_that_lost_its_job_cannot_change_the_outcome(notes, start, tmp_path):
    first_gate, second_gate = tmp_path / "first", tmp_path / "second"
    example.fail_late_at_first.enqueue(str(notes), str(first_gate), str(second_gate))
    # On SQLite the lease stands with the job, as its worker wrote it; on PostgreSQL each judges the other by its own.
    leases = ("3", "120") if connection.vendor == "sqlite" else ("10", "10")
    slow = start(JOBS_TEST_LEASE=leases[0])
    wait_until(lambda: lines(notes) == ["started"])
    start(JOBS_TEST_LEASE=leases[1])

    stop(slow)
    wait_until(lambda: lines(notes) == ["started", "started"])
    before = jobs()
    first_gate.touch()
    slow.send(signal.SIGCONT)
    wait_until(lambda: "taken over" in slow.said())
    assert jobs() == before  # it still runs, in other hands

    second_gate.touch()
    wait_until(lambda: jobs() == [("SUCCESSFUL", 2)])
    assert lines(notes) == ["started", "started", "finished"]


@pytest.mark.where(connection.vendor == "sqlite", "one file, which one writer at a time may have")
def test_a_database_that_is_busy_ends_no_worker(notes, start):
    example.note.enqueue(str(notes), line="done")
    with closing(sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        worker = start(JOBS_TEST_TIMEOUT="0.1", **PATIENT)
        wait_until(lambda: "the database did not answer" in worker.said())
        other.execute("ROLLBACK")

    wait_until(lambda: lines(notes) == ["done"])
    assert worker.process.poll() is None


def test_four_workers_run_two_hundred_jobs_once_each(notes, start):
    with transaction.atomic():
        for number in range(200):
            example.note.enqueue(str(notes), str(number))

    workers = [start("until-idle", **PATIENT) for _ in range(4)]

    assert [worker.ended() for worker in workers] == [0, 0, 0, 0]
    assert sorted(lines(notes), key=int) == [str(number) for number in range(200)]
    assert set(jobs()) == {("SUCCESSFUL", 1)}


def test_working_until_idle_includes_what_the_jobs_enqueue(notes, start):
    example.pass_it_on.enqueue(str(notes), 5)

    assert start("until-idle", **PATIENT).ended() == 0
    assert lines(notes) == ["5", "4", "3", "2", "1", "0"]


def test_what_a_job_enqueues_in_a_transaction_that_fails_stays_away(notes, start):
    example.enqueue_and_fail.enqueue(str(notes))

    assert start("until-idle", **PATIENT).ended() == 0
    assert jobs() == [("FAILED", 1)]
