"""What the page of somebody named shows of the systems for applicants: one entry for each that they go into."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from ifnotyou.models import Connection, Filing, FilingState, User, Vip
from ifnotyou.playbook.hosting import IN_TOUCH
from ifnotyou.queries.ats import to_be_filed
from ifnotyou.queries.filings import label_of
from ifnotyou.services.filing import SOURCE
from ifnotyou.web.filing_forms import WhereForm

NO_SOURCE = "no_source"
"""Nobody goes there before somebody has chosen under which source."""


@dataclass(frozen=True)
class FilingCard:
    """What templates/names/filing.html shows. `state` is a FilingState, or NO_SOURCE; `key` is 0 while none has begun.

    `goodbye` is the day on which their application ended there while we are still in touch with them.
    """

    key: int
    slug: str
    system: str
    state: str
    problem: str
    link: str
    since: datetime | None
    stage: str
    seen_at: datetime | None
    goodbye: date | None
    may_say: bool
    may_try: bool
    where_form: WhereForm | None


def section(vip: Vip, user: User, tried: WhereForm | None = None) -> dict[str, object]:
    """What the page of somebody named shows of this; `tried`: the form that somebody has just filled in."""
    filings = {one.connection_id: one for one in Filing.objects.filter(vip=vip).select_related("connection")}
    begun = [_card(one, vip, user, tried) for one in filings.values() if _told(one, vip)]
    return {"filings": [*begun, *_to_come(vip, set(filings))]}


def _told(filing: Filing, vip: Vip) -> bool:
    """What is only to come is told while it still comes."""
    open_ = filing.state in {FilingState.WAITING, FilingState.CREATING} and not filing.problem
    return not open_ or (vip.stage in IN_TOUCH and bool(to_be_filed(vip.workspace, only=vip.pk)))


def _to_come(vip: Vip, begun: set[int]) -> list[FilingCard]:
    """The systems that they go into and where nothing has begun yet."""
    connections = [
        one
        for one in Connection.objects.filter(writes_back=True, paused=False).order_by("pk")
        if one.pk not in begun and one.colleagues_read_at is not None
    ]
    if not connections or vip.stage not in IN_TOUCH or not to_be_filed(vip.workspace, only=vip.pk):
        return []
    return [
        FilingCard(
            key=0,
            slug=one.system,
            system=label_of(one.system),
            state=FilingState.WAITING if one.answers.get(SOURCE) else NO_SOURCE,
            problem="",
            link="",
            since=None,
            stage="",
            seen_at=None,
            goodbye=None,
            may_say=False,
            may_try=False,
            where_form=None,
        )
        for one in connections
    ]


def _card(filing: Filing, vip: Vip, user: User, tried: WhereForm | None) -> FilingCard:
    asks = user.recruits and filing.state == FilingState.UNCERTAIN
    wrong = user.recruits and filing.state == FilingState.REFUSED and bool(filing.person)
    stuck = filing.state in {FilingState.WAITING, FilingState.COMPLETING, FilingState.REFUSED}
    mine = tried is not None and tried.filing == filing.pk
    return FilingCard(
        key=filing.pk,
        slug=filing.connection.system,
        system=label_of(filing.connection.system),
        state=filing.state,
        problem=filing.problem,
        link=filing.link,
        since=filing.done_at,
        stage=filing.stage,
        seen_at=filing.seen_at,
        goodbye=filing.ended_on if vip.stage in IN_TOUCH else None,
        may_say=asks,
        may_try=user.recruits and stuck and bool(filing.problem),
        where_form=(tried if mine else WhereForm(filing=filing.pk)) if asks or wrong else None,
    )
