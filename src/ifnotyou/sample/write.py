"""Puts a made-up company into the eight CSV files, and its truth into a file of its own."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Any, NamedTuple, TextIO

from ifnotyou.sample.world import World

_VOTES = ("definitely_not", "no", "mixed", "yes", "strong_yes")

Row = tuple[object, ...]


class Table(NamedTuple):
    """One CSV file."""

    name: str
    header: tuple[str, ...]
    rows: Callable[[World], Iterable[Row]]


def _time(moment: datetime | None) -> str:
    return moment.isoformat().replace("+00:00", "Z") if moment else ""


def _yes(flag: bool) -> str:
    return "true" if flag else "false"


def _employees(world: World) -> Iterator[Row]:
    for e in world.records.employees.values():
        yield (
            e.id,
            e.name,
            e.email,
            e.title,
            e.level,
            e.department,
            e.manager_id,
            e.timezone,
            _yes(e.active),
            _yes(e.executive),
            ";".join(e.past_employers),
            ";".join(e.schools),
        )


def _candidates(world: World) -> Iterator[Row]:
    for c in world.records.candidates.values():
        yield (
            c.id,
            c.name,
            c.email,
            c.linkedin_url,
            c.current_company,
            c.current_title,
            ";".join(c.past_employers),
            ";".join(c.schools),
            c.level,
            _yes(c.do_not_contact),
        )


def _jobs(world: World) -> Iterator[Row]:
    for j in world.records.jobs.values():
        yield j.id, j.title, j.department, j.level, j.status, j.hiring_manager_id, j.recruiter_id


def _offers(world: World) -> Iterator[Row]:
    for o in world.records.offers:
        yield (
            o.id,
            o.candidate_id,
            o.job_id,
            o.status,
            _time(o.sent_at),
            _time(o.resolved_at),
            o.decline_reason,
            o.decline_notes,
        )


def _interviews(world: World) -> Iterator[Row]:
    for i in world.records.interviews:
        yield i.id, i.candidate_id, i.job_id, i.employee_id, i.kind, _time(i.started_at), i.minutes, i.status


def _scorecards(world: World) -> Iterator[Row]:
    for s, notes in zip(world.records.scorecards, world.card_notes, strict=True):
        yield (
            s.id,
            s.candidate_id,
            s.job_id,
            s.employee_id,
            _time(s.submitted_at),
            _VOTES[s.overall - 1],
            notes,
        )


def _messages(world: World) -> Iterator[Row]:
    for m in world.records.messages:
        direction = "from_candidate" if m.from_candidate else "to_candidate"
        yield m.candidate_id, m.employee_id, _time(m.sent_at), direction


def _pulses(world: World) -> Iterator[Row]:
    for p in world.records.pulses:
        by = "candidate" if p.by_candidate else "employee"
        yield p.candidate_id, p.employee_id, by, p.score, _time(p.said_at)


def _header(text: str) -> tuple[str, ...]:
    return tuple(text.split())


TABLES = (
    Table(
        "employees.csv",
        _header(
            "id name email title level department manager_id timezone active executive past_employers schools"
        ),
        _employees,
    ),
    Table(
        "candidates.csv",
        _header(
            "id name email linkedin_url current_company current_title past_employers schools level do_not_contact"
        ),
        _candidates,
    ),
    Table("jobs.csv", _header("id title department level status hiring_manager_id recruiter_id"), _jobs),
    Table(
        "offers.csv",
        _header("id candidate_id job_id status sent_at resolved_at decline_reason decline_notes"),
        _offers,
    ),
    Table(
        "interviews.csv",
        _header("id candidate_id job_id employee_id kind started_at minutes status"),
        _interviews,
    ),
    Table(
        "scorecards.csv",
        _header("id candidate_id job_id employee_id submitted_at overall notes"),
        _scorecards,
    ),
    Table("messages.csv", _header("candidate_id employee_id sent_at direction"), _messages),
    Table("pulses.csv", _header("candidate_id employee_id by score said_at"), _pulses),
)


def write_table(world: World, table: Table, file: TextIO) -> None:
    """One of the eight, as CSV with a comma and line feeds."""
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(table.header)
    writer.writerows(table.rows(world))


def write_truth(world: World, file: TextIO) -> None:
    """The hidden part: one JSON document, a line for each pair, decline and double record.

        {"seed": 1, "today": "2026-01-31",
        "pairs": [{"candidate_id", "employee_id", "liking", "liked", "probability", "probability_by_mail",
                   "would_give_name", "would_give_name_by_mail"}, ...],
        "declines": [{"offer_id", "candidate_id", "category", "told", "tone", "private", "critique_of",
                      "best_employee_id"}, ...],
        "same_human": [{"candidate_id", "other_candidate_id", "by"}, ...]}

    The fields are those of `world.Pair` and `world.Decline`. Numbers have four digits after the point.
    """
    file.write(f'{{"seed": {world.seed}, "today": "{world.today.isoformat()}"')
    doubles = ({"candidate_id": a, "other_candidate_id": b, "by": way} for a, b, way in world.same_human)
    _write_list(file, "pairs", (pair._asdict() for pair in world.pairs))
    _write_list(file, "declines", (decline._asdict() for decline in world.declines))
    _write_list(file, "same_human", doubles)
    file.write("}\n")


def _write_list(file: TextIO, name: str, rows: Iterable[dict[str, Any]]) -> None:
    """As a member of the document that comes after another one."""
    file.write(f',\n"{name}": [')
    file.writelines(("," * bool(place)) + "\n" + _json(row) for place, row in enumerate(rows))
    file.write("\n]")


def _json(row: dict[str, Any]) -> str:
    rounded = {key: round(value, 4) if isinstance(value, float) else value for key, value in row.items()}
    return json.dumps(rounded, ensure_ascii=False)
