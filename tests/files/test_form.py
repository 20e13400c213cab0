"""The same company, in every form in which people have it."""

import pytest

from ifnotyou.files import UnusableFiles, read_company
from ifnotyou.playbook.policy import FilePolicy
from ifnotyou.playbook.records import Records
from tests.files.written import COMPANY, TODAY, as_bytes, as_text, changed, read, told, write, zipped


def facts(records):
    return records.offers, records.interviews, records.scorecards, records.messages, records.pulses


@pytest.fixture
def expected(tmp_path) -> Records:
    records, problems = read(tmp_path / "expected", COMPANY)
    assert problems == ()
    assert len(records.interviews) == 3
    return records


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_delimiters_and_line_ends_do_not_matter(tmp_path, expected, delimiter, line_end):
    assert read(tmp_path, COMPANY, delimiter=delimiter, line_end=line_end) == (expected, ())


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_encodings_do_not_matter(tmp_path, encoding):
    files = changed("candidates", ["c1", "Zoë Čapek 李"] + [""] * 8, ["c2", "Max"] + [""] * 8)
    records, problems = read(tmp_path, files, encoding=encoding)
    assert problems == ()
    assert records.candidates["c1"].name == "Zoë Čapek 李"


def test_windows_files_are_read_with_a_warning(tmp_path):
    files = changed("candidates", ["c1", "Zoë “Zo” Roe"] + [""] * 8, ["c2", "Max"] + [""] * 8)
    records, problems = read(tmp_path, files, encoding="cp1252")
    assert records.candidates["c1"].name == "Zoë “Zo” Roe"
    assert told(problems) == [("candidates.csv", None, None)]
    assert "Windows-1252" in problems[0].text


def test_what_is_no_text_at_all_is_refused(tmp_path):
    with pytest.raises(UnusableFiles, match=r"jobs\.csv, line 2: this is not UTF-8"):
        read(tmp_path, {**COMPANY, "jobs": b"id,title\nj1,\x81\x8d\n"})


def test_a_workbook_is_not_a_csv_file(tmp_path):
    with pytest.raises(UnusableFiles, match="is a workbook"):
        read(tmp_path, {**COMPANY, "jobs": b"PK\x03\x04whatever"})


def test_utf_16_without_its_mark_is_refused(tmp_path):
    with pytest.raises(UnusableFiles, match=r"jobs\.csv is not a text file"):
        read(tmp_path, {**COMPANY, "jobs": as_text(COMPANY["jobs"]).encode("utf-16-le")})


@pytest.mark.parametrize("prefix", ["", "company/", "a/b/", "company\\"])
def test_a_zip_is_read_like_a_folder(tmp_path, expected, prefix):
    files = {prefix + name: data for name, data in as_bytes(COMPANY).items()}
    litter = {"__MACOSX/._jobs.csv": b"\0\0", prefix + ".DS_Store": b"\0"}
    assert read_company(zipped(tmp_path / "z.zip", files | litter), FilePolicy(), TODAY) == (expected, ())


def test_litter_in_a_folder_is_ignored(tmp_path, expected):
    folder = write(tmp_path / "company", {**COMPANY, ".DS_Store": b"\0", "._jobs.csv": b"\0"})
    (folder / "__MACOSX").mkdir()
    assert read_company(str(folder), FilePolicy(), TODAY) == (expected, ())


def test_file_names_and_headers_may_be_written_in_any_way(tmp_path, expected):
    files = {}
    for name, rows in COMPANY.items():
        header = [cell.upper().replace("_", " - ") + " " for cell in rows[0]]
        files[f"{name.title()}.CSV"] = as_text([header, *rows[1:]])
    assert read(tmp_path, files) == (expected, ())


def test_columns_may_come_in_any_order(tmp_path, expected):
    files = {name: [row[::-1] for row in rows] for name, rows in COMPANY.items()}
    assert read(tmp_path, files) == (expected, ())


def test_empty_lines_and_trailing_empty_cells_are_nothing(tmp_path, expected):
    files = {}
    for name, rows in COMPANY.items():
        lines = as_text([[*row, "", ""] for row in rows]).replace("\r\n", "\r\n\r\n,,\r\n  ,\r\n")
        files[name] = "\r\n" + lines
    assert read(tmp_path, files) == (expected, ())


