"""What cells mean, and what an unreadable one costs."""

import pytest

from ifnotyou.playbook.policy import FilePolicy
from ifnotyou.playbook.records import InterviewStatus, JobStatus, OfferStatus
from tests.files.written import COMPANY, changed, read, told, with_cell


@pytest.mark.parametrize(("cell", "level"), [("1", 1), ("10", 10), ("7.0", 7), ("7,0", 7), ("", None)])
def test_levels(tmp_path, cell, level):
    records, problems = read(tmp_path, with_cell("employees", "level", cell))
    assert records.employees["e1"].level == level
    assert problems == ()


@pytest.mark.parametrize("cell", ["0", "11", "-1", "5.5", "senior", "²", "٣", "1e1"])
@pytest.mark.parametrize("table", ["employees", "candidates", "jobs"])
def test_a_level_that_is_none_counts_as_unknown(tmp_path, table, cell):
    records, problems = read(tmp_path, with_cell(table, "level", cell))
    assert next(iter(getattr(records, table).values())).level is None
    assert told(problems) == [(f"{table}.csv", 2, "level")]


@pytest.mark.parametrize(
    ("cell", "minutes"),
    [("0", 0), ("45", 45), ("45.0", 45), ("45,5", 45.5), ("45 min", 45), ("30 minutes", 30), ("1440", 1440)],
)
def test_minutes(tmp_path, cell, minutes):
    records, problems = read(tmp_path, with_cell("interviews", "minutes", cell))
    assert records.interviews[0].minutes == minutes
    assert problems == ()


@pytest.mark.parametrize("cell", ["-5", "1441", "nan", "inf", "1e3", "an hour", "1_0", ""])
def test_minutes_that_are_none_cost_the_row(tmp_path, cell):
    records, problems = read(tmp_path, with_cell("interviews", "minutes", cell))
    assert [interview.id for interview in records.interviews] == ["i2", "i2"]
    assert told(problems) == [("interviews.csv", 2, "minutes")]


@pytest.mark.parametrize("cell", ["true", "YES", "y", "1", "x", " True "])
def test_yes(tmp_path, cell):
    records, problems = read(tmp_path, with_cell("candidates", "do_not_contact", cell))
    assert records.candidates["c1"].do_not_contact
    assert problems == ()


@pytest.mark.parametrize("cell", ["false", "No", "n", "0", ""])
def test_no(tmp_path, cell):
    records, problems = read(tmp_path, with_cell("candidates", "do_not_contact", cell))
    assert not records.candidates["c1"].do_not_contact
    assert problems == ()


@pytest.mark.parametrize(
    ("table", "column", "careful"),
    [
        ("candidates", "do_not_contact", True),
        ("employees", "active", False),
        ("employees", "executive", True),
    ],
)
@pytest.mark.parametrize("cell", ["maybe", "2", "?", "#REF!"])
def test_an_unclear_flag_is_read_so_that_nobody_is_pestered(tmp_path, table, column, careful, cell):
    records, problems = read(tmp_path, with_cell(table, column, cell))
    assert getattr(next(iter(getattr(records, table).values())), column) is careful
    assert told(problems) == [(f"{table}.csv", 2, column)]
    assert str(careful).lower() in problems[0].text


def test_an_empty_active_means_here(tmp_path):
    records, _ = read(tmp_path, with_cell("employees", "active", ""))
    assert records.employees["e1"].active


@pytest.mark.parametrize("table", ["employees", "candidates"])
@pytest.mark.parametrize("cell", ["42", "12.5", "2026-01-02", "--", "?"])
def test_a_number_where_a_name_should_be(tmp_path, table, cell):
    records, problems = read(tmp_path, with_cell(table, "name", cell, row=2))
    assert len(getattr(records, table)) == len(COMPANY[table]) - 2
    assert (f"{table}.csv", 3, "name") in told(problems)
    assert any("a number where a name should be" in problem.text for problem in problems)


def test_lists(tmp_path):
    records, problems = read(tmp_path, with_cell("candidates", "past_employers", " Acme ; Globex|; Acme;"))
    assert records.candidates["c1"].past_employers == ("Acme", "Globex")
    assert problems == ()


@pytest.mark.parametrize("cell", ["n/a", "none", "@", "kim@", "-"])
def test_what_is_no_address_is_not_kept_as_one(tmp_path, cell):
    """Two people with the address "n/a" are not one human being."""
    records, problems = read(tmp_path, with_cell("candidates", "email", cell))
    assert records.candidates["c1"].email == ""
    assert told(problems) == [("candidates.csv", 2, "email")]


def test_the_first_of_several_addresses(tmp_path):
    records, _ = read(tmp_path, with_cell("candidates", "email", "Kim <kim@a.example>; kim@b.example"))
    assert records.candidates["c1"].email == "kim@a.example"


