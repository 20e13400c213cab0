"""Greenhouse: Harvest API v3 with OAuth client credentials, and webhooks, which kept the words of the API before it.

What the vendor's documents leave open is read so that being wrong harms nobody; the comments with "not confirmed" say
where. Pay, custom fields and notes are never fetched: every list names the fields that it wants.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

from requests.utils import parse_header_links

from ifnotyou.connectors.ats.calls import Calls, NotAllowed, NotThere, Query, Rejected, Reply
from ifnotyou.connectors.ats.contract import (
    AtsConnector,
    CallsUs,
    Choice,
    Cursor,
    Dossier,
    Ending,
    Field,
    Filed,
    Gone,
    Hint,
    LastOffer,
    Newcomer,
    Page,
    Scope,
    Settings,
    Standing,
    TakesPeople,
    Unread,
)
from ifnotyou.connectors.ats.fields import Fields, UnreadableRecord
from ifnotyou.connectors.base import ConnectorError, NotFromThem, Trouble, UnreadableCall
from ifnotyou.connectors.http import HttpClient
from ifnotyou.connectors.reading import read_json
from ifnotyou.playbook.offers import EndedBy, OfferState
from ifnotyou.playbook.records import (
    Candidate,
    Employee,
    Interview,
    InterviewStatus,
    Job,
    JobStatus,
    Scorecard,
)

_LABEL = "Greenhouse"
_API = "https://harvest.greenhouse.io"
_SIGN_IN = "https://auth.greenhouse.io"
_APP = "https://app.greenhouse.io"
_MOST_ROWS = 500
_MOST_IDS = 50
_LONGEST_WINDOW = 65.0
"""Seconds: the window of the rate limit is half a minute, that of the token a whole one."""
_EARLY = timedelta(seconds=60)
"""So long before its end a token is renewed."""
_CLOCKS = timedelta(minutes=1)
"""So far may Greenhouse's clock be behind ours."""
_OVERLAP = timedelta(hours=1)
_SWEEP_EVERY = timedelta(days=1)
_SWEEP_OVERLAP = timedelta(days=2)
_MOST_SEEN = 10_000
_MOST_PEOPLE = 2000
"""Of so many candidates who changed we look for the applications at once; of more, as after an import, once a day."""

_FIELDS: Mapping[str, str] = {
    "applications": "id,candidate_id,job_id,status,prospect,stage_name,rejected_at,source_id,recruiter_id,"
    "created_at,updated_at,last_activity_at",
    "approval_flows": "id,offer_id,approval_status,version",
    "candidate_tags": "id,name",
    "candidates": "id,first_name,last_name,preferred_name,company,title,email_addresses,social_media_addresses,"
    "website_addresses,can_email,private,tags,updated_at",
    "departments": "id,name",
    "interviewers": "id,interview_id,user_id,response_status",
    "interviews": "id,application_id,job_interview_id,starts_at,ends_at,all_day_start_on,status,updated_at",
    "job_hiring_managers": "id,job_id,user_id",
    "job_interviews": "id,name,duration",
    "job_owners": "id,job_id,user_id,type,responsible",
    "jobs": "id,name,status,confidential,department_id",
    "notes": "id,body",
    "offers": "id,application_id,version,status,sent_on,resolved_at,created_at,updated_at",
    "rejection_details": "id,application_id,rejection_reason_id,rejected_at,updated_at",
    "rejection_reasons": "id,name,type",
    "scorecards": "id,application_id,interviewer_id,candidate_rating,status,submitted_at,updated_at",
    "sources": "id,name,type",
    "users": "id,name,first_name,last_name,primary_email,job_title,deactivated,site_admin,department_ids,agency_id",
}
"""What is asked for of each record. Nothing else of it ever reaches us."""


def _lists(resource: str, why: str, *, writing: bool = False) -> Scope:
    return Scope(f"harvest:{resource}:list", why, writing)


# --- calls -------------------------------------------------------------------------------------------------


