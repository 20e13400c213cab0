"""What goes on in a company's hiring, in nobody's particular words: what the stand-ins tell, each in its own.

Every verb changes the world as somebody's click would, at a moment that only goes forward, and tells the listeners
what happened: from that a stand-in makes the calls (webhooks) that the real system would make.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import TypeVar

from ifnotyou.playbook.records import InterviewStatus, JobStatus, OfferStatus, Records


class OfferStep(StrEnum):
    """Where a version of an offer stands."""

    DRAFT = "draft"
    AWAITING_APPROVAL = "awaiting_approval"
    APPROVAL_REFUSED = "approval_refused"
    APPROVED = "approved"
    SENT = "sent"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    SUPERSEDED = "superseded"


class MeetingStep(StrEnum):
    """Where an interview stands."""

    PLANNED = "planned"
    DONE = "done"
    CANCELLED = "cancelled"


class Who(StrEnum):
    """Whom a reason says to have ended it; some customers' reasons do not say."""

    CANDIDATE = "candidate"
    COMPANY = "company"
    UNCLEAR = "unclear"


@dataclass
class Account:
    """Somebody who signs in there; an agency's is no colleague."""

    id: int
    first_name: str
    last_name: str
    email: str
    title: str = ""
    active: bool = True
    agency: bool = False
    created_at: datetime = datetime(2020, 1, 1, tzinfo=UTC)
    updated_at: datetime = datetime(2020, 1, 1, tzinfo=UTC)

    @property
    def name(self) -> str:
        """First and last name."""
        return f"{self.first_name} {self.last_name}".strip()


@dataclass
class Opening:
    """A job."""

    id: int
    title: str
    department: str = ""
    open: bool = True
    confidential: bool = False
    hiring_manager: int | None = None
    recruiter: int | None = None
    updated_at: datetime = datetime(2020, 1, 1, tzinfo=UTC)


@dataclass
class Applicant:
    """A candidate."""

    id: int
    first_name: str
    last_name: str
    emails: list[str] = field(default_factory=list)
    linkedin: str = ""
    company: str = ""
    title: str = ""
    may_contact: bool = True
    private: bool = False
    anonymised: bool = False
    tags: list[str] = field(default_factory=list)
    owner: int | None = None
    source: int | None = None
    credited_to: int | None = None
    """Whoever counts as having referred them."""
    notes: list[str] = field(default_factory=list)
    created_at: datetime = datetime(2020, 1, 1, tzinfo=UTC)
    updated_at: datetime = datetime(2020, 1, 1, tzinfo=UTC)

    @property
    def name(self) -> str:
        """First and last name."""
        return f"{self.first_name} {self.last_name}".strip()


@dataclass
class OfferVersion:
    """A version of an offer; the highest is the current one."""

    id: int
    version: int
    step: OfferStep
    created_at: datetime
    updated_at: datetime
    sent_at: datetime | None = None
    decided_at: datetime | None = None


@dataclass
class Seat:
    """Somebody's part in an interview: what they answered to the invitation, and whether they only watched."""

    user: int | None
    email: str = ""
    response: str = "accepted"
    shadow: bool = False


@dataclass
class Meeting:
    """An interview; a debrief is one without the candidate."""

    id: int
    title: str
    starts_at: datetime
    minutes: int
    step: MeetingStep
    panel: list[Seat]
    debrief: bool = False
    updated_at: datetime = datetime(2020, 1, 1, tzinfo=UTC)


@dataclass
class Feedback:
    """A scorecard; vote from 1 (strong no) to 5, 3 for no decision; a draft has not been submitted."""

    id: int
    user: int
    vote: int
    submitted_at: datetime | None
    meeting: int | None = None
    note: str = "private words that nobody here may ever read"
    updated_at: datetime = datetime(2020, 1, 1, tzinfo=UTC)


@dataclass
class Candidacy:
    """An application, with all that belongs to it."""

    id: int
    candidate: int
    job: int
    created_at: datetime
    updated_at: datetime
    stage: str = "applied"
    ended_at: datetime | None = None
    reason: int | None = None
    hired_at: datetime | None = None
    source: int | None = None
    recruiter: int | None = None
    offers: list[OfferVersion] = field(default_factory=list)
    meetings: list[Meeting] = field(default_factory=list)
    feedback: list[Feedback] = field(default_factory=list)
    stages: list[tuple[str, datetime]] = field(default_factory=list)

    @property
    def offer(self) -> OfferVersion | None:
        """The current version."""
        return max(self.offers, key=lambda one: one.version, default=None)


@dataclass(frozen=True)
class Reason:
    """Why an application ended, as the customer lists it."""

    id: int
    name: str
    who: Who


