"""What we know: people, jobs, offers, and what passed between them.

Times are aware and in UTC. The facts that a company has by the hundred
thousand are named tuples, everything else frozen dataclasses: both are
immutable, the first is several times quicker to make.

What is not here cannot leak: the notes of a scorecard and the bodies of
messages are never read into a record.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple


class OfferStatus(StrEnum):
    """What became of an offer."""

    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    RESCINDED = "rescinded"
    EXPIRED = "expired"


class JobStatus(StrEnum):
    """Whether the seat is still there to be filled."""

    OPEN = "open"
    CLOSED = "closed"
    FILLED = "filled"


class InterviewStatus(StrEnum):
    """Whether an interview took place."""

    COMPLETED = "completed"
    CANCELLED = "cancelled"
    NO_SHOW = "no_show"


@dataclass(frozen=True, slots=True)
class Employee:
    """Somebody at the company, who may be asked to ask. Level 1 to 10, None where unknown.

    `open_to_asking` and `away_until` (the day they are back) are the colleague's
    own word to us: no file has them.
    """

    id: str
    name: str
    email: str = ""
    title: str = ""
    level: int | None = None
    department: str = ""
    manager_id: str = ""
    timezone: str = ""
    active: bool = True
    executive: bool = False
    past_employers: tuple[str, ...] = ()
    schools: tuple[str, ...] = ()
    open_to_asking: bool = True
    away_until: date | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who was offered a job, as one record of the ATS has them."""

    id: str
    name: str
    email: str = ""
    linkedin_url: str = ""
    current_company: str = ""
    current_title: str = ""
    past_employers: tuple[str, ...] = ()
    schools: tuple[str, ...] = ()
    level: int | None = None
    do_not_contact: bool = False


@dataclass(frozen=True, slots=True)
class Job:
    """A seat. An empty id of a person means that nobody is named."""

    id: str
    title: str = ""
    department: str = ""
    level: int | None = None
    status: JobStatus = JobStatus.OPEN
    hiring_manager_id: str = ""
    recruiter_id: str = ""


@dataclass(frozen=True, slots=True)
class Offer:
    """One offer of one job to one candidate; `resolved_at` is when it stopped being open.

    `doubt` says why it cannot be told whether the candidate declined (playbook/offers.py), "" where it can.
    """

    id: str
    candidate_id: str
    job_id: str
    status: OfferStatus
    sent_at: datetime | None = None
    resolved_at: datetime | None = None
    decline_reason: str = ""
    decline_notes: str = ""
    doubt: str = ""


class Interview(NamedTuple):
    """One interviewer's part in one interview: a panel of three is three of these."""

    id: str
    candidate_id: str
    job_id: str
    employee_id: str
    kind: str
    started_at: datetime
    minutes: float
    status: InterviewStatus


class Scorecard(NamedTuple):
    """An interviewer's vote, 1 (definitely not) to 5 (strong yes). Its notes are not read."""

    id: str
    candidate_id: str
    job_id: str
    employee_id: str
    submitted_at: datetime | None
    overall: int


class Message(NamedTuple):
    """That a message was sent, by whom and when. Never what it said."""

    candidate_id: str
    employee_id: str
    sent_at: datetime
    from_candidate: bool


class Pulse(NamedTuple):
    """An answer to "did you two click?", 1 (not at all) to 5 (very much).

    From a candidate, `score` None means that they named this person when asked
    whom they enjoyed meeting.
    """

    candidate_id: str
    employee_id: str
    by_candidate: bool
    score: int | None
    said_at: datetime | None


class PastAsk(NamedTuple):
    """That a colleague was given the ask of a candidate for a name.

    `open` until it is answered or closed: so long the colleague carries it.
    `asked` is False while it only waits with the colleague: nobody has asked
    the candidate yet. An ask may name a candidate who is not in the records:
    it then counts as carried, and no more.
    """

    candidate_id: str
    employee_id: str
    asked_at: datetime
    open: bool = True
    asked: bool = True


class Passed(NamedTuple):
    """That a colleague would rather not ask this candidate. Why is nobody's business, and is not kept."""

    candidate_id: str
    employee_id: str


@dataclass(frozen=True)
class Records:
    """All that a source told us. Every id named in a list stands in the mapping it belongs to.

    `restored_at`: the database was restored from a backup at that moment; what
    was sent between the backup and then is unknown.
    """

    employees: Mapping[str, Employee] = field(default_factory=dict)
    candidates: Mapping[str, Candidate] = field(default_factory=dict)
    jobs: Mapping[str, Job] = field(default_factory=dict)
    offers: Sequence[Offer] = ()
    interviews: Sequence[Interview] = ()
    scorecards: Sequence[Scorecard] = ()
    messages: Sequence[Message] = ()
    pulses: Sequence[Pulse] = ()
    asks: Sequence[PastAsk] = ()
    passes: Sequence[Passed] = ()
    restored_at: datetime | None = None
