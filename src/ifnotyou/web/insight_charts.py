"""The charts of the insights: a picture of each of their tables (queries/insight_tables.py)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from ifnotyou.playbook.figures import LONGEST_WAIT, OF_AN_ASK, Count
from ifnotyou.queries.insight_tables import COUNTS, NAMES, Row, Table, share_of, table_of
from ifnotyou.queries.insights import Insights
from ifnotyou.web.charts import Bar, Column, Line, Picture, bars, columns, intervals

MOST_ROLES = 12
"""Shown in the picture, those with the most declines; all are in the table."""

IN_COLUMNS = [Count.DECLINED, Count.ASKED, Count.NAMED]
"""What is drawn of each month."""


@dataclass(frozen=True)
class Chart:
    """A picture with its table."""

    table: Table
    picture: Picture


def charts_of(figures: Insights) -> list[Chart]:
    """Every chart that has something to show."""
    return [chart for name in NAMES if (chart := chart_of(figures, name)) is not None]


def chart_of(figures: Insights, name: str) -> Chart | None:
    """One of them; None where there is none of that name, or nothing to show in it."""
    table = table_of(figures, name)
    return Chart(table, _PICTURES.get(name, _intervals)(table)) if table else None


def _funnel(table: Table) -> Picture:
    lying = [Bar(row.label, row.numbers[0]) for row in table.rows]
    return bars(table.name, table.title, _listed(table.rows), lying)


def _months(table: Table) -> Picture:
    places = [[*table.columns].index(count) for count in IN_COLUMNS]
    told = "; ".join(
        f"{row.label}: "
        + ", ".join(
            f"{row.numbers[place]} {COUNTS[count].lower()}"
            for count, place in zip(IN_COLUMNS, places, strict=True)
        )
        for row in table.rows
    )
    standing = [
        Column(f"{date.fromisoformat(row.group):%b}", [row.numbers[place] for place in places])
        for row in table.rows
    ]
    return columns(table.name, table.title, told, standing, [COUNTS[count] for count in IN_COLUMNS])


def _roles(table: Table) -> Picture:
    """The last ones together, where there are many."""
    first, others = table.rows[:MOST_ROLES], table.rows[MOST_ROLES:]
    if others:
        sums = [sum(numbers) for numbers in zip(*(row.numbers for row in others), strict=True)]
        asked, gave = (sums[[*table.columns].index(count)] for count in (Count.ASKED, Count.GAVE))
        folded = Row("", f"{len(others)} other roles", sums, share_of(gave, asked, OF_AN_ASK))
        first = [*first, folded]
    return _lined(table, _that_say_something(first))


def _of_asks(table: Table) -> Picture:
    return _lined(table, _that_say_something(table.rows))


def _intervals(table: Table) -> Picture:
    return _lined(table, table.rows)


def _waits(table: Table) -> Picture:
    standing = [
        Column(f"{row.group}+" if row.group == str(LONGEST_WAIT) else row.group, row.numbers)
        for row in table.rows
    ]
    told = f"{table.told} {_listed(table.rows)}"
    return columns(table.name, table.title, told, standing, [*table.columns.values()])


_PICTURES: dict[str, Callable[[Table], Picture]] = {
    "funnel": _funnel,
    "month": _months,
    "role": _roles,
    "relation": _of_asks,
    "channel": _of_asks,
    "delay": _of_asks,
    "reason": _of_asks,
    "first-contact": _waits,
}


def _that_say_something(rows: Sequence[Row]) -> list[Row]:
    return [row for row in rows if row.note or (row.rate is not None and row.rate.of)]


def _lined(table: Table, rows: Sequence[Row]) -> Picture:
    lines = [
        Line(
            row.label,
            row.rate if row.rate and row.rate.of else None,
            row.note or (row.rate.words if row.rate else ""),
        )
        for row in rows
    ]
    return intervals(table.name, table.title, _listed(rows), lines)


def _listed(rows: Sequence[Row]) -> str:
    """The lines in words, for whoever hears the picture."""
    told = []
    for row in rows:
        words = row.note or (row.rate.words if row.rate and len(row.numbers) > 1 else str(row.numbers[0]))
        told.append(f"{row.label}: {words}.")
    return " ".join(told)