@dataclass(frozen=True)
class Happening:
    """What a verb did, for whoever sends calls: the verb, and the ids it was about (0 for none).

    `other` is the survivor of a merge, the meeting or the feedback that was deleted. Happened to something that is
    gone now, `snapshot` is what it was.
    """

    verb: str
    application: int = 0
    candidate: int = 0
    other: int = 0
    snapshot: object = None


REASONS = (
    Reason(1, "Accepted another job", Who.CANDIDATE),
    Reason(2, "Stays with current employer", Who.CANDIDATE),
    Reason(3, "Pay", Who.CANDIDATE),
    Reason(4, "Personal reasons", Who.CANDIDATE),
    Reason(5, "Withdrew", Who.CANDIDATE),
    Reason(6, "Lacking skills", Who.COMPANY),
    Reason(7, "Position closed", Who.COMPANY),
    Reason(8, "Preferred another candidate", Who.COMPANY),
    Reason(9, "Timing", Who.UNCLEAR),
    Reason(10, "Other", Who.UNCLEAR),
)
SOURCES: Mapping[int, str] = {1: "Referral", 2: "LinkedIn", 3: "ifnotyou", 4: "Careers page"}


class World:
    """Everything, with a lock around it: a stand-in answers from several threads.

    `now` may be set; each verb moves it on by a second, so that no two things happen at the same moment.
    """

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.lock = threading.RLock()
        self.users: dict[int, Account] = {}
        self.jobs: dict[int, Opening] = {}
        self.candidates: dict[int, Applicant] = {}
        self.applications: dict[int, Candidacy] = {}
        self.reasons: dict[int, Reason] = {one.id: one for one in REASONS}
        self.sources: dict[int, str] = dict(SOURCES)
        self.listeners: list[Callable[[Happening], None]] = []
        self._last_id = 1000

    # --- filling it

    def new_id(self) -> int:
        """An id that nothing has."""
        self._last_id += 1
        return self._last_id

    def hire(self, first: str, last: str, email: str = "", **more: object) -> Account:
        """An account for a colleague."""
        id_ = self.new_id()
        account = Account(
            id_, first, last, email or f"{first}.{last}@lanternworks.example".lower(), updated_at=self.now
        )
        self.users[id_] = _with(account, more)
        return self.users[id_]

    def open_job(self, title: str, **more: object) -> Opening:
        """A job."""
        id_ = self.new_id()
        self.jobs[id_] = _with(Opening(id_, title, updated_at=self.now), more)
        return self.jobs[id_]

    def add_candidate(self, first: str, last: str, *emails: str, **more: object) -> Applicant:
        """A candidate."""
        id_ = self.new_id()
        found = Applicant(id_, first, last, list(emails), created_at=self.now, updated_at=self.now)
        self.candidates[id_] = _with(found, more)
        return self.candidates[id_]

    def apply(self, candidate: Applicant, job: Opening) -> Candidacy:
        """An application."""
        with self._doing("applied") as done:
            id_ = self.new_id()
            found = Candidacy(id_, candidate.id, job.id, self.now, self.now, stages=[("applied", self.now)])
            self.applications[id_] = found
            done.append(Happening("applied", id_, candidate.id))
        return found

    # --- what people click

    def move(self, application: int, stage: str) -> None:
        """To another stage; "offer" is the last before the end."""
        with self._about(application, "moved") as found:
            found.stage = stage
            found.stages.append((stage, self.now))

    def meet(
        self, application: int, *panel: Seat, title: str = "Interview", minutes: int = 60, **more: object
    ) -> Meeting:
        """An interview that took place."""
        with self._about(application, "met") as found:
            meeting = Meeting(
                self.new_id(),
                title,
                self.now - timedelta(days=1),
                minutes,
                MeetingStep.DONE,
                list(panel),
                updated_at=self.now,
            )
            found.meetings.append(_with(meeting, more))
        return meeting

    def cancel_meeting(self, application: int, meeting: int) -> None:
        """It did not take place."""
        with self._about(application, "met") as found:
            one = next(one for one in found.meetings if one.id == meeting)
            one.step, one.updated_at = MeetingStep.CANCELLED, self.now

    def delete_meeting(self, application: int, meeting: int) -> None:
        """It was never there."""
        with self._about(application, "meeting_deleted", other=meeting) as found:
            found.meetings = [one for one in found.meetings if one.id != meeting]

    def vote(self, application: int, user: int, vote: int, *, meeting: int | None = None) -> Feedback:
        """A scorecard."""
        with self._about(application, "voted") as found:
            card = Feedback(self.new_id(), user, vote, self.now, meeting, updated_at=self.now)
            found.feedback.append(card)
        return card

    def delete_feedback(self, application: int, feedback: int) -> None:
        """A scorecard is taken away."""
        with self._about(application, "feedback_deleted", other=feedback) as found:
            found.feedback = [one for one in found.feedback if one.id != feedback]

    def offer(self, application: int, step: OfferStep = OfferStep.SENT) -> OfferVersion:
        """A new version of the offer; the one before is superseded, if nobody decided about it."""
        with self._about(application, "offer_made") as found:
            before = found.offer
            if before is not None and before.step not in {OfferStep.ACCEPTED, OfferStep.DECLINED}:
                before.step, before.updated_at = OfferStep.SUPERSEDED, self.now
            if found.stage != "offer":
                found.stage = "offer"
                found.stages.append(("offer", self.now))
            version = OfferVersion(
                self.new_id(), before.version + 1 if before else 1, step, self.now, self.now
            )
            if step is OfferStep.SENT:
                version.sent_at = self.now
            found.offers.append(version)
        return version

    def decide(self, application: int, step: OfferStep) -> None:
        """The current version goes on: approved, sent, accepted, declined, withdrawn, refused by an approver."""
        with self._about(application, "offer_changed") as found:
            version = found.offer
            if version is None:
                raise ValueError("there is no offer")
            version.step, version.updated_at = step, self.now
            if step is OfferStep.SENT:
                version.sent_at = version.sent_at or self.now
            decided = step in {OfferStep.ACCEPTED, OfferStep.DECLINED}
            version.decided_at = self.now if decided else None
            if step is OfferStep.ACCEPTED:
                found.hired_at = self.now

    def delete_offer(self, application: int) -> None:
        """All versions of the offer go."""
        with self._about(application, "offer_deleted") as found:
            found.offers = []

    def end(self, application: int, reason: int) -> None:
        """The application is over (rejected, archived), for one of the listed reasons."""
        with self._about(application, "ended") as found:
            found.ended_at, found.reason, found.hired_at = self.now, reason, None

    def reopen(self, application: int) -> None:
        """It is not over after all."""
        with self._about(application, "reopened") as found:
            found.ended_at, found.reason = None, None

    def rename(self, candidate: int, first: str, last: str) -> None:
        """The candidate is called otherwise."""
        with self._doing("candidate_changed") as done:
            one = self.candidates[candidate]
            one.first_name, one.last_name, one.updated_at = first, last, self.now
            for application in self.of_candidate(candidate):
                application.updated_at = self.now
            done.append(Happening("candidate_changed", 0, candidate))

    def forbid_contact(self, candidate: int) -> None:
        """The candidate asked not to be written to."""
        with self._doing("candidate_changed") as done:
            one = self.candidates[candidate]
            one.may_contact, one.updated_at = False, self.now
            for application in self.of_candidate(candidate):
                application.updated_at = self.now
            done.append(Happening("candidate_changed", 0, candidate))

    def delete_application(self, application: int) -> None:
        """The application was never there."""
        with self._doing("application_deleted") as done:
            found = self.applications.pop(application)
            done.append(Happening("application_deleted", application, found.candidate, snapshot=found))

    def delete_candidate(self, candidate: int) -> None:
        """The candidate goes, with their applications."""
        with self._doing("candidate_deleted") as done:
            ids = [one.id for one in self.of_candidate(candidate)]
            snapshot = (self.candidates.pop(candidate), [self.applications.pop(id_) for id_ in ids])
            done.append(Happening("candidate_deleted", 0, candidate, snapshot=snapshot))

    def anonymise(self, candidate: int) -> None:
        """Nobody can tell any more who the candidate was."""
        with self._doing("candidate_anonymised") as done:
            one = self.candidates[candidate]
            one.first_name, one.last_name, one.emails, one.linkedin = "Anonymized", "Candidate", [], ""
            one.company = one.title = ""
            one.anonymised, one.updated_at = True, self.now
            for application in self.of_candidate(candidate):
                application.updated_at = self.now
            done.append(Happening("candidate_anonymised", 0, candidate))

    def merge(self, gone: int, survivor: int) -> None:
        """Two records are one person: the first goes, the second has the applications and addresses of both."""
        with self._doing("merged") as done:
            lost, kept = self.candidates.pop(gone), self.candidates[survivor]
            kept.emails += [address for address in lost.emails if address not in kept.emails]
            kept.may_contact = kept.may_contact and lost.may_contact
            kept.updated_at = self.now
            for application in self.of_candidate(gone):
                application.candidate, application.updated_at = survivor, self.now
            done.append(Happening("merged", 0, gone, other=survivor, snapshot=lost))

    def deactivate(self, user: int) -> None:
        """A colleague has left."""
        with self._doing("user_changed"):
            self.users[user].active, self.users[user].updated_at = False, self.now

    # --- looking

    def of_candidate(self, candidate: int) -> list[Candidacy]:
        """The applications of somebody."""
        return [one for one in self.applications.values() if one.candidate == candidate]

    @contextmanager
    def _doing(self, verb: str) -> Iterator[list[Happening]]:
        """Hold the lock while something happens, a second after the last; then tell whoever listens."""
        done: list[Happening] = []
        with self.lock:
            self.now += timedelta(seconds=1)
            yield done
        for happening in done or [Happening(verb)]:
            for listener in self.listeners:
                listener(happening)

    @contextmanager
    def _about(self, application: int, verb: str, *, other: int = 0) -> Iterator[Candidacy]:
        with self._doing(verb) as done:
            found = self.applications[application]
            found.updated_at = self.now
            yield found
            done.append(Happening(verb, application, found.candidate, other))