@pytest.mark.parametrize(
    ("table", "column", "known", "key"),
    [
        ("offers", "status", "open, accepted, declined, rescinded, expired", "offers.status"),
        ("jobs", "status", "open, closed, filled", "jobs.status"),
        ("interviews", "status", "completed, cancelled, no_show", "interviews.status"),
        ("scorecards", "overall", "definitely_not, no, mixed, yes, strong_yes", "scorecards.overall"),
        ("messages", "direction", "to_candidate, from_candidate", "messages.direction"),
        ("pulses", "by", "candidate, employee", "pulses.by"),
    ],
)
def test_an_unknown_word_is_never_guessed(tmp_path, table, column, known, key):
    records, problems = read(tmp_path, with_cell(table, column, "perhaps"))
    usual, _ = read(tmp_path / "usual", COMPANY)
    assert len(getattr(records, table)) == len(getattr(usual, table)) - 1
    first = next(problem for problem in problems if problem.file == f"{table}.csv")
    assert (first.row, first.column) == (2, column)
    assert '"perhaps"' in first.text
    assert known in first.text
    assert f'files.values."{key}.…"' in first.text


def test_a_policy_knows_more_words_headers_and_files(tmp_path):
    defaults = FilePolicy()
    policy = FilePolicy(
        names={**defaults.names, "jobs": (*defaults.names["jobs"], "Stellen")},
        headers={**defaults.headers, "jobs.title": (*defaults.headers["jobs.title"], "Bezeichnung")},
        values={**defaults.values, "jobs.status.filled": ("Besetzt",)},
    )
    files = {name: rows for name, rows in COMPANY.items() if name != "jobs"}
    files["stellen"] = "id;bezeichnung;status\nj1;Ingenieur;besetzt\nj2;Zeichner;offen\n"
    records, problems = read(tmp_path, files, policy)
    assert records.jobs["j1"].title == "Ingenieur"
    assert records.jobs["j1"].status is JobStatus.FILLED
    assert told(problems) == [("offers.csv", 3, "job_id"), ("stellen.csv", 3, "status")]


@pytest.mark.parametrize("table", ["offers", "messages"])
def test_an_empty_required_cell_costs_the_row(tmp_path, table):
    records, problems = read(tmp_path, with_cell(table, "candidate_id", " "))
    assert len(getattr(records, table)) == 1
    assert told(problems) == [(f"{table}.csv", 2, "candidate_id")]


def test_an_empty_status_of_an_offer_costs_the_row(tmp_path):
    records, problems = read(tmp_path, with_cell("offers", "status", ""))
    assert [offer.id for offer in records.offers] == ["o2"]
    assert told(problems) == [("offers.csv", 2, "status")]


def test_no_vote_is_no_scorecard(tmp_path):
    records, problems = read(tmp_path, with_cell("scorecards", "overall", ""))
    assert [card.id for card in records.scorecards] == ["s2"]
    assert problems == ()


@pytest.mark.parametrize("by", ["candidate", "employee"])
@pytest.mark.parametrize("score", ["0", "6", "4.5", "good"])
def test_a_score_that_is_none_costs_the_row(tmp_path, by, score):
    records, problems = read(tmp_path, changed("pulses", ["c1", "e1", by, score, ""]))
    assert list(records.pulses) == []
    assert told(problems) == [("pulses.csv", 2, "score")]


def test_only_a_candidate_answers_without_a_score(tmp_path):
    records, problems = read(
        tmp_path, changed("pulses", ["c1", "e1", "employee", "", ""], ["c1", "e2", "candidate", "", ""])
    )
    assert [(pulse.employee_id, pulse.score) for pulse in records.pulses] == [("e2", None)]
    assert told(problems) == [("pulses.csv", 2, "score")]


def test_hidden_characters_do_not_get_into_texts(tmp_path):
    cell = "Data\x1b[31m\x00 Engineer\u202e\r\nBcc: x\xa0y  z"
    records, problems = read(tmp_path, with_cell("jobs", "title", cell))
    assert records.jobs["j1"].title == "Data [31m Engineer Bcc: x y  z"
    assert problems == ()


def test_problems_show_nothing_hidden_and_nothing_long(tmp_path):
    _, problems = read(tmp_path, with_cell("offers", "status", "\x1b[31m" + "no" * 500))
    assert problems[0].text.isprintable()
    assert len(problems[0].text) < 300


def test_a_hidden_character_in_an_id_costs_the_row(tmp_path):
    records, problems = read(tmp_path, with_cell("jobs", "id", "j2\x00", row=2))
    assert list(records.jobs) == ["j1"]
    assert told(problems) == [("jobs.csv", 3, "id"), ("offers.csv", 3, "job_id")]


def test_problems_are_in_order_and_told_once(tmp_path):
    files = changed("messages", *[["c9", "e9", "soon", "sideways"]] * 2)
    _, problems = read(tmp_path, files)
    places = told(problems)
    assert places == sorted(places, key=lambda place: (place[0], place[1] or 0, place[2] or ""))
    assert len(set(problems)) == len(problems)
    assert places[:4] == [
        ("messages.csv", 2, c) for c in ("candidate_id", "direction", "employee_id", "sent_at")
    ]


@pytest.mark.parametrize("status", list(OfferStatus))
def test_every_status_of_an_offer_is_read(tmp_path, status):
    records, _ = read(tmp_path, with_cell("offers", "status", status.upper()))
    assert records.offers[0].status is status


@pytest.mark.parametrize("status", list(InterviewStatus))
def test_every_status_of_an_interview_is_read(tmp_path, status):
    records, _ = read(tmp_path, with_cell("interviews", "status", status))
    assert records.interviews[0].status is status