def test_cells_may_have_space_around_them(tmp_path, expected):
    files = {name: [[f" {cell}\t" for cell in row] for row in rows] for name, rows in COMPANY.items()}
    assert read(tmp_path, files) == (expected, ())


def test_only_the_header_is_an_empty_company(tmp_path):
    records, problems = read(tmp_path, {name: rows[:1] for name, rows in COMPANY.items()})
    assert problems == ()
    assert not any((records.employees, records.candidates, records.jobs, *facts(records)))


def test_the_other_files_may_be_missing(tmp_path, expected):
    files = {name: COMPANY[name] for name in ("employees", "candidates", "jobs", "offers")}
    records, problems = read(tmp_path, files)
    assert problems == ()
    assert records.offers == expected.offers
    assert records.interviews == []


def test_the_notes_of_a_scorecard_are_never_in_the_records(tmp_path):
    records, problems = read(tmp_path, COMPANY)
    assert "secret" not in repr(records)
    assert "secret" not in repr(problems)


def test_unknown_columns_are_told_once_and_not_read(tmp_path, expected):
    rows = [[*row, "pay", "x"] for row in COMPANY["offers"]]
    rows[0][-2:] = ["Salary", "Grade"]
    records, problems = read(tmp_path, {**COMPANY, "offers": rows})
    assert records == expected
    assert told(problems) == [("offers.csv", None, None)]
    assert '"Salary", "Grade"' in problems[0].text


def test_unknown_files_are_told_once(tmp_path, expected):
    folder = write(
        tmp_path / "company", {**COMPANY, "notes.txt": b"x", "chart.xlsx": b"x", "salaries": b"a,b\n"}
    )
    (folder / "old").mkdir()
    records, problems = read_company(folder, FilePolicy(), TODAY)
    assert records == expected
    assert told(problems) == [("chart.xlsx", None, None), ("old", None, None), ("salaries.csv", None, None)]


def test_a_line_break_in_a_cell_is_not_a_row(tmp_path):
    offer = ["o1", "c1", "j1", "declined", "", "2026-03-01", "Pay", "one\ntwo\r\nthree"]
    bad = ["o2", "c9", "j1", "open", "", "", "", ""]
    records, problems = read(tmp_path, changed("offers", offer, [""] * 8, bad))
    assert records.offers[0].decline_notes == "one two three"
    assert told(problems) == [("offers.csv", 4, "candidate_id")]


# --- missing and unusable ---------------------------------------------------------------------------------------


def test_missing_files_are_all_named_with_what_was_found(tmp_path):
    files = {name: COMPANY[name] for name in ("employees", "messages")}
    with pytest.raises(UnusableFiles) as error:
        read(tmp_path, files)
    assert "Missing: candidates.csv, jobs.csv, offers.csv." in str(error.value)
    assert '"employees.csv", "messages.csv"' in str(error.value)


def test_an_empty_folder_says_so(tmp_path):
    with pytest.raises(UnusableFiles, match="Nothing was found there"):
        read_company(tmp_path, FilePolicy(), TODAY)


@pytest.mark.parametrize("content", [b"", b"\n\r\n", b"\xef\xbb\xbf", b" , ,\n"])
@pytest.mark.parametrize("table", ["offers", "messages"])
def test_a_file_without_a_header_is_refused(tmp_path, table, content):
    with pytest.raises(UnusableFiles, match=rf"{table}\.csv is empty"):
        read(tmp_path, {**COMPANY, table: content})


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("employees", "name"),
        ("candidates", "name"),
        ("jobs", "id"),
        ("offers", "id"),
        ("offers", "candidate_id"),
        ("offers", "job_id"),
        ("offers", "status"),
        ("interviews", "employee_id"),
        ("interviews", "started_at"),
        ("interviews", "minutes"),
        ("interviews", "status"),
        ("scorecards", "overall"),
        ("messages", "direction"),
        ("pulses", "by"),
        ("pulses", "score"),
    ],
)
def test_a_missing_column_is_named(tmp_path, table, column):
    rows = [list(row) for row in COMPANY[table]]
    rows[0][rows[0].index(column)] = "something"
    with pytest.raises(UnusableFiles, match=rf"{table}\.csv has no column .*\"{column}\""):
        read(tmp_path, {**COMPANY, table: rows})


