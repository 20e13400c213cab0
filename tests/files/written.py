"""A small company as files: what the tests of this folder read, whole or with something spoilt."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from ifnotyou.files import Problem, read_company
from ifnotyou.playbook.policy import FilePolicy
from ifnotyou.playbook.records import Records

TODAY = date(2026, 3, 10)

Rows = Sequence[Sequence[str]]

COMPANY: Mapping[str, Rows] = {
    "employees": [
        [
            "id",
            "name",
            "email",
            "title",
            "level",
            "department",
            "manager_id",
            "timezone",
            "active",
            "executive",
            "past_employers",
            "schools",
        ],
        [
            "e1",
            "Ann Lee",
            "ann@us.example",
            "Engineer",
            "5",
            "Data",
            "e2",
            "Europe/Berlin",
            "true",
            "false",
            "Acme;Initech",
            "ETH",
        ],
        ["e2", "Bo Diaz", "bo@us.example", "CEO", "10", "", "", "", "yes", "yes", "", ""],
        ["e3", "Cy Oh", "cy@us.example", "", "", "", "e2", "", "", "", "", ""],
    ],
    "candidates": [
        [
            "id",
            "name",
            "email",
            "linkedin_url",
            "current_company",
            "current_title",
            "past_employers",
            "schools",
            "level",
            "do_not_contact",
        ],
        [
            "c1",
            "Kim Roe",
            "kim@them.example",
            "https://linkedin.example/kim",
            "Globex",
            "Dev",
            "Acme",
            "ETH;MIT",
            "6",
            "false",
        ],
        ["c2", "Max Poe", "max@them.example", "", "", "", "", "", "", "true"],
    ],
    "jobs": [
        ["id", "title", "department", "level", "status", "hiring_manager_id", "recruiter_id"],
        ["j1", "Data Engineer", "Data", "5", "open", "e2", "e3"],
        ["j2", "Designer", "Product", "", "filled", "", ""],
    ],
    "offers": [
        [
            "id",
            "candidate_id",
            "job_id",
            "status",
            "sent_at",
            "resolved_at",
            "decline_reason",
            "decline_notes",
        ],
        [
            "o1",
            "c1",
            "j1",
            "declined",
            "2026-02-20T10:00:00Z",
            "2026-03-01T12:00:00+02:00",
            "Location",
            'said "no", kindly',
        ],
        ["o2", "c2", "j2", "open", "2026-03-05", "", "", ""],
    ],
    "interviews": [
        ["id", "candidate_id", "job_id", "employee_id", "kind", "started_at", "minutes", "status"],
        ["i1", "c1", "j1", "e1", "coffee", "2026-02-10T09:00:00Z", "45", "completed"],
        ["i2", "c1", "j1", "e1", "panel", "2026-02-11T09:00:00Z", "60", "completed"],
        ["i2", "c1", "j1", "e2", "panel", "2026-02-11T09:00:00Z", "60", "no_show"],
    ],
    "scorecards": [
        ["id", "candidate_id", "job_id", "employee_id", "submitted_at", "overall", "notes"],
        ["s1", "c1", "j1", "e1", "2026-02-12T09:00:00Z", "strong_yes", "secret: pays her rent late"],
        ["s2", "c1", "j1", "e2", "", "no", "two\nlines; and a\tsecret"],
    ],
    "messages": [
        ["candidate_id", "employee_id", "sent_at", "direction"],
        ["c1", "e1", "2026-02-13T09:00:00Z", "to_candidate"],
        ["c1", "e1", "2026-02-13T10:00:00Z", "from_candidate"],
    ],
    "pulses": [
        ["candidate_id", "employee_id", "by", "score", "said_at"],
        ["c1", "e1", "candidate", "", "2026-02-14T09:00:00Z"],
        ["c1", "e1", "employee", "4", ""],
    ],
}


def changed(table: str, *rows: Sequence[str], header: Sequence[str] | None = None) -> dict[str, Rows]:
    """The company with other rows in one of its files."""
    return {**COMPANY, table: [header or COMPANY[table][0], *rows]}


def with_cell(table: str, column: str, cell: str, row: int = 1) -> dict[str, Rows]:
    """The company with another cell; row 1 is the first after the header."""
    rows = [list(cells) for cells in COMPANY[table]]
    rows[row][rows[0].index(column)] = cell
    return {**COMPANY, table: rows}


def as_text(rows: Rows, *, delimiter: str = ",", line_end: str = "\r\n") -> str:
    """Rows as CSV."""
    text = io.StringIO()
    # The writer puts quotation marks around the line ends that it writes itself only.
    quoting = csv.QUOTE_MINIMAL if line_end == "\r\n" else csv.QUOTE_ALL
    csv.writer(text, delimiter=delimiter, lineterminator=line_end, quoting=quoting).writerows(rows)
    return text.getvalue()


def as_bytes(
    files: Mapping[str, Rows | bytes | str], *, encoding: str = "utf-8", **form: str
) -> dict[str, bytes]:
    """Each file by its name, with .csv."""
    result = {}
    for name, content in files.items():
        file = name if "." in name else f"{name}.csv"
        if isinstance(content, bytes):
            result[file] = content
        else:
            result[file] = (content if isinstance(content, str) else as_text(content, **form)).encode(
                encoding
            )
    return result


def write(folder: Path, files: Mapping[str, Rows | bytes | str], **form: str) -> Path:
    """The files in a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in as_bytes(files, **form).items():
        (folder / name).write_bytes(data)
    return folder


def zipped(path: Path, files: Mapping[str, bytes]) -> Path:
    """The files in a zip, by their names in it."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return path


def read(
    folder: Path, files: Mapping[str, Rows | bytes | str], policy: FilePolicy | None = None, **form: str
) -> tuple[Records, tuple[Problem, ...]]:
    """What is read of these files, written into the folder."""
    return read_company(write(folder / "company", files, **form), policy or FilePolicy(), TODAY)


def told(problems: Sequence[Problem]) -> list[tuple[str, int | None, str | None]]:
    """Where the problems are."""
    return [(problem.file, problem.row, problem.column) for problem in problems]