class _Harvest:
    """Calls to one customer's Greenhouse: the token, the pages, the window of the rate limit."""

    def __init__(self, settings: Settings, client: HttpClient) -> None:
        address = settings.address.rstrip("/")
        self._values = settings.values
        self._base = f"{address or _API}/v3"
        self._sign_in_at = address or _SIGN_IN
        self._client = client
        self._calls: Calls | None = None
        self._until = datetime.max.replace(tzinfo=UTC)
        self._full_until = 0.0

    def pages(self, resource: str, query: Query, cursor: str = "") -> Iterator[tuple[list[Fields], str]]:
        """The pages of a list, each with the cursor of the next one ("" after the last)."""
        behind = {cursor}
        first: Query = {"per_page": _MOST_ROWS, "fields": _FIELDS[resource], **query}
        while True:
            reply = self._call("GET", resource, "list", query={"cursor": cursor} if cursor else first)
            cursor = self._next(reply)
            yield _rows(resource, reply.json), cursor
            if not cursor:
                return
            if cursor in behind:
                text = (
                    f"{_LABEL} leads from page to page in a circle ({resource}). We try again by ourselves."
                )
                raise ConnectorError(Trouble.NOT_UNDERSTOOD, text, permanent=False)
            behind.add(cursor)

    def rows(self, resource: str, **query: str) -> Iterator[Fields]:
        """A list, whole."""
        for page, _ in self.pages(resource, query):
            yield from page

    def rows_of(self, resource: str, name: str, ids: Iterable[str], **query: str) -> Iterator[Fields]:
        """What belongs to these ids, by a filter that takes so many of them at once."""
        wanted = sorted({id_ for id_ in ids if id_})
        for start in range(0, len(wanted), _MOST_IDS):
            yield from self.rows(resource, **{name: ",".join(wanted[start : start + _MOST_IDS])}, **query)

    def glance(self, resource: str, **query: str) -> list[Fields]:
        """One row of a list, to see whether anything may be seen at all."""
        first: Query = {"per_page": 1, "fields": _FIELDS[resource], **query}
        return _rows(resource, self._call("GET", resource, "list", query=first).json)

    def create(self, resource: str, payload: object) -> Reply:
        """Have something made, once."""
        return self._call("POST", resource, "create", payload=payload)

    def update(self, resource: str, id_: str, payload: object) -> Reply:
        """Have something changed."""
        return self._call("PATCH", resource, "update", id_=id_, payload=payload)

    def _call(
        self,
        method: str,
        resource: str,
        verb: str,
        *,
        id_: str = "",
        query: Query | None = None,
        payload: object = None,
    ) -> Reply:
        """One call; a token that is refused is renewed once, for then nothing was done."""
        path = f"/{resource}/{id_}" if id_ else f"/{resource}"
        for last in (False, True):
            calls = self._signed_in()
            self._wait()
            try:
                reply = (
                    calls.get(path, query) if method == "GET" else calls.change(method, path, payload, query)
                )
            except NotAllowed as error:
                raise NotAllowed(_not_allowed(f"harvest:{resource}:{verb}")) from error
            except ConnectorError as error:
                if last or error.reason_code is not Trouble.SIGN_IN_REFUSED:
                    raise
                self._calls = None
            else:
                self._remember(reply)
                return reply
        raise AssertionError("unreachable")  # pragma: no cover

    def _signed_in(self) -> Calls:
        """The calls with a token that is still good."""
        if self._calls is None or datetime.now(UTC) >= self._until - _EARLY:
            token = self._token()
            expires_at = token.moment("expires_at")
            self._until = expires_at or datetime.max.replace(tzinfo=UTC)
            headers = {"Authorization": f"Bearer {token.text('access_token')}"}
            self._calls = Calls(_LABEL, self._base, self._client, headers)
        return self._calls

    def _token(self) -> Fields:
        id_, secret, sub = (
            self._values.get(name, "").strip() for name in ("client_id", "client_secret", "sub")
        )
        if not (id_ and secret):
            text = f"Enter the client ID and the client secret of a {_LABEL} credential first."
            raise ConnectorError(Trouble.SIGN_IN_REFUSED, text, permanent=True)
        if sub and not sub.isdigit():
            text = "The number of the user has to be a number: it is at the end of the address of their page."
            raise ConnectorError(Trouble.SIGN_IN_REFUSED, text, permanent=True)
        form = {"grant_type": "client_credentials", **({"sub": sub} if sub else {})}
        calls = Calls(_LABEL, self._sign_in_at, self._client, auth=(id_, secret))
        try:
            token = Fields.of(f"{_LABEL}, token", calls.form("/token", form).json)
        except Rejected as error:
            text = (
                f"{_LABEL} does not know this client ID with this secret, or has no user with this number. "
                "Enter them anew, as they stand in its Dev Center."
            )
            raise ConnectorError(Trouble.SIGN_IN_REFUSED, text, permanent=True) from error
        if not token.text("access_token"):
            raise UnreadableRecord(f"{_LABEL} answered without a token. Is the address right?")
        return token

    def _remember(self, reply: Reply) -> None:
        """How much of the window of the rate limit is left; the headers say, and no number is built in."""
        left, ends = (reply.headers.get(f"X-RateLimit-{name}", "") for name in ("Remaining", "Reset"))
        if left.strip() == "0" and ends.strip().isdigit():
            self._full_until = float(ends)

    def _wait(self) -> None:
        """Until a new window has begun, where the last call used this one up."""
        if (seconds := self._full_until - time.time()) > 0:
            time.sleep(min(seconds, _LONGEST_WINDOW))
        self._full_until = 0.0

    def _next(self, reply: Reply) -> str:
        """The cursor of the page after this one: of the link nothing else is used, and it has to lead back here."""
        for link in parse_header_links(reply.headers.get("Link", "")):
            if link.get("rel") != "next":
                continue
            there, here = urlsplit(link["url"]), urlsplit(self._base)
            if (there.scheme, there.netloc) != (here.scheme, here.netloc):
                text = f"{_LABEL} leads to another server for the next page. We do not follow."
                raise ConnectorError(Trouble.LEADS_ELSEWHERE, text, permanent=True)
            if cursor := parse_qs(there.query).get("cursor", [""])[0]:
                return cursor
            raise UnreadableRecord(f"{_LABEL} names a next page without a cursor.")
        return ""


def _rows(resource: str, answer: object) -> list[Fields]:
    where = f"{_LABEL}, {resource}"
    if not isinstance(answer, list):
        raise UnreadableRecord(f"{where}: this should be a list, and is something else.")
    return [Fields.of(where, row) for row in answer]


def _not_allowed(scope: str) -> str:
    return (
        f"{_LABEL} refuses {scope}. Tick it for the credential in the Dev Center, and see to it that the user "
        "behind the credential is a Site Admin."
    )


_BLIND = (
    f"{_LABEL} shows nothing at all to the user behind the credential. Enter the number of a user who is a Site "
    "Admin, or make this one a Site Admin."
)


def _by(rows: Iterable[Fields], name: str) -> dict[str, list[Fields]]:
    """The rows by the id of what they belong to."""
    found: dict[str, list[Fields]] = {}
    for row in rows:
        found.setdefault(row.id(name), []).append(row)
    return found


def _one_each(rows: Iterable[Fields], name: str = "id") -> dict[str, Fields]:
    return {row.id(name): row for row in rows}


# --- what there is about some applications -----------------------------------------------------------------

_ENDED_BY: Mapping[str, EndedBy] = {
    "THEY_REJECTED_US": EndedBy.CANDIDATE,
    "WE_REJECTED_THEM": EndedBy.COMPANY,
    "SECURITY_CONCERN": EndedBy.COMPANY,
}
"""By the key of a reason's type, as the vendor wants it; every other key says nothing."""
_NEVER = "SECURITY_CONCERN"
_TOOK_PLACE = frozenset({"complete", "awaiting_feedback"})
_VOTES: Mapping[str, int] = {"strong_no": 1, "no": 2, "yes": 4, "strong_yes": 5}
"""Without "no_decision": that is no vote."""
_DEBRIEF = re.compile(r"\bde-?brief|\bwrap-?up\b|\bround-?up\b", re.IGNORECASE)
"""Greenhouse has no mark for a meeting about the candidate and without them; people name it so."""
_ANONYMISED = re.compile(r"\W*anonymi[sz]ed\b", re.IGNORECASE)


