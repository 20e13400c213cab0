"""Who is meant, and what happens when nobody can tell; nothing counts twice."""

from itertools import permutations

import pytest

from tests.files.written import COMPANY, changed, read, told, with_cell


@pytest.mark.parametrize("cell", ["e2", "bo@us.example", "BO@US.example", "Bo Diaz", "bo  diaz"])
def test_an_employee_is_found_by_id_address_or_name(tmp_path, cell):
    records, problems = read(tmp_path, with_cell("messages", "employee_id", cell))
    assert records.messages[0].employee_id == "e2"
    assert problems == ()


@pytest.mark.parametrize("cell", ["c2", "max@them.example", "Max Poe"])
def test_a_candidate_is_found_by_id_address_or_name(tmp_path, cell):
    records, problems = read(tmp_path, with_cell("offers", "candidate_id", cell))
    assert records.offers[0].candidate_id == "c2"
    assert problems == ()


def test_a_job_is_found_by_its_title(tmp_path):
    records, problems = read(tmp_path, with_cell("offers", "job_id", "designer"))
    assert records.offers[0].job_id == "j2"
    assert problems == ()


def test_an_id_goes_before_a_name(tmp_path):
    rows = [["c1", "Kim", "kim@x.example"], ["Kim", "Max", "max@x.example"]]
    files = changed("candidates", *rows, header=["id", "name", "email"])
    files["offers"] = [COMPANY["offers"][0], ["o1", "Kim", "j1", "declined", "", "2026-03-01", "", ""]]
    assert read(tmp_path, files)[0].offers[0].candidate_id == "Kim"


@pytest.mark.parametrize("cell", ["Sam Fox", "sam@us.example"])
def test_two_of_one_name_are_nobody(tmp_path, cell):
    rows = [["e1", "Sam Fox", "sam@us.example"], ["e2", "Sam Fox", "sam@us.example"]]
    files = {**COMPANY, "employees": [["id", "name", "email"], *rows]}
    files["messages"] = [COMPANY["messages"][0], ["c1", cell, "2026-02-01", "to_candidate"]]
    records, problems = read(tmp_path, files)
    assert records.messages == []
    problem = next(problem for problem in problems if problem.file == "messages.csv")
    assert 'matches 2 in employees.csv ("e1", "e2")' in problem.text


def test_who_is_left_of_two_of_one_name_is_not_meant_for_sure(tmp_path):
    rows = [["c1", "Kim Roe"], ["", "Kim Roe"]]
    files = changed("candidates", *rows, header=["id", "name"])
    files["offers"] = [COMPANY["offers"][0], ["o1", "Kim Roe", "j1", "declined", "", "2026-03-01", "", ""]]
    records, problems = read(tmp_path, files)
    assert records.offers == []
    assert ("offers.csv", 2, "candidate_id") in told(problems)


@pytest.mark.parametrize("cell", ["c1", "Kim Roe", "kim@them.example"])
def test_whose_row_was_left_out_is_not_found_by_any_name(tmp_path, cell):
    rows = [["c1", "Kim Roe", "kim@them.example"], ["c1", "Kim Roe", "kim@other.example"]]
    files = changed("candidates", *rows, header=["id", "name", "email"])
    files["offers"] = [COMPANY["offers"][0], ["o1", cell, "j1", "declined", "", "2026-03-01", "", ""]]
    records, problems = read(tmp_path, files)
    assert records.offers == []
    assert ("offers.csv", 2, "candidate_id") in told(problems)


@pytest.mark.parametrize(
    ("table", "column"),
    [
        (table, column)
        for table in ("offers", "interviews", "scorecards", "messages", "pulses")
        for column in ("candidate_id", "employee_id", "job_id")
        if column in COMPANY[table][0]
    ],
)
def test_an_unknown_reference_costs_the_row(tmp_path, table, column):
    usual, _ = read(tmp_path / "usual", COMPANY)
    records, problems = read(tmp_path, with_cell(table, column, "zz"))
    assert len(getattr(records, table)) == len(getattr(usual, table)) - 1
    assert told(problems) == [(f"{table}.csv", 2, column)]
    assert '"zz" is not in' in problems[0].text


@pytest.mark.parametrize(
    ("table", "column"),
    [("employees", "manager_id"), ("jobs", "hiring_manager_id"), ("jobs", "recruiter_id")],
)
def test_an_unknown_manager_is_nobody(tmp_path, table, column):
    records, problems = read(tmp_path, with_cell(table, column, "zz"))
    first = next(iter(getattr(records, table).values()))
    assert getattr(first, column) == ""
    assert told(problems) == [(f"{table}.csv", 2, column)]
    assert "counts as empty" in problems[0].text


def test_an_interview_without_a_job_is_still_one(tmp_path):
    records, problems = read(tmp_path, with_cell("interviews", "job_id", ""))
    assert records.interviews[0].job_id == ""
    assert problems == ()


