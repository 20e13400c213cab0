"""Tasks that leave lines in a file, so that every process can see what ran."""

import os
import time
from datetime import timedelta
from pathlib import Path

from django.db import transaction
from django_tasks import task

from ifnotyou.jobs.calendar import Periodic


def add_line(path: str, line: str) -> None:
    with open(path, "a") as file:  # noqa: PTH123
        file.write(f"{line}\n")


def lines(path: str | Path) -> list[str]:
    return Path(path).read_text().split() if Path(path).exists() else []


@task
def note(path: str, line: str = "noted") -> None:
    add_line(path, line)


@task(max_attempts=3)
def fail(path: str) -> None:
    add_line(path, "tried")
    raise ValueError("Maria Silva <maria@example.com> cannot be reached")


@task
def enqueue_itself(path: str) -> None:
    add_line(path, "ran")
    if len(lines(path)) > 1:
        return  # or a broken queue would never be idle
    enqueue_itself.using(dedup="itself").enqueue(path)


@task
def pass_it_on(path: str, times: int) -> None:
    add_line(path, str(times))
    if times:
        pass_it_on.enqueue(path, times - 1)


@task(max_attempts=1)
def enqueue_and_fail(path: str) -> None:
    with transaction.atomic():
        note.enqueue(path, "never")
        raise ValueError


def hold(path: str, gate: str) -> None:
    add_line(path, "started")
    until = time.monotonic() + 300
    while not Path(gate).exists():
        if time.monotonic() > until:
            raise TimeoutError
        time.sleep(0.02)


@task
def wait_for(path: str, gate: str) -> None:
    hold(path, gate)
    add_line(path, "finished")


@task(max_attempts=1)
def wait_once(path: str, gate: str) -> None:
    hold(path, gate)


@task
def fail_late_at_first(path: str, gate: str, second_gate: str) -> None:
    if lines(path):
        hold(path, second_gate)
        add_line(path, "finished")
        return
    hold(path, gate)
    raise ValueError("too late to count")


@task
def note_periodically() -> None:
    add_line(os.environ["JOBS_TEST_NOTES"], "periodic")


SELDOM = Periodic(note_periodically, every=timedelta(days=36500))
"""Due in the year 2123: no worker notes anything by itself, at no hour at which the tests may run."""
