"""The declines that a viewer may see: those who recruit see all of their company's, nobody else any."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import NamedTuple

from django.db.models import Count, Q, QuerySet

from ifnotyou.models import Ask, Decline, User
from ifnotyou.playbook.asking import CLAIMED, LIVE, Stage
from ifnotyou.playbook.reasons import Category
from ifnotyou.queries.paging import Page, page_of

PAGE = 25
COUNTED = [Stage.TO_ASK, Stage.TO_DECIDE, Stage.HANDED, Stage.ASKED]
"""The parts of the inbox that want something of somebody: they stay short, so counting them is cheap."""


def declines_visible_to(user: User) -> QuerySet[Decline]:
    """Every decline of the company to those who recruit, none to others."""
    return Decline.objects.all() if user.recruits else Decline.objects.none()


@dataclass(frozen=True)
class Wanted:
    """What somebody looks for in the inbox; "" where they do not mind. `since` is the day of the decline."""

    stage: str = ""
    words: str = ""
    category: str = ""
    since: date | None = None
    page: int = 1


class Row(NamedTuple):
    """One decline as the inbox shows it: plain values, for there are many of them on the page seen most."""

    pk: int
    candidate: str
    job: str
    stage: str
    because: list[dict[str, str]]
    asker: str | None
    confidence: str
    declined_at: datetime | None


def declines_wanted(user: User, wanted: Wanted) -> QuerySet[Decline]:
    """Those that somebody looks for, the newest first."""
    found = declines_visible_to(user)
    if wanted.stage in set(Stage):
        found = found.filter(stage=wanted.stage)
    if wanted.category in set(Category):
        found = found.filter(category=wanted.category)
    for word in wanted.words.split()[:5]:
        found = found.filter(Q(candidate__name__icontains=word) | Q(job__title__icontains=word))
    if wanted.since is not None:
        found = found.filter(sorted_at__gte=datetime.combine(wanted.since, time(), UTC))
    return found.order_by("-sorted_at", "-id")


def inbox(user: User, wanted: Wanted) -> Page[Row]:
    """The page that somebody wants, in one query whatever the size of the company."""
    rows = declines_wanted(user, wanted).values_list(
        "pk",
        "candidate__name",
        "job__title",
        "stage",
        "because",
        "first_asker__name",
        "confidence",
        "declined_at",
    )
    page = page_of(rows, wanted.page, PAGE)
    return Page([Row(*row) for row in page.rows], page.number, page.has_next)


def waiting_counts(user: User) -> dict[str, int]:
    """How many declines stand in each part of the inbox that wants something of somebody."""
    counted = declines_visible_to(user).filter(stage__in=COUNTED).order_by().values_list("stage")
    return dict(counted.annotate(number=Count("pk")))


def ask_of(decline: Decline) -> Ask | None:
    """The ask of this decline that is under way or was made, if there is one."""
    return (
        decline.asks.filter(state__in=sorted(LIVE | CLAIMED))
        .select_related("asker", "candidate", "handed_by")
        .order_by("-pk")
        .first()
    )
