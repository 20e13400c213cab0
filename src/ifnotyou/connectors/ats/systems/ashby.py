"""Ashby: every call is a POST of JSON, and lists tell what changed since a token of theirs.

Written from Ashby's published interface. An offer is of an application; `offer.list` tells how its newest version
stands, in two words that do not always agree, and an archived application says by the type of its reason who ended it.
"""

from __future__ import annotations

import hashlib
import hmac
import html
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from ifnotyou.connectors.ats.calls import Calls, NotAllowed, NotThere, Rejected, Reply
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
    Question,
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
from ifnotyou.playbook.people import mailbox, profile, public_profile
from ifnotyou.playbook.records import (
    Candidate,
    Employee,
    Interview,
    InterviewStatus,
    Job,
    JobStatus,
    Scorecard,
)

_HOME = "https://api.ashbyhq.com"
_MOST = 100
"""Rows on a page, at most."""
_MARGIN = timedelta(hours=1)
"""So much earlier than our clock says we ask, because theirs may differ."""
_LONG_AGO = datetime.min.replace(tzinfo=UTC)
_RESTARTS = 2
"""So often a list is begun again in one round."""
_CONFIDENTIAL = "confidential job"
_NO_PERMISSION = "missing_endpoint_permission"
_STALE = frozenset(
    (
        "sync_token_expired sync_token_invalid incremental_sync_too_large "
        "next_cursor_expired invalid_next_cursor cursor_invalid"
    ).split()
)
"""With these Ashby says: throw the token away and begin again."""

_READS_METADATA = "hiringProcessMetadataRead"
_WRITES_METADATA = "hiringProcessMetadataWrite"
_NEEDS: Mapping[str, str] = {
    "offer.list": "offersRead",
    "offer.info": "offersRead",
    "application.list": "candidatesRead",
    "application.info": "candidatesRead",
    "applicationFeedback.list": "candidatesRead",
    "candidate.list": "candidatesRead",
    "candidate.info": "candidatesRead",
    "candidate.search": "candidatesRead",
    "candidate.listNotes": "candidatesRead",
    "interviewSchedule.list": "interviewsRead",
    "interview.info": "interviewsRead",
    "job.list": "jobsRead",
    "job.info": "jobsRead",
    "user.list": "organizationRead",
    "department.list": "organizationRead",
    "source.list": _READS_METADATA,
    "candidateTag.list": _READS_METADATA,
    "candidateTag.create": _WRITES_METADATA,
    "candidate.create": "candidatesWrite",
    "candidate.addTag": "candidatesWrite",
    "candidate.createNote": "candidatesWrite",
    "application.create": "candidatesWrite",
}
"""What a key has to be allowed for each call that we make."""

_TRIALS: Mapping[str, str] = {
    "offersRead": "offer.list",
    "candidatesRead": "application.list",
    "interviewsRead": "interviewSchedule.list",
    "jobsRead": "job.list",
    "organizationRead": "user.list",
    _READS_METADATA: "candidateTag.list",
    # Without saying whom or what: whoever may write is told that this is missing, and nothing is written.
    "candidatesWrite": "candidate.addTag",
    _WRITES_METADATA: "candidateTag.create",
}
"""The cheapest call that shows whether the key may."""

_BY_ACCEPTANCE: Mapping[str, OfferState] = {
    "Created": OfferState.NOT_SENT,
    "Pending": OfferState.APPROVED,
    "WaitingOnResponse": OfferState.SENT,
    "Accepted": OfferState.ACCEPTED,
    "Declined": OfferState.DECLINED,
    "Cancelled": OfferState.WITHDRAWN,
}
_BY_OFFER: Mapping[str, OfferState] = {
    "WaitingOnApprovalStart": OfferState.NOT_SENT,
    "WaitingOnApprovalDefinition": OfferState.NOT_SENT,
    "WaitingOnOfferApproval": OfferState.NOT_SENT,
    "WaitingOnCandidateResponse": OfferState.SENT,
    "CandidateAccepted": OfferState.ACCEPTED,
    "CandidateRejected": OfferState.DECLINED,
    "OfferCancelled": OfferState.WITHDRAWN,
}
_DECIDED = frozenset({OfferState.ACCEPTED, OfferState.DECLINED, OfferState.WITHDRAWN})
_ENDED_BY: Mapping[str, EndedBy] = {
    "RejectedByCandidate": EndedBy.CANDIDATE,
    "RejectedByOrg": EndedBy.COMPANY,
    "Other": EndedBy.UNKNOWN,
}
_TOOK_PLACE = frozenset({"Complete", "WaitingOnFeedback"})
_LED = frozenset({"", "Reverse-Shadow"})
"""Roles in training of those who led a talk, if perhaps watched; a "Shadow" watched."""
_RECOMMENDATION = "overall_recommendation"
_VOTES: Mapping[str, int] = {
    "strong no": 1,
    "strong no hire": 1,
    "definitely no": 1,
    "definitely not": 1,
    "no": 2,
    "no hire": 2,
    "mixed": 3,
    "no decision": 3,
    "yes": 4,
    "hire": 4,
    "strong yes": 5,
    "strong hire": 5,
}
_NOT_TO_BE_CONTACTED = frozenset({"do not contact", "dnc", "do not email", "opted out", "unsubscribed"})
"""Tags that mean it, until somebody has answered which do."""
_NOBODY_ANY_MORE = ("anonymized", "anonymised", "anonymous", "redacted")
_OUTSIDERS = frozenset({"External Recruiter"})
"""Accounts of agencies."""