@dataclass(frozen=True)
class _Papers:
    """What the lists brought of a batch of applications, by the ids that it is looked up by."""

    applications: Mapping[str, Fields]
    candidates: Mapping[str, Fields]
    jobs: Mapping[str, Fields]
    departments: Mapping[str, str]
    offers: Mapping[str, list[Fields]]
    approvals: Mapping[str, list[Fields]]
    rejections: Mapping[str, list[Fields]]
    reasons: Mapping[str, Fields]
    interviews: Mapping[str, list[Fields]]
    panels: Mapping[str, list[Fields]]
    kinds: Mapping[str, Fields]
    scorecards: Mapping[str, list[Fields]]
    managers: Mapping[str, list[Fields]]
    owners: Mapping[str, list[Fields]]

    def answer(self, id_: str) -> Dossier | Gone | Unread:
        """What they tell of one application."""
        if id_ not in self.applications:
            return Gone(id_)
        try:
            return self._dossier(id_)
        except UnreadableRecord as error:
            return Unread(id_, error.text)

    def _dossier(self, id_: str) -> Dossier | Gone:
        application = self.applications[id_]
        candidate_id, job_id = application.id("candidate_id"), application.id_or_none("job_id")
        if why := self._hidden(candidate_id, job_id):
            return Dossier(id_, Candidate(candidate_id, ""), Job(job_id), hidden=why)
        candidate = _candidate(self.candidates[candidate_id])
        if candidate is None:
            return Gone(id_)
        ending, key = self._ending(application, id_)
        return Dossier(
            id_,
            candidate,
            self._job(job_id),
            self._offer(id_, ending, key),
            ending,
            tuple(self._interviews(id_, candidate_id, job_id)),
            tuple(self._scorecards(id_, candidate_id, job_id)),
        )

    def _hidden(self, candidate_id: str, job_id: str) -> str:
        """Why this may not be told here. What is not even shown to us is what somebody wanted to keep from us."""
        if job_id and (job_id not in self.jobs or self.jobs[job_id].flag("confidential", default=False)):
            return "confidential job"
        found = self.candidates.get(candidate_id)
        return "private candidate" if found is None or found.flag("private", default=False) else ""

    def _job(self, id_: str) -> Job:
        if not id_:
            return Job("")
        row = self.jobs[id_]
        managers = sorted(self.managers.get(id_, []), key=lambda one: one.number("id") or 0)
        recruiters = [one for one in self.owners.get(id_, []) if one.text("type").casefold() == "recruiter"]
        recruiters.sort(key=lambda one: (not one.flag("responsible", default=False), one.number("id") or 0))
        return Job(
            id_,
            row.text("name"),
            self.departments.get(row.id_or_none("department_id"), ""),
            status=JobStatus.CLOSED if row.text("status").casefold() == "closed" else JobStatus.OPEN,
            hiring_manager_id=managers[0].id_or_none("user_id") if managers else "",
            recruiter_id=recruiters[0].id_or_none("user_id") if recruiters else "",
        )

    def _ending(self, application: Fields, id_: str) -> tuple[Ending | None, str]:
        """How it ended, with the key of the reason's type."""
        rejected_at = application.moment("rejected_at")
        if rejected_at is None and application.text("status").casefold() != "rejected":
            return None, ""
        details = self.rejections.get(id_, [])
        detail = max(details, key=lambda one: one.number("id") or 0, default=None)
        reason = self.reasons.get(detail.id_or_none("rejection_reason_id")) if detail else None
        kind = reason.part("type") if reason else None
        key = kind.text("key").upper() if kind else ""
        by = _ENDED_BY.get(key, EndedBy.UNKNOWN)
        at = rejected_at or (detail.moment("rejected_at") if detail else None)
        return Ending(by, at, reason.text("name") if reason and by is not EndedBy.COMPANY else ""), key

    def _offer(self, id_: str, ending: Ending | None, reason_key: str) -> LastOffer | None:
        versions = self.offers.get(id_, [])
        newest = max(versions, key=lambda one: one.number("version") or 0, default=None)
        if newest is None:
            return None
        state = self._state(newest)
        if state is OfferState.DECLINED and reason_key == _NEVER:
            state = OfferState.WITHDRAWN  # after a security concern nobody is asked, whoever ticked what
        decided_at = newest.moment("resolved_at")
        if state is OfferState.DECLINED and decided_at is None and ending is not None:
            decided_at = ending.at
        return LastOffer(state, newest.text("status"), newest.moment("sent_on"), decided_at)

    def _state(self, offer: Fields) -> OfferState:
        """The v3 words are capitalised, those before it were not."""
        match offer.text("status").casefold():
            case "accepted":
                return OfferState.ACCEPTED
            case "rejected":
                return OfferState.DECLINED
            case "deprecated":
                return OfferState.SUPERSEDED
            case "created":
                return OfferState.SENT if offer.text("sent_on") else self._approval(offer.id("id"))
            case _:
                return OfferState.UNKNOWN

    def _approval(self, offer_id: str) -> OfferState:
        """How far our own people are with it. Their refusal is called "rejected" too, and is nobody's decline."""
        flows = self.approvals.get(offer_id, [])
        newest = max((one.number("version") or 0 for one in flows), default=0)
        words = {
            one.text("approval_status").casefold() for one in flows if (one.number("version") or 0) == newest
        }
        return OfferState.APPROVED if words == {"approved"} else OfferState.NOT_SENT

    def _interviews(self, id_: str, candidate_id: str, job_id: str) -> Iterator[Interview]:
        for row in self.interviews.get(id_, []):
            if row.text("status").casefold() not in _TOOK_PLACE:
                continue
            kind = self.kinds.get(row.id_or_none("job_interview_id"))
            name = kind.text("name") if kind else ""
            begun, ended = row.moment("starts_at"), row.moment("ends_at")
            started_at = begun or row.moment("all_day_start_on")
            if started_at is None or _DEBRIEF.search(name):
                continue
            minutes = (kind.number("duration") if kind else None) or 0.0
            if begun and ended and ended > begun:
                minutes = (ended - begun).total_seconds() / 60
            for user in self._who_came(row.id("id")):
                yield Interview(
                    f"{row.id('id')}-{user}",
                    candidate_id,
                    job_id,
                    user,
                    name,
                    started_at,
                    minutes,
                    InterviewStatus.COMPLETED,
                )

    def _who_came(self, interview_id: str) -> Iterable[str]:
        """The users on the panel who did not decline the invitation; a guest from outside has no user."""
        panel = self.panels.get(interview_id, [])
        came = [one for one in panel if one.text("response_status").casefold() != "declined"]
        return dict.fromkeys(user for one in came if (user := one.id_or_none("user_id")))

    def _scorecards(self, id_: str, candidate_id: str, job_id: str) -> Iterator[Scorecard]:
        for row in self.scorecards.get(id_, []):
            vote = _VOTES.get(row.text("candidate_rating").casefold())
            # The interviewer, and not the submitter: that may be an admin who typed it in for them.
            user = row.id_or_none("interviewer_id")
            if row.text("status").casefold() == "complete" and vote is not None and user:
                yield Scorecard(row.id("id"), candidate_id, job_id, user, row.moment("submitted_at"), vote)


