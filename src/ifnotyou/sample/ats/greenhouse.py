"""Greenhouse as its documents describe it: Harvest v3 with its tokens, cursors and limits, and web hooks in old words.

Only what ifnotyou needs of it, and strictly: a parameter, a field or a body that the documents do not have is refused
(422), as are more than 50 ids or 500 rows at once.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import math
import operator
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, quote

from ifnotyou.sample.ats.server import Call, Request, Response, Server, Window
from ifnotyou.sample.ats.world import (
    Account,
    Applicant,
    Candidacy,
    Feedback,
    Happening,
    Meeting,
    MeetingStep,
    OfferStep,
    OfferVersion,
    Opening,
    Reason,
    Seat,
    Who,
    World,
)

_MOST_ROWS = 500
_MOST_IDS = 50
_USUAL_ROWS = 100
_MOST_LISTINGS = 200
_OK, _CREATED, _WRONG, _REFUSED, _FORBIDDEN, _NOT_THERE, _UNFIT = 200, 201, 400, 401, 403, 404, 422
_FLAGS = {"true": True, "false": False}
_PAY = {"base_salary": {"name": "Base salary", "value": "private words that nobody here may ever read"}}

_OFFER_WORDS: Mapping[OfferStep, str] = {
    OfferStep.DRAFT: "Created",
    OfferStep.AWAITING_APPROVAL: "Created",
    OfferStep.APPROVAL_REFUSED: "Created",
    OfferStep.APPROVED: "Created",
    OfferStep.SENT: "Created",
    OfferStep.ACCEPTED: "Accepted",
    OfferStep.DECLINED: "Rejected",
    OfferStep.WITHDRAWN: "Rejected",
    OfferStep.SUPERSEDED: "Deprecated",
}
_APPROVALS: Mapping[OfferStep, str] = {
    OfferStep.AWAITING_APPROVAL: "pending",
    OfferStep.APPROVAL_REFUSED: "rejected",
    OfferStep.APPROVED: "approved",
    OfferStep.SENT: "approved",
    OfferStep.ACCEPTED: "approved",
    OfferStep.DECLINED: "approved",
}
_REASON_TYPES: Mapping[Who, tuple[int, str, str]] = {
    Who.COMPANY: (1, "WE_REJECTED_THEM", "We rejected them"),
    Who.UNCLEAR: (2, "NONE_SPECIFIED", "None specified"),
    Who.CANDIDATE: (4, "THEY_REJECTED_US", "They rejected us"),
}
_RATINGS: Mapping[int, str] = {1: "strong_no", 2: "no", 3: "no_decision", 4: "yes", 5: "strong_yes"}
_MEETING_WORDS: Mapping[MeetingStep, str] = {
    MeetingStep.PLANNED: "scheduled",
    MeetingStep.DONE: "complete",
    MeetingStep.CANCELLED: "skipped",
}
_COMPARED: Mapping[str, Callable[[Any, Any], bool]] = {
    "gte": operator.ge,
    "gt": operator.gt,
    "lte": operator.le,
    "lt": operator.lt,
}
_EVER = datetime(2020, 1, 1, tzinfo=UTC)

Thing = Any
"""What stands in the world behind one record; each list has its own."""


class _Refused(Exception):  # noqa: N818 - it is an answer
    """The answer to a call that the documents do not allow."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.response = Response(status, {"message": message})


@dataclass(frozen=True)
class _List:
    """One list of v3. `shown` has every field; `by` finds quickly what belongs to ids; `only` are other filters."""

    every: Callable[[], Iterable[Thing]]
    id: Callable[[Thing], int]
    shown: Callable[[Thing], dict[str, Any]]
    names: tuple[str, ...]
    clocks: Mapping[str, Callable[[Thing], datetime | None]] = field(default_factory=dict)
    by: Mapping[str, Callable[[Sequence[int]], Iterable[Thing]]] = field(default_factory=dict)
    only: Mapping[str, Callable[[Thing, str], bool]] = field(default_factory=dict)


@dataclass
class _Listing:
    """A list as somebody pages through it: the things as they were found, and how they are to be shown."""

    resource: str
    things: list[Thing]
    rows: int
    fields: tuple[str, ...]