def world_of(records: Records, now: datetime) -> World:
    """The world that the files of a company tell of (sample/), as its system for applicants would have it."""
    world = World(now)
    users = {
        id_: world.hire(
            *_two(one.name),
            one.email,
            title=one.title,
            active=one.active,
            updated_at=now - timedelta(days=900),
        )
        for id_, one in records.employees.items()
    }
    jobs = {}
    for id_, one in records.jobs.items():
        manager, recruiter = users.get(one.hiring_manager_id), users.get(one.recruiter_id)
        jobs[id_] = world.open_job(
            one.title,
            department=one.department,
            open=one.status is JobStatus.OPEN,
            hiring_manager=manager.id if manager else None,
            recruiter=recruiter.id if recruiter else None,
        )
    people = {
        id_: world.add_candidate(
            *_two(one.name),
            *([one.email] if one.email else []),
            linkedin=one.linkedin_url,
            company=one.current_company,
            title=one.current_title,
            may_contact=not one.do_not_contact,
        )
        for id_, one in records.candidates.items()
    }
    applications: dict[tuple[str, str], Candidacy] = {}
    for offer in records.offers:
        begun = (offer.sent_at or offer.resolved_at or now) - timedelta(days=30)
        found = Candidacy(
            world.new_id(), people[offer.candidate_id].id, jobs[offer.job_id].id, begun, begun, stage="offer"
        )
        _told(world, found, offer.status, offer.sent_at, offer.resolved_at)
        world.applications[found.id] = applications[offer.candidate_id, offer.job_id] = found
    for talk in records.interviews:
        if (application := applications.get((talk.candidate_id, talk.job_id))) is not None:
            step = MeetingStep.DONE if talk.status is InterviewStatus.COMPLETED else MeetingStep.CANCELLED
            seat = Seat(users[talk.employee_id].id, users[talk.employee_id].email)
            there = next(
                (
                    one
                    for one in application.meetings
                    if (one.title, one.starts_at) == (talk.kind, talk.started_at)
                ),
                None,
            )
            if there is not None:
                there.panel.append(seat)
                continue
            application.meetings.append(
                Meeting(
                    world.new_id(),
                    talk.kind,
                    talk.started_at,
                    int(talk.minutes),
                    step,
                    [seat],
                    updated_at=talk.started_at,
                )
            )
    for card in records.scorecards:
        if (application := applications.get((card.candidate_id, card.job_id))) is not None:
            at = card.submitted_at or application.created_at
            application.feedback.append(
                Feedback(world.new_id(), users[card.employee_id].id, card.overall, at, updated_at=at)
            )
    return world


