"""The charts of the insights: which there are, and the words for what they show."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
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
from ifnotyou.playbook.reasons import Category
from ifnotyou.queries.insights import Insights
from ifnotyou.web.charts import Bar, Column, Line, Picture, bars, columns, intervals
from ifnotyou.web.words import CATEGORIES

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

MOST_ROLES = 12
"""Shown in the picture, those with the most declines; all are in the table."""

NOT_SHOWN = "not shown: it would tell of fewer than five people"
"""Of LEAST_PEOPLE; also where what is missing from the whole would tell of them."""


@dataclass(frozen=True)
class Row:
    """One line of a chart's table: numbers, and a rate where there is one; or a note instead of both."""

    label: str
    numbers: Sequence[int] = ()
    rate: Rate | None = None
    note: str = ""


@dataclass(frozen=True)
class Chart:
    """A picture with its table; `told` says in a sentence what it is of."""

    name: str
    title: str
    told: str
    head: Sequence[str]
    share: str
    rows: Sequence[Row]
    picture: Picture

    @property
    def width(self) -> int:
        """How many cells stand beside the label."""
        return len(self.head) - 1 + bool(self.share)

    @property
    def cells(self) -> list[list[str]]:
        """The table as a file has it: a rate as two numbers."""
        head = [*self.head, f"{self.share}: at least", "at most"] if self.share else [*self.head]
        rows = [head]
        for row in self.rows:
            ends = (
                [f"{100 * end:.1f} %" for end in (row.rate.low, row.rate.high)]
                if row.rate and row.rate.of
                else []
            )
            rows.append([row.label, row.note] if row.note else [row.label, *map(str, row.numbers), *ends])
        return rows


def charts_of(figures: Insights) -> list[Chart]:
    """Every chart that has something to show."""
    return [chart for make in _CHARTS.values() if (chart := make(figures)) is not None]


def chart_of(figures: Insights, name: str) -> Chart | None:
    """One of them; None where there is none of that name, or nothing to show in it."""
    make = _CHARTS.get(name)
    return make(figures) if make else None


def _funnel(figures: Insights) -> Chart | None:
    numbers = {count: figures.total(count) for count in FUNNEL}
    if not any(numbers.values()):
        return None
    rows = []
    for before, count in zip([None, *FUNNEL], FUNNEL, strict=False):
        # A person named is no ask: of the two there is no share.
        same = before is not None and count is not Count.NAMED
        rows.append(
            Row(
                COUNTS[count],
                [numbers[count]],
                _rate(numbers[count], numbers[before]) if same and before else None,
            )
        )
    title = "From no to hired"
    told = "How many came at least so far. Offers and asks first; from “People named” on it is people."
    drawn = bars("funnel", title, _listed(rows), [Bar(row.label, row.numbers[0]) for row in rows])
    return Chart("funnel", title, told, ["How far", "Number"], "Share of the line before", rows, drawn)


def _months(figures: Insights) -> Chart | None:
    months = list(reversed(figures.months))
    counts = [*COUNTS]
    rows = [Row(_month(month), [figures.in_month(month, count) for count in counts]) for month in months]
    if not any(any(row.numbers) for row in rows):
        return None
    drawn_counts = [Count.DECLINED, Count.ASKED, Count.NAMED]
    title = "By month"
    drawn = columns(
        "month",
        title,
        "; ".join(
            f"{row.label}: "
            + ", ".join(f"{row.numbers[counts.index(c)]} {COUNTS[c].lower()}" for c in drawn_counts)
            for row in rows
        ),
        [
            Column(f"{month:%b}", [figures.in_month(month, count) for count in drawn_counts])
            for month in months
        ],
        [COUNTS[count] for count in drawn_counts],
    )
    told = "Asks in the month of the decline; people in the month in which they were named."
    return Chart("month", title, told, ["Month", *COUNTS.values()], "", rows, drawn)


