"""What the numbers say, for programs: the figures of the page, with their intervals and what it keeps back."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from ninja import Query, Router
from pydantic import Field

from ifnotyou.api.auth import Call
from ifnotyou.api.operations import Out, get
from ifnotyou.playbook.figures import Count, Cut
from ifnotyou.queries.insight_tables import NAMES, Row, Table, table_of
from ifnotyou.queries.insights import Insights, insights

router = Router(tags=["Insights"])

Name = Literal[
    "funnel",
    "month",
    "role",
    "relation",
    "channel",
    "delay",
    "reason",
    "disclosure",
    "promises",
    "first-contact",
]
"""The names of queries/insight_tables.py; a test holds the two together."""


class InsightRate(Out):
    """How many of how many, and between which shares the truth most likely lies, nine times in ten."""

    hits: int = Field(description="So many.", examples=[2])
    of: int = Field(description="Of so many.", examples=[6])
    low: float = Field(description="The lowest share that is likely.", examples=[0.127])
    middle: float = Field(description="The middle of what we believe.", examples=[0.286])
    high: float = Field(description="The highest share that is likely.", examples=[0.472])
    few: bool = Field(description="Whether these are too few to tell much.", examples=[True])
    words: str = Field(description="The same for people.", examples=["2 of 6: too few to tell"])


class InsightColumn(Out):
    """What one number of every row counts."""

    code: str = Field(description="For programs.", examples=["asked"])
    title: str = Field(description="For people.", examples=["Asked"])


class InsightRow(Out):
    """One group with its numbers; or, where these would tell of fewer than five people, a note instead."""

    group: str = Field(description="Which group, for programs.", examples=["other_offer"])
    label: str = Field(description="The same for people.", examples=["Another opportunity"])
    numbers: list[int] = Field(
        description="One for each of `columns`; none where there is a note.", examples=[[10, 8, 6]]
    )
    rate: InsightRate | None = Field(description="The share that `share` names; null where there is none.")
    note: str | None = Field(description="Why there are no numbers; null where there are.", examples=[None])


class InsightTable(Out):
    """Some figures by one cut, as one chart of the page has them."""

    name: Name = Field(description="Which.", examples=["reason"])
    title: str = Field(description="For people.", examples=["By reason"])
    told: str = Field(description="What it is of, in a sentence.", examples=["Why they declined."])
    columns: list[InsightColumn] = Field(description="What the numbers of a row count.")
    share: str | None = Field(
        description="What `rate` is a share of; null where there is none.", examples=["Asks with a name"]
    )
    rows: list[InsightRow] = Field(description="The groups, in the order of the page.")


class InsightSummary(Out):
    """The figures that the page tells in words."""

    declined: int = Field(description="Who said no.", examples=[10])
    asked: int = Field(description="Who of them was asked.", examples=[6])
    missed: int = Field(description="Who of them could have been.", examples=[1])
    kept: int = Field(description="First contacts in time.", examples=[1])
    broken: int = Field(description="First contacts that came too late, or have not come.", examples=[0])
    open: int = Field(description="First contacts for which there is time still.", examples=[2])


class InsightsOut(Out):
    """The figures of the last twelve months."""

    first_month: date = Field(description="The first day of the first month.", examples=["2025-07-01"])
    last_month: date = Field(description="The first day of this month.", examples=["2026-06-01"])
    summary: InsightSummary = Field(description="The page's own words, in numbers.")
    charts: list[InsightTable] = Field(description="Each chart that has something to show.")


ChosenCharts = Annotated[
    list[Name],
    Query(
        default_factory=list,
        max_length=len(NAMES),
        description="Only these charts, each by its name; without any, all of them.",
        example=["funnel", "reason"],
    ),
]


@get(router, "/insights", InsightsOut)
def get_insights(call: Call, chart: ChosenCharts) -> InsightsOut:
    """The figures of the last twelve months, with their intervals.

    Groups of colleagues are told only where at least five people are in them, and nothing is told of a single one.
    """
    figures = insights(call.now)
    tables = (table_of(figures, name) for name in NAMES if name in chart or not chart)
    return InsightsOut(
        first_month=figures.months[-1],
        last_month=figures.months[0],
        summary=_summary(figures),
        charts=[_table(table) for table in tables if table is not None],
    )


def _summary(figures: Insights) -> InsightSummary:
    def promised(kind: Count) -> int:
        return figures.of(Cut.PROMISE, "", kind)

    return InsightSummary(
        declined=figures.total(Count.DECLINED),
        asked=figures.total(Count.ASKED),
        missed=figures.total(Count.MISSED),
        kept=promised(Count.KEPT),
        broken=promised(Count.BROKEN),
        open=promised(Count.OPEN),
    )


def _table(table: Table) -> InsightTable:
    return InsightTable.model_validate(
        {
            "name": table.name,
            "title": table.title,
            "told": table.told,
            "columns": [{"code": code, "title": title} for code, title in table.columns.items()],
            "share": table.share or None,
            "rows": [_row(row) for row in table.rows],
        }
    )


def _row(row: Row) -> InsightRow:
    rate = row.rate
    return InsightRow(
        group=row.group,
        label=row.label,
        numbers=[] if row.note else list(row.numbers),
        rate=InsightRate(
            hits=rate.hits,
            of=rate.of,
            low=rate.low,
            middle=rate.middle,
            high=rate.high,
            few=rate.few,
            words=rate.words,
        )
        if rate and rate.of
        else None,
        note=row.note or None,
    )