def _told(
    world: World, found: Candidacy, status: OfferStatus, sent_at: datetime | None, decided_at: datetime | None
) -> None:
    """Put the offer into an application, and end it as it ended."""
    steps = {
        OfferStatus.OPEN: OfferStep.SENT,
        OfferStatus.ACCEPTED: OfferStep.ACCEPTED,
        OfferStatus.DECLINED: OfferStep.DECLINED,
        OfferStatus.RESCINDED: OfferStep.WITHDRAWN,
        OfferStatus.EXPIRED: OfferStep.WITHDRAWN,
    }
    at = decided_at or sent_at or found.created_at
    step = steps[status]
    found.offers.append(OfferVersion(world.new_id(), 1, step, sent_at or at, at, sent_at, decided_at))
    found.stages = [("applied", found.created_at), ("offer", sent_at or at)]
    found.updated_at = at
    if step is OfferStep.ACCEPTED:
        found.hired_at = at
    elif step is OfferStep.DECLINED:
        found.ended_at, found.reason = at, 1 + found.id % 4
    elif step is OfferStep.WITHDRAWN:
        found.ended_at, found.reason = at, 7


def _two(name: str) -> tuple[str, str]:
    first, _, last = name.partition(" ")
    return first, last


_Row = TypeVar("_Row")


def _with(row: _Row, more: Mapping[str, object]) -> _Row:
    """The row with these fields set; a name that it has not is an error."""
    for name, value in more.items():
        getattr(row, name)
        setattr(row, name, value)
    return row