_WANTED: Mapping[str, tuple[tuple[str, str], ...]] = {
    "offerCreate": (("offer", "applicationId"),),
    "offerUpdate": (("offer", "applicationId"),),
    "offerDelete": (("offer", "applicationId"),),
    "applicationUpdate": (("application", "id"),),
    "candidateStageChange": (("application", "id"),),
    "candidateHire": (("application", "id"),),
    "interviewScheduleCreate": (("interviewSchedule", "applicationId"),),
    "interviewScheduleUpdate": (("interviewSchedule", "applicationId"),),
    "candidateDelete": (("candidate", "id"),),
    "candidateMerge": (("deletedCandidate", "id"), ("mergedCandidate", "id")),
}
"""The calls that matter, and where in each the ids are of whom or what it is about."""


class _NoPermission(NotAllowed):
    """The key is known there, and lacks a permission that Ashby names."""


class _Stale(ConnectorError):  # noqa: N818 - it says what became of the token
    """A token or a place in a list that Ashby takes no more."""

    def __init__(self) -> None:
        text = "Ashby does not know any more where we were in a list. The next round begins that list again."
        super().__init__(Trouble.NOT_UNDERSTOOD, text, permanent=False)


@dataclass(frozen=True)
class _Sheet:
    """A page of a list; `cursor` leads to the next one and is "" on the last, which has the token."""

    rows: list[Fields]
    cursor: str
    token: str


class _Rpc:
    """Makes the calls. What went wrong may come as a good answer, too: `success` says so."""

    def __init__(self, settings: Settings, client: HttpClient) -> None:
        self._key = settings.values.get("key", "").strip()
        base = (settings.address or _HOME).rstrip("/")
        accept = {"Accept": "application/json; version=1"}
        self._calls = Calls("Ashby", base, client, accept, (self._key, ""))

    def ask(self, method: str, **payload: object) -> Fields:
        """What there is; nothing changes by it."""
        return self._answer(method, payload, changes=False)

    def change(self, method: str, **payload: object) -> Fields:
        """Have something made, once."""
        return self._answer(method, payload, changes=True)

    def one(self, method: str, **payload: object) -> Fields:
        """The one record that was asked for."""
        return _part(self.ask(method, **payload), "results")

    def sheet(self, method: str, **payload: object) -> _Sheet:
        """One page of a list."""
        answer = self.ask(method, **payload)
        more = answer.flag("moreDataAvailable", default=False)
        cursor = answer.id("nextCursor") if more else ""
        return _Sheet(list(answer.parts("results")), cursor, answer.id_or_none("syncToken"))

    def every(self, method: str, **payload: object) -> Iterator[Fields]:
        """The rows of a list, page by page."""
        place: dict[str, str] = {}
        while True:
            sheet = self.sheet(method, limit=_MOST, **payload, **place)
            yield from sheet.rows
            if not sheet.cursor:
                return
            place = {"cursor": sheet.cursor}

    def _answer(self, method: str, payload: Mapping[str, object], *, changes: bool) -> Fields:
        if not self._key:
            text = "The key to Ashby is missing. Make one there and enter it here."
            raise ConnectorError(Trouble.SIGN_IN_REFUSED, text, permanent=True)
        try:
            reply = self._reply(method, payload, changes=changes)
        except NotAllowed as error:
            if _NO_PERMISSION in _codes(error.body):
                raise _no_permission(method) from error
            text = "Ashby does not let this key in. Is it still switched on there, under Admin, API Keys?"
            raise NotAllowed(text) from error
        except (NotThere, Rejected) as error:
            raise _refusal(method, _codes(error.body)) from error
        answer = Fields.of(f"Ashby, {method}", reply.json)
        if not answer.flag("success", default=False):
            raise _refusal(method, _codes(reply.json))
        return answer

    def _reply(self, method: str, payload: Mapping[str, object], *, changes: bool) -> Reply:
        if changes:
            return self._calls.change("POST", f"/{method}", payload)
        return self._calls.ask(f"/{method}", payload)


@dataclass(frozen=True)
class _List:
    """A list that we follow. `ids` is the field with the application, or with several.

    `sure`: its rows are offers, so that whoever is in it has, or had, one. `new_only`: without a token we ask only for
    what is new, because what was there before is read with its application, and the rest is none of our business.
    """

    name: str
    method: str
    ids: str = "applicationId"
    filters: Mapping[str, Any] = field(default_factory=dict)
    sure: bool = False
    new_only: bool = False


