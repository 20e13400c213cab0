"""A stand-in for Ashby: calls by POST, pages with cursors, tokens for what changed, calls signed over their bytes.

Its records are full of what must not be taken over (pay, notes, custom fields): as the real ones are.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from base64 import b64encode
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID

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
    Who,
    World,
)

KEY = "ashby-key-for-the-stand-in"
DO_NOT_CONTACT = "Do not contact"
_MOST = 100
_KEPT = 200
"""So many lists that somebody is reading are remembered."""

# What a uuid is of, beside the number in the world.
_EVENT, _INTERVIEW, _STAGE, _REASON, _SOURCE, _TAG, _NOTE, _OFFER, _DEPARTMENT, _DRAFT, _CALL, _FORM = range(
    1, 13
)

_ACCEPTANCE: Mapping[OfferStep, str] = {
    OfferStep.DRAFT: "Created",
    OfferStep.AWAITING_APPROVAL: "Created",
    OfferStep.APPROVAL_REFUSED: "Created",
    OfferStep.APPROVED: "Pending",
    OfferStep.SENT: "WaitingOnResponse",
    OfferStep.ACCEPTED: "Accepted",
    OfferStep.DECLINED: "Declined",
    OfferStep.WITHDRAWN: "Cancelled",
    OfferStep.SUPERSEDED: "Created",
}
_STATUS: Mapping[OfferStep, str | None] = {
    OfferStep.DRAFT: "WaitingOnApprovalStart",
    OfferStep.AWAITING_APPROVAL: "WaitingOnOfferApproval",
    OfferStep.APPROVAL_REFUSED: "WaitingOnOfferApproval",
    OfferStep.APPROVED: None,
    OfferStep.SENT: "WaitingOnCandidateResponse",
    OfferStep.ACCEPTED: "CandidateAccepted",
    OfferStep.DECLINED: "CandidateRejected",
    OfferStep.WITHDRAWN: "OfferCancelled",
    OfferStep.SUPERSEDED: "WaitingOnApprovalStart",
}
_APPROVAL: Mapping[OfferStep, str] = {
    OfferStep.DRAFT: "WaitingOnApprovals",
    OfferStep.AWAITING_APPROVAL: "WaitingOnApprovals",
    OfferStep.APPROVAL_REFUSED: "Declined",
}
_REASON_TYPES: Mapping[Who, str] = {
    Who.CANDIDATE: "RejectedByCandidate",
    Who.COMPANY: "RejectedByOrg",
    Who.UNCLEAR: "Other",
}
_SCHEDULES: Mapping[MeetingStep, str] = {
    MeetingStep.PLANNED: "Scheduled",
    MeetingStep.DONE: "Complete",
    MeetingStep.CANCELLED: "Cancelled",
}
_VOTES = ("strong_no_hire", "no_hire", "no_decision", "hire", "strong_hire")


class _LogicError(Exception):
    """What Ashby answers with status 200 and `success: false`."""


@dataclass(frozen=True)
class _Endpoint:
    """One call: what the key needs for it, and what it does."""

    permission: str
    answer: Callable[[dict[str, Any]], dict[str, Any]]


def uuid_of(number: int, of: int = 0) -> str:
    """The uuid of something in the world: the number, and for what is not a thing of the world what it is of."""
    return str(UUID(int=(of << 96) | (0x4 << 76) | (0x8 << 60) | number))


def number_of(uuid: object) -> int:
    """The number in a uuid; an error for what is none."""
    try:
        return UUID(str(uuid)).int & 0xFFFFFFFFFFFF
    except ValueError as error:
        raise _LogicError("invalid_input") from error


def moment(at: datetime | None) -> str | None:
    """As Ashby writes a moment."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z") if at else None


