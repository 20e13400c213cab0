"""How long what is kept about people: the table, line by line."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from ifnotyou.playbook.disclosure import Terms
from ifnotyou.playbook.policy import RetentionPolicy
from ifnotyou.playbook.retention import NameFacts, add_months, confidence_until, name_until

POLICY = RetentionPolicy()
CAME = date(2026, 3, 2)
NAMED = frozenset({Terms.NAMED})


def day(text):
    return date.fromisoformat(text)


@pytest.mark.parametrize(
    ("terms", "until"),
    [
        ({Terms.NAMED}, "2026-03-30"),
        ({Terms.CONFIDENTIAL}, "2026-03-30"),
        ({Terms.INTRODUCE}, "2026-03-30"),
        ({Terms.ANONYMOUS}, "2026-03-16"),
        ({Terms.ANONYMOUS, Terms.CONFIDENTIAL}, "2026-03-30"),
        (set(), "2026-03-30"),
    ],
)
def test_a_name_nobody_contacted_goes_after_28_days_and_an_anonymous_one_after_14(terms, until):
    assert name_until(NameFacts(CAME, frozenset(terms)), POLICY) == day(until)


@pytest.mark.parametrize(
    ("country", "facts", "until"),
    [
        ("", {"contacted_on": day("2026-03-05")}, "2026-05-04"),  # no answer: 60 days
        ("", {"contacted_on": day("2026-03-05"), "answered_on": day("2026-03-06")}, None),  # in touch
        # Closed, by country.
        ("", {"closed_on": day("2026-04-01")}, "2026-10-01"),
        ("DE", {"closed_on": day("2026-04-01")}, "2026-10-01"),
        ("AT", {"closed_on": day("2026-04-01")}, "2026-11-01"),
        ("FR", {"closed_on": day("2026-08-31")}, "2027-02-28"),
        # Consent makes it longer, never shorter, and 24 months from the last contact are the most.
        ("FR", {"closed_on": day("2026-04-01"), "keep_consent_until": day("2027-04-01")}, "2027-04-01"),
        ("FR", {"closed_on": day("2026-04-01"), "keep_consent_until": day("2030-01-01")}, "2028-04-01"),
        ("FR", {"closed_on": day("2026-04-01"), "keep_consent_until": day("2026-05-01")}, "2026-10-01"),
        # Applied.
        ("US", {"applied_on": day("2026-04-01")}, "2030-04-01"),
        ("DE", {"applied_on": day("2026-04-01")}, "2026-10-01"),
        ("AT", {"applied_on": day("2026-04-01"), "closed_on": day("2026-05-01")}, "2026-11-01"),
        ("US", {"applied_on": day("2026-04-01"), "closed_on": day("2026-05-01")}, "2030-04-01"),
    ],
)
def test_what_happened_and_where_decides(country, facts, until):
    contact = {"contacted_on": CAME, "answered_on": CAME} | facts
    name = NameFacts(CAME, NAMED, country=country, **contact)
    if "contacted_on" in facts and "answered_on" not in facts:
        name = replace(name, answered_on=None)
    assert name_until(name, POLICY) == (day(until) if until else None)


def test_of_two_ends_the_earlier_one_holds():
    closed_at_once = NameFacts(CAME, NAMED, closed_on=CAME)  # never told: the notice is due all the same
    assert name_until(closed_at_once, POLICY) == day("2026-03-30")
    silent = NameFacts(CAME, NAMED, contacted_on=CAME, closed_on=day("2026-04-20"))
    assert name_until(silent, POLICY) == day("2026-05-01")


def test_a_policy_with_other_numbers_is_kept():
    strict = replace(POLICY, name_days=10, unanswered_days=5, closed_months=1, closed_months_in={"AT": 2.0})
    assert name_until(NameFacts(CAME, NAMED), strict) == day("2026-03-12")
    assert name_until(NameFacts(CAME, NAMED, contacted_on=CAME), strict) == day("2026-03-07")
    closed = NameFacts(CAME, NAMED, contacted_on=CAME, answered_on=CAME, closed_on=CAME)
    assert name_until(closed, strict) == day("2026-04-02")
    assert name_until(replace(closed, country="AT"), strict) == day("2026-05-02")


@pytest.mark.parametrize(("closed", "days"), [(None, 90), (10, 21), (20, 21), (30, 30), (120, 90)])
def test_the_way_back_to_a_confidential_giver_goes_when_all_is_done_and_after_90_days_at_most(closed, days):
    after = CAME + timedelta(days=closed) if closed else None
    assert confidence_until(CAME, after, POLICY) == CAME + timedelta(days=days)


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        ("2026-01-31", 1, "2026-02-28"),
        ("2024-01-31", 1, "2024-02-29"),
        ("2026-12-15", 1, "2027-01-15"),
        ("2026-03-31", -1, "2026-02-28"),
        ("2026-01-15", -6, "2025-07-15"),
        ("2026-06-30", -36, "2023-06-30"),
    ],
)
def test_months_end_where_the_month_ends(start, months, end):
    assert add_months(day(start), months) == day(end)
