"""Intervals, groups and days: what an honest figure is made of."""

from datetime import date
from math import comb

import pytest

from ifnotyou.playbook.figures import (
    OF_AN_ASK,
    beta_below,
    beta_quantile,
    groups_shown,
    median_of,
    months_back,
    rate_of,
    working_days_between,
)


@pytest.mark.parametrize("share", [0.01, 0.2, 0.5, 0.77, 0.99])
@pytest.mark.parametrize(("hits", "of"), [(1, 1), (1, 9), (4, 9), (9, 9), (30, 200)])
def test_the_beta_function_says_the_same_as_counting(hits, of, share):
    # So many hits or more: once as a sum over all that can happen, once as a Beta.
    summed = sum(comb(of, k) * share**k * (1 - share) ** (of - k) for k in range(hits, of + 1))
    assert beta_below(share, hits, of - hits + 1) == pytest.approx(summed, abs=1e-10)


@pytest.mark.parametrize("p", [0.05, 0.5, 0.95])
@pytest.mark.parametrize(("a", "b"), [(1, 1), (2, 6), (0.5, 0.5), (300, 900), (14_000, 36_000)])
def test_a_quantile_is_where_that_much_lies_below(a, b, p):
    assert beta_below(beta_quantile(p, a, b), a, b) == pytest.approx(p, abs=1e-9)


def test_before_anything_is_counted_one_ask_in_four_brings_a_name():
    rate = rate_of(0, 0, OF_AN_ASK)
    assert (rate.middle, rate.few) == (0.25, True)
    assert 0.04 < rate.low < 0.06
    assert 0.5 < rate.high < 0.55


def test_the_more_is_counted_the_narrower_it_gets():
    widths = [(r := rate_of(n // 4, n, OF_AN_ASK)).high - r.low for n in (0, 4, 40, 400, 4000)]
    assert widths == sorted(widths, reverse=True)
    assert widths[-1] < 0.03


@pytest.mark.parametrize(
    ("hits", "of", "words"),
    [(3, 7, "3 of 7: too few to tell"), (10, 40, "10 of 40: between 15 and 36 in a hundred")],
)
def test_small_numbers_are_shown_as_small(hits, of, words):
    assert rate_of(hits, of, OF_AN_ASK).words == words


def test_more_hits_than_tries_is_no_share():
    with pytest.raises(ValueError, match="8 of 7 is no share"):
        rate_of(8, 7)


@pytest.mark.parametrize(
    ("people", "shown"),
    [
        ({"peer": range(5)}, {"peer"}),
        ({"peer": range(4)}, set()),
        ({"peer": [1, 1, 2, 2, 3]}, set()),
        # What is missing from the whole would be that of two people: the smallest of the others is kept back too.
        ({"peer": range(9), "manager": range(10, 16), "executive": range(20, 22)}, {"peer"}),
        # Three and three are six: nobody can tell which of them.
        (
            {
                "peer": range(9),
                "manager": range(10, 16),
                "executive": range(20, 23),
                "recruiter": range(30, 33),
            },
            {"peer", "manager"},
        ),
        # The same three under two names are three.
        ({"peer": range(9), "executive": range(20, 23), "recruiter": range(20, 23)}, set()),
        ({"peer": range(9), "manager": range(10, 16), "executive": ()}, {"peer", "manager"}),
        ({}, set()),
    ],
)
def test_a_group_of_colleagues_is_shown_only_where_no_figure_is_somebodys(people, shown):
    assert groups_shown(people) == shown


@pytest.mark.parametrize(
    ("began", "ended", "days"),
    [
        (date(2026, 6, 17), date(2026, 6, 17), 0),
        (date(2026, 6, 17), date(2026, 6, 18), 1),
        (date(2026, 6, 19), date(2026, 6, 22), 1),  # Friday to Monday
        (date(2026, 6, 20), date(2026, 6, 21), 0),  # within a weekend
        (date(2026, 6, 15), date(2026, 6, 29), 10),
        (date(2026, 6, 18), date(2026, 6, 17), 0),
    ],
)
def test_weekends_are_no_waiting(began, ended, days):
    assert working_days_between(began, ended) == days


@pytest.mark.parametrize(
    ("counted", "middle"),
    [({}, None), ({0: 0}, None), ({3: 1}, 3), ({0: 1, 1: 1, 9: 1}, 1), ({0: 2, 5: 2}, 0), ({0: 2, 5: 3}, 5)],
)
def test_the_median_is_the_one_in_the_middle(counted, middle):
    assert median_of(counted) == middle


def test_months_go_back_over_the_new_year():
    assert months_back(date(2026, 2, 28), 4) == [
        date(2026, 2, 1),
        date(2026, 1, 1),
        date(2025, 12, 1),
        date(2025, 11, 1),
    ]
