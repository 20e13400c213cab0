"""When a program that did not listen is told again: as a table."""

from datetime import timedelta

import pytest

from ifnotyou.playbook.retries import GIVEN_UP_AFTER, LATER_BY_UP_TO, WAITS, wait_before_next

TABLE = [
    (1, timedelta(seconds=5)),
    (2, timedelta(minutes=5)),
    (3, timedelta(minutes=30)),
    (4, timedelta(hours=2)),
    (5, timedelta(hours=5)),
    (6, timedelta(hours=10)),
    (7, timedelta(hours=14)),
    (8, timedelta(hours=20)),
    (9, timedelta(hours=24)),
    (10, None),
    (11, None),
]


@pytest.mark.parametrize(("attempts", "wait"), TABLE)
def test_the_schedule_of_the_specification(attempts, wait):
    assert wait_before_next(attempts, 0.0) == wait


@pytest.mark.parametrize("attempts", range(1, 10))
def test_a_wait_is_longer_by_chance_and_never_shorter(attempts):
    waits = [wait_before_next(attempts, chance / 10) for chance in range(11)]

    assert waits == sorted(set(waits))
    assert waits[-1] == waits[0] * (1 + LATER_BY_UP_TO)


def test_before_the_first_attempt_there_is_nothing_to_wait_for():
    assert wait_before_next(0, 0.5) is None


def test_all_attempts_are_over_before_patience_is():
    assert sum(WAITS, timedelta()) * (1 + LATER_BY_UP_TO) < GIVEN_UP_AFTER