class StandIn(Server):
    """Greenhouse. `admin` False: whoever is behind the token is no Site Admin, and sees empty lists.

    `token_life` is how long a token lasts, in seconds; `later` makes it create people after it has answered;
    `next_page_at` is where the link to the next page leads, where that should not be here.
    """

    slug = "greenhouse"

    def __init__(
        self, world: World, *, limit: Window | None = None, latency: float = 0.0, live: bool = False
    ) -> None:
        super().__init__(world, limit=limit, latency=latency, live=live)
        self.admin = True
        self.token_life = 3600.0
        self.later = False
        self.next_page_at = ""
        self._id, self._secret = "stand-in-client", "f1d2a9c46b8e47d0a3c5e7f90b1d2c3e"  # nothing to protect
        self._tokens: dict[str, float] = {}
        self._listings: OrderedDict[str, _Listing] = OrderedDict()
        self._numbers: dict[tuple[str, ...], int] = {}
        self._home: dict[int, Candidacy] = {}
        self._theirs: dict[int, list[Candidacy]] = {}
        self._theirs_as_of: tuple[int, int] = (-1, -1)
        self._happened = 0
        self._lists = self._all_lists()

    def settings(self) -> dict[str, str]:
        """The credential, in the name of the first user."""
        values = {"client_id": self._id, "client_secret": self._secret}
        return {**values, "sub": str(min(self.world.users))} if self.world.users else values

    def end_tokens(self) -> None:
        """Every token is refused from now on."""
        self._tokens.clear()

    def forget_cursors(self) -> None:
        """Every cursor is refused from now on."""
        self._listings.clear()

    # --- limits

    def headers_about(self, left: int, ends: float) -> dict[str, str]:
        """How much of the window is left."""
        limit = self.limit.calls if self.limit else 0
        return {
            "X-RateLimit-Limit": str(limit),
            "X-RateLimit-Remaining": str(left),
            "X-RateLimit-Reset": str(math.ceil(ends)),
        }

    def too_many(self, left: int, ends: float) -> Response:
        """With whole seconds to wait."""
        wait = max(math.ceil(ends - time.time()), 1)
        headers = {**self.headers_about(left, ends), "Retry-After": str(wait)}
        return Response(429, {"message": "Rate limit exceeded"}, headers)

    # --- answering

    def answer(self, request: Request) -> Response:
        """The token, a list, or something to be made or changed."""
        try:
            if request.path == "/token":
                return self._token(request)
            version, _, rest = request.path.strip("/").partition("/")
            if version != "v3":
                return Response(_NOT_THERE, {"message": "Not found"})
            self._signed_in(request)
            resource, _, id_ = rest.partition("/")
            if request.method == "GET" and not id_ and resource in self._lists:
                self._allowed(f"harvest:{resource}:list")
                return self._listed(resource, request)
            return self._written(request, resource, id_)
        except _Refused as refused:
            return refused.response

    def _token(self, request: Request) -> Response:
        given = base64.b64encode(f"{self._id}:{self._secret}".encode()).decode()
        if request.headers.get("Authorization") != f"Basic {given}":
            raise _Refused(_REFUSED, "invalid_client")
        form = {name: values[0] for name, values in parse_qs(request.body.decode()).items()}
        if form.get("grant_type") != "client_credentials":
            raise _Refused(_WRONG, "unsupported_grant_type")
        if "sub" in form and (not form["sub"].isdigit() or int(form["sub"]) not in self.world.users):
            raise _Refused(_WRONG, "invalid_grant")
        token, ends = secrets.token_hex(20), time.time() + self.token_life
        self._tokens[token] = ends
        expires_at = _at(datetime.fromtimestamp(ends, UTC))
        return Response(_OK, {"access_token": token, "token_type": "Bearer", "expires_at": expires_at})

    def _signed_in(self, request: Request) -> None:
        method, _, token = request.headers.get("Authorization", "").partition(" ")
        if method != "Bearer" or self._tokens.get(token, 0.0) <= time.time():
            raise _Refused(_REFUSED, "Invalid or expired access token")

    def _allowed(self, scope: str) -> None:
        if scope in self.denied:
            raise _Refused(_FORBIDDEN, f"Missing scope {scope}")

    def _listed(self, resource: str, request: Request) -> Response:
        if "cursor" in request.query:
            if set(request.query) != {"cursor"}:
                raise _Refused(_UNFIT, "cursor cannot be combined with other parameters")
            return self._page(*self._from_cursor(resource, request.one("cursor")))
        listing = self._found(resource, request)
        key = secrets.token_hex(8)
        self._listings[key] = listing
        while len(self._listings) > _MOST_LISTINGS:
            self._listings.popitem(last=False)
        return self._page(key, 0)

    def _found(self, resource: str, request: Request) -> _Listing:
        """Everything that fits the filters, the newest id first."""
        what = self._lists[resource]
        told = {name: values[0] for name, values in request.query.items()}
        rows = told.pop("per_page", str(_USUAL_ROWS))
        if not rows.isdigit() or not 1 <= int(rows) <= _MOST_ROWS:
            raise _Refused(_UNFIT, f"per_page must be between 1 and {_MOST_ROWS}")
        fields = tuple(filter(None, told.pop("fields", "").split(","))) or what.names
        if unknown := set(fields) - set(what.names):
            raise _Refused(_UNFIT, f"unknown fields: {', '.join(sorted(unknown))}")
        if not self.admin:
            return _Listing(resource, [], int(rows), fields)
        chosen = next((name for name in told if name in what.by), None)
        things = what.every() if chosen is None else what.by[chosen](_numbers(chosen, told.pop(chosen)))
        for fits in [_fitting(what, name, value) for name, value in told.items()]:
            things = filter(fits, things)
        return _Listing(resource, sorted(things, key=what.id, reverse=True), int(rows), fields)

    def _from_cursor(self, resource: str, cursor: str) -> tuple[str, int]:
        try:
            key, _, start = base64.urlsafe_b64decode(cursor.encode()).decode().partition(".")
            listing = self._listings[key]
            if listing.resource != resource:
                raise _Refused(_UNFIT, "invalid cursor")
            return key, int(start)
        except (ValueError, KeyError) as error:
            raise _Refused(_UNFIT, "invalid cursor") from error

    def _page(self, key: str, start: int) -> Response:
        listing = self._listings[key]
        what = self._lists[listing.resource]
        end = start + listing.rows
        rows = []
        for thing in listing.things[start:end]:
            row = what.shown(thing)
            rows.append({name: row[name] for name in listing.fields})
        headers = {}
        if end < len(listing.things):
            cursor = base64.urlsafe_b64encode(f"{key}.{end}".encode()).decode()
            place = f"{self.next_page_at or self.url}/v3/{listing.resource}"
            headers["Link"] = f'<{place}?cursor={quote(cursor)}>; rel="next"'
        return Response(_OK, rows, headers)

    # --- where things are

    def _heard(self, happening: Happening) -> None:
        self._happened += 1
        super()._heard(happening)

    def _of_candidates(self, ids: Iterable[int]) -> Iterator[Candidacy]:
        """The applications of these candidates, by an index that lasts until something happens."""
        as_of = (self._happened, len(self.world.applications))
        if as_of != self._theirs_as_of:
            self._theirs = {}
            for one in self.world.applications.values():
                self._theirs.setdefault(one.candidate, []).append(one)
            self._theirs_as_of = as_of
        for id_ in ids:
            yield from self._theirs.get(id_, [])

    def _where(self, id_: int) -> Candidacy | None:
        """The application that an interview or an offer with this id belongs to."""
        found = self._home.get(id_)
        if found is None or self.world.applications.get(found.id) is not found:
            self._home = {
                id_: one
                for one in self.world.applications.values()
                for id_ in (*map(_id, one.meetings), *map(_id, one.offers))
            }
            found = self._home.get(id_)
        return found

    def _homes(self, ids: Iterable[int] | None) -> Iterable[Candidacy]:
        """The applications that these interviews or offers belong to, all for None."""
        if ids is None:
            return self.world.applications.values()
        return {home.id: home for id_ in ids if (home := self._where(id_)) is not None}.values()

    def _applications(self, ids: Iterable[int]) -> list[Candidacy]:
        return [self.world.applications[id_] for id_ in ids if id_ in self.world.applications]

    def _number(self, *name: str) -> int:
        """The id of something that has none in the world, such as a tag."""
        return self._numbers.setdefault(name, len(self._numbers) + 1)

    # --- the lists

    def _all_lists(self) -> dict[str, _List]:
        return {
            "applications": self._application_list(),
            "approval_flows": self._approval_list(),
            "candidate_tags": self._tag_list(),
            "candidates": self._candidate_list(),
            "departments": self._department_list(),
            "interviewers": self._interviewer_list(),
            "interviews": self._interview_list(),
            "job_hiring_managers": self._manager_list(),
            "job_interviews": self._job_interview_list(),
            "job_owners": self._owner_list(),
            "jobs": self._job_list(),
            "notes": self._note_list(),
            "offers": self._offer_list(),
            "referrers": self._referrer_list(),
            "rejection_details": self._rejection_list(),
            "rejection_reasons": self._reason_list(),
            "scorecards": self._scorecard_list(),
            "sources": self._source_list(),
            "users": self._user_list(),
        }

    def _application_list(self) -> _List:
        def shown(one: Candidacy) -> dict[str, Any]:
            who = self.world.candidates.get(one.candidate)
            return {
                "id": one.id,
                "candidate_id": one.candidate,
                "job_id": one.job or None,
                "prospect": not one.job,
                "status": _application_word(one),
                "stage_name": one.stage,
                "source_id": one.source,
                "referrer_id": who.credited_to if who else None,
                "recruiter_id": one.recruiter,
                "coordinator_id": None,
                "rejected_at": _at(one.ended_at),
                "created_at": _at(one.created_at),
                "updated_at": _at(one.updated_at),
                "last_activity_at": _at(one.updated_at),
                "custom_fields": _PAY,
            }

        return _List(
            every=self.world.applications.values,
            id=_id,
            shown=shown,
            names=tuple(shown(Candidacy(0, 0, 0, _EVER, _EVER))),
            clocks={
                "created_at": lambda one: one.created_at,
                "updated_at": lambda one: one.updated_at,
                "last_activity_at": lambda one: one.updated_at,
            },
            by={
                "ids": self._applications,
                "candidate_ids": self._of_candidates,
                "job_ids": lambda ids: [one for one in self.world.applications.values() if one.job in ids],
            },
            only={
                "status": lambda one, value: (
                    _application_word(one) == ("in_process" if value == "active" else value)
                ),
                "prospect": lambda one, value: (not one.job) is _FLAGS.get(value),
            },
        )

    def _offer_list(self) -> _List:
        def shown(one: tuple[Candidacy, OfferVersion]) -> dict[str, Any]:
            application, version = one
            return {
                "id": version.id,
                "application_id": application.id,
                "candidate_id": application.candidate,
                "job_id": application.job,
                "opening_id": None,
                "version": version.version,
                "status": _OFFER_WORDS[version.step],
                "sent_on": _on(version.sent_at),
                "starts_on": None,
                "resolved_at": _at(_resolved_at(application, version)),
                "created_at": _at(version.created_at),
                "updated_at": _at(version.updated_at),
                "custom_fields": _PAY,
            }

        def of(applications: Iterable[Candidacy]) -> Iterator[tuple[Candidacy, OfferVersion]]:
            for application in applications:
                for version in application.offers:
                    if self._is_there(application, version):
                        yield application, version

        return _List(
            every=lambda: of(self.world.applications.values()),
            id=lambda one: one[1].id,
            shown=shown,
            names=tuple(shown((_NOBODYS, OfferVersion(0, 1, OfferStep.DRAFT, _EVER, _EVER)))),
            clocks={
                "created_at": lambda one: one[1].created_at,
                "updated_at": lambda one: one[1].updated_at,
                "resolved_at": lambda one: _resolved_at(*one),
            },
            by={
                "application_ids": lambda ids: of(self._applications(ids)),
                "candidate_ids": lambda ids: of(self._of_candidates(ids)),
            },
            only={
                "current_only": lambda one, value: value != "true" or one[0].offer is one[1],
                "status": lambda one, value: _OFFER_WORDS[one[1].step] == value,
            },
        )

    def _is_there(self, application: Candidacy, version: OfferVersion) -> bool:
        """An offer that was taken back has no state of its own: it is deleted, or "Rejected" with the application."""
        if version.step is not OfferStep.WITHDRAWN:
            return True
        reason = self.world.reasons.get(application.reason or 0)
        return application.ended_at is not None and reason is not None and reason.who is Who.COMPANY

    def _approval_list(self) -> _List:
        def shown(one: tuple[Candidacy, OfferVersion]) -> dict[str, Any]:
            application, version = one
            return {
                "id": version.id * 10,
                "offer_id": version.id,
                "job_id": application.job,
                "approval_type": "offer_candidate",
                "approval_status": _APPROVALS[version.step],
                "requested_by_id": None,
                "sequential": True,
                "version": 1,
                "created_at": _at(version.created_at),
                "updated_at": _at(version.updated_at),
            }

        def every(ids: Iterable[int] | None = None) -> Iterator[tuple[Candidacy, OfferVersion]]:
            wanted = None if ids is None else set(ids)
            for application in self._homes(wanted):
                for version in application.offers:
                    if version.step in _APPROVALS and (wanted is None or version.id in wanted):
                        yield application, version

        return _List(
            every=every,
            id=lambda one: one[1].id * 10,
            shown=shown,
            names=tuple(shown((_NOBODYS, OfferVersion(0, 1, OfferStep.APPROVED, _EVER, _EVER)))),
            clocks={"updated_at": lambda one: one[1].updated_at},
            by={"offer_ids": every},
        )

    def _candidate_list(self) -> _List:
        def shown(one: Applicant) -> dict[str, Any]:
            return {
                "id": one.id,
                "first_name": one.first_name,
                "last_name": one.last_name,
                "preferred_name": None,
                "company": one.company or None,
                "title": one.title or None,
                "email_addresses": [{"value": address, "type": "personal"} for address in one.emails],
                "phone_numbers": [],
                "social_media_addresses": [{"value": one.linkedin}] if one.linkedin else [],
                "website_addresses": [],
                "can_email": one.may_contact,
                "private": one.private,
                "tags": list(one.tags),
                "linked_user_ids": [],
                "custom_fields": _PAY,
                "created_at": _at(one.created_at),
                "updated_at": _at(one.updated_at),
                "last_activity_at": _at(one.updated_at),
            }

        def among(ids: Iterable[int]) -> list[Applicant]:
            return [self.world.candidates[id_] for id_ in ids if id_ in self.world.candidates]

        return _List(
            every=self.world.candidates.values,
            id=_id,
            shown=shown,
            names=tuple(shown(Applicant(0, "", ""))),
            clocks={
                "created_at": lambda one: one.created_at,
                "updated_at": lambda one: one.updated_at,
            },
            by={"ids": among},
            only={
                "email": lambda one, value: value.casefold() in map(str.casefold, one.emails),
                "private": lambda one, value: one.private is _FLAGS.get(value),
                "tag": lambda one, value: value in one.tags,
            },
        )

    def _interview_list(self) -> _List:
        def shown(one: tuple[Candidacy, Meeting]) -> dict[str, Any]:
            application, meeting = one
            ends_at = datetime.fromtimestamp(meeting.starts_at.timestamp() + meeting.minutes * 60, UTC)
            return {
                "id": meeting.id,
                "application_id": application.id,
                "job_id": application.job,
                "job_interview_id": self._number("interview", str(application.job), _title(meeting)),
                "starts_at": _at(meeting.starts_at),
                "ends_at": _at(ends_at),
                "all_day_start_on": None,
                "all_day_end_on": None,
                "status": _MEETING_WORDS[meeting.step],
                "organizer_id": None,
                "location": None,
                "created_at": _at(meeting.updated_at),
                "updated_at": _at(meeting.updated_at),
            }

        def of(applications: Iterable[Candidacy]) -> Iterator[tuple[Candidacy, Meeting]]:
            return (
                (application, meeting) for application in applications for meeting in application.meetings
            )

        return _List(
            every=lambda: of(self.world.applications.values()),
            id=lambda one: one[1].id,
            shown=shown,
            names=tuple(shown((_NOBODYS, Meeting(0, "", _EVER, 0, MeetingStep.DONE, [])))),
            clocks={
                "updated_at": lambda one: one[1].updated_at,
                "starts_at": lambda one: one[1].starts_at,
            },
            by={"application_ids": lambda ids: of(self._applications(ids))},
            only={"status": lambda one, value: _MEETING_WORDS[one[1].step] == value},
        )

    def _interviewer_list(self) -> _List:
        """The panel. Whoever only watches is invited to the calendar entry, and not named here."""

        def shown(one: tuple[Candidacy, Meeting, int, Seat]) -> dict[str, Any]:
            application, meeting, number, seat = one
            cards = [card for card in application.feedback if card.user == seat.user]
            return {
                "id": meeting.id * 100 + number,
                "interview_id": meeting.id,
                "user_id": seat.user,
                "email": seat.email,
                "response_status": seat.response,
                "scorecard_id": next((card.id for card in cards if card.meeting == meeting.id), None),
                "created_at": _at(meeting.updated_at),
                "updated_at": _at(meeting.updated_at),
            }

        def every(ids: Iterable[int] | None = None) -> Iterator[tuple[Candidacy, Meeting, int, Seat]]:
            wanted = None if ids is None else set(ids)
            for application in self._homes(wanted):
                for meeting in application.meetings:
                    if wanted is not None and meeting.id not in wanted:
                        continue
                    for number, seat in enumerate(meeting.panel):
                        if not seat.shadow:
                            yield application, meeting, number, seat

        nobody = Meeting(0, "", _EVER, 0, MeetingStep.DONE, [])
        return _List(
            every=every,
            id=lambda one: one[1].id * 100 + one[2],
            shown=shown,
            names=tuple(shown((_NOBODYS, nobody, 0, Seat(None)))),
            clocks={"updated_at": lambda one: one[1].updated_at},
            by={"interview_ids": every},
            only={"response_status": lambda one, value: one[3].response == value},
        )

    def _scorecard_list(self) -> _List:
        def shown(one: tuple[Candidacy, Feedback]) -> dict[str, Any]:
            application, card = one
            return {
                "id": card.id,
                "application_id": application.id,
                "interviewer_id": card.user,
                "submitter_id": card.user,
                "candidate_rating": _RATINGS[card.vote],
                "status": "draft" if card.submitted_at is None else "complete",
                "interviewed_at": _at(card.submitted_at),
                "submitted_at": _at(card.submitted_at),
                "interview_kit_id": None,
                "notes": card.note,
                "public_notes": card.note,
                "private_notes": card.note,
                "created_at": _at(card.updated_at),
                "updated_at": _at(card.updated_at),
            }

        def of(applications: Iterable[Candidacy]) -> Iterator[tuple[Candidacy, Feedback]]:
            return ((application, card) for application in applications for card in application.feedback)

        return _List(
            every=lambda: of(self.world.applications.values()),
            id=lambda one: one[1].id,
            shown=shown,
            names=tuple(shown((_NOBODYS, Feedback(0, 0, 3, None)))),
            clocks={
                "updated_at": lambda one: one[1].updated_at,
                "submitted_at": lambda one: one[1].submitted_at,
            },
            by={"application_ids": lambda ids: of(self._applications(ids))},
            only={
                "status": lambda one, value: ("draft", "complete")[one[1].submitted_at is not None] == value
            },
        )

    def _rejection_list(self) -> _List:
        def shown(one: Candidacy) -> dict[str, Any]:
            return {
                "id": one.id,
                "application_id": one.id,
                "rejection_reason_id": one.reason,
                "rejected_by_id": one.recruiter,
                "rejected_at": _at(one.ended_at),
                "rejection_note_id": None,
                "created_at": _at(one.ended_at),
                "updated_at": _at(one.ended_at),
            }

        def among(applications: Iterable[Candidacy]) -> Iterator[Candidacy]:
            return (one for one in applications if one.ended_at is not None)

        return _List(
            every=lambda: among(self.world.applications.values()),
            id=_id,
            shown=shown,
            names=tuple(shown(_NOBODYS)),
            clocks={"updated_at": lambda one: one.ended_at},
            by={"application_ids": lambda ids: among(self._applications(ids))},
        )

    def _reason_list(self) -> _List:
        def shown(one: Reason) -> dict[str, Any]:
            number, key, name = _REASON_TYPES[one.who]
            return {
                "id": one.id,
                "name": one.name,
                "type": {"id": number, "key": key, "name": name},
                "created_at": _at(_EVER),
                "updated_at": _at(_EVER),
            }

        return _List(
            every=self.world.reasons.values,
            id=_id,
            shown=shown,
            names=tuple(shown(Reason(0, "", Who.UNCLEAR))),
            only={"include_defaults": lambda one, value: bool(one) and value in _FLAGS},
        )

    def _job_list(self) -> _List:
        def shown(one: Opening) -> dict[str, Any]:
            return {
                "id": one.id,
                "name": one.title,
                "status": "open" if one.open else "closed",
                "confidential": one.confidential,
                "department_id": self._number("department", one.department) if one.department else None,
                "office_ids": [],
                "requisition_id": None,
                "notes": "private words that nobody here may ever read",
                "custom_fields": _PAY,
                "created_at": _at(one.updated_at),
                "updated_at": _at(one.updated_at),
            }

        return _List(
            every=self.world.jobs.values,
            id=_id,
            shown=shown,
            names=tuple(shown(Opening(0, ""))),
            clocks={"updated_at": lambda one: one.updated_at},
            by={"ids": self._jobs},
            only={
                "status": lambda one, value: ("closed", "open")[one.open] == value,
                "confidential": lambda one, value: one.confidential is _FLAGS.get(value),
            },
        )

    def _jobs(self, ids: Iterable[int]) -> list[Opening]:
        return [self.world.jobs[id_] for id_ in ids if id_ in self.world.jobs]

    def _department_list(self) -> _List:
        def shown(name: str) -> dict[str, Any]:
            return {
                "id": self._number("department", name),
                "name": name,
                "parent_id": None,
                "external_id": None,
            }

        return _List(
            every=lambda: sorted({one.department for one in self.world.jobs.values() if one.department}),
            id=lambda name: self._number("department", name),
            shown=shown,
            names=("id", "name", "parent_id", "external_id"),
        )

    def _manager_list(self) -> _List:
        def shown(one: Opening) -> dict[str, Any]:
            return {"id": one.id * 10, "job_id": one.id, "user_id": one.hiring_manager}

        def of(jobs: Iterable[Opening]) -> list[Opening]:
            return [one for one in jobs if one.hiring_manager is not None]

        return _List(
            every=lambda: of(self.world.jobs.values()),
            id=lambda one: one.id * 10,
            shown=shown,
            names=tuple(shown(Opening(0, ""))),
            by={"job_ids": lambda ids: of(self._jobs(ids))},
        )

    def _owner_list(self) -> _List:
        def shown(one: Opening) -> dict[str, Any]:
            return {
                "id": one.id * 10 + 1,
                "job_id": one.id,
                "user_id": one.recruiter,
                "type": "recruiter",
                "responsible": True,
            }

        def of(jobs: Iterable[Opening]) -> list[Opening]:
            return [one for one in jobs if one.recruiter is not None]

        return _List(
            every=lambda: of(self.world.jobs.values()),
            id=lambda one: one.id * 10 + 1,
            shown=shown,
            names=tuple(shown(Opening(0, ""))),
            by={"job_ids": lambda ids: of(self._jobs(ids))},
        )

    def _job_interview_list(self) -> _List:
        """The kinds of interview of each job, as far as any took place."""

        def every(ids: Iterable[int] | None = None) -> list[tuple[int, int, str]]:
            wanted = None if ids is None else set(ids)
            return [
                (number, int(name[1]), name[2])
                for name, number in self._numbers.items()
                if name[0] == "interview" and (wanted is None or number in wanted)
            ]

        def shown(one: tuple[int, int, str]) -> dict[str, Any]:
            number, job, name = one
            return {
                "id": number,
                "job_id": job,
                "name": name,
                "duration": 30,
                "require_scorecard": True,
                "job_interview_stage_id": None,
            }

        return _List(
            every=every,
            id=lambda one: one[0],
            shown=shown,
            names=tuple(shown((0, 0, ""))),
            by={"ids": every},
        )

    def _source_list(self) -> _List:
        def shown(one: tuple[int, str]) -> dict[str, Any]:
            return {"id": one[0], "name": one[1], "type": {"id": 1, "name": "Other"}}

        return _List(
            every=self.world.sources.items,
            id=lambda one: one[0],
            shown=shown,
            names=("id", "name", "type"),
        )

    def _referrer_list(self) -> _List:
        """Made by hand only, and nobody has."""
        return _List(
            every=list,
            id=_id,
            shown=dict,
            names=("id", "name", "user_id"),
            by={"user_ids": lambda _: []},
        )

    def _tag_list(self) -> _List:
        def every() -> set[str]:
            used = {tag for one in self.world.candidates.values() for tag in one.tags}
            return used | {name[1] for name in self._numbers if name[0] == "tag"}

        return _List(
            every=every,
            id=lambda name: self._number("tag", name),
            shown=lambda name: {"id": self._number("tag", name), "name": name},
            names=("id", "name"),
        )

    def _note_list(self) -> _List:
        def of(people: Iterable[Applicant]) -> list[tuple[Applicant, int]]:
            return [(one, number) for one in people for number in range(len(one.notes))]

        def shown(one: tuple[Applicant, int]) -> dict[str, Any]:
            return {
                "id": one[0].id * 1000 + one[1],
                "candidate_id": one[0].id,
                "application_id": None,
                "body": one[0].notes[one[1]],
                "type": "NOTE",
                "visibility": "privately_visible",
                "user_id": None,
            }

        return _List(
            every=lambda: of(self.world.candidates.values()),
            id=lambda one: one[0].id * 1000 + one[1],
            shown=shown,
            names=tuple(shown((Applicant(0, "", "", notes=[""]), 0))),
            by={
                "candidate_ids": lambda ids: of(
                    [self.world.candidates[id_] for id_ in ids if id_ in self.world.candidates]
                )
            },
            only={"visibility": lambda one, value: bool(one) and value == "privately_visible"},
        )

    def _user_list(self) -> _List:
        def shown(one: Account) -> dict[str, Any]:
            return {
                "id": one.id,
                "name": one.name,
                "first_name": one.first_name,
                "last_name": one.last_name,
                "primary_email": one.email,
                "emails": [one.email],
                "job_title": one.title or None,
                "deactivated": not one.active,
                "site_admin": self.admin,
                "department_ids": [],
                "office_ids": [],
                "employee_id": None,
                "interviewer_tags": [],
                "agency_id": 1 if one.agency else None,
                "created_at": _at(one.created_at),
                "updated_at": _at(one.updated_at),
            }

        return _List(
            every=self.world.users.values,
            id=_id,
            shown=shown,
            names=tuple(shown(Account(0, "", "", ""))),
            clocks={"updated_at": lambda one: one.updated_at},
            only={
                "primary_email": lambda one, value: one.email.casefold() == value.casefold(),
                "deactivated": lambda one, value: (not one.active) is _FLAGS.get(value),
            },
        )

    # --- writing

    def _written(self, request: Request, resource: str, id_: str) -> Response:
        ways = {
            ("POST", "candidates", ""): self._create_candidate,
            ("POST", "candidate_tags", ""): self._create_tag,
            ("POST", "applied_candidate_tags", ""): self._apply_tag,
            ("POST", "notes", ""): self._create_note,
        }
        body = request.json
        if request.method == "PATCH" and resource == "applications" and id_.isdigit():
            self._allowed("harvest:applications:update")
            return self._change_application(
                int(id_), _taken(body, "source_id", "referrer_id", "recruiter_id")
            )
        way = ways.get((request.method, resource, id_))
        if way is None:
            raise _Refused(_NOT_THERE, "Not found")
        self._allowed(f"harvest:{resource}:create")
        return way(body)

    def _create_candidate(self, body: object) -> Response:
        told = _taken(
            body,
            *("first_name", "last_name", "company", "title", "email_addresses", "phone_numbers", "tags"),
            *("social_media_addresses", "website_addresses", "custom_fields", "application", "prospect"),
        )
        if not told.get("first_name") or not told.get("last_name"):
            raise _Refused(_UNFIT, "first_name and last_name are required")
        if ("application" in told) == ("prospect" in told):
            raise _Refused(_UNFIT, "either application or prospect is required")
        application = _taken(
            told.get("application", {}),
            "job_id",
            "source_id",
            "referrer_id",
            "recruiter_id",
            "coordinator_id",
        )
        prospect = _taken(
            told.get("prospect", {}),
            "prospect_pool_id",
            "prospect_pool_stage_id",
            "prospect_owner_id",
            "job_ids",
        )
        job = self.world.jobs.get(application.get("job_id", 0), Opening(0, ""))
        if "application" in told and not job.id:
            raise _Refused(_UNFIT, "job_id does not exist")
        self._exists(application)
        pages = [*told.get("social_media_addresses", []), *told.get("website_addresses", [])]
        made = self.world.add_candidate(
            told["first_name"],
            told["last_name"],
            *[one["value"] for one in told.get("email_addresses", [])],
            company=told.get("company") or "",
            linkedin=pages[0]["value"] if pages else "",
            tags=list(told.get("tags", [])),
            source=application.get("source_id"),
            owner=application.get("recruiter_id") or prospect.get("prospect_owner_id"),
            credited_to=application.get("referrer_id"),
        )
        theirs = self.world.apply(made, job)
        theirs.source, theirs.recruiter = application.get("source_id"), application.get("recruiter_id")
        if self.later:
            return Response(_CREATED, {"message": "The candidate will be created."})
        lists = self._lists
        row = lists["candidates"].shown(made)
        return Response(_CREATED, {**row, "application": lists["applications"].shown(theirs)})

    def _exists(self, told: Mapping[str, Any]) -> None:
        """What a body names has to be there."""
        if told.get("source_id") is not None and told["source_id"] not in self.world.sources:
            raise _Refused(_UNFIT, "source_id does not exist")
        if told.get("recruiter_id") is not None and told["recruiter_id"] not in self.world.users:
            raise _Refused(_UNFIT, "recruiter_id does not exist")
        if told.get("referrer_id") is not None:
            raise _Refused(_UNFIT, "referrer_id does not exist")

    def _change_application(self, id_: int, told: Mapping[str, Any]) -> Response:
        found = self.world.applications.get(id_)
        if found is None:
            raise _Refused(_NOT_THERE, "Not found")
        self._exists(told)
        who = self.world.candidates[found.candidate]
        if "source_id" in told:
            found.source = who.source = told["source_id"]
        if "recruiter_id" in told:
            found.recruiter = who.owner = told["recruiter_id"]
        return Response(_OK, self._lists["applications"].shown(found))

    def _create_tag(self, body: object) -> Response:
        told = _taken(body, "name")
        if not told.get("name") or told["name"] in self._lists["candidate_tags"].every():
            raise _Refused(_UNFIT, "name is required, and has to be new")
        return Response(_CREATED, {"id": self._number("tag", told["name"]), "name": told["name"]})

    def _apply_tag(self, body: object) -> Response:
        told = _taken(body, "candidate_id", "candidate_tag_id")
        who = self.world.candidates.get(told.get("candidate_id", 0))
        names = [
            name[1]
            for name, number in self._numbers.items()
            if name[0] == "tag" and number == told.get("candidate_tag_id")
        ]
        if who is None or not names:
            raise _Refused(_UNFIT, "no such candidate, or no such tag")
        if names[0] not in who.tags:
            who.tags.append(names[0])
        return Response(_CREATED, {"id": 1, **told})

    def _create_note(self, body: object) -> Response:
        told = _taken(body, "candidate_id", "application_id", "user_id", "body", "visibility", "note_type")
        who = self.world.candidates.get(told.get("candidate_id", 0))
        if who is None or not told.get("body"):
            raise _Refused(_UNFIT, "candidate_id and body are required")
        if told.get("visibility") not in {"admin_only", "private", "public"}:
            raise _Refused(_UNFIT, "visibility has to be admin_only, private or public")
        if told.get("user_id") is not None and told["user_id"] not in self.world.users:
            raise _Refused(_UNFIT, "user_id does not exist")
        who.notes.append(told["body"])
        return Response(_CREATED, {"id": who.id * 1000 + len(who.notes) - 1, "candidate_id": who.id})

    # --- web hooks

    def ping(self, secret: str) -> Call:
        """The call that Greenhouse makes when a hook is set up."""
        return self._call("ping", None, secret)

    def _told(self, request: Request) -> Response:
        """A hook that is set up is tried at once."""
        response = super()._told(request)
        if request.path == "/_world/hook" and self.hook is not None:
            self.outbox.append(self.ping(self.hook[1]))
            if self.live:
                threading.Thread(target=self.deliver, daemon=True).start()
        return response

    def calls_about(self, happening: Happening, secret: str) -> list[Call]:
        """In the words of the API before v3; about interviews and scorecards only when they are deleted."""
        return [self._call(action, payload, secret) for action, payload in self._events(happening)]

    def _call(self, action: str, payload: object, secret: str) -> Call:
        told = {"action": action} if payload is None else {"action": action, "payload": payload}
        text = json.dumps(told)
        for sign in "<>&":
            text = text.replace(sign, f"\\u{ord(sign):04x}")
        return self.signed(action, text.encode(), secret)

    @staticmethod
    def signed(event: str, body: bytes, secret: str) -> Call:
        """Any body as a call of Greenhouse."""
        digest = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
        headers = {
            "Content-Type": "application/json",
            "Signature": f"sha256 {digest}",
            "Greenhouse-Event-ID": secrets.token_hex(16),
        }
        return Call(event, headers, body)

    def _events(self, happening: Happening) -> list[tuple[str, object]]:
        verb, application = happening.verb, self.world.applications.get(happening.application)
        whole = {
            "applied": "new_candidate_application",
            "moved": "candidate_stage_change",
            "ended": "reject_candidate",
            "reopened": "unreject_candidate",
        }
        if verb in whole and application is not None:
            prospect = verb == "applied" and not application.job
            return [("new_prospect_application" if prospect else whole[verb], self._whole(application))]
        if application is not None and verb in {"offer_made", "offer_changed", "offer_deleted"}:
            return self._offer_events(verb, application)
        match verb:
            case "application_deleted":
                gone = happening.snapshot
                rest = {"job_id": gone.job, "prospect": False} if isinstance(gone, Candidacy) else {}
                deleted = {"id": happening.application, "candidate_id": happening.candidate, **rest}
                return [("delete_application", {"application": deleted})]
            case "candidate_deleted":
                who, gone_too = happening.snapshot if isinstance(happening.snapshot, tuple) else (None, [])
                ids = [one.id for one in gone_too]
                person = {**_person(happening.candidate, who), "deleted_application_ids": ids}
                return [("delete_candidate", {"person": person})]
            case "candidate_anonymised":
                names = ["full_name", "email_addresses", "notes", "social_media_addresses"]
                told = {"candidate_id": happening.candidate, "anonymized_fields": names}
                return [("candidate_anonymized", told)]
            case "merged":
                person = _person(happening.candidate, happening.snapshot)
                return [("merge_candidate", {"person": {**person, "new_candidate_id": happening.other}})]
            case "meeting_deleted":
                return [("interview_deleted", {"interview": {"id": happening.other}})]
            case "feedback_deleted":
                card = {"id": happening.other, "candidate_id": happening.candidate}
                return [("scorecard_deleted", {"scorecard": card})]
            case _:
                return []

    def _offer_events(self, verb: str, application: Candidacy) -> list[tuple[str, object]]:
        newest = application.offer
        if verb == "offer_deleted" or newest is None:
            offer = {"id": application.id * 10, "application_id": application.id, "offer_status": "Created"}
            return [("offer_deleted", {"offer": offer})]
        if verb == "offer_made":
            older = sorted(application.offers, key=lambda one: one.version)[:-1]
            told = [("offer_updated", self._offer(application, older[-1]))] if older else []
            return [*told, ("offer_created", self._offer(application, newest))]
        if newest.step is OfferStep.APPROVED:
            return [("offer_approved", self._offer(application, newest))]
        if newest.step is OfferStep.WITHDRAWN and not self._is_there(application, newest):
            return [("offer_deleted", {"offer": self._offer(application, newest)})]
        if newest.step in {OfferStep.AWAITING_APPROVAL, OfferStep.APPROVAL_REFUSED}:
            return []
        told = [("offer_updated", self._offer(application, newest))]
        if newest.step is OfferStep.ACCEPTED:
            told.append(("hire_candidate", self._whole(application)))
        return told

    def _offer(self, application: Candidacy, version: OfferVersion) -> object:
        return {
            "id": version.id,
            "application_id": application.id,
            "job_id": application.job,
            "user_id": None,
            "version": version.version,
            "sent_on": _on(version.sent_at),
            "resolved_at": _at(_resolved_at(application, version)),
            "start_date": None,
            "notes": "pay <private words that nobody here may ever read>",
            "offer_status": _OFFER_WORDS[version.step],
            "custom_fields": _PAY,
        }

    def _whole(self, application: Candidacy) -> object:
        """The application with everything in it, as it used to be."""
        who, job = self.world.candidates.get(application.candidate), self.world.jobs.get(application.job)
        reason = self.world.reasons.get(application.reason or 0)
        told = {
            "id": application.id,
            "rejected_at": _at(application.ended_at),
            "prospect": not application.job,
            "status": "active"
            if _application_word(application) == "in_process"
            else _application_word(application),
            "applied_at": _at(application.created_at),
            "last_activity_at": _at(application.updated_at),
            "source": None,
            "credited_to": None,
            # Webhooks have no key of the type, and the name of the type is not to be relied on.
            "rejection_reason": {"id": reason.id, "name": reason.name, "type": {"id": 3}} if reason else None,
            "current_stage": {"id": 1, "name": application.stage, "interviews": []},
            "candidate": {
                **_person(application.candidate, who),
                "email_addresses": [
                    {"value": one, "type": "personal"} for one in (who.emails if who else [])
                ],
                "custom_fields": _PAY,
            },
            "jobs": [{"id": job.id, "name": job.title, "confidential": job.confidential}] if job else [],
            "custom_fields": _PAY,
        }
        return {"application": told}


