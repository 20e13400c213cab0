"""A stand-in for Lever: opportunities of contacts, offers that nobody calls about, signatures within the body.

An opportunity's `updatedAt` is not moved by its offers, feedback or interviews, as in the real one. Whoever has not
applied for anything has one opportunity all the same, without an application.
"""

from __future__ import annotations

import hmac
import json
import secrets
import threading
import time
from base64 import b64encode
from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

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
    World,
)

KEY = "a-key-of-the-stand-in-for-lever"
HIRED = 999_999
"""The archive reason of whoever was hired; the others are the world's."""
STAGES = {
    "lead-new": "New lead",
    "applicant-new": "New applicant",
    "5b0f6c2a-94a3-4d43-a5ee-3f6f0f7d1f01": "Phone interview",
    "5b0f6c2a-94a3-4d43-a5ee-3f6f0f7d1f02": "On-site interview",
    "offer": "Offer",
    "5b0f6c2a-94a3-4d43-a5ee-3f6f0f7d1f03": "Background check",
}
_STAGE_OF = {
    "applied": "applicant-new",
    "phone": "5b0f6c2a-94a3-4d43-a5ee-3f6f0f7d1f01",
    "onsite": "5b0f6c2a-94a3-4d43-a5ee-3f6f0f7d1f02",
    "offer": "offer",
    "check": "5b0f6c2a-94a3-4d43-a5ee-3f6f0f7d1f03",
}
_WORDS: Mapping[OfferStep, str | None] = {
    OfferStep.DRAFT: "draft",
    OfferStep.AWAITING_APPROVAL: "approval-sent",
    OfferStep.APPROVAL_REFUSED: "draft",
    OfferStep.APPROVED: "approved",
    OfferStep.SENT: "sent",
    OfferStep.ACCEPTED: "signed",
    OfferStep.DECLINED: "denied",
    OfferStep.WITHDRAWN: None,
    OfferStep.SUPERSEDED: "sent",
}
"""Lever has no word for an offer that was taken back: it is deleted, or the opportunity archived."""
_THUMBS = {1: "1 - Strong No Hire", 2: "2 - No Hire", 3: None, 4: "3 - Hire", 5: "4 - Strong Hire"}
_MOST = 100
_VIRTUAL, _APPLICATION, _PANEL = "0ffe", "a991", "9a4e"


def uid(number: int, kind: str = "1e7e") -> str:
    """The id of something, as Lever writes ids; `kind` tells apart what has the same number here."""
    return f"{number:08x}-{kind}-4{kind[:3]}-8000-{number:012x}"


def number_of(id_: str) -> int:
    """The number behind an id, -1 for what is none of ours."""
    try:
        number = int(id_.rpartition("-")[2], 16)
    except ValueError:
        return -1
    return number


def millis(moment: datetime) -> int:
    """Milliseconds since 1970."""
    return round(moment.timestamp() * 1000)


class Bucket(Window):
    """Lever's own limit: so many calls a second, and for a moment twice as many."""

    def __init__(self, rate: float = 10.0) -> None:
        super().__init__(round(2 * rate), 1.0)
        self.rate = rate
        self._tokens, self._filled = 2 * rate, time.monotonic()
        self._bucket = threading.Lock()

    def take(self) -> tuple[bool, int, float]:
        """Whether one more is allowed."""
        with self._bucket:
            now = time.monotonic()
            self._tokens = min(2 * self.rate, self._tokens + (now - self._filled) * self.rate)
            self._filled = now
            allowed = self._tokens >= 1
            self._tokens -= allowed
            return allowed, int(self._tokens), 0.0


class Chance(NamedTuple):
    """An opportunity: an application of the world, or somebody who has none."""

    created: int
    id: str
    candidate: int
    application: int | None


