"""Teamtailor (JSON:API): job applications, and where the add-on "Job offers" is used, the offers.

What its documents leave open stands in `unconfirmed`. It has no votes that we could read; notes are never asked for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from urllib.parse import quote, urlsplit

from ifnotyou.connectors.ats.calls import Calls, NotAllowed, NotThere, Query, Rejected
from ifnotyou.connectors.ats.contract import (
    AtsConnector,
    Choice,
    Cursor,
    Dossier,
    Ending,
    Field,
    Gone,
    LastOffer,
    Page,
    Question,
    Scope,
    Unread,
)
from ifnotyou.connectors.ats.fields import Fields, UnreadableRecord
from ifnotyou.connectors.base import ConnectorError, Trouble
from ifnotyou.playbook.offers import EndedBy, OfferState
from ifnotyou.playbook.records import Candidate, Employee, Interview, InterviewStatus, Job, JobStatus

_ADDRESSES = {"eu": "https://api.teamtailor.com", "na": "https://api.na.teamtailor.com"}
_VERSION = "20240404"
_PAGE = {"page[size]": 30}
_ONE = {"page[size]": 1}
_OVERLAP = timedelta(days=1)
"""Read again what changed so long before the last time: clocks differ, and pages shift while they are read."""
_OFFER_STAGES = {"offer", "hired"}
_REFUSALS = {"rejected", "declined"}
_CANCELLED = {"cancelled", "canceled"}
_LONG_AGO = datetime.min.replace(tzinfo=UTC)
_MINUTES = ("15", "30", "45", "60")


class Connector(AtsConnector):
    """One company."""

    slug = "teamtailor"
    label = "Teamtailor"
    fields = (
        Field("key", "API key", secret=True),
        Field(
            "region",
            "Where your data are",
            choices=(
                Choice("eu", "Europe (app.teamtailor.com)"),
                Choice("na", "North America (app.na.teamtailor.com)"),
            ),
        ),
        Field(
            "offers",
            "Job offers",
            help="Without the add-on a refused offer looks like a late withdrawal: a person decides each time.",
            choices=(Choice("yes", "We use the add-on Job offers"), Choice("no", "We do not")),
        ),
    )
    scopes = (
        Scope("Admin, Read", "to see applications, candidates, interviews and users"),
        Scope("Job offers", "to see what became of an offer (only with the add-on of that name)"),
    )
    steps = (
        "In Teamtailor, open Settings, Integrations, API keys, as a company admin.",
        'Make a new key with the scope "Admin" and the permission "Read", and no other.',
        "Copy the key and enter it here.",
    )
    unconfirmed = (
        'The words for the answer to an offer, but for "accepted".',
        "Hence a refusal is declined only where the reject reason says that it was not the company who ended it.",
        "What rejected-by-company of a reject reason means is known from a public client alone.",
        "How calls are signed is not published: none are taken, and ifnotyou looks by itself.",
        "Whether an unknown filter is refused or ignored: whatever comes back is checked for whose it is.",
        "How long an interview was, and when: you say how long they usually are, and it counts from when it was noted.",
        "Unlike elsewhere the pay of an offer cannot be left out of the answer: it is thrown away unread.",
    )
    batch = 20  # three calls for each: not by the hundred at once

    # --- what the key may do, and what only the customer can say

    def missing(self) -> list[str]:
        """Ask for one record of each kind."""
        missing = []
        try:
            for path in ("/users", "/candidates", "/job-applications"):
                self._calls.get(path, _ONE)
        except NotAllowed:
            missing.append("Admin, Read")
        if self._uses_offers:
            try:
                self._calls.get("/job-offers", _ONE)
            except (NotAllowed, NotThere):
                missing.append("Job offers")
        return [f"{one.name}: {one.why}" for one in self.scopes if one.name in missing]

    def questions(self) -> list[Question]:
        """How long an interview is: it is not told, and nobody is asked to ask who was not really met."""
        choices = tuple(Choice(one, f"{one} minutes") for one in _MINUTES)
        help_ = "Teamtailor tells who interviewed whom, and not for how long."
        return [Question("minutes", "How long is an interview with you, usually?", choices, "30", help_)]

    # --- colleagues

    def colleagues(self) -> Iterator[Employee]:
        """The users. Whoever has left is not among them any more."""
        for page in self._pages("/users", _PAGE):
            for row in page.rows:
                yield Employee(
                    id=row.id,
                    name=row.about.text("name") or row.about.text("email") or row.id,
                    email=row.about.text("email"),
                    title=row.about.text("title"),
                )

    # --- changes

    def changes(self, cursor: Cursor, now: datetime) -> Iterator[Page]:
        """All offers and applications by pages, in the order of Teamtailor; later the offers, and what changed."""
        if (since := _moment(cursor, "since")) is not None:
            yield from self._changed_since(since, cursor, now)
            return
        address, began = cursor.get("next"), _moment(cursor, "began")
        if isinstance(address, str) and address.startswith(f"{self._calls.base}/") and began is not None:
            try:
                yield from self._everything(address, {}, began)
            except (Rejected, NotThere):  # the page is not there any more
                pass
            else:
                return
        first = "/job-offers" if self._uses_offers else "/job-applications"
        yield from self._everything(first, _FIRST[first], now)

    def _everything(self, path: str, query: Query, began: datetime) -> Iterator[Page]:
        """A list from here on; after the offers come the applications."""
        offers = "/job-offers" in urlsplit(path).path
        applications = f"{self._calls.base}/job-applications?page[size]=30&include=stage"
        for page in self._pages(path, query):
            sure = _with_offer(page) if offers else _in_offer_stage(page)
            following = page.following or (applications if offers else "")
            then = (
                {"next": following, "began": began.isoformat()} if following else {"since": began.isoformat()}
            )
            yield Page(sure, () if offers else _others(page, sure), then)
        if offers:
            yield from self._everything(applications, {}, began)

    def _changed_since(self, since: datetime, cursor: Cursor, now: datetime) -> Iterator[Page]:
        """The offers that were made or answered since, or are not answered yet; and the applications that changed."""
        since -= _OVERLAP
        if self._uses_offers:
            for page in self._pages("/job-offers", _FIRST["/job-offers"]):
                lately = [row for row in page.rows if _is_open(row) or _last(row) >= since]
                yield Page(_with_offer(_Page(lately)), (), cursor)
        query = {**_FIRST["/job-applications"], "filter[updated-at][from]": since.isoformat()}
        for page in self._pages("/job-applications", query):
            sure = _in_offer_stage(page)
            yield Page(sure, _others(page, sure), cursor)
        yield Page((), (), {"since": now.isoformat()})

    # --- reading

    def read(self, application_ids: Sequence[str]) -> Iterator[Dossier | Gone | Unread]:
        """Application with candidate and job, offers and interviews of each."""
        if not application_ids:
            return
        # Asked first: where nothing of the company can be seen, nobody is taken for gone.
        reasons = {row.id: row.about for page in self._pages("/reject-reasons", _PAGE) for row in page.rows}
        for application_id in application_ids:
            path = f"/job-applications/{quote(application_id, safe='')}"
            try:
                answer = self._calls.get(path, {"include": "candidate,job,stage,reject-reason"}).json
            except NotThere:
                yield Gone(application_id)
                continue
            try:
                yield self._dossier(application_id, _Page.of(answer, self.label), reasons)
            except UnreadableRecord as error:
                yield Unread(application_id, error.text)

    def _dossier(self, application_id: str, page: _Page, reasons: Mapping[str, Fields]) -> Dossier:
        (row,) = page.rows
        candidate, job = page.related(row, "candidate"), page.related(row, "job")
        if candidate is None or job is None:
            raise UnreadableRecord("Teamtailor, job application: candidate or job is missing.")
        stage, reason = page.related(row, "stage"), row.one("reject-reason")
        ending = _ending(row, reasons.get(reason))
        return Dossier(
            application_id=application_id,
            candidate=_candidate(candidate),
            job=_job(job),
            offer=self._offer(application_id, stage, ending),
            ending=ending,
            interviews=tuple(self._interviews(candidate, job.id)),
        )

    def _offer(self, application_id: str, stage: _Row | None, ending: Ending | None) -> LastOffer | None:
        """The newest offer; without the add-on all we know is that somebody was in the stage for it."""
        if not self._uses_offers:
            kind = stage.about.text("stage-type") if stage else ""
            if kind == "hired":
                return LastOffer(OfferState.ACCEPTED, kind)
            return LastOffer(OfferState.UNKNOWN, kind) if kind in _OFFER_STAGES else None
        query = {"filter[job-application-id]": application_id, **_FIRST["/job-offers"]}
        rows = [
            row
            for page in self._pages("/job-offers", query)
            for row in page.rows
            if row.one("job-application") == application_id
        ]
        return _last_offer(max(rows, key=_made), ending) if rows else None

    def _interviews(self, candidate: _Row, job_id: str) -> Iterator[Interview]:
        """The interviews of this job, by whoever is named as having held them."""
        if not (address := candidate.link("interviews")):
            return
        minutes = self.settings.answers.get("minutes", "30")
        for page in self._pages(address, {"include": "user,job", **_PAGE}):
            for row in page.rows:
                begins, user = row.about.moment("created-at"), row.one("user")
                if begins is None or not user or row.one("job") != job_id:
                    continue
                cancelled = row.about.text("status") in _CANCELLED
                yield Interview(
                    id=row.id,
                    candidate_id=candidate.id,
                    job_id=job_id,
                    employee_id=user,
                    kind="interview",
                    started_at=begins,
                    minutes=float(minutes) if minutes in _MINUTES else 0.0,
                    status=InterviewStatus.CANCELLED if cancelled else InterviewStatus.COMPLETED,
                )

    # --- asking

    @property
    def _uses_offers(self) -> bool:
        return self.settings.values.get("offers", "").strip() != "no"

    @cached_property
    def _calls(self) -> Calls:
        region, key = (self.settings.values.get(name, "").strip() for name in ("region", "key"))
        where = self.settings.address.rstrip("/") or _ADDRESSES.get(region, "")
        if not where:
            text = "Choose where your Teamtailor data are: Europe or North America."
            raise ConnectorError(Trouble.BAD_ADDRESS, text, permanent=True)
        headers = {
            "Accept": "application/vnd.api+json",
            "Authorization": f"Token token={key}",
            "X-Api-Version": _VERSION,
        }
        return Calls(self.label, f"{where}/v1", self.client, headers)

    def _pages(self, path: str, query: Query) -> Iterator[_Page]:
        seen: set[str] = set()
        while path:
            page = _Page.of(self._calls.get(path, query).json, self.label)
            if page.following in seen:
                raise ConnectorError(Trouble.NOT_UNDERSTOOD, "Teamtailor leads in circles.", permanent=False)
            yield page
            path, query = page.following, {}
            seen.add(path)


_FIRST: Mapping[str, Query] = {
    "/job-offers": {**_PAGE, "include": "job-application"},
    "/job-applications": {**_PAGE, "include": "stage"},
}
"""How the first page of these lists is asked for."""


# --- JSON:API


@dataclass(frozen=True)
class _Row:
    """A resource: its type and id, what it says of itself, and where it leads."""

    type: str
    id: str
    about: Fields = field(repr=False)
    whole: Fields = field(repr=False)

    @classmethod
    def of(cls, row: Fields) -> _Row:
        """From its JSON."""
        about = row.part("attributes") or Fields(f"{row.where}, attributes", {})
        return cls(row.text("type"), row.id("id"), about, row)

    def one(self, name: str) -> str:
        """The id of what it is related to, "" where there is none or it is not told."""
        relation = self._relation(name)
        found = relation.part("data") if relation else None
        return found.id("id") if found else ""

    def link(self, name: str) -> str:
        """Where what it is related to is found, "" where that is not told."""
        relation = self._relation(name)
        links = relation.part("links") if relation else None
        return links.text("related") if links else ""

    def _relation(self, name: str) -> Fields | None:
        relations = self.whole.part("relationships")
        return relations.part(name) if relations else None


@dataclass(frozen=True)
class _Page:
    """Resources, and those that were sent along with them."""

    rows: list[_Row]
    included: Mapping[tuple[str, str], _Row] = field(default_factory=dict)
    following: str = ""

    @classmethod
    def of(cls, answer: object, label: str) -> _Page:
        """From an answer: one resource or a list."""
        whole = Fields.of(label, answer)
        if "data" not in whole.row:
            raise UnreadableRecord(f'{label}: the field "data" is missing.')
        several = isinstance(whole.row["data"], list)
        rows = whole.parts("data") if several else iter([Fields.of(f"{label}, data", whole.row["data"])])
        included = [_Row.of(one) for one in whole.parts("included")]
        links = whole.part("links")
        return cls(
            [_Row.of(one) for one in rows],
            {(one.type, one.id): one for one in included},
            links.text("next") if links else "",
        )

    def related(self, row: _Row, name: str) -> _Row | None:
        """What a row is related to, where it was sent along."""
        return self.included.get((f"{name}s", row.one(name)))


# --- their words


def _with_offer(page: _Page) -> tuple[str, ...]:
    """The applications that these offers are of."""
    return tuple(dict.fromkeys(id_ for row in page.rows if (id_ := row.one("job-application"))))


def _in_offer_stage(page: _Page) -> tuple[str, ...]:
    stages = ((row.id, page.related(row, "stage")) for row in page.rows)
    return tuple(id_ for id_, stage in stages if stage and stage.about.text("stage-type") in _OFFER_STAGES)


def _others(page: _Page, sure: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(row.id for row in page.rows if row.id not in set(sure))


def _is_open(row: _Row) -> bool:
    return row.about.moment("answered-at") is None


def _made(row: _Row) -> tuple[datetime, str]:
    return row.about.moment("created-at") or _LONG_AGO, row.id


def _last(row: _Row) -> datetime:
    """When something was last heard of an offer."""
    return max(row.about.moment(name) or _LONG_AGO for name in ("created-at", "sent-at", "answered-at"))


def _last_offer(row: _Row, ending: Ending | None) -> LastOffer:
    raw = row.about.text("response") or row.about.text("status")
    sent_at, answered_at = row.about.moment("sent-at"), row.about.moment("answered-at")
    word, state = raw.casefold(), OfferState.UNKNOWN
    if word == "accepted":
        state = OfferState.ACCEPTED
    elif word in _REFUSALS and ending is not None and ending.by is EndedBy.CANDIDATE:
        state = OfferState.DECLINED
    elif sent_at is not None and answered_at is None and word not in _REFUSALS:
        state = OfferState.SENT
    return LastOffer(state, raw, sent_at, answered_at)


def _ending(row: _Row, reason: Fields | None) -> Ending | None:
    at = row.about.moment("rejected-at")
    if at is None:
        return None
    by_company = reason.row.get("rejected-by-company") if reason else None
    by = EndedBy.UNKNOWN
    if isinstance(by_company, bool):
        by = EndedBy.COMPANY if by_company else EndedBy.CANDIDATE
    return Ending(by, at, reason.text("reason") if reason else "")


def _candidate(row: _Row) -> Candidate:
    name = f"{row.about.text('first-name')} {row.about.text('last-name')}".strip()
    return Candidate(
        id=row.id,
        name=name,
        email=row.about.text("email"),
        linkedin_url=row.about.text("linkedin-url"),
        do_not_contact=row.about.flag("unsubscribed", default=False),
    )


def _job(row: _Row) -> Job:
    words = {row.about.text("status"), row.about.text("human-status")}
    return Job(
        row.id, row.about.text("title"), status=JobStatus.CLOSED if "archived" in words else JobStatus.OPEN
    )


def _moment(cursor: Cursor, name: str) -> datetime | None:
    """A time in a cursor, None where there is no such thing."""
    try:
        return Fields("cursor", cursor).moment(name)
    except UnreadableRecord:
        return None