_NOBODYS = Candidacy(0, 0, 0, _EVER, _EVER)


def _id(one: Thing) -> int:
    return int(one.id)


def _at(moment: datetime | None) -> str | None:
    """A time as v3 writes it."""
    return (
        None
        if moment is None
        else f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z"
    )


def _on(moment: datetime | None) -> str | None:
    """A day."""
    return None if moment is None else f"{moment.astimezone(UTC):%Y-%m-%d}"


def _application_word(one: Candidacy) -> str:
    if one.ended_at is not None:
        return "rejected"
    return "hired" if one.hired_at is not None else "in_process"


def _resolved_at(application: Candidacy, version: OfferVersion) -> datetime | None:
    """When it was accepted or rejected; one that was taken back, when the application ended."""
    return application.ended_at if version.step is OfferStep.WITHDRAWN else version.decided_at


def _title(meeting: Meeting) -> str:
    """A meeting without the candidate is nothing else here: people call it so."""
    return meeting.title if not meeting.debrief or "debrief" in meeting.title.casefold() else "Debrief"


def _person(id_: int, who: object) -> dict[str, Any]:
    if not isinstance(who, Applicant):
        return {"id": id_}
    return {
        "id": id_,
        "first_name": who.first_name,
        "last_name": who.last_name,
        "company": who.company,
        "title": who.title,
        "is_private": who.private,
        "can_email": who.may_contact,
    }