class StandIn(Server):
    """Ashby. Whether the key `sees_confidential` jobs is a switch there, off unless somebody wants it otherwise."""

    slug = "ashby"

    def __init__(
        self, world: World, *, limit: Window | None = None, latency: float = 0.0, live: bool = False
    ) -> None:
        super().__init__(world, limit=limit, latency=latency, live=live)
        self.sees_confidential = True
        self._tags: list[str] = [DO_NOT_CONTACT]
        self._talks: list[tuple[str, bool]] = []
        self._generation = 1
        self._passes: dict[str, tuple[list[Any], str]] = {}
        self._register: defaultdict[int, list[int]] = defaultdict(list)
        self._register_of: tuple[datetime, int] | None = None
        self._numbers = count(1)
        self._endpoints = self._all_endpoints()

    def settings(self) -> dict[str, str]:
        """The key."""
        return {"key": KEY}

    def expire(self) -> None:
        """Tokens and cursors that were given out are not known any more."""
        self._generation += 1
        self.expire_cursors()

    def expire_cursors(self) -> None:
        """Cursors are not known any more; tokens are."""
        self._passes.clear()

    # --- answering

    def answer(self, request: Request) -> Response:
        """Who is it, may they, and what is there."""
        given = {name.lower(): value for name, value in request.headers.items()}.get("authorization", "")
        if not given:
            return _failed(401, "unauthorized")
        if given != f"Basic {b64encode(f'{KEY}:'.encode()).decode()}":
            return _failed(403, "invalid_api_key")
        endpoint = self._endpoints.get(request.path.removeprefix("/"))
        if endpoint is None or request.method != "POST":
            return Response(404, {"success": False, "errors": ["not_found"]})
        if endpoint.permission in self.denied:
            return _failed(403, "missing_endpoint_permission")
        if not isinstance(request.json, dict):
            return _failed(400, "invalid_input")
        try:
            return Response(200, {"success": True, **endpoint.answer(request.json)})
        except _LogicError as error:
            return _failed(200, str(error))

    def _all_endpoints(self) -> dict[str, _Endpoint]:
        offers, candidates, writes = "offersRead", "candidatesRead", "candidatesWrite"
        talks, jobs, people = "interviewsRead", "jobsRead", "organizationRead"
        metadata = "hiringProcessMetadataRead"
        return {
            "offer.list": _Endpoint(offers, self._offer_list),
            "offer.info": _Endpoint(offers, self._offer_info),
            "application.list": _Endpoint(candidates, self._application_list),
            "application.info": _Endpoint(candidates, self._application_info),
            "application.create": _Endpoint(writes, self._application_create),
            "applicationFeedback.list": _Endpoint(candidates, self._feedback_list),
            "candidate.list": _Endpoint(candidates, self._candidate_list),
            "candidate.info": _Endpoint(candidates, self._candidate_info),
            "candidate.search": _Endpoint(candidates, self._candidate_search),
            "candidate.listNotes": _Endpoint(candidates, self._notes),
            "candidate.create": _Endpoint(writes, self._candidate_create),
            "candidate.addTag": _Endpoint(writes, self._add_tag),
            "candidate.createNote": _Endpoint(writes, self._create_note),
            "interviewSchedule.list": _Endpoint(talks, self._schedule_list),
            "interview.info": _Endpoint(talks, self._interview_info),
            "job.list": _Endpoint(jobs, self._job_list),
            "job.info": _Endpoint(jobs, self._job_info),
            "user.list": _Endpoint(people, self._user_list),
            "department.list": _Endpoint(people, self._department_list),
            "source.list": _Endpoint(metadata, self._source_list),
            "candidateTag.list": _Endpoint(metadata, self._tag_list),
            "candidateTag.create": _Endpoint("hiringProcessMetadataWrite", self._tag_create),
        }

    def _paged(
        self,
        asked: Mapping[str, Any],
        found: Callable[[datetime | None], Iterable[Any]],
        show: Callable[[Any], dict[str, Any] | None],
    ) -> dict[str, Any]:
        """A page of what is `found` (only what changed since a moment, if there is one), and where to go on.

        A list is as it was when its first page was asked for; what has gone since is not shown.
        """
        limit, cursor = asked.get("limit", _MOST), asked.get("cursor")
        if not isinstance(limit, int) or not 1 <= limit <= _MOST:
            raise _LogicError("invalid_input")
        if cursor is None:
            place, start = f"c{next(self._numbers)}", 0
            since = self._since(asked.get("syncToken"))
            self._passes[place] = (list(found(since)), self._token())
            if len(self._passes) > _KEPT:
                del self._passes[next(iter(self._passes))]
        else:
            place, _, begin = str(cursor).partition(":")
            if place not in self._passes or not begin.isdigit():
                raise _LogicError("next_cursor_expired")
            start = int(begin)
        rows, token = self._passes[place]
        shown = [row for one in rows[start : start + limit] if (row := show(one)) is not None]
        if start + limit < len(rows):
            more = {"moreDataAvailable": True, "nextCursor": f"{place}:{start + limit}"}
            return {"results": shown, **more}
        if start == 0:
            del self._passes[place]  # nobody can come back to it
        return {"results": shown, "moreDataAvailable": False, "syncToken": token}

    def _since(self, token: object) -> datetime | None:
        if token is None:
            return None
        generation, _, at = str(token).partition("@")
        if generation != f"t{self._generation}":
            raise _LogicError("sync_token_expired")
        return datetime.fromisoformat(at)

    def _token(self) -> str:
        return f"t{self._generation}@{self.world.now.isoformat()}"

    # --- offers

    def _offer_list(self, asked: dict[str, Any]) -> dict[str, Any]:
        acceptance, application = asked.get("acceptanceStatus"), asked.get("applicationId")

        def found(since: datetime | None) -> list[int]:
            rows = [
                (one, one.offer)
                for one in self._among(application)
                if one.offer is not None and (since is None or _offer_changed_at(one) > since)
            ]
            after = _created_after(asked)
            rows.sort(key=lambda row: row[1].created_at, reverse=True)
            return [
                one.id
                for one, version in rows
                if (not acceptance or _ACCEPTANCE[version.step] in acceptance)
                and (after is None or version.created_at >= after)
            ]

        return self._paged(asked, found, self._offer_in_list)

    def _offer_in_list(self, application: int) -> dict[str, Any] | None:
        one = self.world.applications.get(application)
        return _offer(one, one.offer) if one is not None and one.offer is not None else None

    def _offer_info(self, asked: dict[str, Any]) -> dict[str, Any]:
        one = self.world.applications.get(number_of(asked.get("offerId")))
        if one is None or one.offer is None or not self._visible(one):
            raise _LogicError("offer_not_found")
        return {"results": _offer_in_full(one, one.offer)}

    # --- applications

    def _visible(self, one: Candidacy) -> bool:
        return self.sees_confidential or not self.world.jobs[one.job].confidential

    def _among(self, application: object) -> Iterator[Candidacy]:
        """The one that was asked for, or all, as far as the key sees them."""
        everything = self.world.applications
        if application is not None:
            one = everything.get(number_of(application))
            if one is not None and self._visible(one):
                yield one
            return
        yield from (one for one in everything.values() if self._visible(one))

    def _application_list(self, asked: dict[str, Any]) -> dict[str, Any]:
        def found(since: datetime | None) -> list[int]:
            rows = [one for one in self._among(None) if since is None or one.updated_at > since]
            rows.sort(key=lambda one: one.created_at, reverse=True)
            return [one.id for one in rows]

        return self._paged(asked, found, self._application_in_list)

    def _application_in_list(self, id_: int) -> dict[str, Any] | None:
        one = self.world.applications.get(id_)
        return self._application(one) if one is not None else None

    def _application_info(self, asked: dict[str, Any]) -> dict[str, Any]:
        one = next(self._among(asked.get("applicationId", "")), None)
        if one is None:
            raise _LogicError("application_not_found")
        return {"results": {**self._application(one), "applicationHistory": list(_history(one))}}

    def _application(self, one: Candidacy) -> dict[str, Any]:
        candidate, job = self.world.candidates[one.candidate], self.world.jobs[one.job]
        reason = self.world.reasons[one.reason] if one.reason else None
        return {
            "id": uuid_of(one.id),
            "createdAt": moment(one.created_at),
            "updatedAt": moment(one.updated_at),
            "archivedAt": moment(one.ended_at),
            "candidate": {
                "id": uuid_of(candidate.id),
                "name": candidate.name,
                "primaryEmailAddress": _address(candidate),
            },
            "status": "Archived" if one.ended_at else "Hired" if one.hired_at else "Active",
            "customFields": [_custom("Expected salary", "private words that nobody here may ever read")],
            "currentInterviewStage": _stage(_stage_name(one)),
            "source": self._source(one.source) if one.source else None,
            "creditedToUser": None,
            "archiveReason": reason
            and {
                "id": uuid_of(reason.id, _REASON),
                "text": reason.name,
                "reasonType": _REASON_TYPES[reason.who],
                "isArchived": False,
                "customFields": [],
            },
            "job": {"id": uuid_of(job.id), "title": job.title, "departmentId": _department_id(job)},
            "hiringTeam": self._team(job),
        }

    def _application_create(self, asked: dict[str, Any]) -> dict[str, Any]:
        candidate = self._found_candidate(asked.get("candidateId"))
        job = self._found_job(asked.get("jobId"))
        one = self.world.apply(candidate, job)
        if asked.get("sourceId"):
            one.source = number_of(asked["sourceId"])
        if asked.get("creditedToUserId"):
            candidate.credited_to = number_of(asked["creditedToUserId"])
        return {"results": self._application(one)}

    # --- interviews and feedback

    def _schedule_list(self, asked: dict[str, Any]) -> dict[str, Any]:
        def found(since: datetime | None) -> list[tuple[int, int]]:
            after = _created_after(asked)
            return [
                (one.id, meeting.id)
                for one in self._among(asked.get("applicationId"))
                for meeting in one.meetings
                if (since is None or meeting.updated_at > since)
                and (after is None or meeting.updated_at >= after)
            ]

        return self._paged(asked, found, self._schedule_in_list)

    def _schedule_in_list(self, ids: tuple[int, int]) -> dict[str, Any] | None:
        one = self.world.applications.get(ids[0])
        meeting = next((meeting for meeting in one.meetings if meeting.id == ids[1]), None) if one else None
        return self._schedule(one, meeting) if one and meeting else None

    def _schedule(self, one: Candidacy, meeting: Meeting) -> dict[str, Any]:
        written = {card.meeting for card in one.feedback if card.submitted_at}
        event = {
            "id": uuid_of(meeting.id, _EVENT),
            "interviewId": uuid_of(self._talk(meeting), _INTERVIEW),
            "interviewScheduleId": uuid_of(meeting.id),
            "interviewers": [
                {
                    **_user(self.world.users[seat.user]),
                    "trainingRole": "Shadow" if seat.shadow else None,
                    "interviewerPool": None,
                    "isFeedbackRequired": not seat.shadow,
                }
                for seat in meeting.panel
                if seat.user is not None
            ],
            "createdAt": moment(meeting.updated_at),
            "updatedAt": moment(meeting.updated_at),
            "startTime": moment(meeting.starts_at),
            "endTime": moment(meeting.starts_at + timedelta(minutes=meeting.minutes)),
            "feedbackLink": f"https://app.ashbyhq.com/interview-briefings/{uuid_of(meeting.id)}/feedback",
            "location": None,
            "hasSubmittedFeedback": meeting.id in written,
        }
        return {
            "id": uuid_of(meeting.id),
            "status": _SCHEDULES[meeting.step],
            "applicationId": uuid_of(one.id),
            "interviewStageId": _stage(one.stage)["id"],
            "createdAt": moment(meeting.updated_at),
            "updatedAt": moment(meeting.updated_at),
            "interviewEvents": [event],
        }

    def _talk(self, meeting: Meeting) -> int:
        """The number of a kind of interview."""
        kind = (meeting.title, meeting.debrief)
        if kind not in self._talks:
            self._talks.append(kind)
        return self._talks.index(kind) + 1

    def _interview_info(self, asked: dict[str, Any]) -> dict[str, Any]:
        number = number_of(asked.get("id"))
        if not 1 <= number <= len(self._talks):
            raise _LogicError("interview_not_found")
        title, debrief = self._talks[number - 1]
        return {
            "results": {
                "id": uuid_of(number, _INTERVIEW),
                "title": title,
                "isArchived": False,
                "isDebrief": debrief,
            }
        }

    def _feedback_list(self, asked: dict[str, Any]) -> dict[str, Any]:
        def found(since: datetime | None) -> list[tuple[int, int]]:
            after = _created_after(asked)
            return [
                (one.id, card.id)
                for one in self._among(asked.get("applicationId"))
                for card in one.feedback
                if card.submitted_at is not None
                and (since is None or card.updated_at > since)
                and (after is None or card.submitted_at >= after)
            ]

        return self._paged(asked, found, self._feedback_in_list)

    def _feedback_in_list(self, ids: tuple[int, int]) -> dict[str, Any] | None:
        one = self.world.applications.get(ids[0])
        card = next((card for card in one.feedback if card.id == ids[1]), None) if one else None
        return self._feedback(one, card) if one and card else None

    def _feedback(self, one: Candidacy, card: Feedback) -> dict[str, Any]:
        values = [{"label": word.replace("_", " ").title(), "value": word} for word in _VOTES]
        asked = {"path": "overall_recommendation", "type": "ValueSelect", "selectableValues": values}
        return {
            "id": uuid_of(card.id),
            "applicationId": uuid_of(one.id),
            "feedbackFormDefinitionId": uuid_of(1, _FORM),
            "interviewEventId": uuid_of(card.meeting, _EVENT) if card.meeting else None,
            "submittedAt": moment(card.submitted_at),
            "submittedByUser": _user(self.world.users[card.user]),
            "formDefinition": {
                "sections": [{"title": "Overall", "fields": [{"isRequired": True, "field": asked}]}]
            },
            "submittedValues": {
                "overall_recommendation": _VOTES[card.vote - 1],
                "detailed_feedback": card.note,
            },
        }

    # --- candidates

    def _found_candidate(self, id_: object) -> Applicant:
        found = self.world.candidates.get(number_of(id_))
        if found is None:
            raise _LogicError("candidate_not_found")
        return found

    def _candidate_info(self, asked: dict[str, Any]) -> dict[str, Any]:
        return {"results": self._candidate(self._found_candidate(asked.get("id")))}

    def _candidate_list(self, asked: dict[str, Any]) -> dict[str, Any]:
        def found(since: datetime | None) -> list[int]:
            everybody = self.world.candidates.values()
            return [one.id for one in everybody if since is None or one.updated_at > since]

        return self._paged(asked, found, self._candidate_in_list)

    def _candidate_in_list(self, id_: int) -> dict[str, Any] | None:
        one = self.world.candidates.get(id_)
        return self._candidate(one) if one is not None else None

    def _candidate_search(self, asked: dict[str, Any]) -> dict[str, Any]:
        email, name = asked.get("email"), asked.get("name")
        if not email and not name:
            raise _LogicError("invalid_input")
        found = [
            one
            for one in self.world.candidates.values()
            if (not email or email.lower() in (address.lower() for address in one.emails))
            and (not name or one.name.lower() == name.lower())
        ]
        return {"results": [self._candidate(one) for one in found[:_MOST]]}

    def _candidate_create(self, asked: dict[str, Any]) -> dict[str, Any]:
        name = asked.get("name")
        if not isinstance(name, str) or not name.strip():
            raise _LogicError("invalid_input")
        first, _, last = name.strip().partition(" ")
        more: dict[str, object] = {
            "linkedin": asked.get("linkedInUrl", ""),
            "source": number_of(asked["sourceId"]) if asked.get("sourceId") else None,
            "credited_to": number_of(asked["creditedToUserId"]) if asked.get("creditedToUserId") else None,
        }
        addresses = [asked["email"]] if asked.get("email") else []
        return {"results": self._candidate(self.world.add_candidate(first, last, *addresses, **more))}

    def _candidate(self, one: Applicant) -> dict[str, Any]:
        titles = [*one.tags, *([] if one.may_contact else [DO_NOT_CONTACT])]
        return {
            "id": uuid_of(one.id),
            "createdAt": moment(one.created_at),
            "updatedAt": moment(one.updated_at),
            "name": one.name,
            "primaryEmailAddress": _address(one),
            "emailAddresses": [_address(one, address) for address in one.emails],
            "phoneNumbers": [{"value": "+15550100", "type": "Personal", "isPrimary": True}],
            "socialLinks": [{"type": "LinkedIn", "url": one.linkedin}] if one.linkedin else [],
            "tags": [self._tag(title) for title in titles],
            "position": one.title or None,
            "company": one.company or None,
            "school": None,
            "applicationIds": [uuid_of(id_) for id_ in self._applications_of(one.id)],
            "fileHandles": [],
            "customFields": [_custom("Notes", "private words that nobody here may ever read")],
            "profileUrl": f"https://app.ashbyhq.com/candidates/{uuid_of(one.id)}",
            "source": self._source(one.source) if one.source else None,
            "creditedToUser": _user(self.world.users[one.credited_to]) if one.credited_to else None,
        }

    def _applications_of(self, candidate: int) -> list[int]:
        """By a register that is made anew whenever something has happened: there may be a hundred thousand."""
        state = (self.world.now, len(self.world.applications))
        if self._register_of != state:
            self._register_of, self._register = state, defaultdict(list)
            for one in self.world.applications.values():
                self._register[one.candidate].append(one.id)
        return self._register.get(candidate, [])

    def _notes(self, asked: dict[str, Any]) -> dict[str, Any]:
        notes = self._found_candidate(asked.get("candidateId")).notes

        def show(number: int) -> dict[str, Any]:
            return _note(number, notes[number], self.world.now)

        return self._paged(asked, lambda _: range(len(notes)), show)

    def _create_note(self, asked: dict[str, Any]) -> dict[str, Any]:
        note = asked.get("note")
        if not isinstance(note, str) or not note:
            raise _LogicError("invalid_input")
        one = self._found_candidate(asked.get("candidateId"))
        one.notes.append(note)
        return {"results": _note(len(one.notes) - 1, note, self.world.now)}

    # --- tags and sources

    def _tag(self, title: str) -> dict[str, Any]:
        if title not in self._tags:
            self._tags.append(title)
        return {"id": uuid_of(self._tags.index(title) + 1, _TAG), "title": title, "isArchived": False}

    def _tag_list(self, asked: dict[str, Any]) -> dict[str, Any]:
        return self._paged(asked, lambda _: list(self._tags), self._tag)

    def _tag_create(self, asked: dict[str, Any]) -> dict[str, Any]:
        title = asked.get("title")
        if not isinstance(title, str) or not title.strip():
            raise _LogicError("invalid_input")
        return {"results": self._tag(title)}

    def _add_tag(self, asked: dict[str, Any]) -> dict[str, Any]:
        one, number = self._found_candidate(asked.get("candidateId")), number_of(asked.get("tagId"))
        if not 1 <= number <= len(self._tags):
            raise _LogicError("candidate_tag_not_found")
        title = self._tags[number - 1]
        if title not in one.tags:
            one.tags.append(title)
        return {"results": self._candidate(one)}

    def _source_list(self, asked: dict[str, Any]) -> dict[str, Any]:
        return self._paged(asked, lambda _: list(self.world.sources), self._source)

    def _source(self, number: int) -> dict[str, Any]:
        kind = "Referral" if self.world.sources[number] == "Referral" else "Inbound"
        return {
            "id": uuid_of(number, _SOURCE),
            "title": self.world.sources[number],
            "isArchived": False,
            "sourceType": {"id": uuid_of(1, _FORM), "title": kind, "isArchived": False},
        }

    # --- jobs and people

    def _found_job(self, id_: object) -> Opening:
        job = self.world.jobs.get(number_of(id_))
        if job is None or (job.confidential and not self.sees_confidential):
            raise _LogicError("job_not_found")
        return job

    def _job_list(self, asked: dict[str, Any]) -> dict[str, Any]:
        def found(since: datetime | None) -> list[Opening]:
            return [
                job
                for job in self.world.jobs.values()
                if (self.sees_confidential or not job.confidential)
                and (since is None or job.updated_at > since)
            ]

        return self._paged(asked, found, self._job)

    def _job_info(self, asked: dict[str, Any]) -> dict[str, Any]:
        return {"results": self._job(self._found_job(asked.get("id")))}

    def _job(self, job: Opening) -> dict[str, Any]:
        return {
            "id": uuid_of(job.id),
            "title": job.title,
            "confidential": job.confidential,
            "status": "Open" if job.open else "Closed",
            "departmentId": _department_id(job),
            "hiringTeam": self._team(job),
            "customFields": [],
            "updatedAt": moment(job.updated_at),
        }

    def _team(self, job: Opening) -> list[dict[str, Any]]:
        roles = (("Hiring Manager", job.hiring_manager), ("Recruiter", job.recruiter))
        return [
            {
                "userId": uuid_of(id_),
                "firstName": self.world.users[id_].first_name,
                "lastName": self.world.users[id_].last_name,
                "email": self.world.users[id_].email,
                "role": role,
            }
            for role, id_ in roles
            if id_ is not None
        ]

    def _user_list(self, asked: dict[str, Any]) -> dict[str, Any]:
        everybody = asked.get("includeDeactivated") is True

        def found(since: datetime | None) -> list[Account]:
            return [
                user
                for user in self.world.users.values()
                if (user.active or everybody) and (since is None or user.updated_at > since)
            ]

        return self._paged(asked, found, _user)

    def _department_list(self, asked: dict[str, Any]) -> dict[str, Any]:
        names = {_department_id(job): job.department for job in self.world.jobs.values() if job.department}
        rows = [{"id": id_, "name": name, "isArchived": False} for id_, name in names.items()]
        return self._paged(asked, lambda _: rows, dict)

    # --- calls of its own

    def ping(self, secret: str) -> Call:
        """The call that Ashby makes when a webhook is saved."""
        return self._call("ping", {"webhookActionType": "ping"}, secret, uuid_of(next(self._numbers), _CALL))

    def calls_about(self, happening: Happening, secret: str) -> list[Call]:
        """What Ashby tells; calls that belong together share their id."""
        shared = uuid_of(next(self._numbers), _CALL)
        return [self._call(event, data, secret, shared) for event, data in self._told_of(happening)]

    @staticmethod
    def _call(event: str, data: Mapping[str, Any], secret: str, id_: str) -> Call:
        body = json.dumps({"action": event, "data": data, "webhookActionId": id_}).encode()
        signature = f"sha256={hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()}"
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "Ashby-Webhook",
            "Ashby-Signature": signature,
        }
        return Call(event, headers, body)

    def _told_of(self, happening: Happening) -> Iterator[tuple[str, dict[str, Any]]]:
        if happening.verb == "candidate_deleted":
            yield "candidateDelete", {"candidate": {"id": uuid_of(happening.candidate)}}
            return
        if happening.verb == "merged":
            yield (
                "candidateMerge",
                {
                    "deletedCandidate": {"id": uuid_of(happening.candidate)},
                    "mergedCandidate": {"id": uuid_of(happening.other)},
                },
            )
            return
        one = self.world.applications.get(happening.application)
        if one is not None:
            yield from self._told_of_application(happening.verb, one)

    def _told_of_application(self, verb: str, one: Candidacy) -> Iterator[tuple[str, dict[str, Any]]]:
        application, offer = {"application": self._application(one)}, one.offer
        if verb == "applied":
            yield "applicationSubmit", application
        elif verb in {"moved", "ended", "reopened"}:
            yield "candidateStageChange", application
            yield "applicationUpdate", application
        elif verb in {"offer_made", "offer_changed"} and offer is not None:
            told = {"offer": _offer_in_full(one, offer)}
            yield ("offerCreate" if verb == "offer_made" else "offerUpdate"), told
            if offer.step is OfferStep.ACCEPTED:
                yield "candidateHire", {**application, **told}
                yield "candidateStageChange", application
                yield "applicationUpdate", application
        elif verb == "offer_deleted":
            yield "offerDelete", {"offer": {"id": uuid_of(one.id, _OFFER), "applicationId": uuid_of(one.id)}}
        elif verb == "met" and one.meetings:
            newest = max(one.meetings, key=lambda meeting: meeting.updated_at)
            yield "interviewScheduleUpdate", {"interviewSchedule": self._schedule(one, newest)}


