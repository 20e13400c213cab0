"""What is erased is counted first, so that the figures of a year stay right and nobody is in them.

Called inside the transaction that erases, just before it does. Counts what queries/insights.py would have shown of
the rows; of what no page ever showed (a card passed on, a name not announced) nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db.models import F
from django.utils import timezone

from ifnotyou.models import Ask, Decline, InWorkspace, Referral, Tally, Vip
from ifnotyou.playbook.figures import Count, Counts, months_back
from ifnotyou.queries.insights import (
    OF_THE_ASK,
    OF_THE_NAME,
    counts_of_asks,
    counts_of_declines,
    counts_of_names,
    counts_of_promises,
)

MONTHS = 24
"""As far back as the figures of a year can still be wanted; older rows leave nothing at all."""


def keep_asks(asks: Sequence[Ask]) -> None:
    """Count asks that are about to go, and of the names that they brought what only leads to them.

    What becomes of such a person later counts in the month, the role and the terms alone: nothing leads back any more.
    """
    months = _months()
    keys = [ask.pk for ask in asks]
    names = Referral.objects.filter(ask__in=keys)
    counts = counts_of_asks(Ask.objects.filter(pk__in=keys), months)
    counts += counts_of_names(names.filter(vip__isnull=False), months, OF_THE_ASK)
    # An introduction that never arrived goes with the ask.
    counts += counts_of_names(names.filter(vip=None), months, (*OF_THE_ASK, *OF_THE_NAME))
    _add(counts, asks)


def keep_declines(declines: Sequence[Decline]) -> None:
    """Count declines that are about to go, after their asks."""
    keys = [decline.pk for decline in declines]
    _add(counts_of_declines(Decline.objects.filter(pk__in=keys), _months()), declines)


def keep_names(vips: Sequence[Vip]) -> None:
    """Count people named who are about to go, and whether they heard from us in time."""
    months = _months()
    keys = [vip.pk for vip in vips]
    names = Referral.objects.filter(vip__in=keys)
    counts = counts_of_names(names, months, (*OF_THE_ASK, *OF_THE_NAME))
    counts += counts_of_promises(Vip.objects.filter(pk__in=keys), months, timezone.now())
    _add(counts, vips)


def _add(counts: Counts, rows: Sequence[InWorkspace]) -> None:
    """Add to what was kept before. In one order, so that two erasures at once wait for each other."""
    for key, number in sorted((+counts).items()):
        if key.counted == Count.OPEN:
            continue  # neither kept nor broken: they went before the day came
        tally, _ = Tally.objects.get_or_create(
            workspace_id=rows[0].workspace_id, month=key.month, cut=key.cut, group=key.group, step=key.counted
        )
        Tally.objects.filter(pk=tally.pk).update(count=F("count") + number)


def _months() -> list[date]:
    return months_back(timezone.now().date(), MONTHS)
