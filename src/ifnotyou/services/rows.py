"""How each record of the files becomes a row: what finds it again, what tells whether it changed, its columns."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from ifnotyou import models
from ifnotyou.playbook import records
from ifnotyou.playbook.people import mailbox, namesake_key, profile
from ifnotyou.playbook.records import Records

BY_HAND = "hand:"
"""How the ids of rows begin that a person recorded here: no export knows them."""

_BETWEEN = "\x1f"  # what is read from files never holds it (files/cells.py)
_LONGEST_ID = 200
_DIGEST_BYTES = 16


class Row(NamedTuple):
    """A record on its way into a table; `values` are in the order of the table's columns."""

    key: str
    digest: str
    values: tuple[Any, ...]
    record: Any


@dataclass(frozen=True)
class Table:
    """One file of the export and the table it goes into.

    `key` says what of a record finds its row again, in the column `found_by`
    (None: all that it holds identifies it); `links` names the columns that point at rows of other files, with the
    file and the field of the record that holds the id.
    """

    name: str
    model: type[models.InWorkspace]
    key: Callable[[Any], str] | None
    columns: tuple[str, ...]
    values: Callable[[Any], tuple[Any, ...]]
    links: Mapping[str, tuple[str, str]]
    found_by: str = "key"

    def rows(self, company: Records) -> Iterator[Row]:
        """The rows of this file's records."""
        found = getattr(company, self.name)
        if isinstance(found, Mapping):
            yield from map(self._row, found.values())
        elif self.found_by == "external_id":
            yield from map(self._row, found)
        else:
            rows = map(self._row, dict.fromkeys(found))
            yield from _told_apart(rows) if self.key else rows

    def size(self, company: Records) -> int:
        """How many records there are of it."""
        return len(getattr(company, self.name))

    def _row(self, record: Any) -> Row:
        values = self.values(record)
        ids = [getattr(record, field) for _, field in self.links.values()]
        contents = digest(*values, *ids)
        return Row(self.key(record) if self.key else contents, contents, values, record)


def digest(*contents: Any) -> str:
    """A short hash of the contents: the same contents always give the same one."""
    text = _BETWEEN.join(map(str, contents))
    return hashlib.blake2b(text.encode(), digest_size=_DIGEST_BYTES).hexdigest()


def ident(id_: str) -> str:
    """An id of the files as it stands in the database; a very long one is shortened without losing what it is."""
    if len(id_) <= _LONGEST_ID:
        return id_
    mark = digest(id_)
    return f"{id_[: _LONGEST_ID - len(mark) - 1]}…{mark}"


def _told_apart(rows: Iterable[Row]) -> Iterator[Row]:
    """Rows without an id of their own that look alike in what identifies them get a number: none is lost."""
    seen: Counter[str] = Counter()
    for row in rows:
        if getattr(row.record, "id", ""):
            yield row
            continue
        seen[row.key] += 1
        yield row if seen[row.key] == 1 else row._replace(key=f"{row.key}{_BETWEEN}{seen[row.key]}")


def _fit(text: str, most: int) -> str:
    """A text as long as its column; what is cut off is marked."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _or_none(address: str, most: int) -> str:
    """An address, or none: cut off, it would be somebody else's."""
    return address if len(address) <= most else ""


def _employee(e: records.Employee) -> tuple[Any, ...]:
    return (
        _fit(e.name, 200),
        _or_none(e.email, 254),
        _fit(e.title, 200),
        e.level,
        _fit(e.department, 200),
        ident(e.manager_id),
        _or_none(e.timezone, 64),
        e.active,
        e.executive,
        e.past_employers,
        e.schools,
    )


def _candidate(c: records.Candidate) -> tuple[Any, ...]:
    return (
        _fit(c.name, 200),
        _or_none(c.email, 254),
        _or_none(c.linkedin_url, 500),
        _fit(c.current_company, 200),
        _fit(c.current_title, 200),
        c.past_employers,
        c.schools,
        c.level,
        c.do_not_contact,
        _or_none(mailbox(c.email), 254),
        _or_none(profile(c.linkedin_url), 500),
        _fit(namesake_key(c.name, c.current_company), 420),
    )