def _failed(status: int, code: str) -> Response:
    info = {"code": code, "message": code.replace("_", " "), "requestId": "01JRVWPBWZ40S39G83ZETPXF2E"}
    return Response(status, {"success": False, "errors": [code], "errorInfo": info})


def _created_after(asked: Mapping[str, Any]) -> datetime | None:
    after = asked.get("createdAfter")
    return datetime.fromtimestamp(after / 1000, UTC) if isinstance(after, int) else None


def _offer_changed_at(one: Candidacy) -> datetime:
    return max(version.updated_at for version in one.offers)


def _offer(one: Candidacy, version: OfferVersion) -> dict[str, Any]:
    """As offer.list has it. Ashby knows no superseded one: a new version is being made."""
    return {
        "id": uuid_of(one.id, _OFFER),
        "applicationId": uuid_of(one.id),
        "decidedAt": moment(version.decided_at),
        "acceptanceStatus": _ACCEPTANCE[version.step],
        "offerStatus": _STATUS[version.step],
        "latestVersion": _versions(one, version)[-1],
    }


def _offer_in_full(one: Candidacy, version: OfferVersion) -> dict[str, Any]:
    return {**_offer(one, version), "versions": _versions(one, version)}


def _versions(one: Candidacy, current: OfferVersion) -> list[dict[str, Any]]:
    """The oldest first."""
    versions = [
        {
            "id": uuid_of(version.id),
            "createdAt": moment(version.created_at),
            "startDate": None,
            "salary": {"currencyCode": "EUR", "value": 91000},
            "customFields": [_custom("Reasoning", "private words that nobody here may ever read")],
            "approvalStatus": _APPROVAL.get(version.step, "Approved"),
        }
        for version in sorted(one.offers, key=lambda version: version.version)
    ]
    if current.step is OfferStep.SUPERSEDED:
        made_at = moment(current.updated_at)
        draft = {"id": uuid_of(current.id, _DRAFT), "createdAt": made_at}
        versions.append({**versions[-1], **draft, "approvalStatus": "WaitingOnApprovals"})
    return versions