class Refusal(Exception):  # noqa: N818 - what it is over there
    """An answer that is no success."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message


class StandIn(Server):
    """Lever. With `sees_confidential` the key was allowed confidential data when it was made."""

    slug = "lever"

    def __init__(self, world: World, **more: Any) -> None:
        super().__init__(world, **more)
        self.sees_confidential = False
        self.outside: set[int] = set()
        """Meetings that another scheduler looks after: they stand in panels only."""
        self.stages: dict[str, str] = dict(STAGES)
        self.deleted: list[tuple[str, int]] = []
        self.secret_notes: set[tuple[int, str]] = set()
        self._reopened: dict[int, datetime] = {}
        self._order: list[Chance] = []
        self._ordered = (-1, -1)
        world.listeners.append(self._remembered)

    def settings(self) -> dict[str, str]:
        """The key, and where this Lever is."""
        return {"key": KEY, "region": "global"}

    def too_many(self, left: int, ends: float) -> Response:
        """Lever does not say how long to wait."""
        del left, ends
        return _refused(Refusal(429, "TooManyRequests", "Rate limit exceeded"))

    def _remembered(self, happening: Happening) -> None:
        """What the world does not keep: when something was reopened or deleted, and that the order is another."""
        with self.world.lock:
            now = self.world.now
            if happening.verb == "reopened":
                self._reopened[happening.application] = now
            if happening.verb in {"applied", "merged", "application_deleted", "candidate_deleted"}:
                self._ordered = (-1, -1)
            for application in _lost(happening):
                self.deleted.append((uid(application.id), millis(now)))

    # --- answering

    def answer(self, request: Request) -> Response:
        """What Lever would say."""
        signed_in = f"Basic {b64encode(f'{KEY}:'.encode()).decode()}"
        if request.headers.get("Authorization") != signed_in:
            return _refused(Refusal(401, "Unauthorized", "Authentication required"))
        steps = request.path.removeprefix("/v1").strip("/").split("/")
        try:
            if not request.path.startswith("/v1/"):
                raise _not_there(request.path)
            if request.method == "GET":
                return Response(200, self._looked_up(steps, request))
            if request.method == "POST":
                return self._done(steps, request)
        except Refusal as refusal:
            return _refused(refusal)
        except ValueError:  # a number in the query that is none
            return _refused(Refusal(400, "BadRequest", "Invalid parameter"))
        return _refused(Refusal(405, "MethodNotAllowed", request.method))

    def _looked_up(self, steps: Sequence[str], request: Request) -> Any:
        kind = steps[2] if len(steps) > 2 else steps[0]  # noqa: PLR2004 - /opportunities/ID/KIND
        self._let(f"{kind}:read:admin")
        match steps:
            case ["opportunities"]:
                return self._opportunities(request)
            case ["opportunities", "deleted"]:
                since = int(request.one("deleted_at_start", "0"))
                return _listed(
                    [{"id": id_, "deletedAt": at} for id_, at in self.deleted if at >= since], request
                )
            case ["opportunities", id_]:
                return {"data": self._opportunity(self._seen(id_), request)}
            case ["opportunities", id_, part]:
                return _listed(self._part(self._seen(id_), part), request)
            case ["postings", id_]:
                return {"data": _including(self._posting(self._job(id_)), request)}
            case [kind]:
                return _listed(self._listing(kind, request), request)
            case _:
                raise _not_there("/".join(steps))

    def _listing(self, kind: str, request: Request) -> list[dict[str, Any]]:
        match kind:
            case "postings":
                return [self._posting(job) for job in self.world.jobs.values() if not job.confidential]
            case "users":
                return self._users(request)
            case "stages":
                return [{"id": id_, "text": text} for id_, text in self.stages.items()]
            case "archive_reasons":
                return self._reasons()
            case "sources":
                return [{"text": name, "count": 3} for name in self.world.sources.values()]
            case _:
                raise _not_there(kind)

    def _let(self, scope: str) -> None:
        if scope in self.denied:
            raise Refusal(403, "Forbidden", "Your Lever account settings do not authorize this")

    # --- opportunities

    def _chances(self) -> list[Chance]:
        """All opportunities, the newest last; put in order again only after there are others."""
        now = len(self.world.applications), len(self.world.candidates)
        if now != self._ordered:
            applied = {one.candidate for one in self.world.applications.values()}
            self._order = sorted(
                [
                    *(
                        Chance(millis(one.created_at), uid(one.id), one.candidate, one.id)
                        for one in self.world.applications.values()
                    ),
                    *(
                        Chance(millis(one.created_at), uid(one.id, _VIRTUAL), one.id, None)
                        for one in self.world.candidates.values()
                        if one.id not in applied
                    ),
                ],
                key=lambda one: (one.created, one.id),
            )
            self._ordered = now
        return self._order

    def _opportunities(self, request: Request) -> Any:
        """A page of those that fit, the newest first. The offset is where the page before ended."""
        order = self._chances()
        first = bisect_left(order, int(request.one("created_at_start", "0")), key=lambda one: one.created)
        last = bisect_left(
            order, int(request.one("created_at_end", "9" * 15)) + 1, key=lambda one: one.created
        )
        if offset := request.one("offset"):
            created, _, id_ = offset.partition(".")
            if not created.isdigit() or number_of(id_) < 0:
                raise Refusal(400, "BadRequest", "Invalid offset")
            last = min(last, bisect_left(order, (int(created), id_), key=lambda one: (one.created, one.id)))
        limit = min(int(request.one("limit", str(_MOST))), _MOST)
        fits = self._filter(request)
        page: list[Chance] = []
        more = False
        for place in range(last - 1, first - 1, -1):
            if fits(order[place]):
                if len(page) == limit:
                    more = True
                    break
                page.append(order[place])
        told: dict[str, Any] = {"data": [self._opportunity(one, request) for one in page], "hasNext": more}
        if more:
            told["next"] = f"{page[-1].created}.{page[-1].id}"
        return told

    def _filter(self, request: Request) -> Callable[[Chance], bool]:
        """Whether an opportunity is asked for."""
        asked = request.query
        contacts = {number_of(id_) for id_ in asked.get("contact_id", [])}
        stages, tags = set(asked.get("stage_id", [])), set(asked.get("tag", []))
        email = request.one("email").lower()
        over = request.one("archived")
        all_of_them = request.one("confidentiality") in {"all", "confidential"}
        if all_of_them and not self.sees_confidential:
            raise Refusal(403, "Forbidden", "This key may not see confidential data")

        def fits(one: Chance) -> bool:
            person = self.world.candidates[one.candidate]
            return (
                (not contacts or one.candidate in contacts)
                and (not email or email in {address.lower() for address in person.emails})
                and (not tags or bool(tags & set(person.tags)))
                and (not stages or self._stage(one) in stages)
                and (not over or (self._archived(one) is not None) == (over == "true"))
                and (all_of_them or not self._is_confidential(one))
                and self._is_within(one, request)
            )

        return fits

    def _is_within(self, one: Chance, request: Request) -> bool:
        """Whether the times fit that were asked for."""
        if (since := request.one("archived_at_start")) and (
            (over := self._archived(one)) is None or over["archivedAt"] < int(since)
        ):
            return False
        return not (since := request.one("updated_at_start")) or self._updated(one) >= int(since)

    def _of(self, id_: str) -> Chance:
        number = number_of(id_)
        application = self.world.applications.get(number)
        if application is not None and id_ == uid(number):
            return Chance(millis(application.created_at), id_, application.candidate, number)
        person = self.world.candidates.get(number)
        if person is not None and id_ == uid(number, _VIRTUAL):
            return Chance(millis(person.created_at), id_, number, None)
        raise _not_there(f"opportunity {id_}")

    def _seen(self, id_: str) -> Chance:
        one = self._of(id_)
        if self._is_confidential(one) and not self.sees_confidential:
            raise Refusal(403, "Forbidden", "This key may not see confidential data")
        return one

    def _candidacy(self, one: Chance) -> Candidacy | None:
        return None if one.application is None else self.world.applications[one.application]

    def _is_confidential(self, one: Chance) -> bool:
        found = self._candidacy(one)
        job = self.world.jobs.get(found.job) if found else None
        return job is not None and job.confidential

    def _stage(self, one: Chance) -> str:
        found = self._candidacy(one)
        return _stage_of(found.stage) if found else "lead-new"

    def _archived(self, one: Chance) -> dict[str, Any] | None:
        found = self._candidacy(one)
        if found is None:
            return None
        if found.hired_at is not None:
            return {"reason": uid(HIRED), "archivedAt": millis(found.hired_at)}
        if found.ended_at is not None:
            reason = None if found.reason is None else uid(found.reason)
            return {"reason": reason, "archivedAt": millis(found.ended_at)}
        return None

    def _updated(self, one: Chance) -> int:
        """When one of the documented fields changed: an offer is not among them."""
        person = self.world.candidates[one.candidate]
        times = [one.created, millis(person.updated_at)]
        found = self._candidacy(one)
        if found is not None:
            times += [
                millis(at) for at in (found.ended_at, found.hired_at, self._reopened.get(found.id)) if at
            ]
            times += [millis(at) for _, at in found.stages[-1:]]
        return max(times)

    def _opportunity(self, one: Chance, request: Request) -> dict[str, Any]:
        person, found = self.world.candidates[one.candidate], self._candidacy(one)
        stages = found.stages if found else []
        told: dict[str, Any] = {
            "id": one.id,
            "name": person.name,
            "headline": person.company,
            "contact": uid(person.id),
            "emails": list(person.emails),
            "phones": [{"type": "mobile", "value": "5555550123"}],
            "confidentiality": "confidential" if self._is_confidential(one) else "non-confidential",
            "location": "",
            "links": [person.linkedin] if person.linkedin else [],
            "createdAt": one.created,
            "updatedAt": self._updated(one),
            "archived": self._archived(one),
            "stage": self._stage(one),
            "stageChanges": [
                {
                    "toStageId": _stage_of(stage),
                    "toStageIndex": place,
                    "userId": None,
                    "updatedAt": millis(at),
                }
                for place, (stage, at) in enumerate(stages)
            ],
            "owner": uid(person.owner) if person.owner else None,
            "tags": list(person.tags),
            "sources": [self.world.sources[person.source]] if person.source else [],
            "origin": "referred" if person.source else "applied",
            "sourcedBy": uid(person.credited_to) if person.credited_to else None,
            "applications": [uid(found.id, _APPLICATION)] if found else [],
            "urls": {
                "list": "https://hire.lever.co/candidates",
                "show": f"https://hire.lever.co/candidates/{one.id}",
            },
            "dataProtection": None if person.may_contact else _forbidden(),
            "isAnonymized": person.anonymised,
        }
        expanded = "applications" in request.query.get("expand", [])
        if expanded:
            told["applications"] = [self._application(found, person)] if found else []
        return _including(told, request, *(["applications"] if expanded else []))

    def _application(self, found: Candidacy, person: Applicant) -> dict[str, Any]:
        return {
            "id": uid(found.id, _APPLICATION),
            "opportunityId": uid(found.id),
            "candidateId": uid(found.id),
            "createdAt": millis(found.created_at),
            "type": "posting",
            "posting": uid(found.job),
            "name": person.name,
            "email": next(iter(person.emails), None),
            "company": person.company or None,
            "comments": "private words that nobody here may ever read",
            "customQuestions": [],
        }

    # --- what belongs to an opportunity

    def _part(self, one: Chance, part: str) -> list[dict[str, Any]]:
        found, person = self._candidacy(one), self.world.candidates[one.candidate]
        match part:
            case "notes":
                return [self._note(place, text, person) for place, text in enumerate(person.notes)]
            case "offers":
                return [] if found is None else _offers(found)
            case "interviews":
                meetings = [] if found is None else found.meetings
                return [
                    self._interview(meeting, person) for meeting in meetings if meeting.id not in self.outside
                ]
            case "panels":
                return [] if found is None else [self._panel(meeting, person) for meeting in found.meetings]
            case "feedback":
                return [] if found is None else [_form(card) for card in found.feedback]
            case _:
                raise _not_there(part)

    def _interview(self, meeting: Meeting, person: Applicant) -> dict[str, Any]:
        return {
            "id": uid(meeting.id),
            "panel": uid(meeting.id, _PANEL),
            "subject": f"{meeting.title} - {person.name} - {meeting.minutes} minutes",
            "note": "private words that nobody here may ever read",
            "interviewers": [
                {
                    "id": uid(seat.user) if seat.user else None,
                    "email": seat.email,
                    "name": self.world.users[seat.user].name if seat.user else seat.email,
                    "feedbackTemplate": None,
                }
                for seat in meeting.panel
            ],
            "timezone": "Europe/Berlin",
            "createdAt": millis(meeting.starts_at),
            "date": millis(meeting.starts_at),
            "duration": meeting.minutes,
            "canceledAt": millis(meeting.updated_at) if meeting.step is MeetingStep.CANCELLED else None,
        }

    def _panel(self, meeting: Meeting, person: Applicant) -> dict[str, Any]:
        """Every interview is part of a panel, and only there stands what the invited answered."""
        inside = self._interview(meeting, person)
        for one, seat in zip(inside["interviewers"], meeting.panel, strict=True):
            one["responseStatus"] = seat.response
        return {
            "id": uid(meeting.id, _PANEL),
            "canceledAt": inside["canceledAt"],
            "createdAt": inside["createdAt"],
            "start": inside["date"],
            "end": inside["date"] + meeting.minutes * 60_000,
            "externallyManaged": meeting.id in self.outside,
            "note": "private words that nobody here may ever read",
            "interviews": [inside],
        }

    def _note(self, place: int, text: str, person: Applicant) -> dict[str, Any]:
        return {
            "id": uid(place, "407e"),
            "text": "Note",
            "fields": [{"type": "note", "text": "Comment", "value": text}],
            "secret": (person.id, text) in self.secret_notes,
            "completedAt": millis(self.world.now),
            "deletedAt": None,
        }

    # --- lists beside them

    def _job(self, id_: str) -> Opening:
        job = self.world.jobs.get(number_of(id_))
        if job is None:
            raise _not_there(f"posting {id_}")
        if job.confidential and not self.sees_confidential:
            raise Refusal(403, "Forbidden", "This key may not see confidential data")
        return job

    def _posting(self, job: Opening) -> dict[str, Any]:
        return {
            "id": uid(job.id),
            "text": job.title,
            "state": "published" if job.open else "closed",
            "confidentiality": "confidential" if job.confidential else "non-confidential",
            "owner": uid(job.recruiter) if job.recruiter else None,
            "hiringManager": uid(job.hiring_manager) if job.hiring_manager else None,
            "categories": {"team": job.department, "department": job.department, "location": "Berlin"},
            "salaryRange": {"min": 40_000, "max": 60_000, "currency": "EUR", "interval": "per-year-salary"},
        }

    def _users(self, request: Request) -> list[dict[str, Any]]:
        """Accounts; agencies have none here. Those who left only where that is asked for."""
        email, all_of_them = request.one("email").lower(), request.one("includeDeactivated") == "true"
        return [
            _user(one)
            for one in self.world.users.values()
            if not one.agency and (one.active or all_of_them) and (not email or one.email.lower() == email)
        ]

    def _reasons(self) -> list[dict[str, Any]]:
        """The reasons do not say who ended it."""
        listed = [
            {"id": uid(one.id), "text": one.name, "status": "active", "type": "non-hired"}
            for one in self.world.reasons.values()
        ]
        return [*listed, {"id": uid(HIRED), "text": "Hired", "status": "active", "type": "hired"}]

    # --- doing

    def _done(self, steps: Sequence[str], request: Request) -> Response:
        told = request.json
        if not isinstance(told, dict):
            raise Refusal(400, "BadRequest", "The body should be JSON")
        self._let("notes:write:admin" if steps[-1] == "notes" else "opportunities:write:admin")
        by = self.world.users.get(number_of(request.one("perform_as")))
        match steps:
            case ["opportunities"]:
                if by is None or not by.active:
                    raise Refusal(400, "BadRequest", "perform_as is required and should be an active user")
                return Response(201, {"data": self._opportunity(self._created(told, by), request)})
            case ["opportunities", id_, "addTags"]:
                person = self.world.candidates[self._seen(id_).candidate]
                person.tags += [tag for tag in told.get("tags", []) if tag not in person.tags]
                return Response(200, {"data": self._opportunity(self._seen(id_), request)})
            case ["opportunities", id_, "notes"]:
                person = self.world.candidates[self._seen(id_).candidate]
                if not isinstance(told.get("value"), str) or not told["value"]:
                    raise Refusal(400, "BadRequest", "value is required")
                person.notes.append(told["value"])
                if told.get("secret"):
                    self.secret_notes.add((person.id, told["value"]))
                return Response(201, {"data": {"noteId": uid(len(person.notes), "407e")}})
            case _:
                raise _not_there("/".join(steps))

    def _created(self, told: Mapping[str, Any], by: Account) -> Chance:
        """Somebody with an address that is known stays one contact; "sourced" credits whoever did it."""
        postings = told.get("postings", [])
        if len(postings) > 1:
            raise Refusal(400, "BadRequest", "Only one posting")
        job = self._job(postings[0]) if postings else None
        addresses = {one.lower() for one in told.get("emails", [])}
        person = next(
            (
                one
                for one in self.world.candidates.values()
                if addresses & {own.lower() for own in one.emails}
            ),
            None,
        )
        if person is None:
            first, _, last = str(told.get("name", "")).partition(" ")
            person = self.world.add_candidate(
                first,
                last,
                *told.get("emails", []),
                company=str(told.get("headline", "")),
                linkedin=next(iter(told.get("links", [])), ""),
            )
        person.tags += [tag for tag in told.get("tags", []) if tag not in person.tags]
        person.source = next((self._source(name) for name in told.get("sources", [])), person.source)
        person.owner = number_of(told["owner"]) if told.get("owner") else by.id
        if told.get("origin") == "sourced":
            person.credited_to = by.id
        if job is not None or self.world.of_candidate(person.id):
            application = self.world.apply(person, job or next(iter(self.world.jobs.values())))
            return self._of(uid(application.id))
        return self._of(uid(person.id, _VIRTUAL))

    def _source(self, name: str) -> int:
        """A source by its name; one that is not there is made."""
        found = next((id_ for id_, one in self.world.sources.items() if one == name), None)
        if found is None:
            found = self.world.new_id()
            self.world.sources[found] = name
        return found

    # --- calling

    def calls_about(self, happening: Happening, secret: str) -> list[Call]:
        """The calls that Lever makes; an offer is nothing that it calls about."""
        return [self.signed(secret, event, data) for event, data in self._events(happening)]

    def signed(self, secret: str, event: str, data: Mapping[str, Any]) -> Call:
        """A call with its signature: over token and time, and not over what it is about."""
        body = sign({"event": event, "data": dict(data)}, secret, self.world.now)
        return Call(event, {"Content-Type": "application/json", "User-Agent": "Lever-Webhooks"}, body)

    def _events(self, happening: Happening) -> Iterable[tuple[str, Mapping[str, Any]]]:
        for lost in _lost(happening):
            yield "candidateDeleted", _ids(lost)
        if happening.verb in {"candidate_changed", "candidate_anonymised"}:
            yield "contactUpdated", {"contactId": uid(happening.candidate)}
        if happening.verb == "merged":
            yield "contactUpdated", {"contactId": uid(happening.other)}
        application = self.world.applications.get(happening.application)
        if application is not None:
            yield from self._events_of(application, happening)

    def _events_of(
        self, application: Candidacy, happening: Happening
    ) -> Iterable[tuple[str, Mapping[str, Any]]]:
        about, now = _ids(application), self.world.now
        archived = self._archived(self._of(uid(application.id)))
        match happening.verb:
            case "applied":
                yield "applicationCreated", {**about, "applicationId": uid(application.id, _APPLICATION)}
            case "moved" | "offer_made" if application.stages[-1][1] == now:
                yield "candidateStageChange", {**about, "toStageId": _stage_of(application.stage)}
            case "offer_changed" if application.hired_at == now:
                yield "candidateHired", about
                yield "candidateArchiveChange", {**about, "toArchived": archived}
            case "ended" | "reopened":
                yield "candidateArchiveChange", {**about, "toArchived": archived}
            case "met":
                yield "interviewUpdated", about
            case "meeting_deleted":
                yield "interviewDeleted", {**about, "interviewId": uid(happening.other)}
            case _:
                pass


def sign(told: Mapping[str, Any], secret: str, now: datetime) -> bytes:
    """A body with a token that nobody has seen, and Lever's signature within it."""
    token, at = secrets.token_hex(24), millis(now)
    signature = hmac.new(secret.encode(), f"{token}{at}".encode(), "sha256").hexdigest()
    return json.dumps({**told, "triggeredAt": at, "token": token, "signature": signature}).encode()


