"""What a system for applicants (an ATS) is to us: what it tells, what calls it makes, and what we may file there.

A connector is one file in `systems/` with one class `Connector`. It translates, and knows neither database nor rules.
All ids are those of the other system, as texts. Whatever goes wrong is a ConnectorError with a sentence that names
the mend. docs/developers/connectors.md tells how to write one; tests/connectors/ats/contract.py holds each to this.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar

from ifnotyou.connectors.http import HttpClient
from ifnotyou.playbook.offers import EndedBy, OfferState
from ifnotyou.playbook.records import Candidate, Employee, Interview, Job, Scorecard

Cursor = Mapping[str, Any]
"""Where to go on, as JSON. What stands in it is the connector's own; an empty one means: from the beginning."""


# --- what a person types and chooses


@dataclass(frozen=True)
class Choice:
    """One of several: the value that is kept, and what people read."""

    value: str
    label: str


@dataclass(frozen=True)
class Field:
    """Something to type in when connecting, such as a key. What is secret is encrypted, and never shown again."""

    name: str
    label: str
    help: str = ""
    secret: bool = False
    required: bool = True
    choices: tuple[Choice, ...] = ()


@dataclass(frozen=True)
class Scope:
    """Something that the key has to be allowed, in the other system's words, and what we need it for.

    Where it is only for filing people there, `writing` is set: nobody has to allow it who does not want that.
    """

    name: str
    why: str
    writing: bool = False


@dataclass(frozen=True)
class Question:
    """Something that only the customer can say, such as what their own archive reasons mean. Asked once.

    `answer` is what we take it for until somebody has said; `many`: several of the choices may be chosen, and the
    answer is their values with a comma between them.
    """

    name: str
    label: str
    choices: tuple[Choice, ...]
    answer: str = ""
    help: str = ""
    many: bool = False


@dataclass(frozen=True)
class Settings:
    """What one customer's connection is made of. `address` is where the system is, "" for its usual place."""

    values: Mapping[str, str] = field(default_factory=dict, repr=False)
    answers: Mapping[str, str] = field(default_factory=dict)
    address: str = ""
    hook_secrets: tuple[str, ...] = field(default=(), repr=False)
    """The newest first: while a secret is being changed, the one before it still counts."""


# --- what the system tells


@dataclass(frozen=True)
class Ending:
    """That an application is over: who ended it, when, and the reason's name as it is chosen there (never a note)."""

    by: EndedBy
    at: datetime | None = None
    reason: str = ""


@dataclass(frozen=True)
class LastOffer:
    """The newest version of the offer; `raw` is the state in the system's own word."""

    state: OfferState
    raw: str = ""
    sent_at: datetime | None = None
    decided_at: datetime | None = None


@dataclass(frozen=True)
class Dossier:
    """All that bears on one application: who, for what, what became of the offer, whom they met and how it went.

    `interviews` are of those who really took part: not of whoever watched (a shadow), of a debrief, or of whoever
    declined the invitation. Scorecards are submitted ones. `hidden` says that this may not be told here ("confidential
    job", "private candidate"): then nothing else of it is used.
    """

    application_id: str
    candidate: Candidate
    job: Job
    offer: LastOffer | None = None
    ending: Ending | None = None
    interviews: tuple[Interview, ...] = ()
    scorecards: tuple[Scorecard, ...] = ()
    hidden: str = ""


@dataclass(frozen=True)
class Gone:
    """An application that is not there any more, or was anonymised: what we hold of it goes too."""

    application_id: str


@dataclass(frozen=True)
class Unread:
    """An application whose record we could not understand: it is kept for later, and said aloud."""

    application_id: str
    problem: str


@dataclass(frozen=True)
class Page:
    """Some applications that changed. `sure` have, or had, an offer; `perhaps` are to be read where we hold them.

    `cursor` is where to go on after this page, and on the last page where the next time begins. `reached` is how far
    back in time a first reading has come, None where it is not read by time.
    """

    sure: tuple[str, ...]
    perhaps: tuple[str, ...]
    cursor: Cursor
    reached: datetime | None = None


