"""Files that are broken, or meant to break us: a clear word, and never a wrong plan."""

import csv
import os
import stat
import tempfile
import zipfile
from io import BytesIO
from pathlib import Path

import pytest

from ifnotyou.files import UnusableFiles, read_company
from ifnotyou.files.folder import Allowance, FoundFile
from ifnotyou.playbook.policy import FilePolicy
from tests.files.written import (
    COMPANY,
    TODAY,
    as_bytes,
    as_text,
    changed,
    read,
    told,
    with_cell,
    write,
    zipped,
)

NOBODY = 65534
SMALL = FilePolicy(most_cell_characters=1000)


# --- cells and rows -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("column", ["decline_notes", "candidate_id"])
def test_a_cell_that_is_too_long_costs_its_row_and_no_other(tmp_path, column):
    row = dict(zip(COMPANY["offers"][0], COMPANY["offers"][1], strict=True)) | {
        "id": "o3",
        column: "x,\n" * 200_000,
    }
    records, problems = read(tmp_path, changed("offers", list(row.values()), *COMPANY["offers"][1:]))
    assert [offer.id for offer in records.offers] == ["o1", "o2"]
    assert told(problems) == [("offers.csv", 2, column)]
    assert "600000 characters" in problems[0].text


def test_a_cell_too_long_that_is_never_read_costs_its_row_too(tmp_path):
    """It may well be several rows that a lost quotation mark has glued together."""
    records, problems = read(tmp_path, with_cell("scorecards", "notes", "x" * 2000), SMALL)
    assert [card.id for card in records.scorecards] == ["s2"]
    assert told(problems) == [("scorecards.csv", 2, "notes")]


def test_fifty_megabytes_in_one_cell(tmp_path):
    records, problems = read(tmp_path, with_cell("offers", "decline_notes", "x" * 50_000_000))
    assert [offer.id for offer in records.offers] == ["o2"]
    assert told(problems) == [("offers.csv", 2, "decline_notes")]


def test_the_limit_for_the_process_is_never_lowered(tmp_path):
    before = csv.field_size_limit(10_000_000)
    try:
        read(tmp_path, COMPANY)
        assert csv.field_size_limit() >= 10_000_000
    finally:
        csv.field_size_limit(before)


def test_a_row_of_thousands_of_cells(tmp_path):
    records, problems = read(tmp_path, changed("offers", ["o9"] * 50_000, *COMPANY["offers"][1:]))
    assert len(records.offers) == 2
    assert told(problems) == [("offers.csv", 2, None)]


def test_zero_bytes_in_cells(tmp_path):
    _, problems = read(tmp_path, with_cell("offers", "candidate_id", "c1\x00"))
    assert told(problems) == [("offers.csv", 2, "candidate_id")]


@pytest.mark.parametrize("table", ["offers", "messages"])
def test_a_quotation_mark_that_is_never_closed_is_named(tmp_path, table):
    rows = COMPANY[table]
    text = as_text(rows[:2]) + '"' + as_text(rows[2:]) * 3
    with pytest.raises(UnusableFiles, match=rf"{table}\.csv, row 3, cell 1: a quotation mark opens there"):
        read(tmp_path, {**COMPANY, table: text})


def test_a_quotation_mark_at_the_very_end(tmp_path):
    for text in ('"', '\r\n"', 'c1,e1,2026-02-01,"'):
        with pytest.raises(UnusableFiles, match="quotation mark"):
            read(tmp_path, {**COMPANY, "messages": as_text(COMPANY["messages"]) + text})


def test_a_quotation_mark_in_the_header(tmp_path):
    with pytest.raises(UnusableFiles, match=r"jobs\.csv, row 1, cell 2: a quotation mark"):
        read(tmp_path, {**COMPANY, "jobs": 'id,"title\nj1,Dev\n'})


@pytest.mark.parametrize(
    "junk", [b"\x00" * 100, b'"', b"\xff\xfe", b"\xff\xfe\x00", b"\xef\xbb\xbf\xff", b"\x1a", b",,,"]
)
def test_junk_is_refused(tmp_path, junk):
    with pytest.raises(UnusableFiles):
        read(tmp_path, {**COMPANY, "offers": junk})


