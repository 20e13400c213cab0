"""What stands in our files: every column, how it is read, and what happens when it cannot be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Final

from ifnotyou.playbook.records import InterviewStatus, JobStatus, OfferStatus


class Kind(Enum):
    """How the cells of a column are read."""

    ID = auto()
    TEXT = auto()
    NAME = auto()
    EMAIL = auto()
    LIST = auto()
    FLAG = auto()
    LEVEL = auto()
    SCORE = auto()
    MINUTES = auto()
    DATE = auto()
    CHOICE = auto()
    EMPLOYEE = auto()
    CANDIDATE = auto()
    JOB = auto()


class Loss(Enum):
    """What a cell that cannot be read costs. It is told in both cases."""

    ROW = auto()
    CELL = auto()


class Skip(Enum):
    """The meaning of words that say: this row is not (yet) what the file is about. It is passed over in silence."""

    SKIP = auto()


SKIP: Final = Skip.SKIP


@dataclass(frozen=True, slots=True)
class Column:
    """One column of ours.

    `empty` is what an empty cell means, unless the column is required; `unclear`
    is what a cell means that cannot be read and does not cost the row.
    `words` are the values of a CHOICE.
    """

    name: str
    kind: Kind = Kind.TEXT
    loss: Loss = Loss.CELL
    required: bool = False
    empty: object = None
    unclear: object = None
    words: Mapping[str, object] = field(default_factory=dict)


def _text(name: str) -> Column:
    return Column(name, Kind.TEXT, empty="", unclear="")


def _list(name: str) -> Column:
    return Column(name, Kind.LIST, empty=(), unclear=())


def _required(name: str, kind: Kind, words: Mapping[str, object] | None = None) -> Column:
    return Column(name, kind, Loss.ROW, required=True, words=words or {})


def _nobody_or(name: str) -> Column:
    """An employee, where it is better to know nobody than to lose the row."""
    return Column(name, Kind.EMPLOYEE, empty="", unclear="")


OFFER_WORDS = {**{str(status): status for status in OfferStatus}, "none": SKIP}
INTERVIEW_WORDS = {**{str(status): status for status in InterviewStatus}, "none": SKIP}
VOTE_WORDS = {"definitely_not": 1, "no": 2, "mixed": 3, "yes": 4, "strong_yes": 5, "none": SKIP}

_EMAIL = Column("email", Kind.EMAIL, empty="", unclear="")
_LEVEL = Column("level", Kind.LEVEL)
_APPLICATION = _text("application_id")
_ENDED_BY = Column(
    "ended_by",
    Kind.CHOICE,
    empty="",
    unclear="",
    words={"candidate": "candidate", "company": "company", "unknown": ""},
)

# A flag that cannot be read counts as whatever keeps us from writing to somebody.
_ACTIVE = Column("active", Kind.FLAG, empty=True, unclear=False)
_EXECUTIVE = Column("executive", Kind.FLAG, empty=False, unclear=True)
_DO_NOT_CONTACT = Column("do_not_contact", Kind.FLAG, empty=False, unclear=True)
_CANCELLED = Column("cancelled", Kind.FLAG, empty=False, unclear=True)
_DELETED = Column("deleted", Kind.FLAG, empty=False, unclear=True)


@dataclass(frozen=True, slots=True)
class Layout:
    """One file of ours.

    `helpers` are columns of other systems that stand in for one of ours, or fill
    it. `one_of` lists columns of which one has to be there. `aside` is known and
    never read.
    """

    columns: tuple[Column, ...]
    helpers: tuple[Column, ...] = ()
    one_of: tuple[tuple[str, ...], ...] = ()
    aside: tuple[str, ...] = ()

    @property
    def all_columns(self) -> tuple[Column, ...]:
        """Our own columns and the helpers."""
        return self.columns + self.helpers


REQUIRED_FILES = ("employees", "candidates", "jobs", "offers")

LAYOUTS: Mapping[str, Layout] = {
    "employees": Layout(
        columns=(
            _required("id", Kind.ID),
            _required("name", Kind.NAME),
            _EMAIL,
            _text("title"),
            _LEVEL,
            _text("department"),
            _nobody_or("manager_id"),
            _text("timezone"),
            _ACTIVE,
            _EXECUTIVE,
            _list("past_employers"),
            _list("schools"),
        ),
        helpers=(_text("first_name"), _text("last_name")),
    ),
    "candidates": Layout(
        columns=(
            _required("id", Kind.ID),
            _required("name", Kind.NAME),
            _EMAIL,
            _text("linkedin_url"),
            _text("current_company"),
            _text("current_title"),
            _list("past_employers"),
            _list("schools"),
            _LEVEL,
            _DO_NOT_CONTACT,
        ),
        helpers=(_text("first_name"), _text("last_name")),
    ),
    "jobs": Layout(
        columns=(
            _required("id", Kind.ID),
            _text("title"),
            _text("department"),
            _LEVEL,
            Column(
                "status",
                Kind.CHOICE,
                Loss.ROW,
                empty=JobStatus.OPEN,
                words={str(status): status for status in JobStatus},
            ),
            _nobody_or("hiring_manager_id"),
            _nobody_or("recruiter_id"),
        ),
    ),
    "offers": Layout(
        columns=(
            _required("id", Kind.ID),
            _required("candidate_id", Kind.CANDIDATE),
            _required("job_id", Kind.JOB),
            _required("status", Kind.CHOICE, OFFER_WORDS),
            Column("sent_at", Kind.DATE),
            # Without its date, an old decline would look like a fresh one.
            Column("resolved_at", Kind.DATE, Loss.ROW),
            _text("decline_reason"),
            _text("decline_notes"),
        ),
        helpers=(_APPLICATION, _ENDED_BY),
    ),
    "interviews": Layout(
        columns=(
            Column("id", Kind.ID, Loss.ROW, empty=""),
            _required("candidate_id", Kind.CANDIDATE),
            Column("job_id", Kind.JOB, Loss.ROW, empty=""),
            _required("employee_id", Kind.EMPLOYEE),
            _text("kind"),
            _required("started_at", Kind.DATE),
            Column("minutes", Kind.MINUTES, Loss.ROW),
            Column("status", Kind.CHOICE, Loss.ROW, words=INTERVIEW_WORDS),
        ),
        helpers=(_APPLICATION, Column("ended_at", Kind.DATE, Loss.ROW), _CANCELLED),
        one_of=(("minutes", "ended_at"), ("status", "cancelled")),
    ),
    "scorecards": Layout(
        columns=(
            Column("id", Kind.ID, Loss.ROW, empty=""),
            _required("candidate_id", Kind.CANDIDATE),
            Column("job_id", Kind.JOB, Loss.ROW, empty=""),
            _required("employee_id", Kind.EMPLOYEE),
            Column("submitted_at", Kind.DATE, Loss.ROW),
            Column("overall", Kind.CHOICE, Loss.ROW, empty=SKIP, words=VOTE_WORDS),
        ),
        helpers=(_APPLICATION, _DELETED),
        one_of=(("overall",),),
        aside=("notes",),  # what is never read cannot leak into a draft
    ),
    "messages": Layout(
        columns=(
            _required("candidate_id", Kind.CANDIDATE),
            _required("employee_id", Kind.EMPLOYEE),
            _required("sent_at", Kind.DATE),
            _required("direction", Kind.CHOICE, {"to_candidate": False, "from_candidate": True}),
        ),
        helpers=(_APPLICATION,),
    ),
    "pulses": Layout(
        columns=(
            _required("candidate_id", Kind.CANDIDATE),
            _required("employee_id", Kind.EMPLOYEE),
            _required("by", Kind.CHOICE, {"candidate": True, "employee": False}),
            Column("score", Kind.SCORE, Loss.ROW),
            Column("said_at", Kind.DATE, Loss.ROW),
        ),
        helpers=(_APPLICATION,),
        one_of=(("score",),),
    ),
    # Two files that only other systems have: they join the others together.
    "applications": Layout(
        columns=(
            _required("id", Kind.ID),
            _text("candidate_id"),
            _text("job_id"),
            _text("ended_by"),
            _text("end_reason"),
        ),
    ),
    "interviewers": Layout(columns=(_required("interview_id", Kind.ID), _required("employee_id", Kind.ID))),
}