def _candidate(row: Fields) -> Candidate | None:
    """The candidate; None where nobody can tell any more who it was."""
    first, last, preferred = row.text("first_name"), row.text("last_name"), row.text("preferred_name")
    name = f"{first} {last}".strip()
    if not name or _ANONYMISED.match(name):
        return None
    if preferred:
        name = preferred if " " in preferred else f"{preferred} {last}".strip()
    return Candidate(
        row.id("id"),
        name,
        _email(row),
        _linkedin(row),
        row.text("company"),
        row.text("title"),
        do_not_contact=not row.flag("can_email", default=True),
    )


def _emails(row: Fields) -> list[str]:
    """Private ones first: one from work may be read by whoever they work for."""
    found = list(row.parts("email_addresses"))
    found.sort(key=lambda one: one.text("type").casefold() != "personal")
    return [address for one in found if (address := one.text("value"))]


def _email(row: Fields) -> str:
    return next(iter(_emails(row)), "")


def _profiles(row: Fields) -> list[str]:
    return [
        one.text("value")
        for name in ("social_media_addresses", "website_addresses")
        for one in row.parts(name)
    ]


def _linkedin(row: Fields) -> str:
    return next((one for one in _profiles(row) if "linkedin.com/" in one.casefold()), "")


def _same_page(one: str, other: str) -> bool:
    """Whether two addresses of a profile are the same page, however they were typed."""
    plain = [re.sub(r"^(https?://)?(www\.)?", "", it.strip().casefold()).rstrip("/") for it in (one, other)]
    return bool(plain[0]) and plain[0] == plain[1]


# --- where to go on ----------------------------------------------------------------------------------------


@dataclass
class _First:
    """How far the first reading has come, down the ids of the offers. `page` is the system's, and does not last."""

    begun: datetime
    newest: datetime | None = None
    below: int | None = None
    page: str = ""

    @classmethod
    def of(cls, cursor: Cursor, now: datetime) -> _First:
        """As it stands in a cursor; from the beginning where that makes no sense."""
        begun, newest, below = _time(cursor.get("begun")), _time(cursor.get("newest")), cursor.get("below")
        if begun is None or isinstance(below, bool) or not isinstance(below, int):
            return cls(now)
        page = cursor.get("page")
        return cls(min(begun, now), newest, below, page if isinstance(page, str) else "")

    def cursor(self) -> Cursor:
        """As JSON."""
        return {
            "begun": self.begun.isoformat(),
            "newest": self.newest.isoformat() if self.newest else None,
            "below": self.below,
            "page": self.page,
        }


@dataclass
class _Since:
    """Where a later reading begins: at the newest change seen, so that no clock but theirs counts.

    An hour is read again, and once a day two days, for what came late; what was seen there already is not told again.
    """

    since: datetime
    swept: datetime
    seen: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, cursor: Cursor) -> _Since | None:
        """As it stands in a cursor; None where that makes no sense."""
        since, swept, seen = (
            _time(cursor.get("since")),
            _time(cursor.get("swept")),
            cursor.get("seen"),
        )
        if since is None or swept is None or not isinstance(seen, Mapping):
            return None
        return cls(since, swept, seen)

    def cursor(self) -> Cursor:
        """As JSON."""
        return {"since": self.since.isoformat(), "swept": self.swept.isoformat(), "seen": dict(self.seen)}


@dataclass
class _Sieve:
    """Lets through what changed since the last time, and keeps for the next time what it saw."""

    before: Mapping[str, int]
    newest: datetime
    begun: datetime
    stamps: dict[str, datetime] = field(default_factory=dict)
    told: set[str] = field(default_factory=set)

    def changed(self, kind: str, row: Fields, stamp: str) -> bool:
        """Whether this row is new or another than last time."""
        at = row.moment(stamp)
        if at is None:
            return True
        key = f"{kind}{row.id('id')}"
        self.newest = max(self.newest, at)
        self.stamps[key] = at
        return self.before.get(key) != _milliseconds(at)

    def applications(self, kind: str, rows: Iterable[Fields], stamp: str, name: str) -> tuple[str, ...]:
        """Those of the rows that changed; told before in this reading only where they changed since it began."""
        changed = [row for row in rows if self.changed(kind, row, stamp)]
        late = self.late(changed, stamp)
        return self.fresh([row.id(name) for row in changed], [row.id(name) for row in late])

    def late(self, rows: Iterable[Fields], stamp: str) -> list[Fields]:
        """The rows that changed since this reading began: what was told before may have been read too early."""
        moments = ((row, row.moment(stamp)) for row in rows)
        return [row for row, at in moments if at is not None and at >= self.begun - _CLOCKS]

    def fresh(self, applications: Iterable[str], again: Iterable[str]) -> tuple[str, ...]:
        """Those that were not told in this reading yet, or have to be told again."""
        self.told.difference_update(again)
        found = tuple(one for one in dict.fromkeys(applications) if one and one not in self.told)
        self.told.update(found)
        return found

    def seen(self) -> dict[str, int]:
        """What the next reading will see again."""
        again = sorted((at, key) for key, at in self.stamps.items() if at >= self.newest - _OVERLAP)
        return {key: _milliseconds(at) for at, key in again[-_MOST_SEEN:]}


def _milliseconds(at: datetime) -> int:
    return round(at.timestamp() * 1000)


def _time(value: object) -> datetime | None:
    if not isinstance(value, str):
        return None
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        return None
    return found if found.tzinfo else None