# --- folders --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["nowhere", "no\0where", "x" * 5000, "new\nline"])
def test_a_path_that_leads_nowhere(tmp_path, name):
    with pytest.raises(UnusableFiles, match=r"does not exist|cannot be opened"):
        read_company(f"{tmp_path}/{name}", FilePolicy(), TODAY)


def test_a_file_that_is_no_zip(tmp_path):
    folder = write(tmp_path, COMPANY)
    with pytest.raises(UnusableFiles, match="neither a folder nor a zip"):
        read_company(folder / "jobs.csv", FilePolicy(), TODAY)


@pytest.mark.parametrize("table", ["employees", "messages"])
def test_a_folder_named_like_a_file(tmp_path, table):
    folder = write(tmp_path, {name: rows for name, rows in COMPANY.items() if name != table})
    (folder / f"{table}.csv").mkdir()
    with pytest.raises(UnusableFiles, match=rf"{table}\.csv is a folder"):
        read_company(folder, FilePolicy(), TODAY)


def test_a_pipe_named_like_a_file_keeps_nobody_waiting(tmp_path):
    folder = write(tmp_path, {name: rows for name, rows in COMPANY.items() if name != "jobs"})
    os.mkfifo(folder / "jobs.csv")
    with pytest.raises(UnusableFiles, match="not a file"):
        read_company(folder, FilePolicy(), TODAY)