# The declined ones first: they are why anybody connects. As a list of their own they are told in any case, should a
# candidate's answer not count as a change of the offer: Ashby nowhere says that it does. Candidates, because nothing
# says that a tag ("do not contact") or an erasure counts as a change of the application.
_LISTS = (
    _List("declined", "offer.list", filters={"acceptanceStatus": ["Declined"]}, sure=True),
    _List("offers", "offer.list", sure=True),
    _List("applications", "application.list", ids="id"),
    _List("candidates", "candidate.list", ids="applicationIds"),
    _List("schedules", "interviewSchedule.list", new_only=True),
    _List("feedback", "applicationFeedback.list", new_only=True),
)


@dataclass(frozen=True)
class _Place:
    """How far we are in a list: the token of the reading before ("" for none), and where in this one.

    `since`: what changed from then on may be news to us. `began` is when this reading did.
    """

    since: datetime
    began: datetime
    token: str = ""
    cursor: str = ""

    @classmethod
    def of(cls, kept: object, now: datetime) -> _Place:
        """From the cursor; from the beginning where that makes no sense."""
        row = kept if isinstance(kept, Mapping) else {}
        since, began = _kept_moment(row.get("since")), _kept_moment(row.get("began"))
        token, cursor = row.get("token"), row.get("cursor")
        if since is None or began is None or not isinstance(token, str) or not isinstance(cursor, str):
            return cls(now, now)
        return cls(since, began if cursor else now, token, cursor)

    def after(self, sheet: _Sheet) -> _Place:
        """The place after a page."""
        if sheet.cursor:
            return replace(self, cursor=sheet.cursor)
        return _Place(self.began, self.began, sheet.token)

    def anew(self) -> _Place:
        """The same reading from its first page; where it began there, without the token."""
        return replace(self, cursor="") if self.cursor and self.token else replace(self, token="", cursor="")

    def payload(self, one: _List) -> dict[str, object]:
        """What to ask for here."""
        asked: dict[str, object] = {"limit": _MOST, **one.filters}
        if self.token:
            asked["syncToken"] = self.token
        elif one.new_only:
            asked["createdAfter"] = int((self.since - _MARGIN).timestamp() * 1000)
        if self.cursor:
            asked["cursor"] = self.cursor
        return asked

    def kept(self) -> dict[str, str]:
        """As JSON."""
        return {
            "since": self.since.isoformat(),
            "began": self.began.isoformat(),
            "token": self.token,
            "cursor": self.cursor,
        }