def _roles(figures: Insights) -> Chart | None:
    roles = sorted(
        figures.groups(Cut.ROLE), key=lambda role: (-figures.of(Cut.ROLE, role, Count.DECLINED), role)
    )
    told = "How many asks brought a name whose giver may be known. The roles with the most declines first."
    words = {role: role or "A role without a title" for role in roles}
    rows = _rows(figures, Cut.ROLE, words, [*COUNTS])
    first, others = rows[:MOST_ROLES], rows[MOST_ROLES:]
    if others:
        sums = [sum(numbers) for numbers in zip(*(row.numbers for row in others), strict=True)]
        asked, gave = (sums[[*COUNTS].index(count)] for count in (Count.ASKED, Count.GAVE))
        folded = Row(f"{len(others)} other roles", sums, _rate(gave, asked, OF_AN_ASK))
        first = [*first, folded]
    return _of_asks("role", "By role", told, [*COUNTS], rows, first)


def _relations(figures: Insights) -> Chart | None:
    told = (
        "Who asked, seen from the role. Only where at least five people asked: no figure here is anybody’s own, and "
        "a card passed on is counted nowhere."
    )
    there = [group for group in RELATIONS if group in figures.groups(Cut.RELATION)]
    words = {group: RELATIONS[group] for group in there if group in figures.relations}
    rows = _rows(figures, Cut.RELATION, words, OF_ASKS)
    rows += [Row(RELATIONS[group], note=NOT_SHOWN) for group in there if group not in figures.relations]
    return _of_asks("relation", "By who asked", told, OF_ASKS, rows, rows)


def _channels(figures: Insights) -> Chart | None:
    told = "In conversation or by mail. Names whose giver may be known."
    there = figures.groups(Cut.CHANNEL)
    words = {group: CHANNELS[Channel(group)] if group else "Not said" for group in there}
    rows = _rows(figures, Cut.CHANNEL, words, OF_ASKS)
    return _of_asks("channel", "By channel", told, OF_ASKS, rows, rows)


def _delays(figures: Insights) -> Chart | None:
    told = "How long after the decline they were asked. Names whose giver may be known."
    there = figures.groups(Cut.DELAY)
    order = [*(words for words, _ in DELAYS), LATER, UNKNOWN_DELAY]
    words = {group: DELAY_WORDS[group] for group in order if group in there}
    rows = _rows(figures, Cut.DELAY, words, OF_ASKS)
    return _of_asks("delay", "By days until the ask", told, OF_ASKS, rows, rows)


def _reasons(figures: Insights) -> Chart | None:
    told = "Why they declined. Names whose giver may be known."
    there = figures.groups(Cut.REASON)
    words = {group: CATEGORIES[group] for group in Category if group in there}
    rows = _rows(figures, Cut.REASON, words, [*COUNTS])
    return _of_asks("reason", "By reason", told, [*COUNTS], rows, rows)


def _terms(figures: Insights) -> Chart | None:
    there = figures.groups(Cut.DISCLOSURE)
    rows = []
    for group, word in TERMS.items():
        if group in there:
            numbers = {count: figures.of(Cut.DISCLOSURE, group, count) for count in OF_NAMES}
            rate = _rate(numbers[Count.TALKING], numbers[Count.NAMED])
            rows.append(Row(word, list(numbers.values()), rate))
    if not rows:
        return None
    title = "By terms of disclosure"
    drawn = intervals("disclosure", title, _listed(rows), _lines(rows))
    told = "With how many of the people named we came to talk, by the terms on which they were named."
    head = ["Terms", *(COUNTS[count] for count in OF_NAMES)]
    return Chart("disclosure", title, told, head, "Came to talk", rows, drawn)


