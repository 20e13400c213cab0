"""Companies from which we do not hire, as long as each entry runs."""

from __future__ import annotations

from datetime import date

from django.db.models import QuerySet

from ifnotyou.models import OffLimits


def off_limits_list() -> QuerySet[OffLimits]:
    """Every entry, those that have run out as well, by company."""
    return OffLimits.objects.order_by("plain")


def off_limits_now(today: date) -> dict[str, OffLimits]:
    """The entries that have not run out, by the company as it is compared (playbook/people.py)."""
    return {entry.plain: entry for entry in OffLimits.objects.filter(expires_on__gte=today)}