@pytest.fixture
def _not_root():
    """Root may read everything: for one test this process is nobody in particular."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.mark.usefixtures("_not_root")
@pytest.mark.parametrize("what", ["jobs.csv", "."])
def test_what_may_not_be_read(what):
    with tempfile.TemporaryDirectory() as place:
        folder = write(Path(place) / "company", COMPANY)
        (folder / what).chmod(0)
        try:
            with pytest.raises(UnusableFiles, match="cannot be read"):
                read_company(folder, FilePolicy(), TODAY)
        finally:
            (folder / what).chmod(stat.S_IRWXU)


def test_a_file_name_that_is_no_text(tmp_path):
    folder = write(tmp_path, COMPANY)
    (folder / os.fsdecode(b"\xff\x1b[31m.csv")).write_bytes(b"")
    _, problems = read_company(folder, FilePolicy(), TODAY)
    assert [problem.file.isprintable() and problem.file.isascii() for problem in problems] == [False]
    assert problems[0].file.encode()


def test_files_that_are_too_large_together(tmp_path):
    files = {**COMPANY, "messages": as_text(COMPANY["messages"]) + " \n" * 600_000}
    assert read(tmp_path, files, FilePolicy(most_megabytes=2))[1] == ()
    with pytest.raises(UnusableFiles, match="larger than 1 MB together"):
        read(tmp_path, files, FilePolicy(most_megabytes=1))


def test_a_file_that_says_it_is_too_large_is_not_even_opened():
    with pytest.raises(UnusableFiles, match="larger than 1 MB"):
        Allowance(1).check(
            [FoundFile("a.csv", 600_000, open=BytesIO), FoundFile("b.csv", 600_000, open=BytesIO)]
        )


def test_files_that_are_larger_than_they_say():
    allowance = Allowance(1)
    file = FoundFile("a.csv", 0, open=lambda: BytesIO(b"0" * 600_000))
    assert len(allowance.read(file)) == 600_000
    with pytest.raises(UnusableFiles, match="larger than 1 MB"):
        allowance.read(file)


def test_a_large_file_that_is_not_ours_does_not_matter(tmp_path):
    _, problems = read(tmp_path, {**COMPANY, "backup.tar": b"0" * 2_000_000}, FilePolicy(most_megabytes=1))
    assert told(problems) == [("backup.tar", None, None)]


# --- zips -------------------------------------------------------------------------------------------------------------


def read_zip(path):
    return read_company(path, FilePolicy(most_megabytes=1), TODAY)


@pytest.mark.parametrize(
    "name", ["../jobs.csv", "a/../../jobs.csv", "/etc/jobs.csv", "C:\\jobs.csv", "..\\jobs.csv"]
)
def test_a_zip_that_points_outside(tmp_path, name):
    with pytest.raises(UnusableFiles, match="points outside"):
        read_zip(zipped(tmp_path / "z.zip", as_bytes(COMPANY) | {name: b"id\n"}))


def test_a_zip_with_a_link(tmp_path):
    path = zipped(tmp_path / "z.zip", as_bytes(COMPANY))
    link = zipfile.ZipInfo("pulses2.csv")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(link, "/etc/passwd")
    with pytest.raises(UnusableFiles, match="is a link"):
        read_zip(path)


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("name", ["jobs.csv", "./jobs.csv", "JOBS.csv"])
def test_a_zip_with_one_file_twice(tmp_path, name):
    path = zipped(tmp_path / "z.zip", as_bytes(COMPANY))
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(name, "id\n")
    with pytest.raises(UnusableFiles, match=r"twice|could all be"):
        read_zip(path)


def patched(path, *changes):
    """The zip with bytes of its headers changed: (signature, offset, new bytes) in every header of that kind."""
    data = bytearray(path.read_bytes())
    for signature, offset, new in changes:
        start = data.find(signature)
        while start >= 0:
            data[start + offset : start + offset + len(new)] = new
            start = data.find(signature, start + 4)
    path.write_bytes(bytes(data))
    return path


LOCAL, CENTRAL = b"PK\x03\x04", b"PK\x01\x02"


def test_an_encrypted_zip(tmp_path):
    path = zipped(tmp_path / "z.zip", as_bytes(COMPANY))
    with pytest.raises(UnusableFiles, match="is encrypted"):
        read_zip(patched(path, (LOCAL, 6, b"\1\0"), (CENTRAL, 8, b"\1\0")))


def test_an_unusual_way_of_packing(tmp_path):
    path = zipped(tmp_path / "z.zip", as_bytes(COMPANY))
    with pytest.raises(UnusableFiles, match="unusual way"):
        read_zip(patched(path, (LOCAL, 8, b"\x63\0"), (CENTRAL, 10, b"\x63\0")))


def test_a_zip_bomb_that_says_so(tmp_path):
    with pytest.raises(UnusableFiles, match="larger than 1 MB together"):
        read_zip(zipped(tmp_path / "z.zip", as_bytes(COMPANY) | {"messages.csv": b"0" * 5_000_000}))


def test_a_zip_bomb_that_lies(tmp_path):
    path = zipped(tmp_path / "z.zip", as_bytes(COMPANY) | {"messages.csv": b"0" * 5_000_000})
    with pytest.raises(UnusableFiles, match=r"cannot be read|larger than"):
        read_zip(patched(path, (LOCAL, 22, b"\x10\0\0\0"), (CENTRAL, 24, b"\x10\0\0\0")))


def test_a_zip_with_a_wrong_checksum(tmp_path):
    path = zipped(tmp_path / "z.zip", as_bytes(COMPANY))
    with pytest.raises(UnusableFiles, match="cannot be read"):
        read_zip(patched(path, (LOCAL, 14, b"abcd"), (CENTRAL, 16, b"abcd")))


@pytest.mark.parametrize("keep", [0, 10, 500, -10, -400])
def test_a_zip_cut_short(tmp_path, keep):
    path = zipped(tmp_path / "z.zip", as_bytes(COMPANY))
    path.write_bytes(path.read_bytes()[:keep])
    with pytest.raises(UnusableFiles):
        read_zip(path)


def test_a_zip_of_very_many_files(tmp_path):
    many = {f"{number}.txt": b"" for number in range(10_001)}
    with pytest.raises(UnusableFiles, match="Zip the CSV files only"):
        read_zip(zipped(tmp_path / "z.zip", as_bytes(COMPANY) | many))


def test_a_zip_within_a_zip_is_not_opened(tmp_path):
    inner = zipped(tmp_path / "inner.zip", {"pulses.csv": b"0" * 5_000_000}).read_bytes()
    _, problems = read_zip(zipped(tmp_path / "z.zip", as_bytes(COMPANY) | {"inner.zip": inner}))
    assert told(problems) == [("inner.zip", None, None)]