class Connector(AtsConnector, CallsUs, TakesPeople):
    """Reads Ashby, understands its calls, and files people there."""

    slug = "ashby"
    label = "Ashby"
    fields = (Field("key", "API key", "Shown by Ashby once, when the key is made.", secret=True),)
    unconfirmed = (
        "That it calls when a candidate answers is written nowhere: we ask every five minutes besides.",
        "How somebody anonymised is told: a name such as Anonymized without any address is taken for it.",
        "How long it lets us go on from where we were: where it no longer does, that list is read anew.",
        "When an offer was sent is not told, nor who turned an invitation down.",
    )
    scopes = (
        Scope("offersRead", "to see what became of an offer"),
        Scope(
            "candidatesRead",
            "to see who was offered a job, how the application ended, and who wrote feedback",
        ),
        Scope("interviewsRead", "to see who met the candidate, and when"),
        Scope("jobsRead", "to see what a job is called, whether it is open or confidential, and who hires"),
        Scope("organizationRead", "to see who works here, and who has left"),
        Scope(_READS_METADATA, "to know your sources, and the tags that mean: do not contact"),
        Scope("candidatesWrite", "to file somebody who was named, with a tag and a note", writing=True),
        Scope(_WRITES_METADATA, "to make that tag where there is none yet", writing=True),
    )
    steps = (
        "In Ashby, open Admin, then Integrations, then API Keys, and choose New.",
        "Allow reading for Offers, Candidates, Interviews, Jobs, Organization and Hiring Process.",
        "Only if people are to be filed there, allow writing for Candidates and Hiring Process as well.",
        "Leave access to confidential jobs and to private fields switched off: we do not use either.",
        "Copy the key at once, for Ashby shows it only this time, and enter it here.",
    )
    hook_steps = (
        "In Ashby, open Admin, then Integrations, then Webhooks, and choose New.",
        "Enter {address} as the request URL and the secret below as the secret token.",
        f"Make one such webhook for each of these types: {', '.join(_WANTED)}.",
        "Ashby sends a ping for each when you save: it has to be answered, or the webhook is switched off.",
    )
    batch = 20

    def __init__(self, settings: Settings, client: HttpClient) -> None:
        """Keep them; asks nothing yet."""
        super().__init__(settings, client)
        self._rpc = _Rpc(settings, client)
        self._jobs: dict[str, Job | None] = {}
        self._talks: dict[str, tuple[str, bool]] = {}
        self._departments: dict[str, str] | None = None
        self._sees_something = False

    # --- what the key may do, and what only the customer knows

    def missing(self) -> list[str]:
        """Try every scope, and say in words what the key may not do yet."""
        return [
            f'Allow "{scope.name}" for the key in Ashby: we need it {scope.why}.'
            for scope in self.scopes
            if not self._may(scope)
        ]

    def _may(self, scope: Scope) -> bool:
        payload = {} if scope.writing else {"limit": 1}
        try:
            self._rpc.ask(_TRIALS[scope.name], **payload)
        except _NoPermission:
            return False
        except NotAllowed as error:
            # A wrong key and one that is switched off are told by the same status as a lacking permission.
            text = (
                "Ashby does not know this key, or it is switched off. Make a new one there and enter it here."
            )
            raise ConnectorError(Trouble.SIGN_IN_REFUSED, text, permanent=True) from error
        except (NotThere, Rejected):
            if not scope.writing:
                raise
        return True

    def questions(self) -> list[Question]:
        """Which tags mean that somebody asked not to be contacted: Ashby itself has no such mark."""
        tags = [
            (tag.id("id"), tag.text("title"))
            for tag in self._rpc.every("candidateTag.list")
            if not tag.flag("isArchived", default=False)
        ]
        if not tags:
            return []
        usual = [id_ for id_, title in tags if _plain(title) in _NOT_TO_BE_CONTACTED]
        return [
            Question(
                "do_not_contact",
                "Which tags mean that a candidate asked not to be contacted?",
                tuple(Choice(id_, title or id_) for id_, title in tags),
                ",".join(usual),
                "Nobody with one of these tags is ever asked.",
                many=True,
            )
        ]

    # --- reading

    def colleagues(self) -> Iterator[Employee]:
        """Everybody with an account, also those whose account is switched off; agencies' accounts left out."""
        for user in self._rpc.every("user.list", includeDeactivated=True):
            if user.text("globalRole") in _OUTSIDERS:
                continue
            email = user.text("email")
            name = f"{user.text('firstName')} {user.text('lastName')}".strip()
            yield Employee(
                user.id("id"), name or email, email=email, active=user.flag("isEnabled", default=True)
            )

    def changes(self, cursor: Cursor, now: datetime) -> Iterator[Page]:
        """List by list, each from where its token or its page leads; all offers there are where there is none."""
        places = {one.name: _Place.of(cursor.get(one.name), now) for one in _LISTS}
        told: dict[str, int] = {}
        for one in _LISTS:
            for place, sheet in self._sheets(one, places[one.name]):
                places[one.name] = place.after(sheet)
                sure, perhaps = _news(one, place, sheet, told)
                yield Page(
                    sure,
                    perhaps,
                    {name: at.kept() for name, at in places.items()},
                    _reached(sheet) if one.sure and not place.token else None,
                )

    def _sheets(self, one: _List, place: _Place) -> Iterator[tuple[_Place, _Sheet]]:
        """The pages of a list, each with its place; from the beginning where Ashby does not know the place any more."""
        restarts = 0
        while True:
            try:
                sheet = self._rpc.sheet(one.method, **place.payload(one))
            except _Stale:
                restarts += 1
                if restarts > _RESTARTS or not (place.token or place.cursor):
                    raise
                place = place.anew()
                continue
            yield place, sheet
            if not sheet.cursor:
                return
            place = place.after(sheet)

    def read(self, application_ids: Sequence[str]) -> Iterator[Dossier | Gone | Unread]:
        """One by one: Ashby names only one in a call."""
        for id_ in application_ids:
            yield self._read(id_)

    def _read(self, id_: str) -> Dossier | Gone | Unread:
        try:
            application = self._rpc.one("application.info", applicationId=id_)
        except NotThere:
            self._check_sight()
            return Gone(id_)
        except (Rejected, UnreadableRecord) as error:
            return Unread(id_, error.text)
        try:
            return self._dossier(id_, application)
        except (NotThere, Rejected, UnreadableRecord) as error:
            return Unread(id_, error.text)

    def _check_sight(self) -> None:
        """Before anything counts as gone: make sure that this key still sees something at all."""
        if self._sees_something:
            return
        if not self._rpc.sheet("job.list", limit=1).rows:
            text = "Ashby shows this key nothing at all any more, not one job. Is it the right key, and still allowed?"
            raise ConnectorError(Trouble.NOT_ALLOWED, text, permanent=True)
        self._sees_something = True

    def _dossier(self, id_: str, application: Fields) -> Dossier | Gone:
        candidate_id = _part(application, "candidate").id("id")
        job_id = _part(application, "job").id("id")
        job = self._job(job_id)
        if job is None:
            return Dossier(id_, Candidate(candidate_id, ""), Job(job_id), hidden=_CONFIDENTIAL)
        person = self._rpc.one("candidate.info", id=candidate_id)
        if _is_nobody(person):
            return Gone(id_)
        return Dossier(
            id_,
            self._candidate(person),
            job,
            self._last_offer(list(self._rpc.every("offer.list", applicationId=id_))),
            _ending(application),
            tuple(self._interviews(id_, candidate_id, job_id)),
            tuple(self._scorecards(id_, candidate_id, job_id)),
        )

    def _job(self, id_: str) -> Job | None:
        """A job; None where it is confidential, which for most keys means that it cannot be seen."""
        if id_ not in self._jobs:
            try:
                self._jobs[id_] = self._described(self._rpc.one("job.info", id=id_))
            except NotThere:
                self._jobs[id_] = None
        return self._jobs[id_]

    def _described(self, job: Fields) -> Job | None:
        if job.flag("confidential", default=False):
            return None
        team = {one.text("role"): one.id_or_none("userId") for one in job.parts("hiringTeam")}
        return Job(
            job.id("id"),
            job.text("title"),
            self._department(job.id_or_none("departmentId")),
            status=JobStatus.OPEN if job.text("status") == "Open" else JobStatus.CLOSED,
            hiring_manager_id=team.get("Hiring Manager", ""),
            recruiter_id=team.get("Recruiter", ""),
        )

    def _department(self, id_: str) -> str:
        if self._departments is None:
            rows = self._rpc.every("department.list", includeArchived=True)
            self._departments = {row.id("id"): row.text("name") for row in rows}
        return self._departments.get(id_, "")

    def _candidate(self, person: Fields) -> Candidate:
        school = person.text("school")
        links = (one.text("url") for one in person.parts("socialLinks") if one.text("type") == "LinkedIn")
        return Candidate(
            person.id("id"),
            person.text("name"),
            email=next(_addresses(person), ""),
            linkedin_url=next(links, ""),
            current_company=person.text("company"),
            current_title=person.text("position"),
            schools=(school,) if school else (),
            do_not_contact=any(self._means_no(tag) for tag in person.parts("tags")),
        )

    def _means_no(self, tag: Fields) -> bool:
        answer = self.settings.answers.get("do_not_contact")
        if answer is None:
            return _plain(tag.text("title")) in _NOT_TO_BE_CONTACTED
        return tag.id("id") in answer.split(",")

    def _last_offer(self, offers: list[Fields]) -> LastOffer | None:
        """The newest offer, in its newest version."""
        if not offers:
            return None
        newest = max(offers, key=_offered_at)
        state = _state(newest)
        if state is OfferState.NOT_SENT and self._had_another(newest, offers):
            state = OfferState.SUPERSEDED
        words = (newest.text("acceptanceStatus"), newest.text("offerStatus"))
        return LastOffer(
            state, "/".join(word for word in words if word), decided_at=newest.moment("decidedAt")
        )

    def _had_another(self, newest: Fields, offers: Iterable[Fields]) -> bool:
        """Whether the candidate may know an offer from before the one that is being prepared."""
        if any(one is not newest and _state(one) is not OfferState.NOT_SENT for one in offers):
            return True
        all_of_it = self._rpc.one("offer.info", offerId=newest.id("id"), excludeFormDefinition=True)
        latest = _part(newest, "latestVersion").id("id")
        return any(
            one.id("id") != latest and one.text("approvalStatus") == "Approved"
            for one in all_of_it.parts("versions")
        )

    def _events(self, application_id: str) -> Iterator[tuple[Fields, datetime, InterviewStatus]]:
        """The talks with the candidate that took place or were called off, and when each began."""
        now = datetime.now(UTC)
        for schedule in self._rpc.every("interviewSchedule.list", applicationId=application_id):
            for event in schedule.parts("interviewEvents"):
                began_at, status = event.moment("startTime"), _became(schedule, event, now)
                if began_at is not None and status is not None and not self._talk(event)[1]:
                    yield event, began_at, status

    def _talk(self, event: Fields) -> tuple[str, bool]:
        """What an event is called, and whether it is one among ourselves."""
        id_ = event.id("interviewId")
        if id_ not in self._talks:
            try:
                interview = event.part("interview") or self._rpc.one("interview.info", id=id_)
                self._talks[id_] = interview.text("title"), interview.flag("isDebrief", default=False)
            except NotThere:  # nobody can tell any more: then it counts for nothing
                self._talks[id_] = "", True
        return self._talks[id_]

    def _interviews(self, application_id: str, candidate_id: str, job_id: str) -> Iterator[Interview]:
        for event, began_at, status in self._events(application_id):
            over_at = event.moment("endTime") or began_at
            for seat in event.parts("interviewers"):
                if seat.text("trainingRole") in _LED:
                    user = seat.id("id")
                    yield Interview(
                        f"{event.id('id')}/{user}",
                        candidate_id,
                        job_id,
                        user,
                        self._talk(event)[0],
                        began_at,
                        max(0.0, (over_at - began_at).total_seconds() / 60),
                        status,
                    )

    def _scorecards(self, application_id: str, candidate_id: str, job_id: str) -> Iterator[Scorecard]:
        for card in self._rpc.every("applicationFeedback.list", applicationId=application_id):
            author, submitted_at, vote = card.part("submittedByUser"), card.moment("submittedAt"), _vote(card)
            if author is not None and submitted_at is not None and vote is not None:
                yield Scorecard(card.id("id"), candidate_id, job_id, author.id("id"), submitted_at, vote)

    # --- calls that Ashby makes

    def read_call(self, body: bytes, headers: Mapping[str, str], now: datetime) -> Hint:
        """Verify the signature over the bytes. No time is signed: that a call is new is told by its key alone."""
        del now
        self._check_signature(body, headers.get("Ashby-Signature", ""))
        try:
            call = Fields.of("Ashby's call", read_json(body))
            event = call.id("action")
            return Hint(_key(call, event, body), event[:80], *_about(event, call))
        except ValueError as error:
            raise UnreadableCall("Ashby's call is torn: it is no JSON.") from error
        except UnreadableRecord as error:
            raise UnreadableCall(error.text) from error

    def _check_signature(self, body: bytes, signature: str) -> None:
        signed = signature.strip().encode(errors="replace")
        expected = [
            f"sha256={hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()}".encode()
            for secret in self.settings.hook_secrets
        ]
        if not any([hmac.compare_digest(signed, one) for one in expected]):  # noqa: C419 - each takes its time
            raise NotFromThem("This call is not signed with the secret of our webhook in Ashby.")

    # --- filing somebody there

    def sources(self) -> list[Choice]:
        """The sources that are in use."""
        return [
            Choice(source.id("id"), source.text("title") or source.id("id"))
            for source in self._rpc.every("source.list")
            if not source.flag("isArchived", default=False)
        ]

    def find(self, newcomer: Newcomer) -> Filed | None:
        """By address; else by name, where the public profile is the same."""
        address, page = mailbox(newcomer.email), public_profile(newcomer.profile)
        if address:
            found = self._rpc.ask("candidate.search", email=newcomer.email.strip()).parts("results")
            for person in found:
                if address in {mailbox(one) for one in _addresses(person)}:
                    return _filed(person)
        if page:
            for person in self._rpc.ask("candidate.search", name=newcomer.name).parts("results"):
                links = (one.text("url") for one in person.parts("socialLinks"))
                if page in {public_profile(one) for one in links}:
                    return _filed(person)
        return None

    def create(self, newcomer: Newcomer) -> Filed | None:
        """With the source, and with nobody credited: where Ashby is told of no one, it credits no one."""
        more = {"email": newcomer.email.strip(), **_links(newcomer.profile), "sourceId": newcomer.source}
        given = {name: value for name, value in more.items() if value}
        return _filed(_part(self._rpc.change("candidate.create", name=newcomer.name, **given), "results"))

    def complete(self, filed: Filed, newcomer: Newcomer) -> None:
        """Application, note and tag. Ashby has no owner of a person: the note names the host."""
        person = self._rpc.one("candidate.info", id=filed.candidate_id)
        if newcomer.job_id:
            self._consider(person, newcomer)
        self._note(filed.candidate_id, newcomer)
        self._tag(person, newcomer.tag)

    def _consider(self, person: Fields, newcomer: Newcomer) -> None:
        """See to it that there is an application for the job."""
        for application in self._applications(person):
            if _part(application, "job").id("id") == newcomer.job_id:
                return
        source = {"sourceId": newcomer.source} if newcomer.source else {}
        self._rpc.change("application.create", candidateId=person.id("id"), jobId=newcomer.job_id, **source)

    def _note(self, candidate_id: str, newcomer: Newcomer) -> None:
        ours = _words(newcomer.note)
        notes = self._rpc.every("candidate.listNotes", candidateId=candidate_id)
        if not ours or any(ours in _words(one.text("content")) for one in notes):
            return
        host = f"\n\nHost: {newcomer.owner_email}" if newcomer.owner_email else ""
        self._rpc.change(
            "candidate.createNote",
            candidateId=candidate_id,
            note=f"{newcomer.note}{host}",
            sendNotifications=False,
        )

    def _tag(self, person: Fields, title: str) -> None:
        wanted = _plain(title)
        if not wanted or wanted in {_plain(tag.text("title")) for tag in person.parts("tags")}:
            return
        there = (tag for tag in self._rpc.every("candidateTag.list") if _plain(tag.text("title")) == wanted)
        tag = next(there, None)
        if tag is None:
            tag = _part(self._rpc.change("candidateTag.create", title=title), "results")
        self._rpc.change("candidate.addTag", candidateId=person.id("id"), tagId=tag.id("id"))

    def standings(self, candidate_ids: Sequence[str]) -> Iterator[Standing]:
        """By the application that has come furthest; confidential ones are not looked at."""
        for id_ in candidate_ids:
            try:
                person = self._rpc.one("candidate.info", id=id_)
            except NotThere:
                self._check_sight()
                continue
            if not _is_nobody(person):
                yield self._standing(id_, person)

    def _standing(self, candidate_id: str, person: Fields) -> Standing:
        applications = [
            one for one in self._applications(person) if self._job(_part(one, "job").id("id")) is not None
        ]
        if not applications:
            return Standing(candidate_id)
        furthest = max(applications, key=_how_far)
        met = [
            began_at
            for one in applications
            for _, began_at, status in self._events(one.id("id"))
            if status is InterviewStatus.COMPLETED
        ]
        status, stage = furthest.text("status"), furthest.part("currentInterviewStage")
        return Standing(
            candidate_id,
            stage.text("title") if stage else "",
            met_at=max(met, default=None),
            hired_at=_hired_at(furthest) if status == "Hired" else None,
            ended_at=furthest.moment("archivedAt") if status == "Archived" else None,
        )

    def _applications(self, person: Fields) -> Iterator[Fields]:
        """The applications of somebody that the key may see."""
        for id_ in person.list("applicationIds"):
            try:
                yield self._rpc.one("application.info", applicationId=id_)
            except NotThere:
                continue