def _job(j: records.Job) -> tuple[Any, ...]:
    return (
        _fit(j.title, 300),
        _fit(j.department, 200),
        j.level,
        str(j.status),
        ident(j.hiring_manager_id),
        ident(j.recruiter_id),
    )


def _offer(o: records.Offer) -> tuple[Any, ...]:
    return (str(o.status), o.sent_at, o.resolved_at, o.decline_reason, o.decline_notes, o.doubt)


def _interview(i: records.Interview) -> tuple[Any, ...]:
    return (ident(i.id), _fit(i.kind, 200), i.started_at, i.minutes, str(i.status))


def _scorecard(s: records.Scorecard) -> tuple[Any, ...]:
    return (ident(s.id), s.submitted_at, s.overall)


def _message(m: records.Message) -> tuple[Any, ...]:
    return (m.sent_at, m.from_candidate)


def _pulse(p: records.Pulse) -> tuple[Any, ...]:
    return (p.by_candidate, p.score, p.said_at)


def _interview_key(i: records.Interview) -> str:
    if i.id:
        return f"{ident(i.id)}{_BETWEEN}{ident(i.employee_id)}"
    return digest(i.candidate_id, i.job_id, i.employee_id, i.started_at)


def _scorecard_key(s: records.Scorecard) -> str:
    if s.id:
        return f"{ident(s.id)}{_BETWEEN}{ident(s.employee_id)}"
    return digest(s.candidate_id, s.job_id, s.employee_id, s.submitted_at)


_CANDIDATE = ("candidates", "candidate_id")
_EMPLOYEE = ("employees", "employee_id")
_JOB = ("jobs", "job_id")

TABLES: tuple[Table, ...] = (
    Table(
        "employees",
        models.Employee,
        lambda e: ident(e.id),
        (
            "name",
            "email",
            "title",
            "level",
            "department",
            "manager_external_id",
            "timezone",
            "active",
            "executive",
            "past_employers",
            "schools",
        ),
        _employee,
        {},
        "external_id",
    ),
    Table(
        "candidates",
        models.Candidate,
        lambda c: ident(c.id),
        (
            "name",
            "email",
            "linkedin_url",
            "current_company",
            "current_title",
            "past_employers",
            "schools",
            "level",
            "do_not_contact",
            "mailbox",
            "profile",
            "namesake",
        ),
        _candidate,
        {},
        "external_id",
    ),
    Table(
        "jobs",
        models.Job,
        lambda j: ident(j.id),
        ("title", "department", "level", "status", "hiring_manager_external_id", "recruiter_external_id"),
        _job,
        {},
        "external_id",
    ),
    Table(
        "offers",
        models.Offer,
        lambda o: ident(o.id),
        ("status", "sent_at", "resolved_at", "decline_reason", "decline_notes", "doubt"),
        _offer,
        {"candidate_id": _CANDIDATE, "job_id": _JOB},
        "external_id",
    ),
    Table(
        "interviews",
        models.Interview,
        _interview_key,
        ("external_id", "kind", "started_at", "minutes", "status"),
        _interview,
        {"candidate_id": _CANDIDATE, "employee_id": _EMPLOYEE, "job_id": _JOB},
    ),
    Table(
        "scorecards",
        models.Scorecard,
        _scorecard_key,
        ("external_id", "submitted_at", "overall"),
        _scorecard,
        {"candidate_id": _CANDIDATE, "employee_id": _EMPLOYEE, "job_id": _JOB},
    ),
    Table(
        "messages",
        models.Message,
        None,
        ("sent_at", "from_candidate"),
        _message,
        {"candidate_id": _CANDIDATE, "employee_id": _EMPLOYEE},
    ),
    Table(
        "pulses",
        models.Pulse,
        lambda p: digest(p.candidate_id, p.employee_id, p.by_candidate, p.said_at),
        ("by_candidate", "score", "said_at"),
        _pulse,
        {"candidate_id": _CANDIDATE, "employee_id": _EMPLOYEE},
    ),
)
"""In the order in which they are stored: what others point at comes first."""
