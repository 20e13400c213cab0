"""Counts for the insights: of rows that are there, and of tallies of those that were erased.

Everything is counted from what those who recruit see elsewhere: the states of asks, names whose giver may be known,
and of veiled names the week, the role, the terms and how far they came. Nothing here reads who gave a name in
confidence. What an erasure takes away it counts first, with the same functions (services/tallies.py).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from django.db.models import (
    Case,
    CharField,
    DateField,
    DurationField,
    ExpressionWrapper,
    F,
    Q,
    QuerySet,
    Sum,
    Value,
    When,
)
from django.db.models import Count as CountOf
from django.db.models.functions import Coalesce, TruncDate
from django.db.models.lookups import LessThan

from ifnotyou.models import Ask, Decline, Referral, Role, Tally, Vip
from ifnotyou.playbook.asking import ENDED, AskState, Stage
from ifnotyou.playbook.figures import (
    DELAYS,
    LATER,
    LONGEST_WAIT,
    UNKNOWN_DELAY,
    Count,
    Counts,
    Cut,
    Key,
    Relation,
    groups_shown,
    months_back,
    working_days_between,
)

MONTHS = 12
"""That the page tells of, this one with them."""

WAS_ASKED = sorted(ENDED | {AskState.ASKED})
COULD_BE_ASKED = frozenset({Stage.TO_ASK, Stage.HANDED, Stage.MISSED})
"""Of declines; those who were asked are counted with their asks, which the decline may not show any more."""

OF_THE_ASK = (Cut.RELATION, Cut.CHANNEL, Cut.DELAY, Cut.REASON)
"""Cuts that lead to the ask: of names only those count whose giver may be known."""

OF_THE_NAME = (Cut.MONTH, Cut.ROLE, Cut.DISCLOSURE)

DECLINED_AT, CLOCK_FROM, NAMED_ON = "decline__sorted_at", "clock_from", "named_on"

_HIRED = Q(vip__hired_on__isnull=False)
_IN_PROCESS = Q(vip__applied_on__isnull=False) | _HIRED
_TALKING = Q(vip__answered_on__isnull=False) | _IN_PROCESS
_FAR = {
    Count.NAMED: Q(),
    Count.CONTACTED: Q(vip__contacted_at__isnull=False) | _TALKING,
    Count.TALKING: _TALKING,
    Count.IN_PROCESS: _IN_PROCESS,
    Count.HIRED: _HIRED,
}
"""Each as having come at least so far: whoever was introduced may have written first."""


@dataclass(frozen=True)
class Insights:
    """The figures of some months, the newest first, and which relations may be told."""

    months: Sequence[date]
    counts: Counts
    relations: frozenset[str]

    def of(self, cut: Cut, group: str, count: Count) -> int:
        """One figure over all the months."""
        return sum(self.counts[Key(month, cut, group, count)] for month in self.months)

    def in_month(self, month: date, count: Count, cut: Cut = Cut.MONTH) -> int:
        """One figure of one month."""
        return self.counts[Key(month, cut, "", count)]

    def total(self, count: Count) -> int:
        """One figure of everybody."""
        return self.of(Cut.MONTH, "", count)

    def groups(self, cut: Cut) -> list[str]:
        """What there is of a cut, by its name."""
        return sorted({key.group for key, number in self.counts.items() if key.cut is cut and number})


def insights(now: datetime) -> Insights:
    """All figures of the last months; the same number of queries for a company of any size."""
    months = months_back(now.date(), MONTHS)
    counts = counts_of_declines(Decline.objects.all(), months)
    counts += counts_of_asks(Ask.objects.all(), months)
    counts += counts_of_names(Referral.objects.all(), months, (*OF_THE_ASK, *OF_THE_NAME))
    counts += counts_of_promises(Vip.objects.all(), months, now)
    counts += _tallied(months)
    return Insights(months, counts, frozenset(_relations(months)))


def counts_of_declines(declines: QuerySet[Decline], months: Sequence[date]) -> Counts:
    """Who declined, and who of them could be asked, by the month of the decline, role and reason."""
    rows = (
        declines.filter(**_since("sorted_at", months))
        .order_by()
        .annotate(month=_month("sorted_at", months))
        .values_list("month", "job__title", "category", "stage")
        .annotate(number=CountOf("pk"))
    )
    found: Counts = Counter()
    for month, role, reason, stage, number in rows:
        for cut, group in ((Cut.MONTH, ""), (Cut.ROLE, role), (Cut.REASON, reason)):
            found[Key(month, cut, group, Count.DECLINED)] += number
            if stage in COULD_BE_ASKED:
                found[Key(month, cut, group, Count.TO_ASK)] += number
            if stage == Stage.MISSED:
                found[Key(month, cut, group, Count.MISSED)] += number
    return found


def counts_of_asks(asks: QuerySet[Ask], months: Sequence[date]) -> Counts:
    """Who was asked and what the ask shows of an answer, by the month of the decline. Passing is not counted."""
    rows = (
        asks.filter(state__in=WAS_ASKED, **_since(DECLINED_AT, months))
        .order_by()
        .annotate(month=_month(DECLINED_AT, months), relation=_relation(""), delay=_delay(""))
        .values_list(
            "month", "decline__job__title", "relation", "channel", "delay", "decline__category", "state"
        )
        .annotate(number=CountOf("pk"))
    )
    found: Counts = Counter()
    for month, role, relation, channel, delay, reason, state, number in rows:
        counted = [Count.ASKED]
        if state in {AskState.NAMED, AskState.NOBODY}:
            counted.append(Count.ANSWERED)
        if state == AskState.NAMED:
            counted.append(Count.GAVE)
        groups = (
            (Cut.MONTH, ""),
            (Cut.ROLE, role),
            (Cut.RELATION, relation),
            (Cut.CHANNEL, channel),
            (Cut.DELAY, delay),
            (Cut.REASON, reason),
        )
        for cut, group in groups:
            for count in counted:
                found[Key(month, cut, group, count)] += number
            if cut in {Cut.MONTH, Cut.ROLE, Cut.REASON}:
                found[Key(month, cut, group, Count.TO_ASK)] += number
    return found


def counts_of_names(referrals: QuerySet[Referral], months: Sequence[date], cuts: Iterable[Cut]) -> Counts:
    """Who was named and how far they came, by the month in which they were; each person once in each group.

    An introduction that did not arrive yet counts as one person. Only what was announced.
    """
    found: Counts = Counter()
    announced = referrals.filter(announced_on__isnull=False).annotate(
        named_on=Coalesce("vip__came_on", "came_on", output_field=DateField()), who=Coalesce("vip_id", "pk")
    )
    within = announced.filter(**_since(NAMED_ON, months)).order_by()
    for cut in cuts:
        names = within.filter(ask__isnull=False) if cut in OF_THE_ASK else within
        rows = (
            names.annotate(month=_month(NAMED_ON, months), group=_group(cut))
            .values_list("month", "group")
            .annotate(
                named=_people(Count.NAMED),
                contacted=_people(Count.CONTACTED),
                talking=_people(Count.TALKING),
                in_process=_people(Count.IN_PROCESS),
                hired=_people(Count.HIRED),
            )
        )
        for month, group, *numbers in rows:
            for count, number in zip(_FAR, numbers, strict=True):
                found[Key(month, cut, group, count)] += number
    return found


def counts_of_promises(vips: QuerySet[Vip], months: Sequence[date], now: datetime) -> Counts:
    """Whether the first contact came in time, and after how many working days; by the month when the clock began."""
    due = vips.filter(first_due_at__isnull=False, set_aside="", **_since(CLOCK_FROM, months)).order_by()
    rows = (
        due.annotate(
            month=_month(CLOCK_FROM, months),
            came=Case(
                When(contacted_at__lte=F("first_due_at"), then=Value(Count.KEPT)),
                When(contacted_at__isnull=True, first_due_at__gt=now, then=Value(Count.OPEN)),
                default=Value(Count.BROKEN),
                output_field=CharField(),
            ),
            began=TruncDate("clock_from", tzinfo=UTC),
            wrote=TruncDate("contacted_at", tzinfo=UTC),
        )
        .values_list("month", "came", "began", "wrote")
        .annotate(number=CountOf("pk"))
    )
    found: Counts = Counter()
    for month, came, began, wrote, number in rows:
        found[Key(month, Cut.PROMISE, "", Count(came))] += number
        if wrote is not None:
            days = min(working_days_between(began, wrote), LONGEST_WAIT)
            found[Key(month, Cut.WAIT, str(days), Count.CONTACTED)] += number
    return found


def _tallied(months: Sequence[date]) -> Counts:
    """What was counted of rows that are no more."""
    rows = Tally.objects.filter(month__gte=months[-1]).values_list("month", "cut", "group", "step")
    found: Counts = Counter()
    for month, cut, group, step, number in rows.annotate(number=Sum("count")):
        found[Key(month, Cut(cut), group, Count(step))] += number
    return found


def _relations(months: Sequence[date]) -> set[str]:
    """Which relations may be told: those of enough colleagues.

    Only by asks that are still here: who made an erased one nobody knows. So a group may be kept back that was large
    enough once; never the other way round.
    """
    asks = Ask.objects.filter(state__in=WAS_ASKED, **_since(DECLINED_AT, months)).order_by()
    people: dict[str, set[int]] = {}
    pairs = asks.annotate(relation=_relation("")).values_list("relation", "asker_id").distinct()
    for relation, asker in pairs:
        people.setdefault(relation, set()).add(asker)
    return groups_shown(people)


def _since(field: str, months: Sequence[date]) -> dict[str, date]:
    """What keeps to these months."""
    return {f"{field}__gte": _start(field, months[-1])}


def _month(field: str, months: Sequence[date]) -> Case:
    """The month of a row.

    Compared with the beginnings of the months: SQLite would call Python for each row to cut a date.
    """
    cases = [When(**{f"{field}__gte": _start(field, month)}, then=Value(month)) for month in months]
    return Case(*cases, output_field=DateField())


def _start(field: str, month: date) -> date:
    return month if field == NAMED_ON else datetime.combine(month, time(), UTC)


def _people(count: Count) -> CountOf:
    """How many people named came so far, each once."""
    return CountOf("who", distinct=True, filter=_FAR[count])


def _group(cut: Cut) -> Case | F | Value:
    """The group of a referral in a cut."""
    match cut:
        case Cut.ROLE:
            return F("job__title")
        case Cut.DISCLOSURE:
            return F("terms")
        case Cut.RELATION:
            return _relation("ask__")
        case Cut.CHANNEL:
            return F("ask__channel")
        case Cut.DELAY:
            return _delay("ask__")
        case Cut.REASON:
            return F("ask__decline__category")
        case _:
            return Value("", output_field=CharField())


def _relation(ask: str) -> Case:
    """Who the asker is to the role of the decline; `ask` leads from the row to its ask."""
    same = f"{ask}asker__external_id"
    return Case(
        When(**{same: F(f"{ask}decline__job__hiring_manager_external_id")}, then=Value(Relation.MANAGER)),
        When(
            Q(**{same: F(f"{ask}decline__job__recruiter_external_id")})
            | Q(**{f"{ask}asker__user__role": Role.RECRUITER}),
            then=Value(Relation.RECRUITER),
        ),
        When(**{f"{ask}asker__executive": True}, then=Value(Relation.EXECUTIVE)),
        default=Value(Relation.PEER),
        output_field=CharField(),
    )


def _delay(ask: str) -> Case:
    """How many days lay between the decline and the ask."""
    lay = ExpressionWrapper(
        Coalesce(f"{ask}asked_at", f"{ask}claimed_at") - F(f"{ask}decline__declined_at"),
        output_field=DurationField(),
    )
    return Case(
        When(**{f"{ask}decline__declined_at": None}, then=Value(UNKNOWN_DELAY)),
        *(When(LessThan(lay, timedelta(days=below)), then=Value(words)) for words, below in DELAYS),
        default=Value(LATER),
        output_field=CharField(),
    )