# --- what Ashby's records mean


def _part(record: Fields, name: str) -> Fields:
    """An object within a record that has to be there."""
    found = record.part(name)
    if found is None:
        raise UnreadableRecord(f'{record.where}: the field "{name}" is missing.')
    return found


def _codes(said: object) -> frozenset[str]:
    """The codes of what went wrong, in any of the ways that Ashby writes them; a body may come as bytes."""
    if isinstance(said, bytes):
        try:
            said = read_json(said)
        except ValueError:
            return frozenset()
    if not isinstance(said, Mapping):
        return frozenset()
    errors = said.get("errors")
    told = [said.get("errorInfo"), *(errors if isinstance(errors, list) else [])]
    words = [word for one in told for word in _told_in(one)]
    return frozenset(word for word in words if isinstance(word, str))


def _told_in(error: object) -> list[object]:
    """The words of one error: a text, or an object with a code and a message."""
    return [error.get("code"), error.get("message")] if isinstance(error, Mapping) else [error]


def _no_permission(method: str) -> _NoPermission:
    return _NoPermission(
        f'The key may not do something that we need in Ashby. Allow "{_NEEDS[method]}" for it there, under Admin, '
        "API Keys."
    )


def _refusal(method: str, codes: frozenset[str]) -> ConnectorError:
    """What it means that a call was not taken."""
    if _NO_PERMISSION in codes:
        return _no_permission(method)
    if codes & _STALE:
        return _Stale()
    if any(code.endswith("_not_found") for code in codes):
        return NotThere("Ashby has no such record.")
    if "rate_limit_exceeded" in codes:
        text = "Ashby had too many calls. We go on with the next round."
        return ConnectorError(Trouble.TOO_OFTEN, text, permanent=False)
    named = sorted(code for code in codes if re.fullmatch(r"[a-z_]{3,60}", code))
    return Rejected(
        f"Ashby did not take our call {method} ({', '.join(named) or 'no reason given'}).", 200, b""
    )