@pytest.mark.parametrize("second", ["status", "Status", " STATUS "])
def test_a_column_given_twice_is_refused(tmp_path, second):
    rows = [[*row, "declined"] for row in COMPANY["offers"]]
    rows[0][-1] = second
    with pytest.raises(
        UnusableFiles, match=r"offers\.csv, row 1: the column stands there twice.*column 4.*column 9"
    ):
        read(tmp_path, {**COMPANY, "offers": rows})


def test_of_two_columns_for_a_flag_none_is_taken(tmp_path):
    rows = [[*row, "no"] for row in COMPANY["candidates"]]
    rows[0][-1] = "Opt out"
    with pytest.raises(UnusableFiles, match=r"candidates\.csv: several columns say \"do_not_contact\""):
        read(tmp_path, {**COMPANY, "candidates": rows})


def test_our_own_header_goes_before_another_name_for_it(tmp_path, expected):
    rows = [["rescinded", *row] for row in COMPANY["offers"]]
    rows[0][0] = "offer_status"
    records, problems = read(tmp_path, {**COMPANY, "offers": rows})
    assert records == expected
    assert "offer_status" in problems[0].text


def test_our_own_header_is_never_taken_for_another_column(tmp_path):
    defaults = FilePolicy()
    policy = FilePolicy(headers={**defaults.headers, "jobs.department": ("title", "unit")})
    rows = [["id", "unit", "title"], ["j1", "Data", "Engineer"], ["j2", "Product", "Designer"]]
    records, _ = read(tmp_path, {**COMPANY, "jobs": rows}, policy)
    assert [(job.department, job.title) for job in records.jobs.values()] == [
        ("Data", "Engineer"),
        ("Product", "Designer"),
    ]
    records, _ = read(tmp_path, {**COMPANY, "jobs": [[row[0], row[2]] for row in rows]}, policy)
    assert [(job.department, job.title) for job in records.jobs.values()] == [
        ("", "Engineer"),
        ("", "Designer"),
    ]


def test_two_files_for_one_table_are_refused(tmp_path):
    with pytest.raises(UnusableFiles, match=r'"JOBS\.csv", "jobs\.csv" could all be jobs\.csv'):
        read(tmp_path, {**COMPANY, "JOBS.csv": b"id\n"})


def test_our_own_file_goes_before_another_name_for_it(tmp_path, expected):
    records, problems = read(tmp_path, {**COMPANY, "users": b"id\n"})
    assert records == expected
    assert told(problems) == [("users.csv", None, None)]


# --- rows ---------------------------------------------------------------------------------------------------------


def test_rows_with_too_few_or_too_many_cells_are_left_out(tmp_path):
    good = ["c1", "e1", "2026-02-13T09:00:00Z", "to_candidate"]
    records, problems = read(
        tmp_path, changed("messages", good[:3], good, [*good, "x"], [*good[:3], "", good[3]])
    )
    assert len(records.messages) == 1
    assert told(problems) == [("messages.csv", row, None) for row in (2, 4, 5)]
    assert "has 3 cells, the header has 4" in problems[0].text


def test_a_cell_under_no_header_costs_the_row(tmp_path):
    header = [*COMPANY["messages"][0], ""]
    good = ["c1", "e1", "2026-02-13T09:00:00Z", "to_candidate", ""]
    records, problems = read(
        tmp_path, changed("messages", good, ["c1", "e2", *good[2:4], "x"], header=header)
    )
    assert len(records.messages) == 1
    assert told(problems) == [("messages.csv", 3, None)]


def test_rows_are_counted_right_far_into_a_file(tmp_path):
    rows = [
        ["c1", "e1", f"2026-02-13T09:{second // 60:02}:{second % 60:02}Z", "to_candidate"]
        for second in range(2000)
    ]
    rows[1500] = ["c1", "e1"]
    rows[1700] = []
    rows[1800][0] = "c9"
    records, problems = read(tmp_path, changed("messages", *rows))
    assert len(records.messages) == 1997
    assert told(problems) == [("messages.csv", 1502, None), ("messages.csv", 1802, "candidate_id")]