_OFFERS_BRIEFLY = {"current_only": "true", "fields": "id,application_id,created_at,updated_at"}
_MAY_TOUCH = (
    ("a", "applications", "updated_at", "id"),
    ("l", "applications", "last_activity_at", "id"),
    ("r", "rejection_details", "updated_at", "application_id"),
    ("i", "interviews", "updated_at", "application_id"),
    ("s", "scorecards", "updated_at", "application_id"),
)
"""Lists that tell of a change to an application: a letter for it, the list, its clock, and the field with the
application. They tell of everybody who applies: so no more is asked for than that."""


# --- the connector -----------------------------------------------------------------------------------------


class Connector(AtsConnector, CallsUs, TakesPeople):
    """One customer's Greenhouse."""

    slug = "greenhouse"
    label = _LABEL
    fields: ClassVar[tuple[Field, ...]] = (
        Field("client_id", "Client ID"),
        Field("client_secret", "Client secret", secret=True),
        Field(
            "sub",
            "User number",
            "The number of a Site Admin, in whose name we read: it ends the address of their page in Greenhouse. "
            "Empty: the service user of the credential, which then has to be a Site Admin.",
            required=False,
        ),
    )
    unconfirmed: ClassVar[tuple[str, ...]] = (
        "That it calls when a candidate declines is written nowhere: we ask every five minutes besides.",
        "No answers of this version of the interface are published: the shapes follow its lists of fields.",
        "The names of the scopes for writing, and how a tag or a source is written: a refusal is told by name.",
        "It marks neither who only watched nor a debrief: debriefs are told by their name.",
    )
    scopes: ClassVar[tuple[Scope, ...]] = (
        _lists("offers", "to see which offers were declined"),
        _lists("applications", "to see whose offer it was, and for which job"),
        _lists(
            "candidates", "for the name and address of whoever declined, and whether they may be written to"
        ),
        _lists("jobs", "for the role, and to leave confidential jobs alone"),
        _lists("departments", "to tell who works in the department of the role"),
        _lists("users", "to know the colleagues, and who has left"),
        _lists("interviews", "to know which conversations took place"),
        _lists("interviewers", "to know who really talked with the candidate"),
        _lists("job_interviews", "for what an interview was about"),
        _lists("scorecards", "so that nobody who voted against is asked to write"),
        _lists("rejection_details", "to see how an application ended"),
        _lists("rejection_reasons", "to tell whether the candidate or the company ended it"),
        _lists("approval_flows", "to tell an approver's refusal from a candidate's"),
        _lists("job_hiring_managers", "to know the hiring manager of a role"),
        _lists("job_owners", "to know the recruiter of a role"),
        _lists("sources", "for the source that somebody named is filed under", writing=True),
        _lists("candidate_tags", "to find the tag for somebody named", writing=True),
        _lists("notes", "so that our note does not stand there twice", writing=True),
        # How these are spelt follows the pattern of the others; not confirmed.
        Scope(
            "harvest:candidates:create", "to file somebody named, after their host was in touch", writing=True
        ),
        Scope("harvest:notes:create", "for a note on how they were named", writing=True),
        Scope("harvest:candidate_tags:create", "to make the tag, where it is not there yet", writing=True),
        Scope("harvest:applied_candidate_tags:create", "to tag somebody named", writing=True),
        Scope("harvest:applications:update", "to set the source of a prospect, and an owner", writing=True),
    )
    steps: ClassVar[tuple[str, ...]] = (
        (
            "In Greenhouse open Configure, Dev Center, API credentials; you need the permission to manage all of the "
            "organization's credentials."
        ),
        'Create a credential of the type "Harvest V3 (OAuth)" and tick the scopes named below.',
        "Copy its client ID and client secret in here.",
        (
            "Open the page of a user who is a Site Admin and copy the number at the end of its address in here: "
            "Greenhouse shows lists to Site Admins only."
        ),
        "Leave that user off the hiring teams of confidential jobs: what they cannot see, we cannot either.",
    )
    hook_steps: ClassVar[tuple[str, ...]] = (
        "In Greenhouse open Configure, Dev Center, Web Hooks.",
        (
            "Make one web hook for each of these events: offer created, approved, updated and deleted; candidate "
            "rejected, unrejected, hired, unhired, merged, deleted and anonymized; application updated and deleted; "
            "scorecard deleted."
        ),
        "As the endpoint of each enter {address}, and as the secret key the one shown here.",
        "Save: Greenhouse calls once to try, and shows the hook as disabled where that failed.",
    )
    batch = _MOST_IDS

    def __init__(self, settings: Settings, client: HttpClient) -> None:
        super().__init__(settings, client)
        self._harvest = _Harvest(settings, client)
        self._reasons: Mapping[str, Fields] | None = None
        self._departments: Mapping[str, str] | None = None

    def missing(self) -> list[str]:
        """Every list is asked for one row. What is only for filing people is tried when it is needed."""
        problems = []
        seen: dict[str, list[Fields]] = {}
        for scope in self.scopes:
            if scope.writing:
                continue
            resource = scope.name.split(":")[1]
            try:
                seen[resource] = self._harvest.glance(resource)
            except NotAllowed as error:
                problems.append(f"{error.text} We need it {scope.why}.")
        return problems + self._blind(seen)

    def _blind(self, seen: Mapping[str, list[Fields]]) -> list[str]:
        """Whether the user behind the credential is one to whom Greenhouse shows nothing."""
        sub = self.settings.values.get("sub", "").strip()
        if "users" not in seen:
            return []
        if not seen["users"]:
            return [_BLIND]
        users = self._harvest.glance("users", ids=sub) if sub else []
        return [] if all(one.flag("site_admin", default=True) for one in users) else [_BLIND]

    def colleagues(self) -> Iterator[Employee]:
        """Every user but those of agencies."""
        departments = self._department_names()
        for row in self._harvest.rows("users"):
            if row.id_or_none("agency_id"):
                continue
            full = row.text("name") or f"{row.text('first_name')} {row.text('last_name')}".strip()
            of = [departments[id_] for one in row.list("department_ids") if (id_ := str(one)) in departments]
            yield Employee(
                row.id("id"),
                full or row.text("primary_email") or f"User {row.id('id')}",
                row.text("primary_email"),
                row.text("job_title"),
                department=of[0] if of else "",
                active=not row.flag("deactivated", default=False),
            )

    # --- changes

    def changes(self, cursor: Cursor, now: datetime) -> Iterator[Page]:
        """By offers at first; later by whatever may touch an application, each by its own clock."""
        since = _Since.of(cursor)
        if since is None:
            return self._everything(_First.of(cursor, now), now)
        return self._later(since, now)

    def _everything(self, state: _First, now: datetime) -> Iterator[Page]:
        """All offers, the newest id first. A page cursor that is refused costs the list anew, and no reading."""
        stuck = False
        while True:
            pages = self._harvest.pages("offers", _OFFERS_BRIEFLY, state.page)
            try:
                for rows, page in pages:
                    below, state.page = state.below, page
                    found = [row for row in rows if below is None or int(row.id("id")) < below]
                    for row in found:
                        self._note(state, row)
                    if found or not page:
                        stuck = False
                        end = _Since(min(state.newest or state.begun, state.begun), now).cursor()
                        yield Page(
                            tuple(dict.fromkeys(row.id("application_id") for row in found)),
                            (),
                            state.cursor() if page else end,
                            found[-1].moment("created_at") if found else None,
                        )
            except (Rejected, NotThere):
                if not state.page or stuck:
                    raise
                state.page, stuck = "", True
            else:
                return

    @staticmethod
    def _note(state: _First, row: Fields) -> None:
        """Keep how far down this row is, and how new."""
        state.below = int(row.id("id"))
        at = row.moment("updated_at")
        if at is not None:
            state.newest = max(state.newest or at, at)

    def _later(self, state: _Since, now: datetime) -> Iterator[Page]:
        """What changed. Broken off it begins again where it began: only its last page moves the cursor on."""
        wide = now - state.swept >= _SWEEP_EVERY
        begin = state.since - (_SWEEP_OVERLAP if wide else _OVERLAP)
        after = f"gte|{begin.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
        sieve = _Sieve({} if wide else state.seen, state.since, now)
        here = state.cursor()
        for rows, _ in self._harvest.pages("offers", {**_OFFERS_BRIEFLY, "updated_at": after}):
            yield Page(sieve.applications("o", rows, "updated_at", "application_id"), (), here)
        for kind, resource, stamp, name in _MAY_TOUCH:
            fields = ",".join(dict.fromkeys(("id", name, stamp)))
            for rows, _ in self._harvest.pages(resource, {stamp: after, "fields": fields}):
                yield Page((), sieve.applications(kind, rows, stamp, name), here)
        asked = 0
        for rows, _ in self._harvest.pages("candidates", {"updated_at": after, "fields": "id,updated_at"}):
            people = [row for row in rows if sieve.changed("c", row, "updated_at")]
            asked += len(people)
            if asked > _MOST_PEOPLE and not wide:
                break
            ids = [row.id("id") for row in people]
            theirs = self._harvest.rows_of("applications", "candidate_ids", ids, fields="id")
            found = [row.id("id") for row in theirs]
            yield Page((), sieve.fresh(found, found if sieve.late(people, "updated_at") else ()), here)
        yield Page((), (), _Since(sieve.newest, now if wide else state.swept, sieve.seen()).cursor())

    # --- reading

    def read(self, application_ids: Sequence[str]) -> Iterator[Dossier | Gone | Unread]:
        """A dozen lists for the whole batch, joined here: records of v3 have no records within."""
        wanted = list(dict.fromkeys(application_ids))
        if not wanted:
            return
        try:
            papers = self._papers(wanted)
        except UnreadableRecord as error:  # not even whose record it is can be told
            yield from (Unread(id_, error.text) for id_ in wanted)
            return
        for id_ in wanted:
            yield papers.answer(id_)

    def _papers(self, wanted: Sequence[str]) -> _Papers:
        ask = self._harvest.rows_of
        applications = _one_each(ask("applications", "ids", wanted))
        if not applications and not self._harvest.glance("applications"):
            raise NotAllowed(_BLIND)  # else what we must not see any more would look like what was deleted
        people = [row.id_or_none("candidate_id") for row in applications.values()]
        jobs = [row.id_or_none("job_id") for row in applications.values()]
        offers = _by(ask("offers", "application_ids", applications, current_only="true"), "application_id")
        # Whoever has no offer is none of our business: who met them is not even asked.
        offered = [id_ for id_ in applications if id_ in offers]
        unsent = [row.id("id") for rows in offers.values() for row in rows if not row.row.get("resolved_at")]
        rejections = _by(ask("rejection_details", "application_ids", offered), "application_id")
        interviews = list(ask("interviews", "application_ids", offered))
        return _Papers(
            applications=applications,
            candidates=_one_each(ask("candidates", "ids", people)),
            jobs=_one_each(ask("jobs", "ids", jobs)),
            departments=self._department_names(),
            offers=offers,
            approvals=_by(ask("approval_flows", "offer_ids", unsent), "offer_id"),
            rejections=rejections,
            reasons=self._known_reasons(rejections),
            interviews=_by(interviews, "application_id"),
            panels=_by(
                ask("interviewers", "interview_ids", [row.id("id") for row in interviews]), "interview_id"
            ),
            kinds=_one_each(
                ask("job_interviews", "ids", [row.id_or_none("job_interview_id") for row in interviews])
            ),
            scorecards=_by(ask("scorecards", "application_ids", offered), "application_id"),
            managers=_by(ask("job_hiring_managers", "job_ids", jobs), "job_id"),
            owners=_by(ask("job_owners", "job_ids", jobs), "job_id"),
        )

    def _known_reasons(self, rejections: Mapping[str, list[Fields]]) -> Mapping[str, Fields]:
        """The customer's list of reasons, asked for once, and again where one is not in it."""
        used = {row.id_or_none("rejection_reason_id") for rows in rejections.values() for row in rows} - {""}
        if self._reasons is None or not used <= set(self._reasons):
            self._reasons = _one_each(self._harvest.rows("rejection_reasons", include_defaults="true"))
        return self._reasons

    def _department_names(self) -> Mapping[str, str]:
        if self._departments is None:
            self._departments = {row.id("id"): row.text("name") for row in self._harvest.rows("departments")}
        return self._departments

    # --- calls that Greenhouse makes

    def read_call(self, body: bytes, headers: Mapping[str, str], now: datetime) -> Hint:
        """By the hash of the signed bytes: the header with an id of the delivery is not signed, and does not count.

        Nothing in the call says when it was made, so that an old one may come again: it is only a hint, and by its key
        known already.
        """
        del now
        self._verify(body, headers.get("Signature", ""))
        try:
            call = read_json(body)
        except ValueError as error:
            raise UnreadableCall(f"A call from {_LABEL} is no JSON.") from error
        if not isinstance(call, dict) or not isinstance(call.get("action"), str):
            raise UnreadableCall(f"A call from {_LABEL} does not say what it is about.")
        action, key = call["action"], hashlib.sha256(body).hexdigest()
        if action not in _ABOUT:
            return Hint(key, action)
        try:
            applications, candidates = _ids(action, call.get("payload"))
        except UnreadableRecord as error:
            raise UnreadableCall(error.text) from error
        return Hint(key, action, applications, candidates)

    def _verify(self, body: bytes, signature: str) -> None:
        """`Signature: sha256 <hex>`, over the raw bytes; every secret is tried, whichever fits."""
        method, _, given = signature.strip().partition(" ")
        digests = [
            hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
            for secret in self.settings.hook_secrets
        ]
        fits = [
            hmac.compare_digest(one.encode(), given.strip().lower().encode(errors="replace"))
            for one in digests
        ]
        if method.lower() != "sha256" or not any(fits):
            raise NotFromThem(
                f"This call is not signed with the secret key of the {_LABEL} web hook. Enter the one shown here there."
            )

    # --- filing people

    def sources(self) -> list[Choice]:
        """All of the customer's sources."""
        found = [Choice(row.id("id"), row.text("name")) for row in self._harvest.rows("sources")]
        return sorted(found, key=lambda one: one.label.casefold())

    def find(self, newcomer: Newcomer) -> Filed | None:
        """By address, which Greenhouse compares whole; without one by profile, among those with our tag."""
        wanted = newcomer.email.strip().casefold()
        if wanted:
            rows = self._harvest.rows("candidates", email=newcomer.email.strip())
            same = [row for row in rows if wanted in map(str.casefold, _emails(row))]
        else:
            same = []
        if not same and newcomer.profile and newcomer.tag:
            rows = self._harvest.rows("candidates", tag=newcomer.tag)
            same = [row for row in rows if any(_same_page(one, newcomer.profile) for one in _profiles(row))]
        oldest = min(same, key=lambda row: int(row.id("id")), default=None)
        return None if oldest is None else self._filed(oldest.id("id"))

    def create(self, newcomer: Newcomer) -> Filed | None:
        """The candidate with an application to the job, else a prospect. Greenhouse may do it later."""
        owner = self._user_number(newcomer.owner_email)
        answer = self._harvest.create("candidates", _new_candidate(newcomer, owner)).json
        made = answer.get("candidate", answer) if isinstance(answer, dict) else None
        id_ = made.get("id") if isinstance(made, dict) else None
        return self._filed(str(id_)) if isinstance(id_, int | str) and not isinstance(id_, bool) else None

    def complete(self, filed: Filed, newcomer: Newcomer) -> None:
        """Tag, source and owner, and the note, each only where it is not there yet."""
        self._tag(filed.candidate_id, newcomer.tag)
        self._own(filed.candidate_id, newcomer)
        self._annotate(filed.candidate_id, newcomer.note)

    def standings(self, candidate_ids: Sequence[str]) -> Iterable[Standing]:
        """By their applications: the stage of the newest that is open."""
        ask = self._harvest.rows_of
        there = _one_each(ask("candidates", "ids", candidate_ids))
        applications = _by(ask("applications", "candidate_ids", there), "candidate_id")
        ids = [row.id("id") for rows in applications.values() for row in rows]
        interviews = _by(ask("interviews", "application_ids", ids), "application_id")
        offers = _by(ask("offers", "application_ids", ids, current_only="true"), "application_id")
        for id_, candidate in there.items():
            if _candidate(candidate) is not None:
                yield _standing(id_, applications.get(id_, []), interviews, offers)

    def _filed(self, id_: str) -> Filed:
        return Filed(id_, f"{self.settings.address.rstrip('/') or _APP}/people/{id_}")

    def _user_number(self, email: str) -> int | None:
        """The user with this address; None where they have no account, and then nobody is the owner."""
        if not email.strip():
            return None
        rows = self._harvest.rows("users", primary_email=email.strip())
        same = [row for row in rows if row.text("primary_email").casefold() == email.strip().casefold()]
        active = [row for row in same if not row.flag("deactivated", default=False)]
        return int(active[0].id("id")) if active else None

    def _tag(self, candidate_id: str, tag: str) -> None:
        rows = list(self._harvest.rows("candidates", ids=candidate_id))
        tags = {str(one).casefold() for row in rows for one in row.list("tags")}
        if not tag or tag.casefold() in tags:
            return
        known = [
            row.id("id")
            for row in self._harvest.rows("candidate_tags")
            if row.text("name").casefold() == tag.casefold()
        ]
        made = known or [
            Fields.of(
                f"{_LABEL}, candidate_tags", self._harvest.create("candidate_tags", {"name": tag}).json
            ).id("id")
        ]
        self._harvest.create("applied_candidate_tags", _new_tag(candidate_id, made[0]))

    def _own(self, candidate_id: str, newcomer: Newcomer) -> None:
        """Source and owner of the only application, if that has none: where there are more, they are somebody's."""
        applications = list(self._harvest.rows("applications", candidate_ids=candidate_id))
        if len(applications) != 1 or applications[0].moment("rejected_at") is not None:
            return
        only, told = applications[0], dict[str, int]()
        # A prospect's source cannot be given when they are created, as far as is documented.
        if only.flag("prospect", default=False) and not only.id_or_none("source_id"):
            told |= _number("source_id", newcomer.source)
        if not only.id_or_none("recruiter_id"):
            owner = self._user_number(newcomer.owner_email)
            told |= {"recruiter_id": owner} if owner else {}
        if told:
            self._harvest.update("applications", only.id("id"), told)

    def _annotate(self, candidate_id: str, note: str) -> None:
        said = " ".join(note.split())
        rows = self._harvest.rows("notes", candidate_ids=candidate_id, visibility=_READ_AS)
        if said and said not in {row.text("body") for row in rows}:
            sub = self.settings.values.get("sub", "").strip()
            self._harvest.create("notes", _new_note(candidate_id, note, sub))