def _ids(application: Candidacy) -> dict[str, Any]:
    return {
        "opportunityId": uid(application.id),
        "candidateId": uid(application.id),
        "contactId": uid(application.candidate),
    }


def _lost(happening: Happening) -> list[Candidacy]:
    """The applications that are gone by what happened."""
    match happening.verb, happening.snapshot:
        case "application_deleted", Candidacy() as one:
            return [one]
        case "candidate_deleted", (_, list() as several):
            return several
        case _:
            return []


def _stage_of(stage: str) -> str:
    return _STAGE_OF.get(stage, stage)


def _offers(found: Candidacy) -> list[dict[str, Any]]:
    """Its offers with pay and all; those that were taken back are not there any more."""
    return [told for one in found.offers if (told := _offer(one)) is not None]


def _offer(version: OfferVersion) -> dict[str, Any] | None:
    word = _WORDS[version.step]
    if word is None:
        return None
    return {
        "id": uid(version.id),
        "createdAt": millis(version.created_at),
        "status": word,
        "creator": None,
        "approvedAt": None,
        "sentAt": millis(version.sent_at) if version.sent_at else None,
        "fields": [
            {"text": "Offered compensation amount", "identifier": "salary_amount", "value": 1_319_000}
        ],
    }


def _form(card: Feedback) -> dict[str, Any]:
    return {
        "id": uid(card.id),
        "type": "interview",
        "text": "On-site interview",
        "fields": [
            {"type": "score-system", "text": "Rating", "value": _THUMBS[card.vote]},
            {"type": "textarea", "text": "Notes", "value": card.note},
        ],
        "user": uid(card.user),
        "interview": uid(card.meeting) if card.meeting else None,
        "completedAt": millis(card.submitted_at) if card.submitted_at else None,
        "deletedAt": None,
    }


