"""The tables of the insights: which there are, and the words for what they show.

The page draws a picture of each (web/insight_charts.py); files and programs get the table itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from ifnotyou.playbook.channel import Channel
from ifnotyou.playbook.disclosure import Terms
from ifnotyou.playbook.figures import (
    DELAYS,
    LATER,
    LONGEST_WAIT,
    OF_AN_ASK,
    UNKNOWN_DELAY,
    Count,
    Cut,
    Prior,
    Rate,
    Relation,
    median_of,
    rate_of,
)
from ifnotyou.playbook.reasons import CATEGORY_NAMES, Category
from ifnotyou.queries.insights import Insights

COUNTS = {
    Count.DECLINED: "Declined",
    Count.TO_ASK: "Could be asked",
    Count.ASKED: "Asked",
    Count.ANSWERED: "Answered",
    Count.GAVE: "Asks with a name",
    Count.NAMED: "People named",
    Count.CONTACTED: "In touch",
    Count.TALKING: "Talking",
    Count.IN_PROCESS: "In process",
    Count.HIRED: "Hired",
}
FUNNEL = [count for count in COUNTS if count is not Count.GAVE]
OF_ASKS = [count for count in COUNTS if count not in {Count.DECLINED, Count.TO_ASK}]
OF_NAMES = [Count.NAMED, Count.CONTACTED, Count.TALKING, Count.IN_PROCESS, Count.HIRED]
PROMISES = {Count.KEPT: "Kept", Count.BROKEN: "Broken", Count.OPEN: "Still open"}

RELATIONS = {
    Relation.PEER: "Peers",
    Relation.MANAGER: "Hiring managers",
    Relation.EXECUTIVE: "Executives",
    Relation.RECRUITER: "Recruiters",
}
CHANNELS = {Channel.CONVERSATION: "In conversation", Channel.EMAIL: "By mail"}
DELAY_WORDS = {
    "0-1": "On the day or the next",
    "2-7": "After 2 to 7 days",
    "8-21": "After 8 to 21 days",
    LATER: "Later",
    UNKNOWN_DELAY: "Day unknown",
}
TERMS = {
    Terms.INTRODUCE: "They introduce somebody",
    Terms.NAMED: "We may say who",
    Terms.CONFIDENTIAL: "In confidence",
    Terms.ANONYMOUS: "Anonymous",
}

NOT_SHOWN = "not shown: it would tell of fewer than five people"
"""Of LEAST_PEOPLE; also where what is missing from the whole would tell of them."""


@dataclass(frozen=True)
class Row:
    """One line of a table: numbers, and a rate where there is one; or a note instead of both.

    `group` is what the line is of, for programs; `label` the same for people.
    """

    group: str
    label: str
    numbers: Sequence[int] = ()
    rate: Rate | None = None
    note: str = ""


@dataclass(frozen=True)
class Table:
    """Some figures by one cut; `told` says in a sentence what it is of.

    `first` heads the labels, `columns` the numbers (by their names for programs), `share` the rates, if there are any.
    """

    name: str
    title: str
    told: str
    first: str
    columns: Mapping[str, str]
    share: str
    rows: Sequence[Row]

    @property
    def head(self) -> list[str]:
        """What stands above the labels and the numbers."""
        return [self.first, *self.columns.values()]

    @property
    def width(self) -> int:
        """How many cells stand beside the label."""
        return len(self.columns) + bool(self.share)

    @property
    def cells(self) -> list[list[str]]:
        """The table as a file has it: a rate as two numbers."""
        head = [*self.head, f"{self.share}: at least", "at most"] if self.share else self.head
        rows = [head]
        for row in self.rows:
            ends = (
                [f"{100 * end:.1f} %" for end in (row.rate.low, row.rate.high)]
                if row.rate and row.rate.of
                else []
            )
            rows.append([row.label, row.note] if row.note else [row.label, *map(str, row.numbers), *ends])
        return rows


def table_of(figures: Insights, name: str) -> Table | None:
    """One of them; None where there is none of that name, or nothing to show in it."""
    make = _TABLES.get(name)
    return make(figures) if make else None


def share_of(hits: int, of: int, prior: Prior | None = None) -> Rate:
    """The share. Where a role was renamed in between, the whole may have become less than its part."""
    hits = min(hits, of)
    return rate_of(hits, of, prior) if prior else rate_of(hits, of)


def days_told(days: int) -> str:
    """So many working days in words."""
    if days == LONGEST_WAIT:
        return f"{days} days or more"
    return {0: "The same day", 1: "1 day"}.get(days, f"{days} days")


def _funnel(figures: Insights) -> Table | None:
    numbers = {count: figures.total(count) for count in FUNNEL}
    if not any(numbers.values()):
        return None
    rows = []
    for before, count in zip([None, *FUNNEL], FUNNEL, strict=False):
        # A person named is no ask: of the two there is no share.
        same = before is not None and count is not Count.NAMED
        rate = share_of(numbers[count], numbers[before]) if same and before else None
        rows.append(Row(count, COUNTS[count], [numbers[count]], rate))
    told = "How many came at least so far. Offers and asks first; from “People named” on it is people."
    columns = {"number": "Number"}
    return Table("funnel", "From no to hired", told, "How far", columns, "Share of the line before", rows)


def _months(figures: Insights) -> Table | None:
    rows = [
        Row(month.isoformat(), _month(month), [figures.in_month(month, count) for count in COUNTS])
        for month in reversed(figures.months)
    ]
    if not any(any(row.numbers) for row in rows):
        return None
    told = "Asks in the month of the decline; people in the month in which they were named."
    return Table("month", "By month", told, "Month", _columns(COUNTS), "", rows)


def _roles(figures: Insights) -> Table | None:
    roles = sorted(
        figures.groups(Cut.ROLE), key=lambda role: (-figures.of(Cut.ROLE, role, Count.DECLINED), role)
    )
    told = "How many asks brought a name whose giver may be known. The roles with the most declines first."
    words = {role: role or "A role without a title" for role in roles}
    rows = _rows(figures, Cut.ROLE, words, [*COUNTS])
    return _of_asks("role", "By role", told, [*COUNTS], rows)


def _relations(figures: Insights) -> Table | None:
    told = (
        "Who asked, seen from the role. Only where at least five people asked: no figure here is anybody’s own, and "
        "a card passed on is counted nowhere."
    )
    there = [group for group in RELATIONS if group in figures.groups(Cut.RELATION)]
    words = {group: RELATIONS[group] for group in there if group in figures.relations}
    rows = _rows(figures, Cut.RELATION, words, OF_ASKS)
    rows += [
        Row(group, RELATIONS[group], note=NOT_SHOWN) for group in there if group not in figures.relations
    ]
    return _of_asks("relation", "By who asked", told, OF_ASKS, rows)


def _channels(figures: Insights) -> Table | None:
    told = "In conversation or by mail. Names whose giver may be known."
    there = figures.groups(Cut.CHANNEL)
    words = {group: CHANNELS[Channel(group)] if group else "Not said" for group in there}
    rows = _rows(figures, Cut.CHANNEL, words, OF_ASKS)
    return _of_asks("channel", "By channel", told, OF_ASKS, rows)


def _delays(figures: Insights) -> Table | None:
    told = "How long after the decline they were asked. Names whose giver may be known."
    there = figures.groups(Cut.DELAY)
    order = [*(words for words, _ in DELAYS), LATER, UNKNOWN_DELAY]
    words = {group: DELAY_WORDS[group] for group in order if group in there}
    rows = _rows(figures, Cut.DELAY, words, OF_ASKS)
    return _of_asks("delay", "By days until the ask", told, OF_ASKS, rows)


def _reasons(figures: Insights) -> Table | None:
    told = "Why they declined. Names whose giver may be known."
    there = figures.groups(Cut.REASON)
    words = {group: CATEGORY_NAMES[group] for group in Category if group in there}
    rows = _rows(figures, Cut.REASON, words, [*COUNTS])
    return _of_asks("reason", "By reason", told, [*COUNTS], rows)


def _terms(figures: Insights) -> Table | None:
    there = figures.groups(Cut.DISCLOSURE)
    rows = []
    for group, word in TERMS.items():
        if group in there:
            numbers = {count: figures.of(Cut.DISCLOSURE, group, count) for count in OF_NAMES}
            rate = share_of(numbers[Count.TALKING], numbers[Count.NAMED])
            rows.append(Row(group, word, list(numbers.values()), rate))
    if not rows:
        return None
    told = "With how many of the people named we came to talk, by the terms on which they were named."
    title = "By terms of disclosure"
    return Table("disclosure", title, told, "Terms", _columns(OF_NAMES), "Came to talk", rows)


def _promises(figures: Insights) -> Table | None:
    def row(group: str, label: str, months: Sequence[date]) -> Row:
        kept, broken, still_open = (
            sum(figures.in_month(month, kind, Cut.PROMISE) for month in months) for kind in PROMISES
        )
        return Row(group, label, [kept, broken, still_open], share_of(kept, kept + broken))

    rows = [row(month.isoformat(), _month(month), [month]) for month in reversed(figures.months)]
    rows = [row("all", "All of them", figures.months), *(one for one in rows if any(one.numbers))]
    if not any(rows[0].numbers):
        return None
    told = "A first personal contact within one business day of the host’s own calendar."
    columns = {count.value: word for count, word in PROMISES.items()}
    return Table("promises", "Promises kept", told, "Month", columns, "Kept", rows)


def _waits(figures: Insights) -> Table | None:
    counted = {int(days): figures.of(Cut.WAIT, days, Count.CONTACTED) for days in figures.groups(Cut.WAIT)}
    middle = median_of(counted)
    if middle is None:
        return None
    rows = [Row(str(days), days_told(days), [counted.get(days, 0)]) for days in range(max(counted) + 1)]
    half = f"within {days_told(middle).lower()}" if middle else "on the same day"
    told = f"Days from Monday to Friday. Half of {sum(counted.values())} heard from us {half}."
    columns = {"people": "People"}
    return Table("first-contact", "Days until the first contact", told, "After", columns, "", rows)


_TABLES: dict[str, Callable[[Insights], Table | None]] = {
    "funnel": _funnel,
    "month": _months,
    "role": _roles,
    "relation": _relations,
    "channel": _channels,
    "delay": _delays,
    "reason": _reasons,
    "disclosure": _terms,
    "promises": _promises,
    "first-contact": _waits,
}
NAMES = tuple(_TABLES)
"""Of all tables, in the order of the page."""


def _rows(figures: Insights, cut: Cut, words: Mapping[Any, str], counts: Sequence[Count]) -> list[Row]:
    """A line for each group: the counts, and how many asks brought a name."""
    rows = []
    for group, word in words.items():
        numbers = {count: figures.of(cut, group, count) for count in counts}
        rate = share_of(numbers[Count.GAVE], numbers[Count.ASKED], OF_AN_ASK)
        rows.append(Row(group, word, list(numbers.values()), rate))
    return rows


def _of_asks(name: str, title: str, told: str, counts: Sequence[Count], rows: Sequence[Row]) -> Table | None:
    """A table of how many asks brought a name; None where nobody was asked."""
    if not any(row.note or (row.rate is not None and row.rate.of) for row in rows):
        return None
    first = title.removeprefix("By ").capitalize()
    return Table(name, title, told, first, _columns(counts), "Asks with a name", rows)


def _columns(counts: Iterable[Count]) -> dict[str, str]:
    return {count.value: COUNTS[count] for count in counts}


def _month(month: date) -> str:
    return f"{month:%B %Y}"
