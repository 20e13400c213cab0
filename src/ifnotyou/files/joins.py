"""What other systems spread over several files, or write into one cell, brought into the shape of our own files.

These work on cells as they stand in the files; what the cells mean is read afterwards.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from itertools import chain
from typing import NamedTuple

from ifnotyou.files.cells import read_list
from ifnotyou.files.tables import Table


class Application(NamedTuple):
    """One candidacy: who applied for what, who ended it, and why."""

    id: str
    candidate_id: str
    job_id: str
    ended_by: str
    end_reason: str


def with_whole_names(table: Table) -> Table:
    """A name out of first and last name, where the file has no name."""
    if "name" in table.columns or not {"first_name", "last_name"} <= table.columns.keys():
        return table
    parts = zip(table.columns["first_name"], table.columns["last_name"], strict=True)
    return _with(table, name=[" ".join(map(str.strip, both)) for both in parts])


def with_ids(table: Table) -> Table:
    """The e-mail address as the id, where the file has no id."""
    if "id" in table.columns or "email" not in table.columns:
        return table
    return _with(table, id=[cell.strip().lower() for cell in table.columns["email"]])


class Applications:
    """All applications, to look up what other files only say by the application."""

    def __init__(self, applications: Iterable[Application] = ()) -> None:
        self._by_id = {application.id: application for application in applications}
        times = Counter(application.candidate_id for application in self._by_id.values())
        self._by_candidate = {a.candidate_id: a for a in self._by_id.values() if times[a.candidate_id] == 1}
        self._by_candidate.pop("", None)

    def fill(self, table: Table) -> Table:
        """Candidate, job, who ended it and why, wherever the file itself is silent.

        An application is found by its id, else as the only one of the candidate,
        if it is for the same job. An id that is not found may be the candidate's
        own (Lever calls a candidate an opportunity).
        """
        names = ("candidate_id", "job_id", "application_id")
        candidates, jobs, ids = (list(map(str.strip, table.cells(name))) for name in names)
        if not self._by_id and not any(ids):
            return table
        found = list(map(self._find, candidates, jobs, ids))
        filled = {
            "candidate_id": _filled(candidates, [application.candidate_id for application in found]),
            "job_id": _filled(jobs, [application.job_id for application in found]),
            "ended_by": _filled(table.cells("ended_by"), [application.ended_by for application in found]),
            "decline_reason": _filled(table.cells("decline_reason"), [a.end_reason for a in found]),
        }
        return _with(table, **{name: cells for name, cells in filled.items() if any(cells)})

    def _find(self, candidate: str, job: str, id_: str) -> Application:
        if id_ in self._by_id:
            application = self._by_id[id_]
            return application._replace(candidate_id=application.candidate_id or id_)
        only = self._by_candidate.get(id_ or candidate)
        if only is not None and job in {"", only.job_id}:
            return only
        return Application(id_, id_, "", "", "")


def with_interviewers(
    table: Table, interviewers: Iterable[tuple[str, str]], known: AbstractSet[str]
) -> Table:
    """One row for each interviewer, from a file of pairs of interview and employee, or from several in one cell."""
    if "employee_id" not in table.columns:
        panels: dict[str, list[str]] = {}
        for interview, employee in interviewers:
            panels.setdefault(interview, []).append(employee)
        return (
            _repeated(table, [panels.get(id_.strip(), [""]) for id_ in table.cells("id")])
            if panels
            else table
        )
    column = table.columns["employee_id"]
    if not any(";" in cell or "|" in cell for cell in set(column) - known):
        return table
    return _repeated(table, [[cell] if cell in known else list(read_list(cell)) or [""] for cell in column])


def _repeated(table: Table, people: Sequence[Sequence[str]]) -> Table:
    rows = [row for row, panel in enumerate(people) for _ in panel]
    columns = {name: [column[row] for row in rows] for name, column in table.columns.items()}
    columns["employee_id"] = list(chain.from_iterable(people))
    return replace(table, numbers=[table.numbers[row] for row in rows], columns=columns)


def _filled(cells: Sequence[str], others: Iterable[str]) -> list[str]:
    return [cell if cell.strip() else other for cell, other in zip(cells, others, strict=True)]


def _with(table: Table, **columns: list[str]) -> Table:
    return replace(table, columns=table.columns | columns)
