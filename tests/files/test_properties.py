"""What must hold for any files: form and order do not matter, and nothing but UnusableFiles is ever raised."""

import random
import zipfile
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ifnotyou.files import Problem, UnusableFiles, read_company
from ifnotyou.playbook.policy import FilePolicy
from ifnotyou.playbook.records import Records
from tests.files.written import COMPANY, TODAY, as_bytes, write, zipped

SMALL = FilePolicy(most_megabytes=5, most_cell_characters=1000)
NASTY = [
    "",
    " ",
    "0",
    "e1",
    "c1",
    "j1",
    "o1",
    "declined",
    "no",
    "2026-02-30",
    "03/04/2026",
    "31/12/2025",
    "1770127500",
]
NASTY += [
    "2026-03-01T00:00:00Z",
    "9999-12-31T23:59:59-12:00",
    "ann@us.example",
    "Ann Lee",
    "\x00",
    "\u202e",
    "x" * 2000,
]
NASTY += ["a;b|c", '"', "\ud7ff\n", "=1+1", "🙂", "İ", "ß", "candidate", "from_candidate", "completed", "yes"]


def content(records: Records) -> list[object]:
    """Everything in the records, whatever its order."""
    mappings = [sorted(m.items()) for m in (records.employees, records.candidates, records.jobs)]
    lists = [records.offers, records.interviews, records.scorecards, records.messages, records.pulses]
    return [*mappings, *(sorted(map(repr, rows)) for rows in lists)]


def read(files: dict[str, bytes], *, as_zip: bool = False) -> tuple[Records, tuple[Problem, ...]]:
    with TemporaryDirectory() as folder:
        path = zipped(Path(folder, "z.zip"), files) if as_zip else write(Path(folder), files)
        return read_company(path, SMALL, TODAY)


def check(records: Records, problems: tuple[Problem, ...]) -> None:
    """What holds for whatever is read."""
    for offer in records.offers:
        assert offer.candidate_id in records.candidates
        assert offer.job_id in records.jobs
        assert offer.resolved_at is None or offer.resolved_at.date().toordinal() <= TODAY.toordinal() + 1
    for fact in (*records.interviews, *records.scorecards, *records.messages, *records.pulses):
        assert fact.candidate_id in records.candidates
        assert fact.employee_id in records.employees
    for name in ("employees", "candidates", "jobs"):
        assert all(key == row.id for key, row in getattr(records, name).items())
    assert len({offer.id for offer in records.offers}) == len(records.offers)
    assert "secret" not in repr(records)
    assert list(problems) == sorted(problems, key=lambda p: (p.file, p.row or 0, p.column or "", p.text))
    assert all(problem.text.isprintable() and problem.file for problem in problems)


def refusal(reading: Callable[[], tuple[Records, tuple[Problem, ...]]]) -> str:
    """Why the files were refused, or nothing when they were read."""
    try:
        check(*reading())
    except UnusableFiles as error:
        return str(error)
    return ""


@st.composite
def companies(draw: st.DrawFn) -> dict[str, list[list[str]]]:
    """The company with some cells spoilt and some rows repeated."""
    files = {name: [list(row) for row in rows] for name, rows in COMPANY.items()}
    for _ in range(draw(st.integers(0, 6))):
        rows = files[draw(st.sampled_from(sorted(files)))]
        row = rows[draw(st.integers(1, len(rows) - 1))]
        row[draw(st.integers(0, len(row) - 1))] = draw(
            st.sampled_from(NASTY) | st.text(max_size=20).filter(encodable)
        )
        if draw(st.booleans()):
            rows.append(list(rows[draw(st.integers(1, len(rows) - 1))]))
    return files


def encodable(text: str) -> bool:
    return not any(0xD800 <= ord(letter) <= 0xDFFF for letter in text)


@settings(deadline=None, max_examples=150)
@given(
    companies(),
    st.randoms(use_true_random=False),
    st.sampled_from([",", ";", "\t"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.booleans(),
)
def test_form_and_order_do_not_matter(
    company, chance: random.Random, delimiter: str, encoding: str, line_end: str, as_zip: bool
) -> None:
    plainly, problems = read(as_bytes(company))
    check(plainly, problems)
    shuffled = {}
    for name, (header, *rows) in company.items():
        chance.shuffle(rows)
        order = chance.sample(range(len(header)), len(header))
        shuffled[name] = [[row[place] for place in order] for row in (header, *rows)]
    files = as_bytes(shuffled, encoding=encoding, delimiter=delimiter, line_end=line_end)
    otherwise, others = read(files, as_zip=as_zip)
    assert content(otherwise) == content(plainly)
    assert sorted((p.file, p.column or "") for p in others) == sorted(
        (p.file, p.column or "") for p in problems
    )


@settings(deadline=None, max_examples=300)
@given(st.data())
def test_spoilt_bytes_never_raise_anything_else(data: st.DataObject) -> None:
    files = as_bytes(COMPANY)
    for _ in range(data.draw(st.integers(1, 4))):
        name = data.draw(st.sampled_from(sorted(files)))
        start = data.draw(st.integers(0, len(files[name])))
        end = start + data.draw(st.integers(0, 20))
        junk = data.draw(
            st.sampled_from([b"", b'"', b"\r", b"\n", b",", b";", b"\0", b"\xff"]) | st.binary(max_size=30)
        )
        files[name] = files[name][:start] + junk + files[name][end:]
    assert refusal(lambda: read(files)).isprintable()


@settings(deadline=None, max_examples=100)
@given(st.sampled_from(sorted(COMPANY)), st.binary(max_size=200))
def test_random_bytes_never_raise_anything_else(name: str, junk: bytes) -> None:
    assert refusal(lambda: read(as_bytes(COMPANY) | {f"{name}.csv": junk})).isprintable()


@settings(deadline=None, max_examples=200)
@given(st.data())
def test_a_spoilt_zip_never_raises_anything_else(data: st.DataObject) -> None:
    with TemporaryDirectory() as folder:
        path = zipped(Path(folder, "z.zip"), as_bytes(COMPANY))
        content = bytearray(path.read_bytes())
        for _ in range(data.draw(st.integers(1, 6))):
            content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
        path.write_bytes(bytes(content))
        assert refusal(lambda: read_company(path, SMALL, TODAY)).isprintable()


@settings(deadline=None, max_examples=50)
@given(
    st.dictionaries(st.text(min_size=1, max_size=20).filter(encodable), st.binary(max_size=20), max_size=4)
)
@pytest.mark.filterwarnings("ignore:Duplicate name")  # zipfile cuts a name at a NUL
def test_any_names_in_a_zip(extra: dict[str, bytes]) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder, "z.zip")
        with zipfile.ZipFile(path, "w") as archive:
            for name, data in as_bytes(COMPANY).items():
                archive.writestr(name, data)
            for name, data in extra.items():
                archive.writestr("x" + name, data)
        assert refusal(lambda: read_company(path, SMALL, TODAY)).isprintable()
