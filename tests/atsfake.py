"""A system for applicants on the far side of no network: the world of sample/ats, told as dossiers without any format.

For tests of what is done with what a connector tells, whichever it is. The fixture `fake_ats` registers it under
the slug "fake"; `fake_ats.connect(workspace)` is a connection to it, `fake_ats.world` what happens over there.
"""

import hashlib
import hmac
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime

import pytest

from ifnotyou.connectors.ats import all_systems
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
    Standing,
    TakesPeople,
    Unread,
)
from ifnotyou.connectors.base import ConnectorError, NotFromThem, Trouble, UnreadableCall
from ifnotyou.models import Connection, Workspace
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
from ifnotyou.sample.ats.world import Candidacy, MeetingStep, OfferStep, Who, World

NOW = datetime(2026, 6, 17, 12, tzinfo=UTC)
SECRET = "the secret of the fake's calls"

_STATES = {
    OfferStep.DRAFT: OfferState.NOT_SENT,
    OfferStep.AWAITING_APPROVAL: OfferState.NOT_SENT,
    OfferStep.APPROVAL_REFUSED: OfferState.NOT_SENT,
}
_MEETINGS = {MeetingStep.DONE: InterviewStatus.COMPLETED, MeetingStep.CANCELLED: InterviewStatus.CANCELLED}
_ENDERS = {Who.CANDIDATE: EndedBy.CANDIDATE, Who.COMPANY: EndedBy.COMPANY, Who.UNCLEAR: EndedBy.UNKNOWN}


class FakeSystem(AtsConnector, CallsUs, TakesPeople):
    """Tells of `world`. What it is asked is noted in `asked`; `fails` makes its next calls fail, one error for each."""

    slug = "fake"
    label = "Fake ATS"
    fields = (Field("key", "Key", secret=True),)
    scopes = (Scope("read", "everything"), Scope("write", "filing people", writing=True))
    steps = ("Open the settings.", "Make a key.")
    hook_steps = ("Call {address}.",)
    batch = 10
    page_size = 20

    world: World
    asked: list[str]
    fails: list[ConnectorError | None]
    lacks: list[str]
    unreadable: set[int]

    def missing(self) -> list[str]:
        self._called("missing")
        return list(self.lacks)

    def colleagues(self) -> Iterator[Employee]:
        self._called("colleagues")
        for one in list(self.world.users.values()):
            if not one.agency:
                yield Employee(str(one.id), one.name, one.email, one.title, active=one.active)

    def changes(self, cursor: Cursor, now: datetime) -> Iterator[Page]:
        """The newest first where all is wanted, by place; else what changed at or after the last moment seen."""
        world = self.world
        with world.lock:
            since = cursor.get("since")
            if since and "place" not in cursor:
                found = [a for a in world.applications.values() if a.updated_at.isoformat() >= since]
            else:
                found = [a for a in world.applications.values() if a.id < cursor.get("place", 10**9)]
            found.sort(key=lambda a: a.id, reverse=True)
            since = since if "place" in cursor else world.now.isoformat()
            ids = [(a.id, bool(a.offers), a.created_at) for a in found]
        starts = range(0, len(ids), self.page_size) or (0,)
        for start in starts:
            self._called("changes")
            some = ids[start : start + self.page_size]
            last = start == starts[-1]
            yield Page(
                sure=tuple(str(id_) for id_, offered, _ in some if offered),
                perhaps=tuple(str(id_) for id_, offered, _ in some if not offered),
                cursor={"since": since} if last else {"since": since, "place": some[-1][0]},
                reached=some[-1][2] if some else None,
            )

    def read(self, application_ids: Sequence[str]) -> Iterator[Dossier | Gone | Unread]:
        self._called("read")
        assert len(application_ids) <= self.batch
        for id_ in application_ids:
            with self.world.lock:
                yield self._told(id_)

    def _told(self, id_: str) -> Dossier | Gone | Unread:
        found = self.world.applications.get(int(id_))
        if found is None or self.world.candidates[found.candidate].anonymised:
            return Gone(id_)
        if found.id in self.unreadable:
            return Unread(id_, "Fake ATS told of a moment that is none.")
        return dossier_of(self.world, found)

    def read_call(self, body: bytes, headers: Mapping[str, str], now: datetime) -> Hint:
        proof = headers.get("Fake-Signature", "")
        if not any(hmac.compare_digest(proof, signed(body, one)) for one in self.settings.hook_secrets):
            raise NotFromThem("This call is not signed with the secret that we know.")
        try:
            told = json.loads(body)
            return Hint(told["key"], told["event"], tuple(told["applications"]), tuple(told["candidates"]))
        except (ValueError, KeyError, TypeError) as error:
            raise UnreadableCall("Fake ATS called about something that we do not understand.") from error

    def sources(self) -> list[Choice]:
        self._called("sources")
        return [Choice(str(id_), name) for id_, name in self.world.sources.items()]

    def find(self, newcomer: Newcomer) -> Filed | None:
        self._called("find")
        for one in list(self.world.candidates.values()):  # others may be adding theirs
            known = newcomer.email and newcomer.email in one.emails
            if known or (newcomer.profile and newcomer.profile == one.linkedin):
                return Filed(str(one.id), f"https://fake.example.com/people/{one.id}")
        return None

    def create(self, newcomer: Newcomer) -> Filed | None:
        self._called("create")
        first, _, last = newcomer.name.partition(" ")
        one = self.world.add_candidate(
            first,
            last,
            *([newcomer.email] if newcomer.email else []),
            linkedin=newcomer.profile,
            company=newcomer.company,
        )
        one.source = int(newcomer.source) if newcomer.source else None
        self._called("created")
        return Filed(str(one.id), f"https://fake.example.com/people/{one.id}")

    def complete(self, filed: Filed, newcomer: Newcomer) -> None:
        self._called("complete")
        one = self.world.candidates[int(filed.candidate_id)]
        owners = [user.id for user in self.world.users.values() if user.email == newcomer.owner_email]
        one.owner = owners[0] if owners else one.owner
        one.tags += [newcomer.tag] if newcomer.tag not in one.tags else []
        one.notes += [newcomer.note] if newcomer.note not in one.notes else []

    def standings(self, candidate_ids: Sequence[str]) -> Iterator[Standing]:
        self._called("standings")
        for id_ in candidate_ids:
            if int(id_) not in self.world.candidates:
                continue
            theirs = self.world.of_candidate(int(id_))
            met = [m.starts_at for a in theirs for m in a.meetings if m.step is MeetingStep.DONE]
            hired = [a.hired_at for a in theirs if a.hired_at]
            ended = [a.ended_at for a in theirs if a.ended_at]
            yield Standing(
                id_,
                theirs[-1].stage if theirs else "",
                max(met, default=None),
                max(hired, default=None),
                max(ended) if ended and len(ended) == len(theirs) else None,
            )

    def _called(self, what: str) -> None:
        self.asked.append(what)
        if self.fails and (error := self.fails.pop(0)) is not None:
            raise error


