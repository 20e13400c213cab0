"""A folder or zip of CSV files as Records: the order of reading, and the rules that need more than one cell."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from itertools import starmap
from pathlib import Path

from ifnotyou.files import rules
from ifnotyou.files.chosen import Chosen
from ifnotyou.files.directory import Directory
from ifnotyou.files.folder import Allowance, FoundFile, found_at
from ifnotyou.files.joins import Application, Applications, with_ids, with_interviewers, with_whole_names
from ifnotyou.files.layout import LAYOUTS, Kind
from ifnotyou.files.names import Headers, files_by_table
from ifnotyou.files.problems import Problem, in_order
from ifnotyou.files.sheet import Reader, Sheet
from ifnotyou.files.tables import Table, read_table
from ifnotyou.playbook.policy import FilePolicy
from ifnotyou.playbook.records import (
    Candidate,
    Employee,
    Interview,
    InterviewStatus,
    Job,
    Message,
    Offer,
    Pulse,
    Records,
    Scorecard,
)


def read_company(
    path: Path | str, policy: FilePolicy, today: date, chosen: Chosen | None = None
) -> tuple[Records, tuple[Problem, ...]]:
    """Read a folder or zip of CSV files; what cannot be read is left out and told.

    `chosen` is what a person said of their own exports.

    Raises UnusableFiles when a required file is missing, or a file cannot be used at all.
    """
    problems: list[Problem] = []
    chosen = chosen or Chosen()
    policy = chosen.policy(policy)
    with found_at(Path(path)) as found, _no_garbage_collection():
        files = files_by_table(found, policy, problems, chosen)
        allowance = Allowance(policy.most_megabytes)
        allowance.check(list(files.values()))
        records = _Company(files, allowance, policy, today, problems, chosen).records()
    return records, in_order(problems)


@contextmanager
def _no_garbage_collection() -> Iterator[None]:
    """Put the collector off while records are made.

    It looks at all of them again and again, which takes as long as the reading
    itself, and finds nothing: they hold no circles.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


