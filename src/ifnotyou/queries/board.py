"""The board: everybody named whom a viewer may see, by stage, what is due first on top.

Nobody is ranked: the only order there is comes from dates. Three queries, however many people there are.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.db.models import Count, FilteredRelation, Q, QuerySet
from django.db.models.expressions import RawSQL

from ifnotyou.models import Referral, User, Vip
from ifnotyou.playbook.disclosure import VEILED, Terms
from ifnotyou.playbook.hosting import OURS, VipStage
from ifnotyou.queries.names import MAY_SEE, names_visible_to, vips_visible_to

SHOWN = 6
"""Cards of a column on the board; what is due later stands on the page of the column."""

COLUMN_PAGE = 50
"""Cards on a page of one column."""

STILL_EXPECTED = timedelta(days=14)
"""So long after its day an introduction is still expected here; later it is silently no longer."""

MOST_WORDS = 5
QUARTER_OF_AN_HOUR = 15 * 60
_ORDER = ("set_aside", "due_at", "-closed_on", "pk")
"""Set aside last; then what is due first; of those with whom it has ended, the last ones."""


@dataclass(frozen=True)
class Wanted:
    """What somebody looks for: `stage` is "" for the whole board, else the one column of which they want a page."""

    words: str = ""
    mine: bool = False
    stage: str = ""
    page: int = 1


class Card(NamedTuple):
    """One person on the board; `told` are the terms of each word for them, with the giver where that may be told."""

    pk: int
    stage: str
    name: str
    role: str | None
    host: int | None
    host_name: str | None
    proposed: int | None
    proposed_name: str | None
    step: str
    step_words: str
    due_at: datetime | None
    set_aside: str
    told: tuple[tuple[Terms, str], ...]


class Introduction(NamedTuple):
    """Somebody introduces a friend themselves: we know nothing of the friend, and there is nothing to do."""

    pk: int
    referrer: str
    role: str
    expected_on: date | None
    asker: int | None
    """The user who asked them, if they sign in."""


@dataclass(frozen=True)
class Column:
    """A stage with how many stand there, how many of them were promised something that is overdue, and the first."""

    stage: VipStage
    count: int
    late: int
    cards: Sequence[Card]


@dataclass(frozen=True)
class Board:
    """The columns, the introductions that are expected, and a mark that changes whenever something shown does."""

    columns: Sequence[Column]
    introductions: Sequence[Introduction]
    version: str

    @property
    def count(self) -> int:
        """How many people there are, shown or not."""
        return sum(column.count for column in self.columns)

    @property
    def late(self) -> int:
        """How many promises are overdue."""
        return sum(column.late for column in self.columns)


class _Tally(NamedTuple):
    stage: str
    people: int = 0
    late: int = 0


def board(user: User, wanted: Wanted, now: datetime, *, unless: str = "") -> Board | None:
    """The board as `user` sees it; None where its version is still `unless`, what they are looking at."""
    found = _wanted(_on_board(user), user, wanted)
    stages = [VipStage(wanted.stage)] if wanted.stage else list(VipStage)
    tallies = _tallies(found.filter(stage__in=stages) if wanted.stage else found, now)
    introductions = _introductions(user, wanted, now.date()) if VipStage.NAMED in stages else []
    size = COLUMN_PAGE if wanted.stage else SHOWN
    cards = _cards(found, stages, (wanted.page - 1) * size, size)
    version = _version([tallies, introductions, cards], now)
    if version == unless:
        return None
    by_stage = {tally.stage: tally for tally in tallies}
    columns = [
        Column(stage, tally.people, tally.late, [card for card in cards if card.stage == stage])
        for stage in stages
        for tally in [by_stage.get(stage, _Tally(stage))]
    ]
    return Board(columns, introductions, version)


def _on_board(user: User) -> QuerySet[Vip]:
    """Everybody whose clock runs or ran, as far as this user may see them.

    It runs from when the name was announced; asking for the referral of each of them would take as long as all else.
    """
    return Vip.objects.filter(clock_from__isnull=False) if user.role in MAY_SEE else vips_visible_to(user)


def _wanted(found: QuerySet[Vip], user: User, wanted: Wanted) -> QuerySet[Vip]:
    if wanted.mine:
        found = found.filter(Q(host=user) | Q(proposed=user, stage=VipStage.NAMED))
    for word in wanted.words.split()[:MOST_WORDS]:
        found = found.filter(Q(name__icontains=word) | Q(job__title__icontains=word))
    return found


def _tallies(found: QuerySet[Vip], now: datetime) -> list[_Tally]:
    late = Q(step__in=sorted(OURS), due_at__lt=now)
    counted = found.order_by("stage").values_list("stage")
    return [_Tally(*row) for row in counted.annotate(n=Count("pk"), late=Count("pk", filter=late))]


def _introductions(user: User, wanted: Wanted, today: date) -> list[Introduction]:
    """Those that are expected, the first one first; a member sees those that they asked for."""
    if user.role in MAY_SEE:
        found = names_visible_to(user)
    else:
        found = Referral.objects.filter(announced_on__isnull=False, ask__asker__user=user)
    if wanted.mine:
        found = found.filter(ask__asker__user=user)
    for word in wanted.words.split()[:MOST_WORDS]:
        found = found.filter(Q(ask__candidate__name__icontains=word) | Q(job__title__icontains=word))
    open_ones = found.filter(terms=Terms.INTRODUCE, vip=None, arrived_on=None)
    rows = open_ones.filter(expected_on__gte=today - STILL_EXPECTED).order_by("expected_on", "pk")
    fields = ("pk", "ask__candidate__name", "job__title", "expected_on", "ask__asker__user")
    return [Introduction(*row) for row in rows.values_list(*fields)[:SHOWN]]


def _version(shown: object, now: datetime) -> str:
    """Of what is shown and nothing else: it tells nothing that the page does not, such as when a name came in.

    Words like "today" change by the clock alone, hence the quarter of an hour.
    """
    text = repr((shown, now.timestamp() // QUARTER_OF_AN_HOUR))
    return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()


def _cards(found: QuerySet[Vip], stages: Sequence[VipStage], start: int, size: int) -> list[Card]:
    """So many cards of each column, with what was said for them, in one query."""
    rows = (
        Vip.objects.filter(pk__in=_first_of_each(found, stages, start, size))
        .annotate(told=FilteredRelation("referrals", condition=Q(referrals__announced_on__isnull=False)))
        .order_by("stage", *_ORDER, "told__terms")
        .values_list(
            "pk",
            "stage",
            "name",
            "job__title",
            "host",
            "host__name",
            "proposed",
            "proposed__name",
            "step",
            "step_words",
            "due_at",
            "set_aside",
            "told__terms",
            "told__ask__candidate__name",
        )
    )
    cards: dict[int, Card] = {}
    words: dict[int, dict[tuple[Terms, str], None]] = {}
    for row in rows:
        terms, referrer = row[-2:]
        told = words.setdefault(row[0], {})
        if terms is not None:
            told[Terms(terms), "" if terms in VEILED else referrer or ""] = None
        cards[row[0]] = Card._make([*row[:-2], tuple(told)])
    return list(cards.values())


def _first_of_each(found: QuerySet[Vip], stages: Sequence[VipStage], start: int, size: int) -> RawSQL:
    """The keys of the first cards of each stage: the same SELECT once for each, put together.

    As SQL, because Django does not limit the parts of a union on SQLite, and because a query for each column took
    more time than all else on the page.
    """
    marker = "which stage"
    one = found.filter(stage=marker).order_by(*_ORDER).values("pk")[start : start + size]
    sql, params = one.query.sql_with_params()
    parts = " UNION ALL ".join(f"SELECT * FROM ({sql}) AS of_{stage}" for stage in stages)  # noqa: S608
    values = [stage.value if value == marker else value for stage in stages for value in params]
    return RawSQL(parts, values)  # noqa: S611 - made of a query of Django's own, with its parameters
