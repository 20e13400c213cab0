"""Dates in every form that can be told for sure, and none that cannot."""

from datetime import UTC, datetime

import pytest

from tests.files.written import COMPANY, changed, read, told, with_cell


def sent(tmp_path, *cells):
    rows = [["c1", "e1", cell, "to_candidate"] for cell in cells]
    records, problems = read(tmp_path, changed("messages", *rows))
    return [message.sent_at for message in records.messages], problems


@pytest.mark.parametrize(
    "cell",
    [
        "2026-02-03T14:05:00Z",
        "2026-02-03T14:05:00+00:00",
        "2026-02-03T14:05:00",
        "2026-02-03 14:05",
        "2026-02-03T16:05:00+02:00",
        "20260203T140500Z",
        "2026-02-03 14:05:00 UTC",
        "2026-02-03 16:05:00 +0200",
        "2026/02/03 14:05:00",
        "2026-2-3 14:05",
        "03.02.2026 14:05",
        "3.2.2026, 14:05:00",
        "1770127500",
        "1770127500000",
    ],
)
def test_one_moment_in_many_words(tmp_path, cell):
    moments, problems = sent(tmp_path, cell)
    assert moments == [datetime(2026, 2, 3, 14, 5, tzinfo=UTC)]
    assert moments[0].tzinfo is UTC
    assert problems == ()


def test_a_date_alone_is_midnight(tmp_path):
    moments, _ = sent(tmp_path, "2026-02-03", "20260204")
    assert moments == [datetime(2026, 2, 3, tzinfo=UTC), datetime(2026, 2, 4, tzinfo=UTC)]


def test_forms_may_be_mixed(tmp_path):
    moments, problems = sent(
        tmp_path, "2026-02-03", "2026-02-03T10:00:00+10:00", "2026-02-03T00:00:01", "03.02.2026 00:00:02"
    )
    assert [moment.second for moment in moments] == [0, 0, 1, 2]
    assert problems == ()


@pytest.mark.parametrize(
    ("cells", "days"),
    [
        (["01/15/2026", "02/03/2026"], [(1, 15), (2, 3)]),
        (["15/01/2026", "03/02/2026"], [(1, 15), (2, 3)]),
        (["15-01-2026", "03-02-2026"], [(1, 15), (2, 3)]),
        (["01.02.2026", "03.02.2026"], [(2, 1), (2, 3)]),
        (["1/15/2026 1:30 PM", "2/3/2026 12:05 am"], [(1, 15), (2, 3)]),
    ],
)
def test_a_column_tells_its_own_order(tmp_path, cells, days):
    moments, problems = sent(tmp_path, *cells)
    assert [(moment.month, moment.day) for moment in moments] == days
    assert problems == ()


def test_hours_before_and_after_noon(tmp_path):
    moments, _ = sent(
        tmp_path, "1/15/2026 1:30 PM", "1/15/2026 12:05 am", "1/15/2026 12:06 p.m.", "1/15/2026 9:00 AM"
    )
    assert [(moment.hour, moment.minute) for moment in moments] == [(13, 30), (0, 5), (12, 6), (9, 0)]


@pytest.mark.parametrize("cells", [["02/03/2026", "01/02/2026"], ["15/01/2026", "01/15/2026"]])
def test_a_column_that_does_not_tell_is_one_problem(tmp_path, cells):
    moments, problems = sent(tmp_path, *cells, "2026-02-05")
    assert moments == [datetime(2026, 2, 5, tzinfo=UTC)]
    assert told(problems) == [("messages.csv", None, "sent_at")]
    assert "Write them as 2026-05-04" in problems[0].text


@pytest.mark.parametrize(
    "cell",
    [
        "2026-02-30",
        "2026-13-01",
        "30.02.2026",
        "1989-12-31",
        "0001-01-01T00:00:00+05:00",
        "2037-01-01",
        "9999-12-31T23:59:59-05:00",
        "soon",
        "45678",
        "177012750",
        "2026-02-03T25:00:00Z",
        "01/15/26",
        "1/15/2026 13:30 PM",
    ],
)
def test_an_impossible_date_costs_its_row(tmp_path, cell):
    moments, problems = sent(tmp_path, cell, "2026-02-05")
    assert moments == [datetime(2026, 2, 5, tzinfo=UTC)]
    assert told(problems) == [("messages.csv", 2, "sent_at")]
    assert cell in problems[0].text


def test_one_number_among_dates_is_no_date(tmp_path):
    for order in (1, -1):
        moments, problems = sent(tmp_path, *["1770127500", "2026-02-05", "2012111500000"][::order])
        assert len(moments) == 1
        assert len(problems) == 2


def test_a_long_number_is_no_date_even_where_it_begins_like_one(tmp_path):
    moments, problems = sent(tmp_path, "2026-02-05", "2012111500000")
    assert moments == [datetime(2026, 2, 5, tzinfo=UTC)]
    assert told(problems) == [("messages.csv", 3, "sent_at")]


# --- the future, and other things that cannot be --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("offers", "resolved_at"),
        ("interviews", "started_at"),
        ("scorecards", "submitted_at"),
        ("messages", "sent_at"),
        ("pulses", "said_at"),
    ],
)
def test_nothing_has_happened_in_the_future(tmp_path, table, column):
    usual, _ = read(tmp_path / "usual", COMPANY)
    for cell in ("2026-03-10T23:59:59Z", "2026-03-11T23:59:59Z"):
        assert len(getattr(read(tmp_path, with_cell(table, column, cell))[0], table)) == len(
            getattr(usual, table)
        )
    records, problems = read(tmp_path, with_cell(table, column, "2026-03-12T00:00:00Z"))
    assert len(getattr(records, table)) == len(getattr(usual, table)) - 1
    assert told(problems) == [(f"{table}.csv", 2, column)]


@pytest.mark.parametrize("status", ["cancelled", "no_show"])
def test_what_did_not_happen_may_lie_in_the_future(tmp_path, status):
    row = ["i1", "c1", "j1", "e1", "coffee", "2026-04-01", "30", status]
    assert read(tmp_path, changed("interviews", row))[1] == ()


def test_an_offer_resolved_before_it_was_sent_is_left_out(tmp_path):
    row = ["o1", "c1", "j1", "declined", "2026-03-03T00:00:00Z", "2026-03-02T00:00:00Z", "", ""]
    assert len(read(tmp_path, changed("offers", row))[0].offers) == 1
    row[5] = "2026-03-01T23:59:59Z"
    records, problems = read(tmp_path, changed("offers", row))
    assert records.offers == []
    assert told(problems) == [("offers.csv", 2, "resolved_at")]


@pytest.mark.parametrize("cell", ["03/02/2026", "2026-02-30", "last week"])
def test_an_unreadable_resolution_never_looks_fresh(tmp_path, cell):
    records, problems = read(tmp_path, with_cell("offers", "resolved_at", cell))
    assert [offer.id for offer in records.offers] == ["o2"]
    assert problems[0].column == "resolved_at"


def test_an_unreadable_sending_is_only_unknown(tmp_path):
    records, problems = read(tmp_path, with_cell("offers", "sent_at", "2026-02-30"))
    assert records.offers[0].sent_at is None
    assert told(problems) == [("offers.csv", 2, "sent_at")]
    assert "counts as empty" in problems[0].text