def _standing(
    id_: str,
    applications: Sequence[Fields],
    interviews: Mapping[str, list[Fields]],
    offers: Mapping[str, list[Fields]],
) -> Standing:
    """How far somebody has come, over all of their applications."""
    newest_first = sorted(applications, key=lambda row: int(row.id("id")), reverse=True)
    words = {row.id("id"): row.text("status").casefold() for row in newest_first}
    still = [row for row in newest_first if words[row.id("id")] not in {"rejected", "hired", "converted"}]
    hired = [row for row in newest_first if words[row.id("id")] == "hired"]
    rejected = [at for row in newest_first if (at := row.moment("rejected_at")) is not None]
    met = [
        at
        for row in newest_first
        for talk in interviews.get(row.id("id"), [])
        if talk.text("status").casefold() in _TOOK_PLACE
        and (at := talk.moment("starts_at") or talk.moment("all_day_start_on")) is not None
    ]
    return Standing(
        id_,
        (still or hired or newest_first or [Fields("", {})])[0].text("stage_name"),
        max(met, default=None),
        _hired_at(hired[0], offers) if hired else None,
        max(rejected, default=None) if not still and not hired else None,
    )


def _hired_at(application: Fields, offers: Mapping[str, list[Fields]]) -> datetime | None:
    """When the offer was accepted; an application has no such time of its own."""
    accepted = [
        at
        for row in offers.get(application.id("id"), [])
        if row.text("status").casefold() == "accepted" and (at := row.moment("resolved_at")) is not None
    ]
    return max(accepted, default=None) or application.moment("updated_at")


