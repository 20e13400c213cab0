"""The far side of a connector in tests: a server on loopback that can be told what to break."""

import json
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar, Self
from urllib.parse import parse_qs, urlsplit

from ifnotyou.connectors.ats.contract import Dossier, Newcomer
from ifnotyou.sample.ats.server import Request, Response, Server
from ifnotyou.sample.ats.world import Account, Happening, OfferStep, Seat, World
from tests.connectors.webserver import Heard, Said, WebServer

RECORDED = Path(__file__).parent / "recorded"

NOW = datetime(2026, 3, 9, 12, tzinfo=UTC)
REFUSED = 401
ENOUGH = 1000
"""So many answers are broken at once: more than any test asks for."""


class Far(ABC):
    """What the contract asks of it. Ids are as the connector tells them; what there is not is ""."""

    settings: Mapping[str, str]
    """What is typed into the connector's fields."""
    answers: Mapping[str, str] = {}
    hook_secret: str = "the-secret-of-the-hook"
    now: datetime = NOW

    declined: str
    """The application of a candidate who clearly turned the offer down, lately."""
    expected: Dossier
    """All that is to be read of it."""
    open: str
    """One with an offer that is out."""
    long_ago: str
    """One that was declined two years ago, and has not been touched since."""
    gone: str
    """One that is not there any more."""
    confidential: str = ""
    """One that may not be told here; "" where the system has no such thing."""
    private_words: tuple[str, ...] = ("private words that nobody here may ever read",)
    """What stands there and must never be read."""

    @property
    @abstractmethod
    def url(self) -> str:
        """Where it is."""

    @abstractmethod
    def deny(self, scope: str) -> None:
        """The key may not do this any more."""

    @abstractmethod
    def tear(self) -> None:
        """Every answer from now on ends in the middle."""

    @abstractmethod
    def fail(self, status: int, times: int = ENOUGH) -> None:
        """So many answers from now on are this status, and nothing else."""

    @abstractmethod
    def garble(self, application: str) -> None:
        """In the record of this application something is of the wrong type from now on, and in no other."""

    # --- where it makes calls

    def call(self, application: str, secret: str) -> tuple[bytes, Mapping[str, str]]:
        """A genuine call about this application, signed with this secret: its body and headers."""
        raise NotImplementedError

    def sign(self, body: bytes, secret: str) -> tuple[bytes, Mapping[str, str]]:
        """Any body as a genuine call, as far as it can be signed."""
        raise NotImplementedError

    # --- where people can be filed

    newcomer = Newcomer(
        key="1b1f6f3e-7a52-4c39-9d6e-0d4c1c1e8a11",
        name="Noa Lind",
        email="noa@lind.example",
        profile="https://www.linkedin.com/in/noa-lind",
        company="Brightwater",
        job_id="",
        owner_email="hedda.host@lanternworks.example",
        source="",
        tag="ifnotyou-vip",
        note="Suggested by somebody who knows our work. First contact: 2 March 2026, by Hedda Host.",
    )

    def notes(self, candidate: str) -> list[str]:
        """The notes on somebody."""
        raise NotImplementedError

    def credited(self, candidate: str) -> list[str]:
        """Who is credited with having referred somebody."""
        raise NotImplementedError


@dataclass(frozen=True)
class Hiring:
    """A world with what every connector has to get right, and the ids in it."""

    world: World
    declined: int
    open: int
    long_ago: int
    gone: int
    confidential: int
    private: int
    met: Account
    """Who interviewed the one who declined, and submitted a scorecard (vote 4)."""
    watched: Account
    """Who only watched."""
    refused: Account
    """Who was invited, and declined the invitation."""
    recruiter: Account
    host: Account


def hiring() -> Hiring:
    """One declined (met by one, watched by another; a cancelled interview, a debrief, a draft), and others."""
    world = World(NOW - timedelta(days=730))
    met = world.hire("Mara", "Met", title="Engineer")
    watched = world.hire("Wim", "Watched")
    refused = world.hire("Rea", "Refused")
    recruiter = world.hire("Rita", "Recruiter", title="Recruiter")
    host = world.hire("Hedda", "Host")
    world.hire("Lena", "Left", active=False)
    manager = world.hire("Moss", "Manager")
    job = world.open_job(
        "Staff Engineer", department="Platform", hiring_manager=manager.id, recruiter=recruiter.id
    )
    secret = world.open_job("Chief of Something New", confidential=True)

    def apply(first: str, where=job, **more: object) -> int:
        person = world.add_candidate(first, "Berg", f"{first}@berg.example".lower(), **more)
        return world.apply(person, where).id

    def offered(application: int) -> int:
        world.offer(application)
        return application

    def declines(application: int) -> int:
        world.decide(offered(application), OfferStep.DECLINED)
        world.end(application, 1)
        return application

    long_ago = declines(apply("Olga"))
    world.now = NOW - timedelta(hours=5)
    declined = apply(
        "Dana", company="Brightwater", title="Engineer", linkedin="https://linkedin.com/in/dana-b"
    )
    talk = world.meet(
        declined,
        Seat(met.id, met.email),
        Seat(watched.id, watched.email, shadow=True),
        Seat(refused.id, refused.email, response="declined"),
        title="Systems",
        minutes=45,
    )
    called_off = world.meet(declined, Seat(refused.id, refused.email), title="Called off")
    world.cancel_meeting(declined, called_off.id)
    world.meet(declined, Seat(refused.id, refused.email), title="Debrief", debrief=True)
    world.vote(declined, met.id, 4, meeting=talk.id)
    draft = world.vote(declined, refused.id, 1)
    draft.submitted_at = None
    world.offer(declined)
    declines(declined)
    gone = declines(apply("Gus"))
    world.delete_application(gone)
    return Hiring(
        world=world,
        declined=declined,
        open=offered(apply("Pia")),
        long_ago=long_ago,
        gone=gone,
        confidential=declines(apply("Cleo", secret)),
        private=declines(apply("Pris", private=True)),
        met=met,
        watched=watched,
        refused=refused,
        recruiter=recruiter,
        host=host,
    )