def _numbers(name: str, value: str) -> list[int]:
    """The ids of a filter."""
    words = [one for one in value.split(",") if one]
    if not all(one.isdigit() for one in words):
        raise _Refused(_UNFIT, f"{name} takes numbers")
    if len(words) > _MOST_IDS:
        raise _Refused(_UNFIT, f"{name} takes {_MOST_IDS} at most")
    return list(dict.fromkeys(map(int, words)))


def _fitting(what: _List, name: str, value: str) -> Callable[[Thing], bool]:
    """One filter of a list."""
    if name == "ids":
        ids = frozenset(_numbers(name, value))
        return lambda one: what.id(one) in ids
    if name in what.by:
        ids, key = frozenset(_numbers(name, value)), name.removesuffix("s")
        return lambda one: what.shown(one)[key] in ids
    if name in what.clocks:
        return _between(name, value, what.clocks[name])
    if name in what.only:
        return lambda one: what.only[name](one, value)
    raise _Refused(_UNFIT, f"unknown parameter: {name}")


def _between(name: str, value: str, clock: Callable[[Thing], datetime | None]) -> Callable[[Thing], bool]:
    """The filter "gte|A", "lte|B" or "gte|A|lte|B" over a time."""
    words = value.split("|")
    try:
        bounds = [
            (_COMPARED[word], datetime.fromisoformat(at))
            for word, at in zip(words[::2], words[1::2], strict=True)
        ]
    except (ValueError, KeyError) as error:
        raise _Refused(_UNFIT, f"{name} takes gte|, gt|, lte| and lt| with a time each") from error

    def fits(one: Thing) -> bool:
        at = clock(one)
        return at is not None and all(compared(at, bound) for compared, bound in bounds)

    return fits


def _taken(body: object, *names: str) -> dict[str, Any]:
    """The body, with no other fields than these."""
    if not isinstance(body, dict) or set(body) - set(names):
        raise _Refused(_UNFIT, f"the body takes only {', '.join(names)}")
    return body