def _stage_name(one: Candidacy) -> str:
    return "Archived" if one.ended_at else "Hired" if one.hired_at else one.stage.title()


def _stage(name: str) -> dict[str, Any]:
    kind = name if name in {"Offer", "Archived", "Hired"} else "Active"
    return {"id": uuid_of(sum(name.lower().encode()), _STAGE), "title": name, "type": kind}


def _history(one: Candidacy) -> Iterator[dict[str, Any]]:
    ended = [("Archived", one.ended_at)] if one.ended_at else []
    hired = [("Hired", one.hired_at)] if one.hired_at else []
    for number, (name, at) in enumerate([*one.stages, *hired, *ended]):
        yield {
            "id": uuid_of(one.id * 100 + number, _STAGE),
            "title": name.title(),
            "stageNumber": number,
            "enteredStageAt": moment(at),
        }


def _department_id(job: Opening) -> str | None:
    return uuid_of(sum(job.department.encode()), _DEPARTMENT) if job.department else None


def _address(one: Applicant, address: str = "") -> dict[str, Any] | None:
    value = address or (one.emails[0] if one.emails else "")
    return {"value": value, "type": "Personal", "isPrimary": value == one.emails[0]} if value else None


def _user(user: Account) -> dict[str, Any]:
    return {
        "id": uuid_of(user.id),
        "firstName": user.first_name,
        "lastName": user.last_name,
        "email": user.email,
        "globalRole": "External Recruiter" if user.agency else "Limited Access",
        "isEnabled": user.active,
        "updatedAt": moment(user.updated_at),
    }


def _custom(title: str, value: str) -> dict[str, Any]:
    return {"id": uuid_of(2, _FORM), "title": title, "value": value}


def _note(number: int, content: str, at: datetime) -> dict[str, Any]:
    return {
        "id": uuid_of(number + 1, _NOTE),
        "createdAt": moment(at),
        "isPrivate": False,
        "content": content,
        "author": {"id": uuid_of(3, _FORM), "firstName": "API", "lastName": "Key"},
    }