def dossier_of(world: World, found: Candidacy) -> Dossier:
    """All that bears on an application, as it is now."""
    person, job, id_ = world.candidates[found.candidate], world.jobs[found.job], str(found.id)
    hidden = "confidential job" if job.confidential else "private candidate" if person.private else ""
    if hidden:
        return Dossier(id_, Candidate(str(person.id), ""), Job(str(job.id)), hidden=hidden)
    between = (str(person.id), str(job.id))
    offer = found.offer
    return Dossier(
        id_,
        Candidate(
            str(person.id),
            person.name,
            person.emails[0] if person.emails else "",
            person.linkedin,
            person.company,
            person.title,
            do_not_contact=not person.may_contact,
        ),
        Job(
            str(job.id),
            job.title,
            job.department,
            status=JobStatus.OPEN if job.open else JobStatus.CLOSED,
            hiring_manager_id=str(job.hiring_manager or ""),
            recruiter_id=str(job.recruiter or ""),
        ),
        offer=offer
        and LastOffer(
            _STATES.get(offer.step) or OfferState(offer.step.value),
            offer.step,
            offer.sent_at,
            offer.decided_at,
        ),
        ending=_ending(world, found),
        interviews=tuple(
            Interview(str(m.id), *between, str(seat.user), m.title, m.starts_at, m.minutes, _MEETINGS[m.step])
            for m in found.meetings
            for seat in m.panel
            if m.step in _MEETINGS
            and seat.user
            and not (m.debrief or seat.shadow or seat.response == "declined")
        ),
        scorecards=tuple(
            Scorecard(str(card.id), *between, str(card.user), card.submitted_at, card.vote)
            for card in found.feedback
            if card.submitted_at
        ),
    )


def _ending(world: World, found: Candidacy) -> Ending | None:
    if found.ended_at is None:
        return None
    reason = world.reasons.get(found.reason or 0)
    if reason is None:
        return Ending(EndedBy.UNKNOWN, found.ended_at)
    return Ending(_ENDERS[reason.who], found.ended_at, reason.name)


def signed(body: bytes, secret: str = SECRET) -> str:
    """The proof that goes with a call, in the header Fake-Signature."""
    return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def call(key: str, *applications: int, event: str = "changed", candidates: Sequence[int] = ()) -> bytes:
    """The body of a call about these."""
    told = {"key": key, "event": event, "applications": [*map(str, applications)]}
    return json.dumps({**told, "candidates": [*map(str, candidates)]}).encode()


def broken(*, permanent: bool = False) -> ConnectorError:
    """What a connector raises when the other side does not do its part."""
    if permanent:
        return ConnectorError(Trouble.SIGN_IN_REFUSED, "Fake ATS does not know this key.", permanent=True)
    return ConnectorError(Trouble.UNREACHABLE, "Fake ATS has trouble of its own.", permanent=False)


class Fake:
    """The world over there, the connector's class, and connections to it."""

    def __init__(self, connector: type[FakeSystem]) -> None:
        self.connector = connector

    @property
    def world(self) -> World:
        return self.connector.world

    def connect(self, workspace: Workspace, **more: object) -> Connection:
        """A connection of this workspace; call it in the workspace's scope."""
        fields = {"system": FakeSystem.slug, "hook_secret": SECRET, "secrets": '{"key": "k"}', **more}
        return Connection.objects.create(workspace=workspace, **fields)


@pytest.fixture
def fake_ats(monkeypatch) -> Fake:
    """A system without anybody in it, at noon of the day of the stories."""
    told = {"world": World(NOW), "asked": [], "fails": [], "lacks": [], "unreadable": set()}
    connector = type("Connector", (FakeSystem,), told)
    monkeypatch.setitem(all_systems(), FakeSystem.slug, connector)  # type: ignore[arg-type]
    return Fake(connector)