@pytest.mark.parametrize("table", ["employees", "candidates"])
def test_without_ids_the_address_is_the_id(tmp_path, table):
    rows = [row[1:] for row in COMPANY[table]]
    records, _ = read(tmp_path, {**COMPANY, table: rows})
    assert list(getattr(records, table)) == [row[1].lower() for row in rows[1:]]


def test_first_and_last_name_make_a_name(tmp_path):
    rows = [["c1", "Kim", "Roe"], ["c2", "", "Poe"]]
    records, problems = read(tmp_path, changed("candidates", *rows, header=["id", "First Name", "Last Name"]))
    assert [candidate.name for candidate in records.candidates.values()] == ["Kim Roe", "Poe"]
    assert problems == ()


# --- twice ------------------------------------------------------------------------------------------------------------

KEYED = ["employees", "candidates", "jobs", "offers", "interviews", "scorecards"]


@pytest.mark.parametrize("table", list(COMPANY))
def test_the_same_row_again_counts_once(tmp_path, table):
    usual, _ = read(tmp_path / "usual", COMPANY)
    rows = COMPANY[table]
    again = [f" {cell}" for cell in rows[1]] if table in KEYED else rows[1]
    records, problems = read(tmp_path, {**COMPANY, table: [*rows, rows[1], again]})
    assert records == usual
    assert told(problems) == [(f"{table}.csv", len(rows) + 1, None), (f"{table}.csv", len(rows) + 2, None)]
    assert "as row 2. It counts once." in problems[0].text


@pytest.mark.parametrize("table", KEYED)
def test_of_two_contents_for_one_id_none_is_believed(tmp_path, table):
    """Whatever their order: neither the first nor the last is right."""
    other = list(COMPANY[table][1])
    column = {"interviews": "minutes", "scorecards": "overall", "offers": "status", "jobs": "title"}.get(
        table, "name"
    )
    other[COMPANY[table][0].index(column)] = {"minutes": "5", "overall": "no", "status": "accepted"}.get(
        column, "Zoe"
    )
    seen = set()
    for rows in permutations([*COMPANY[table][1:3], other]):
        records, problems = read(tmp_path, changed(table, *rows))
        kept = getattr(records, table)
        seen.add(repr(kept))
        assert COMPANY[table][1][0] not in {
            row.id for row in (kept.values() if hasattr(kept, "values") else kept)
        }
        conflicts = [problem for problem in problems if "nobody can tell which is right" in problem.text]
        assert len(conflicts) == 2
        assert all(problem.file == f"{table}.csv" for problem in conflicts)
    assert len(seen) == 1


def test_an_unreadable_row_still_contradicts(tmp_path):
    """A declined offer is not believed where a second row may say that it was accepted."""
    declined = ["o1", "c1", "j1", "declined", "", "2026-03-01", "", ""]
    unclear = ["o1", "c1", "j1", "accepted", "", "2026-02-30", "", ""]
    for rows in permutations([declined, unclear]):
        assert read(tmp_path, changed("offers", *rows))[0].offers == []


def test_rows_without_an_id_are_told_as_that_and_nothing_else(tmp_path):
    rows = [["", *row[1:]] for row in COMPANY["offers"][1:]]
    records, problems = read(tmp_path, changed("offers", *rows))
    assert records.offers == []
    assert told(problems) == [("offers.csv", 2, "id"), ("offers.csv", 3, "id")]


def test_one_interview_of_two_candidates_is_not_believed(tmp_path):
    rows = [
        ["i1", "c1", "j1", "e1", "panel", "2026-02-01", "30", "completed"],
        ["i1", "c2", "j1", "e2", "panel", "2026-02-01", "30", "completed"],
        ["i2", "c1", "j1", "e1", "panel", "2026-02-01", "30", "completed"],
    ]
    records, problems = read(tmp_path, changed("interviews", *rows))
    assert [interview.id for interview in records.interviews] == ["i2"]
    assert told(problems) == [("interviews.csv", 2, "id"), ("interviews.csv", 3, "id")]
    assert "has more than one candidate_id (rows 2, 3)" in problems[0].text


@pytest.mark.parametrize("table", ["interviews", "scorecards"])
def test_files_without_ids_count_equal_rows_once(tmp_path, table):
    rows = [row[1:] for row in COMPANY[table]]
    records, problems = read(tmp_path, {**COMPANY, table: [*rows, rows[1]]})
    assert len(getattr(records, table)) == len(rows) - 1
    assert {row.id for row in getattr(records, table)} == {""}
    assert told(problems) == [(f"{table}.csv", len(rows) + 1, None)]


def test_every_id_named_in_a_list_is_known(tmp_path):
    """Also after rows went missing that others refer to."""
    files = {**with_cell("candidates", "name", "1", row=2), "employees": COMPANY["employees"][:2]}
    records, _ = read(tmp_path, files)
    for offer in records.offers:
        assert offer.candidate_id in records.candidates
        assert offer.job_id in records.jobs
    for fact in (*records.interviews, *records.scorecards, *records.messages, *records.pulses):
        assert fact.candidate_id in records.candidates
        assert fact.employee_id in records.employees