# --- what calls of Greenhouse are about --------------------------------------------------------------------

_OF_OFFER = (("application_id", "offer.application_id"), ())
_OF_APPLICATION = (("application.id",), ("application.candidate.id", "application.candidate_id"))
_ABOUT: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "offer_created": _OF_OFFER,
    "offer_approved": _OF_OFFER,
    "offer_updated": _OF_OFFER,
    "offer_deleted": _OF_OFFER,
    "reject_candidate": _OF_APPLICATION,
    "unreject_candidate": _OF_APPLICATION,
    "hire_candidate": _OF_APPLICATION,
    "unhire_candidate": _OF_APPLICATION,
    "candidate_stage_change": _OF_APPLICATION,
    "application_updated": _OF_APPLICATION,
    "new_candidate_application": _OF_APPLICATION,
    "new_prospect_application": _OF_APPLICATION,
    "delete_application": _OF_APPLICATION,
    "delete_candidate": (("person.deleted_application_ids",), ("person.id",)),
    "merge_candidate": ((), ("person.id", "person.new_candidate_id")),
    "candidate_anonymized": ((), ("candidate_id",)),
    "update_candidate": ((), ("candidate.id",)),
    "scorecard_deleted": ((), ("scorecard.candidate_id",)),
}
"""Where in a call the ids of applications and of candidates stand, by its action. Of an interview that was deleted no
more than its own id is told (interview_deleted): the next round finds that out."""