class StandInFar(Far):
    """A stand-in (sample/ats/) as the far side. It runs already; `expected` is for the test to say.

    Say `garbled`, the field that is spoilt, in objects that hold the application's id under one of `id_names`, and
    `told`, how the stand-in writes the id of an application or a candidate. `credited_to` of a candidate has to be set
    by the stand-in when a call asks for it.
    """

    garbled: ClassVar[str]
    id_names: ClassVar[tuple[str, ...]] = ("id", "application_id", "applicationId", "opportunityId")

    def __init__(self, server: Server, there: Hiring, told: Callable[[int], str] = str) -> None:
        self.server = server
        self.there = there
        self.told = told
        self.settings = server.settings()
        self.now = there.world.now
        self.declined, self.open = told(there.declined), told(there.open)
        self.long_ago, self.gone = told(there.long_ago), told(there.gone)
        self.confidential = told(there.confidential)

    @property
    def url(self) -> str:
        return self.server.url

    def deny(self, scope: str) -> None:
        self.server.denied.add(scope)

    def tear(self) -> None:
        self.server.torn = True

    def fail(self, status: int, times: int = ENOUGH) -> None:
        self.server.broken.extend([status] * times)

    def garble(self, application: str) -> None:
        def spoil(request: Request, response: Response) -> Response:
            del request
            return replace(response, content=self._garbled(response.content, application))

        self.server.spoil = spoil

    def _garbled(self, content: Any, application: str) -> Any:
        """The same, with the field spoilt wherever an object is about the application."""
        if isinstance(content, list):
            return [self._garbled(one, application) for one in content]
        if not isinstance(content, dict):
            return content
        about = application in {str(content.get(name)) for name in self.id_names}
        return {
            name: [["neither", "this"]] if about and name == self.garbled else self._garbled(one, application)
            for name, one in content.items()
        }

    def call(self, application: str, secret: str) -> tuple[bytes, Mapping[str, str]]:
        world = self.there.world
        id_ = next(one for one in world.applications if self.told(one) == application)
        happening = Happening("ended", id_, world.applications[id_].candidate)
        with world.lock:
            call = self.server.calls_about(happening, secret)[0]
        return call.body, call.headers

    def notes(self, candidate: str) -> list[str]:
        return self._candidate(candidate).notes

    def credited(self, candidate: str) -> list[str]:
        to = self._candidate(candidate).credited_to
        return [] if to is None else [str(to)]

    def _candidate(self, candidate: str):
        return next(one for one in self.there.world.candidates.values() if self.told(one.id) == candidate)


class RecordedFar(Far):
    """Answers of our own in the shapes that a system's documents print (recorded/<slug>/*.json), served by path.

    For a system without a stand-in. `with` starts and stops it. Say `answer`, and where a scope is needed `scope_of`.
    """

    slug: ClassVar[str]

    def __init__(self) -> None:
        self.denied: set[str] = set()
        self.garbled: set[str] = set()
        self._broken: list[int] = []
        self._torn = False
        self._server = WebServer(_Everything(self._said))

    def answer(self, path: str, query: Mapping[str, str], headers: Mapping[str, str]) -> Said | Any:
        """The JSON at a path, or anything else as a Said."""
        raise NotImplementedError

    def scope_of(self, path: str) -> str:
        """The scope that a path is for."""
        raise NotImplementedError

    def recorded(self, name: str) -> Any:
        """What is written in a file."""
        return json.loads((RECORDED / self.slug / f"{name}.json").read_text(encoding="utf-8"))

    def __enter__(self) -> Self:
        self._server.__enter__()
        return self

    def __exit__(self, *_) -> None:
        self._server.__exit__(*_)

    @property
    def url(self) -> str:
        return self._server.url

    @property
    def asked(self) -> list[str]:
        """The paths that were asked for."""
        return [heard.path for heard in self._server.requests]

    def deny(self, scope: str) -> None:
        self.denied.add(scope)

    def tear(self) -> None:
        self._torn = True

    def fail(self, status: int, times: int = ENOUGH) -> None:
        self._broken = [status] * times

    def garble(self, application: str) -> None:
        self.garbled.add(application)

    def _said(self, heard: Heard) -> Said:
        if self._broken:
            return Said(self._broken.pop(), "{}")
        parts = urlsplit(heard.path)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        said = self.answer(parts.path, query, heard.headers)
        if self.scope_of(parts.path) in self.denied and (
            not isinstance(said, Said) or said.status != REFUSED
        ):
            return Said(403, "{}")
        if isinstance(said, Said):
            return said
        body = json.dumps(said).replace("{here}", self.url)
        return Said(body=body[: len(body) // 2] if self._torn else body)


class _Everything(dict):
    """The same answer to every request."""

    def __init__(self, said: Callable[[Heard], Said]) -> None:
        super().__init__()
        self._said = said

    def get(self, key, default=None):
        return self._said