class _Company:
    """One reading of one company's files."""

    def __init__(
        self,
        files: Mapping[str, FoundFile],
        allowance: Allowance,
        policy: FilePolicy,
        today: date,
        problems: list[Problem],
        chosen: Chosen,
    ) -> None:
        self._chosen = chosen
        self._files = files
        self._allowance = allowance
        self._policy = policy
        self._today = today
        self._problems = problems
        self._references: dict[Kind, Reader] = {}
        self._applications = Applications()

    def records(self) -> Records:
        """Read every file, those that others refer to first."""
        employees = self._employees()
        candidates = self._candidates()
        jobs = self._jobs()
        self._applications = self._read_applications()
        return Records(
            employees=employees,
            candidates=candidates,
            jobs=jobs,
            offers=self._offers(),
            interviews=self._interviews(employees),
            scorecards=self._scorecards(),
            messages=self._messages(),
            pulses=self._pulses(),
        )

    def _employees(self) -> dict[str, Employee]:
        sheet = self._sheet("employees", with_ids(with_whole_names(self._table("employees"))))
        sheet.read(later=[Kind.EMPLOYEE])  # their managers
        sheet.count_once(["id"])
        self._register(Kind.EMPLOYEE, sheet, name="name")
        sheet.refer(self._references)
        return {employee.id: employee for employee in starmap(Employee, sheet.rows(_columns("employees")))}

    def _candidates(self) -> dict[str, Candidate]:
        sheet = self._sheet("candidates", with_ids(with_whole_names(self._table("candidates"))))
        sheet.read()
        sheet.count_once(["id"])
        self._register(Kind.CANDIDATE, sheet, name="name")
        return {
            candidate.id: candidate for candidate in starmap(Candidate, sheet.rows(_columns("candidates")))
        }

    def _jobs(self) -> dict[str, Job]:
        sheet = self._sheet("jobs", self._table("jobs"))
        sheet.read()
        sheet.count_once(["id"])
        self._register(Kind.JOB, sheet, name="title")
        return {job.id: job for job in starmap(Job, sheet.rows(_columns("jobs")))}

    def _register(self, kind: Kind, sheet: Sheet, *, name: str) -> None:
        """Let other files refer to the rows of this one."""
        kept = [id_ for (id_,) in sheet.rows(["id"])]
        nothing = [""] * len(sheet)
        ids, emails, names = (
            [cell or "" for cell in sheet.values.get(column, nothing)] for column in ("id", "email", name)
        )
        self._references[kind] = Directory(sheet.file, kept, ids, emails, names).find

    def _read_applications(self) -> Applications:
        if "applications" not in self._files:
            return Applications()
        sheet = self._sheet("applications", self._table("applications"))
        sheet.read()
        sheet.count_once(["id"])
        return Applications(map(Application._make, sheet.rows(_columns("applications"))))

    def _offers(self) -> list[Offer]:
        sheet = self._facts("offers")
        sheet.count_once(["id"])
        sheet.refuse_future("resolved_at")
        rules.refuse_contradictions(sheet)
        return list(starmap(Offer, sheet.rows(_columns("offers"))))

    def _interviews(self, employees: Mapping[str, Employee]) -> list[Interview]:
        if "interviews" not in self._files:
            return []
        table = with_interviewers(self._filled("interviews"), self._interviewers(), employees.keys())
        sheet = self._sheet("interviews", table)
        sheet.read()
        rules.complete_minutes(sheet)
        rules.complete_status(sheet, self._today)
        sheet.count_once(["id", "employee_id"] if sheet.has("id") else [])
        if sheet.has("id"):
            sheet.refuse_shared("id", "candidate_id")
        statuses = sheet.values["status"]
        sheet.refuse_future("started_at", lambda index: statuses[index] is InterviewStatus.COMPLETED)
        return list(map(Interview._make, sheet.rows(_columns("interviews"))))

    def _interviewers(self) -> list[tuple[str, str]]:
        if "interviewers" not in self._files:
            return []
        sheet = self._sheet("interviewers", self._table("interviewers"))
        sheet.read()
        sheet.count_once([])
        return list(sheet.rows(_columns("interviewers")))

    def _scorecards(self) -> list[Scorecard]:
        if "scorecards" not in self._files:
            return []
        sheet = self._facts("scorecards")
        sheet.count_once(["id"] if sheet.has("id") else [])
        sheet.refuse_future("submitted_at")
        rules.skip_deleted(sheet)
        return list(map(Scorecard._make, sheet.rows(_columns("scorecards"))))

    def _messages(self) -> list[Message]:
        if "messages" not in self._files:
            return []
        sheet = self._facts("messages")
        sheet.count_once([])
        sheet.refuse_future("sent_at")
        return list(map(Message._make, sheet.rows(_columns("messages"))))

    def _pulses(self) -> list[Pulse]:
        if "pulses" not in self._files:
            return []
        sheet = self._facts("pulses")
        sheet.count_once([])
        sheet.refuse_future("said_at")
        rules.require_scores(sheet)
        return list(map(Pulse._make, sheet.rows(_columns("pulses"))))

    def _facts(self, name: str) -> Sheet:
        """The sheet of a file that refers to candidates, read."""
        sheet = self._sheet(name, self._filled(name))
        sheet.read()
        return sheet

    def _filled(self, name: str) -> Table:
        return self._applications.fill(self._table(name))

    def _table(self, name: str) -> Table:
        file = self._files[name]
        headers = Headers(name, self._policy, self._chosen)
        data = self._allowance.read(file)
        return read_table(file.name, data, headers, self._policy.most_cell_characters, self._problems)

    def _sheet(self, name: str, table: Table) -> Sheet:
        # A report that holds several tables of ours names a job as often as somebody was offered it.
        tables = sum(file.name == self._files[name].name for file in self._files.values())
        problems = self._problems
        return Sheet(name, table, self._policy, self._today, problems, self._references, shared=tables > 1)


def _columns(table: str) -> list[str]:
    """Our columns of a file, in the order of the fields of its record."""
    return [column.name for column in LAYOUTS[table].columns]