def _promises(figures: Insights) -> Chart | None:
    kinds = (Count.KEPT, Count.BROKEN, Count.OPEN)

    def row(label: str, months: Sequence[date]) -> Row:
        kept, broken, still_open = (
            sum(figures.in_month(month, kind, Cut.PROMISE) for month in months) for kind in kinds
        )
        return Row(label, [kept, broken, still_open], _rate(kept, kept + broken))

    rows = [row(_month(month), [month]) for month in reversed(figures.months)]
    rows = [row("All of them", figures.months), *(one for one in rows if any(one.numbers))]
    if not any(rows[0].numbers):
        return None
    title = "Promises kept"
    told = "A first personal contact within one business day of the host’s own calendar."
    drawn = intervals("promises", title, _listed(rows), _lines(rows))
    return Chart("promises", title, told, ["Month", "Kept", "Broken", "Still open"], "Kept", rows, drawn)


def _waits(figures: Insights) -> Chart | None:
    counted = {int(days): figures.of(Cut.WAIT, days, Count.CONTACTED) for days in figures.groups(Cut.WAIT)}
    middle = median_of(counted)
    if middle is None:
        return None
    longest = max(counted)
    rows = [Row(_days(days), [counted.get(days, 0)]) for days in range(longest + 1)]
    title = "Days until the first contact"
    told = f"Days from Monday to Friday. Half of {sum(counted.values())} heard from us within {_days(middle).lower()}."
    if not middle:
        told = f"Days from Monday to Friday. Half of {sum(counted.values())} heard from us on the same day."
    drawn = columns(
        "first-contact",
        title,
        f"{told} {_listed(rows)}",
        [
            Column(f"{days}+" if days == LONGEST_WAIT else str(days), row.numbers)
            for days, row in enumerate(rows)
        ],
        ["People"],
    )
    return Chart("first-contact", title, told, ["After", "People"], "", rows, drawn)


_CHARTS: dict[str, Callable[[Insights], Chart | None]] = {
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


def _rows(figures: Insights, cut: Cut, words: Mapping[Any, str], counts: Sequence[Count]) -> list[Row]:
    """A line for each group: the counts, and how many asks brought a name."""
    rows = []
    for group, word in words.items():
        numbers = {count: figures.of(cut, group, count) for count in counts}
        rate = _rate(numbers[Count.GAVE], numbers[Count.ASKED], OF_AN_ASK)
        rows.append(Row(word, list(numbers.values()), rate))
    return rows


def _of_asks(
    name: str, title: str, told: str, counts: Sequence[Count], rows: Sequence[Row], drawn: Sequence[Row]
) -> Chart | None:
    """A chart of how many asks brought a name; None where nobody was asked."""
    drawn = [row for row in drawn if row.note or (row.rate is not None and row.rate.of)]
    if not drawn:
        return None
    head = [title.removeprefix("By ").capitalize(), *(COUNTS[count] for count in counts)]
    picture = intervals(name, title, _listed(drawn), _lines(drawn))
    return Chart(name, title, told, head, "Asks with a name", rows, picture)


def _lines(rows: Sequence[Row]) -> list[Line]:
    return [
        Line(
            row.label,
            row.rate if row.rate and row.rate.of else None,
            row.note or (row.rate.words if row.rate else ""),
        )
        for row in rows
    ]


def _listed(rows: Sequence[Row]) -> str:
    """The lines in words, for whoever hears the picture."""
    told = []
    for row in rows:
        words = row.note or (row.rate.words if row.rate and len(row.numbers) > 1 else str(row.numbers[0]))
        told.append(f"{row.label}: {words}.")
    return " ".join(told)


def _rate(hits: int, of: int, prior: Prior | None = None) -> Rate:
    """The share. Where a role was renamed in between, the whole may have become less than its part."""
    hits = min(hits, of)
    return rate_of(hits, of, prior) if prior else rate_of(hits, of)


def _month(month: date) -> str:
    return f"{month:%B %Y}"


def _days(days: int) -> str:
    if days == LONGEST_WAIT:
        return f"{days} days or more"
    return {0: "The same day", 1: "1 day"}.get(days, f"{days} days")