def _user(one: Account) -> dict[str, Any]:
    return {
        "id": uid(one.id),
        "name": one.name,
        "username": one.email.partition("@")[0],
        "email": one.email,
        "createdAt": millis(one.created_at),
        "deactivatedAt": None if one.active else millis(one.updated_at),
        "accessRole": "interviewer",
        "jobTitle": one.title or None,
        "managerId": None,
    }


def _forbidden() -> dict[str, Any]:
    return {"store": {"allowed": True, "expiresAt": None}, "contact": {"allowed": False, "expiresAt": None}}


def _listed(rows: Sequence[Mapping[str, Any]], request: Request) -> dict[str, Any]:
    """A page of a list; the offset is the number of rows before it."""
    limit = min(int(request.one("limit", str(_MOST))), _MOST)
    start = int(request.one("offset", "0.").partition(".")[0])
    told: dict[str, Any] = {
        "data": [_including(row, request) for row in rows[start : start + limit]],
        "hasNext": start + limit < len(rows),
    }
    if told["hasNext"]:
        told["next"] = f"{start + limit}.rows"
    return told


def _including(row: Mapping[str, Any], request: Request, *besides: str) -> dict[str, Any]:
    """Only the fields that were asked for, where some were."""
    asked = {*request.query.get("include", []), *besides}
    return dict(row) if not request.query.get("include") else {key: row[key] for key in row if key in asked}


def _not_there(what: str) -> Refusal:
    return Refusal(404, "ResourceNotFound", f"{what} was not found")


def _refused(refusal: Refusal) -> Response:
    return Response(refusal.status, {"code": refusal.code, "message": refusal.message})
