"""The parts that need no queue."""

from datetime import UTC, datetime, timedelta

import pytest
from django_tasks import task
from django_tasks.exceptions import InvalidTaskError

from ifnotyou.jobs.calendar import Periodic
from ifnotyou.jobs.task import LONGEST_WAIT, wait_after
from tests.jobs.example_tasks import note, note_periodically


@pytest.mark.parametrize(
    ("attempt", "seconds"), [(1, 10), (2, 30), (3, 90), (6, 2430), (7, 3600), (1000, 3600)]
)
def test_waits_grow_by_three_up_to_an_hour_and_vary(settings, attempt, seconds):
    settings.JOBS_FIRST_WAIT = timedelta(seconds=10)

    waits = {wait_after(attempt) for _ in range(50)}

    assert len(waits) > 1
    assert min(waits) >= timedelta(seconds=seconds) * 0.75
    assert max(waits) <= timedelta(seconds=seconds) * 1.25
    assert max(waits) <= LONGEST_WAIT * 1.25


def test_a_task_keeps_what_is_not_changed_for_one_call():
    changed = note.using(dedup="ask:7", max_attempts=2, priority=3)

    assert (changed.dedup, changed.max_attempts, changed.priority) == ("ask:7", 2, 3)
    assert changed.using(priority=1).dedup == "ask:7"
    assert (note.dedup, note.max_attempts, note.priority) == ("", 5, 0)


@pytest.mark.parametrize("setting", [{"max_attempts": 0}, {"takes_context": True}])
def test_a_task_that_could_not_run_is_refused(setting):
    with pytest.raises(InvalidTaskError):
        task(**setting)(note.func)


@pytest.mark.parametrize(
    ("every", "at", "expected"),
    [
        (timedelta(minutes=5), timedelta(), datetime(2026, 11, 18, 10, 10, tzinfo=UTC)),
        (timedelta(days=1), timedelta(hours=3), datetime(2026, 11, 19, 3, 0, tzinfo=UTC)),
        (timedelta(days=1), timedelta(hours=23), datetime(2026, 11, 18, 23, 0, tzinfo=UTC)),
        (timedelta(days=7), timedelta(hours=6), datetime(2026, 11, 23, 6, 0, tzinfo=UTC)),  # a Monday
    ],
)
def test_a_rhythm_has_its_next_moment(every, at, expected):
    wednesday = datetime(2026, 11, 18, 10, 5, tzinfo=UTC)

    assert Periodic(note_periodically, every=every, at=at).next_after(wednesday) == expected