class AtsConnector(ABC):
    """Reads one customer's system."""

    slug: ClassVar[str]
    """Its name in addresses, rows and commands; never changes."""
    label: ClassVar[str]
    """Its name for people."""
    fields: ClassVar[tuple[Field, ...]]
    scopes: ClassVar[tuple[Scope, ...]]
    steps: ClassVar[tuple[str, ...]]
    """What to click there for a key, one sentence each."""
    unconfirmed: ClassVar[tuple[str, ...]] = ()
    """What its documents leave open, and what we do so that being wrong harms nobody. For its page of the manual."""
    batch: ClassVar[int] = 50
    """So many applications are read at once: as many as one call can name."""

    def __init__(self, settings: Settings, client: HttpClient) -> None:
        """Keep them; asks nothing yet. Where the settings cannot be right, the calls say so."""
        self.settings = settings
        self.client = client

    @abstractmethod
    def missing(self) -> list[str]:
        """Try every scope, and say in words what the key may not do yet; empty when all is well.

        Raises ConnectorError where not even that can be asked: a wrong key, no such server.
        """

    def questions(self) -> list[Question]:
        """What only the customer can say; asks the system for the choices."""
        return []

    @abstractmethod
    def colleagues(self) -> Iterator[Employee]:
        """Everybody with an account there who works at the company, also those who have left (active is False)."""

    @abstractmethod
    def changes(self, cursor: Cursor, now: datetime) -> Iterator[Page]:
        """What changed since the cursor, page by page; everything there ever was for an empty one, newest first.

        A cursor that the system no longer takes is started over, never an error.
        """

    @abstractmethod
    def read(self, application_ids: Sequence[str]) -> Iterator[Dossier | Gone | Unread]:
        """All about these applications (`batch` of them at most), as it is now: one answer for each id.

        Gone only when it is certain: where nothing at all can be seen any more, a ConnectorError instead.
        """


# --- calls that the system makes


@dataclass(frozen=True)
class Hint:
    """What a verified call is about: ids, and nothing else is believed. `key` is the same for the same call.

    Without applications and candidates it is of no interest to us (a ping, an unknown kind): done with.
    """

    key: str
    event: str
    applications: tuple[str, ...] = ()
    candidates: tuple[str, ...] = ()


class CallsUs(ABC):
    """A system that tells by itself that something happened (webhooks)."""

    hook_steps: ClassVar[tuple[str, ...]]
    """What to click there, one sentence each; {address} stands for where to call."""
    makes_secret: ClassVar[bool] = False
    """Whether the secret comes from there and has to be typed in here; else we make one up, to be typed in there."""

    @abstractmethod
    def read_call(self, body: bytes, headers: Mapping[str, str], now: datetime) -> Hint:
        """Verify a call by the secrets of the settings, in constant time, and say what it is about.

        `headers` find whatever the capitals. Raises NotFromThem, or UnreadableCall where it is theirs all the same.
        Asks nobody and changes nothing. One that is not signed at all is NotFromThem.
        """


# --- filing somebody there


@dataclass(frozen=True)
class Newcomer:
    """Somebody named, whom a host has taken and been in touch with, on the way into the system.

    `key` is ours and never changes. `owner_email` is the host's. `source` is one of `sources()`. `job_id` is "" where
    the role is not known there. `note` is all that may be said: nothing in it is confidential.
    """

    key: str
    name: str
    email: str
    profile: str
    company: str
    job_id: str
    owner_email: str
    source: str
    tag: str
    note: str


@dataclass(frozen=True)
class Filed:
    """Where somebody stands in the system; `link` is what a colleague opens there, "" if there is none."""

    candidate_id: str
    link: str = ""


@dataclass(frozen=True)
class Standing:
    """How far somebody who was filed there has come; None where that has not happened."""

    candidate_id: str
    stage: str = ""
    met_at: datetime | None = None
    """The last completed interview."""
    hired_at: datetime | None = None
    ended_at: datetime | None = None


class TakesPeople(ABC):
    """A system into which we may file people.

    Nobody is ever credited with a referral: no employee, and not whoever owns the key.
    """

    @abstractmethod
    def sources(self) -> list[Choice]:
        """The sources that somebody can be filed under."""

    @abstractmethod
    def find(self, newcomer: Newcomer) -> Filed | None:
        """Whoever is there already with this address or profile; None where nobody is, or we could not tell."""

    @abstractmethod
    def create(self, newcomer: Newcomer) -> Filed | None:
        """Create the person, once; None where the system will do it later (`find` tells when).

        Raises ConnectorError; with Trouble.UNCERTAIN where they may be there now, or not.
        """

    @abstractmethod
    def complete(self, filed: Filed, newcomer: Newcomer) -> None:
        """See to it that tag, owner and note are there; done twice, nothing stands there twice."""

    @abstractmethod
    def standings(self, candidate_ids: Sequence[str]) -> Iterable[Standing]:
        """How far these people have come; whoever is not there any more is left out."""