def _ids(action: str, payload: object) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The ids in a call; at least one has to be there."""
    applications, candidates = (
        tuple(dict.fromkeys(id_ for path in paths for id_ in _at(payload, path))) for paths in _ABOUT[action]
    )
    if not applications and not candidates:
        raise UnreadableRecord(f"A call from {_LABEL} ({action}) does not say whom it is about.")
    return applications, candidates


def _at(value: object, path: str) -> list[str]:
    """The ids at a path such as "person.id": numbers, as every id of Greenhouse is one."""
    for name in path.split("."):
        value = value.get(name) if isinstance(value, dict) else None
    found = value if isinstance(value, list) else [value]
    return [
        str(one)
        for one in found
        if (isinstance(one, int) and not isinstance(one, bool) and one > 0)
        or (isinstance(one, str) and one.isascii() and one.isdigit())
    ]


# --- what is written, in one place: how the bodies are nested is not all confirmed -------------------------

_VISIBILITY, _READ_AS = "private", "privately_visible"
"""For those who may see private notes of this candidate: a note for everybody could be read by whoever interviews
them, and one for admins not by the recruiter. Written and read it is spelt differently."""


def _new_candidate(newcomer: Newcomer, owner: int | None) -> dict[str, Any]:
    """Never with a referrer: nobody is credited by us."""
    first, _, last = newcomer.name.strip().rpartition(" ")
    if not first:
        first, last = last, "-"  # both names are required
    profile = (
        "social_media_addresses" if "linkedin.com/" in newcomer.profile.casefold() else "website_addresses"
    )
    body: dict[str, Any] = {
        "first_name": first,
        "last_name": last,
        "company": newcomer.company,
        "tags": [newcomer.tag] if newcomer.tag else [],
        "email_addresses": [{"value": newcomer.email, "type": "personal"}] if newcomer.email else [],
        profile: [{"value": newcomer.profile, "type": "personal"}] if newcomer.profile else [],
    }
    if newcomer.job_id:
        body["application"] = {
            **_number("job_id", newcomer.job_id),
            **_number("source_id", newcomer.source),
            **({"recruiter_id": owner} if owner else {}),
        }
    else:
        body["prospect"] = {"prospect_owner_id": owner} if owner else {}
    return body


def _number(name: str, id_: str) -> dict[str, int]:
    """The field with an id, nothing where there is none."""
    return {name: int(id_)} if id_.isascii() and id_.isdigit() else {}


def _new_tag(candidate_id: str, tag_id: str) -> dict[str, int]:
    return {"candidate_id": int(candidate_id), "candidate_tag_id": int(tag_id)}


def _new_note(candidate_id: str, note: str, author: str) -> dict[str, Any]:
    """Not changed later: Greenhouse has no way to."""
    return {
        "candidate_id": int(candidate_id),
        **_number("user_id", author),
        "body": note,
        "visibility": _VISIBILITY,
        "note_type": "NOTE",
    }