def _kept_moment(value: object) -> datetime | None:
    """A moment out of a cursor, None for what is none."""
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return moment if moment is not None and moment.tzinfo is not None else None


def _news(
    one: _List, place: _Place, sheet: _Sheet, told: dict[str, int]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The applications of a page: those with an offer, and those to be read where we hold them.

    A declined offer that was told of in this round, and stands as it did then, is not told again.
    """
    if not one.sure:
        changed = (
            row for row in sheet.rows if place.token or one.new_only or _changed_since(row, place.since)
        )
        return (), tuple(dict.fromkeys(id_ for row in changed for id_ in _applications_of(one, row)))
    news = [row for row in sheet.rows if told.get(row.id("id")) != _as_it_stands(row)]
    if one.filters:
        told.update({row.id("id"): _as_it_stands(row) for row in news})
    return tuple(dict.fromkeys(id_ for row in news for id_ in _applications_of(one, row))), ()


def _applications_of(one: _List, row: Fields) -> list[str]:
    if one.ids == "applicationIds":
        return [id_ for id_ in row.list(one.ids) if isinstance(id_, str)]
    return [row.id(one.ids)]


def _as_it_stands(offer: Fields) -> int:
    version = offer.row.get("latestVersion")
    latest = version.get("id") if isinstance(version, Mapping) else None
    words = (offer.row.get(name) for name in ("acceptanceStatus", "offerStatus", "decidedAt"))
    return hash((*map(str, words), str(latest)))


def _changed_since(row: Fields, since: datetime) -> bool:
    changed_at = row.moment("updatedAt")
    return changed_at is None or changed_at >= since - _MARGIN


def _reached(sheet: _Sheet) -> datetime | None:
    """How far back a page of offers leads, if they come newest first: nothing says that they always do."""
    made = [_offered_at(offer) for offer in sheet.rows]
    return made[-1] if made and made == sorted(made, reverse=True) and made[-1] > _LONG_AGO else None


def _offered_at(offer: Fields) -> datetime:
    """When the newest version was made; that it was sent is not told anywhere."""
    version = offer.part("latestVersion")
    return (version.moment("createdAt") if version else None) or _LONG_AGO


def _state(offer: Fields) -> OfferState:
    """Where an offer stands, by two words of which either may be missing or behind.

    A word that we do not know, two that contradict each other, or a decline of something that was never approved:
    then it is unknown. A decision beside an approval that is under way was one about an earlier version.
    """
    acceptance, status = offer.text("acceptanceStatus"), offer.text("offerStatus")
    states = {
        table.get(word, OfferState.UNKNOWN)
        for table, word in ((_BY_ACCEPTANCE, acceptance), (_BY_OFFER, status))
        if word
    }
    decided = states & _DECIDED
    version = offer.part("latestVersion")
    if not states or OfferState.UNKNOWN in states or len(decided) > 1:
        return OfferState.UNKNOWN
    if OfferState.WITHDRAWN in decided:
        return OfferState.WITHDRAWN
    if decided and _BY_OFFER.get(status) is OfferState.NOT_SENT:
        return OfferState.SUPERSEDED
    if OfferState.DECLINED in decided and version and version.text("approvalStatus") == "Declined":
        return OfferState.UNKNOWN
    if decided:
        return decided.pop()
    return _BY_OFFER.get(status) or _BY_ACCEPTANCE[acceptance]


def _ending(application: Fields) -> Ending | None:
    """That it is over, and who ended it; the reason's name only where it may be the candidate's."""
    if application.text("status") in {"Active", "Lead", "Hired"}:
        return None
    at, reason = application.moment("archivedAt"), application.part("archiveReason")
    if application.text("status") != "Archived" and at is None:
        return None
    by = _ENDED_BY.get(reason.text("reasonType") if reason else "", EndedBy.UNKNOWN)
    return Ending(by, at, reason.text("text") if reason and by is not EndedBy.COMPANY else "")


def _became(schedule: Fields, event: Fields, now: datetime) -> InterviewStatus | None:
    """What became of a talk; None where it is still to come, or nobody knows."""
    status, over_at = schedule.text("status"), event.moment("endTime")
    if status == "Cancelled":
        return InterviewStatus.CANCELLED
    if status in _TOOK_PLACE or (status == "Scheduled" and over_at is not None and over_at < now):
        return InterviewStatus.COMPLETED
    return None


def _vote(card: Fields) -> int | None:
    """The overall recommendation, 1 to 5; None where the form has none, or one in words of the customer's own."""
    values = _part(card, "submittedValues").row
    given = next((value for path, value in values.items() if path.endswith(_RECOMMENDATION)), None)
    if not isinstance(given, str):
        return None
    for word in (given, _label(card, given)):
        vote = _VOTES.get(re.sub(r"^\d+\s*[-–:.]\s*", "", _plain(word)))
        if vote is not None:
            return vote
    return None


def _label(card: Fields, value: str) -> str:
    """What the form calls a value of the recommendation, "" where it does not say."""
    form = card.part("formDefinition")
    for section in form.parts("sections") if form else ():
        for entry in section.parts("fields"):
            asked = entry.part("field")
            if asked is not None and asked.text("path").endswith(_RECOMMENDATION):
                choices = (one for one in asked.parts("selectableValues") if one.text("value") == value)
                return next((one.text("label") for one in choices), "")
    return ""


def _plain(words: str) -> str:
    return " ".join(words.replace("_", " ").casefold().split())


def _addresses(person: Fields) -> Iterator[str]:
    """The addresses of somebody, the primary one first."""
    primary = person.part("primaryEmailAddress")
    for one in (*([primary] if primary else []), *person.parts("emailAddresses")):
        if address := one.text("value"):
            yield address


def _is_nobody(person: Fields) -> bool:
    """Whether somebody was anonymised. How Ashby then writes them is not published: a name that says so, and no way
    to reach them.
    """
    named = person.text("name").casefold()
    return (not named or named.startswith(_NOBODY_ANY_MORE)) and not any(_addresses(person))


def _how_far(application: Fields) -> tuple[int, datetime]:
    ranks = {"Hired": 2, "Archived": 0}
    return ranks.get(application.text("status"), 1), application.moment("createdAt") or _LONG_AGO


def _hired_at(application: Fields) -> datetime | None:
    """When the last stage was entered."""
    entered = [one.moment("enteredStageAt") for one in application.parts("applicationHistory")]
    return max((at for at in entered if at), default=application.moment("updatedAt"))


def _key(call: Fields, event: str, body: bytes) -> str:
    """The same for the same call. The id is shared by calls that belong together, so the event is part of it.

    Not every account has seen the id: without it the call itself is its key.
    """
    id_ = call.id_or_none("webhookActionId")
    return hashlib.sha256(f"{id_}\n{event}".encode() if id_ else body).hexdigest()


def _about(event: str, call: Fields) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The applications and the candidates that a call is about."""
    places = _WANTED.get(event, ())
    if not places:
        return (), ()
    data = _part(call, "data")
    ids = tuple(_part(data, name).id(id_) for name, id_ in places)
    return ((), ids) if event in {"candidateDelete", "candidateMerge"} else (ids, ())


def _filed(person: Fields) -> Filed:
    link = person.text("profileUrl")
    return Filed(person.id("id"), link if link.startswith("https://") else "")


def _links(page: str) -> dict[str, str]:
    """A public profile under the name that Ashby has for it."""
    if not public_profile(page):
        return {}
    address = page.strip() if "://" in page else f"https://{page.strip()}"
    return {"linkedInUrl" if profile(page) else "website": address}


def _words(text: str) -> str:
    """The words of a note, however it is marked up."""
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", text)).split())
