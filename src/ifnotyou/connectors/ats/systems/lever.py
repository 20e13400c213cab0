"""Lever: opportunities, of which each is one candidacy of a contact (https://hire.lever.co/developer/documentation).

Three things make it unlike the others. It tells of no offer by itself: no call, no list of all offers, and an offer
that is denied does not change when its opportunity was updated; so whoever is in an offer stage is looked at in every
round. Its archive reasons do not say who ended it: the customer says so once. And its calls are signed within the
body, over two fields of it that are not what the call is about: nothing but an id is taken from them.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from hashlib import sha256
from typing import Any, NamedTuple
from urllib.parse import quote

from ifnotyou.connectors.ats.calls import Calls, NotAllowed, NotThere, Query, Rejected
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
    Standing,
    TakesPeople,
    Unread,
)
from ifnotyou.connectors.ats.fields import Fields, UnreadableRecord
from ifnotyou.connectors.base import ConnectorError, NotFromThem, Trouble, UnreadableCall
from ifnotyou.connectors.reading import read_json
from ifnotyou.playbook.offers import EndedBy, OfferState
from ifnotyou.playbook.people import public_profile
from ifnotyou.playbook.records import (
    Candidate,
    Employee,
    Interview,
    InterviewStatus,
    Job,
    JobStatus,
    Scorecard,
)

_REGIONS = {"global": "https://api.lever.co", "eu": "https://api.eu.lever.co"}
_MOST = 100
_NOBODY = "00000000-0000-0000-0000-000000000000"
_BEGINNING = datetime(2012, 1, 1, tzinfo=UTC)
"""Nothing in Lever is older than Lever."""
_END = datetime(2200, 1, 1, tzinfo=UTC)
_QUARTER = timedelta(days=91)
_OVERLAP = timedelta(minutes=15)
"""So far each round looks back before the last one began: clocks differ."""
_FRESH = timedelta(minutes=15)
"""A call that is older, or comes from the future, is not believed: polling covers it."""

_STATES: Mapping[str, OfferState] = {
    "draft": OfferState.NOT_SENT,
    "approval-sent": OfferState.NOT_SENT,
    "approved": OfferState.APPROVED,
    "sent": OfferState.SENT,
    "sent-manually": OfferState.SENT,
    "opened": OfferState.SENT,
    "denied": OfferState.DECLINED,
    "signed": OfferState.ACCEPTED,
}
_VOTES = {1: 1, 2: 2, 3: 4, 4: 5}
"""Lever's four thumbs, on our scale of five; no thumb is neither yes nor no."""
_NO_VOTE = 3

_SAID_NO = re.compile(
    r"\boffer (was )?(declined|turned down)\b|\b(declined|turned down) (our |the |an )?offer\b", re.IGNORECASE
)
_BY_CANDIDATE = re.compile(
    r"\bwithdr(ew|awn)\b|\baccepted (another|other|a different) (job|offer|role|position)\b"
    r"|\bstay(s|ed|ing) (with|at) (the )?current employer\b",
    re.IGNORECASE,
)
_BY_COMPANY = re.compile(
    r"\bunder-? ?qualified\b|\bnot qualified\b|\b(position|role|job) (was )?(closed|filled|cancell?ed)\b"
    r"|\boffer (was )?(withdrawn|rescinded)\b|\b(withdrew|rescinded) (our |the |an )?offer\b|\black(s|ing) skills?\b",
    re.IGNORECASE,
)

_ROW = ("id", "contact", "createdAt", "stage", "stageChanges", "archived")
_RECORD = (
    *_ROW,
    "name",
    "emails",
    "links",
    "applications",
    "confidentiality",
    "dataProtection",
    "isAnonymized",
)
_PERSON = (*_ROW, "links", "tags", "urls", "isAnonymized")
_OFFER = ("id", "status", "createdAt", "sentAt")
_INTERVIEW = ("id", "subject", "interviewers", "date", "duration", "canceledAt")
_PARTS = ("out", "lately", "archived", "updated", "deleted")
"""What a later round looks at, in this order."""
_LATELY = timedelta(days=7)
"""So long after an opportunity was archived its offer is still looked at: some archive first, and deny then."""

_EVENTS = frozenset(
    {
        "applicationCreated",
        "candidateHired",
        "candidateStageChange",
        "candidateArchiveChange",
        "candidateDeleted",
        "interviewCreated",
        "interviewUpdated",
        "interviewDeleted",
        "contactCreated",
        "contactUpdated",
    }
)
_AN_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


class _Reason(NamedTuple):
    """An archive reason as the customer lists it."""

    text: str
    active: bool
    hired: bool


class _Archived(NamedTuple):
    """That an opportunity is archived."""

    reason: str
    at: datetime


@dataclass(frozen=True)
class _Place:
    """How far a later round has come: the part, the page in it, and what was seen of the offers that are out."""

    since: int
    began: int
    part: str
    offset: str
    known: Mapping[str, str]
    seen: Mapping[str, str]

    def cursor(self) -> Cursor:
        """As JSON."""
        return {
            "since": self.since,
            "began": self.began,
            "part": self.part,
            "offset": self.offset,
            "known": self.known,
            "seen": self.seen,
        }


class Connector(AtsConnector, CallsUs, TakesPeople):
    """Reads one customer's Lever with a key of theirs."""

    slug = "lever"
    label = "Lever"
    fields = (
        Field(
            "key",
            "API key",
            "Made in Lever under Settings, Integrations and API, API Credentials.",
            secret=True,
        ),
        Field(
            "region",
            "Where your Lever is",
            "Look at the address when you are signed in: hire.lever.co, or hire.eu.lever.co.",
            choices=(Choice("global", "hire.lever.co"), Choice("eu", "hire.eu.lever.co")),
        ),
        Field(
            "perform_as",
            "Who files people when the host has no account in Lever",
            "The e-mail address of somebody with an account. Only needed where people are filed in Lever.",
            required=False,
        ),
    )
    unconfirmed = (
        "When an offer was denied: archived, the day of that stands for it; until then a person decides.",
        "What a call about the archive holds: only the id is taken from it.",
        "Who only watched an interview is not told: they count as interviewers.",
        "Whether a key without access to sensitive information sees secret notes: else our note may stand there twice.",
    )
    scopes = (
        Scope("opportunities:read:admin", "to see which candidates reached an offer stage or were archived"),
        Scope("offers:read:admin", "to see whether the offer was declined; Lever tells that nowhere else"),
        Scope("stages:read:admin", "to know which stages are offer stages"),
        Scope("archive_reasons:read:admin", "to know what your archive reasons are called"),
        Scope("interviews:read:admin", "to know who talked with the candidate"),
        Scope("panels:read:admin", "to know who of a panel declined the invitation"),
        Scope("feedback:read:admin", "to know who would have hired the candidate; only the rating is kept"),
        Scope("postings:read:admin", "to know which job it was, and whether it is still open"),
        Scope("users:read:admin", "to know your colleagues, and who of them has left"),
        Scope("sources:read:admin", "to choose the source under which people are filed", writing=True),
        Scope("notes:read:admin", "to write the note about somebody only once", writing=True),
        Scope(
            "opportunities:write:admin", "to file somebody whom a host has been in touch with", writing=True
        ),
        Scope("notes:write:admin", "to write the note that says what this person is", writing=True),
    )
    steps = (
        "In Lever open Settings, Integrations and API, and there API Credentials; you have to be a Super Admin.",
        "Choose Generate New Key, name it ifnotyou, and allow for each kind of record below what is listed there.",
        "Leave the access to confidential data off: nothing of it may be told here.",
        "Copy the key at once, because Lever shows it only once, and enter it here.",
    )
    hook_steps = (
        "In Lever open Settings, Integrations and API, and there Webhooks; you have to be a Super Admin.",
        "Switch on stage change, archive change, hired, deleted, the three for interviews and contact updated.",
        "Enter {address} for each of them.",
        "Copy the signature token from the same page and enter it here: calls without a signature are refused.",
    )
    makes_secret = True
    batch = 20

    # --- what the key may do, and what only the customer can say

    def missing(self) -> list[str]:
        """Try every scope that can be tried without writing; permission to write shows when somebody is filed."""
        refused = []
        someone = _NOBODY
        for scope in self.scopes:
            for path in _tried(scope.name, someone):
                try:
                    rows, _ = self._page(path, {"include": "id"}, "", limit=1)
                except NotAllowed:
                    only = ", needed only where people are filed there" if scope.writing else ""
                    refused.append(f"Lever does not allow this key {scope.name}: {scope.why}{only}.")
                    break
                except (NotThere, Rejected):
                    continue
                if path == "/opportunities" and rows:
                    someone = rows[0].id("id")
        if (
            not any("stages:" in text or "archive_reasons:" in text for text in refused)
            and not self._offer_stages
        ):
            refused.append(
                "None of your stages has “offer” in its name: say which ones are offer stages, or no offer is found."
            )
        return refused

    def questions(self) -> list[Question]:
        """Which stages are offer stages, which reasons mean that our offer was declined, and who ended it."""
        stages = tuple(Choice(id_, text) for id_, text in self._stages.items())
        ended = {id_: one for id_, one in self._reasons.items() if not one.hired}
        asked = [
            Question(
                "offer_stages",
                "Which stages does somebody with an offer stand in?",
                stages,
                ",".join(sorted(_stages_with_offer(self._stages))),
                "Also choose stages that come after the offer, such as a background check: whoever is in one of these "
                "is looked at in every round.",
                many=True,
            ),
            Question(
                "offer_declined",
                "Which archive reasons mean that the candidate declined your offer?",
                tuple(
                    Choice(id_, one.text if one.active else f"{one.text} (no longer used)")
                    for id_, one in ended.items()
                ),
                ",".join(sorted(_reasons_that_decline(ended))),
                "They count where the offer was not made in Lever.",
                many=True,
            ),
        ]
        asked += [
            Question(
                _name_of_question(id_),
                f"“{one.text}”: who ended it?",
                (
                    Choice(EndedBy.CANDIDATE, "the candidate"),
                    Choice(EndedBy.COMPANY, "we did"),
                    Choice(EndedBy.UNKNOWN, "either, or nobody knows"),
                ),
                _ended_by(one.text),
            )
            for id_, one in ended.items()
            if one.active
        ]
        return [question for question in asked if question.choices]

    @cached_property
    def _stages(self) -> Mapping[str, str]:
        return {row.id("id"): row.text("text") for row in self._all("/stages")}

    @cached_property
    def _reasons(self) -> Mapping[str, _Reason]:
        return {
            row.id("id"): _Reason(
                row.text("text"), row.text("status") != "inactive", row.text("type") == "hired"
            )
            for row in self._all("/archive_reasons")
        }

    @cached_property
    def _offer_stages(self) -> frozenset[str]:
        return self._chosen("offer_stages", lambda: _stages_with_offer(self._stages))

    @cached_property
    def _declining(self) -> frozenset[str]:
        return self._chosen("offer_declined", lambda: _reasons_that_decline(self._reasons))

    def _chosen(self, name: str, suggested: Callable[[], frozenset[str]]) -> frozenset[str]:
        """What was answered to a question of many, or what we take it for until then."""
        answer = self.settings.answers.get(name)
        return suggested() if answer is None else frozenset(filter(None, answer.split(",")))

    # --- calls

    @cached_property
    def _calls(self) -> Calls:
        values = self.settings.values
        if not values.get("key"):
            raise ConnectorError(Trouble.SIGN_IN_REFUSED, "Enter the API key of your Lever.", permanent=True)
        address = self.settings.address.rstrip("/") or _REGIONS.get(
            values.get("region", ""), _REGIONS["global"]
        )
        return Calls(self.label, f"{address}/v1", self.client, auth=(values["key"], ""))

    def _page(self, path: str, query: Query, offset: str, *, limit: int = _MOST) -> tuple[list[Fields], str]:
        """The rows of one page, and the offset of the next, "" after the last."""
        asked = {**query, "limit": limit, **({"offset": offset} if offset else {})}
        where = f"Lever, {path.strip('/').rpartition('/')[2]}"
        answer = Fields.of(where, self._calls.get(path, asked).json)
        following = answer.text("next") if answer.flag("hasNext", default=False) else ""
        if following and following == offset:
            raise UnreadableRecord(f"{where}: its pages lead in a circle.")
        return [Fields.of(where, row) for row in answer.list("data")], following

    def _all(self, path: str, query: Query | None = None) -> Iterator[Fields]:
        """The rows of all pages."""
        offset = ""
        while True:
            rows, offset = self._page(path, query or {}, offset)
            yield from rows
            if not offset:
                return

    def _one(self, path: str, query: Query) -> Fields:
        """A single record."""
        where = f"Lever, {path.strip('/').partition('/')[0]}"
        found = Fields.of(where, self._calls.get(path, query).json).part("data")
        if found is None:
            raise UnreadableRecord(f"{where}: the answer is empty.")
        return Fields(where, found.row)

    # --- colleagues

    def colleagues(self) -> Iterator[Employee]:
        """Everybody with an account; agencies have none in Lever."""
        asked = ("id", "name", "email", "deactivatedAt", "jobTitle", "managerId")
        for row in self._all("/users", {"includeDeactivated": "true", "include": asked}):
            yield Employee(
                row.id("id"),
                row.text("name") or row.text("email"),
                row.text("email"),
                row.text("jobTitle"),
                manager_id=row.id_or_none("managerId"),
                active=row.epoch("deactivatedAt") is None,
            )

    # --- what changed

    def changes(self, cursor: Cursor, now: datetime) -> Iterator[Page]:
        """A first reading by when opportunities were made; then what is out, archived, updated and deleted."""
        since = _moment(cursor, "since")
        if since is None:
            yield from self._first(cursor, now)
        else:
            yield from self._later(since, cursor, now)

    def _first(self, cursor: Cursor, now: datetime) -> Iterator[Page]:
        """Everything there is, the newest first: in spans of time of which each is as long as all before it.

        Lever does not say in which order it lists. Within a span the order is its own.
        """
        began = _moment(cursor, "began") or _millis(now)
        until = _moment(cursor, "until") or began
        offset = _text(cursor, "offset")
        while True:
            end = _from_millis(until)
            start = end - max(_QUARTER, _from_millis(began) - end)
            span: dict[str, int] = {"created_at_end": until}
            if start > _BEGINNING:
                span["created_at_start"] = _millis(start)
            rows, offset = self._resumed("/opportunities", {**span, "include": _ROW}, offset)
            following: Cursor
            if offset:
                following = {"began": began, "until": until, "offset": offset}
            elif start > _BEGINNING:
                until = _millis(start)
                following = {"began": began, "until": until, "offset": ""}
            else:
                following = _at_rest(began, {})
            sure, perhaps = self._told_apart(rows)
            yield Page(tuple(sure), tuple(perhaps), following, _from_millis(until))
            if "since" in following:
                return

    def _later(self, since: int, cursor: Cursor, now: datetime) -> Iterator[Page]:
        """What happened since the last round, part by part."""
        under_way = _text(cursor, "part") in _PARTS
        place = _Place(
            since,
            (_moment(cursor, "began") if under_way else None) or _millis(now),
            _text(cursor, "part") if under_way else _PARTS[0],
            _text(cursor, "offset") if under_way else "",
            _texts(cursor, "known"),
            _texts(cursor, "seen") if under_way else {},
        )
        while True:
            rows, offset = self._resumed(*self._asked_in(place), place.offset)
            sure, perhaps, seen = self._found_in(place, rows)
            part = place.part if offset else _after(place.part)
            place = _Place(since, place.began, part, offset, place.known, {**place.seen, **seen})
            following = place.cursor() if part else _at_rest(place.began, place.seen)
            yield Page(tuple(sure), tuple(perhaps), following)
            if not part:
                return

    def _asked_in(self, place: _Place) -> tuple[str, Query]:
        """The list that a part looks at."""
        since, stages = place.since, sorted(self._offer_stages) or [_NOBODY]
        match place.part:
            case "out":
                return "/opportunities", {"stage_id": stages, "archived": "false", "include": _ROW}
            case "lately":
                lately = place.began - _LATELY // timedelta(milliseconds=1)
                return "/opportunities", {"stage_id": stages, "archived_at_start": lately, "include": _ROW}
            case "archived":
                return "/opportunities", {"archived_at_start": since, "include": _ROW}
            case "updated":
                return "/opportunities", {"updated_at_start": since, "include": _ROW}
            case _:
                return "/opportunities/deleted", {"deleted_at_start": since, "include": "id"}

    def _found_in(self, place: _Place, rows: Sequence[Fields]) -> tuple[list[str], list[str], dict[str, str]]:
        """Which of them surely have an offer, which only perhaps, and how the offers stand that are out."""
        if place.part == "deleted":
            return [], [row.id("id") for row in rows], {}
        if place.part in {"out", "lately"}:
            seen = {row.id("id"): self._mark(row) for row in rows}
            return [id_ for id_, how in seen.items() if place.known.get(id_) != how], [], seen
        return *self._told_apart(rows), {}

    def _mark(self, row: Fields) -> str:
        """How its offers stand and whether it is over, in short: one call where reading all of it takes five.

        What cannot be understood has a mark too, so that it is read, and there said aloud.
        """
        try:
            path = f"/opportunities/{_in_path(row.id('id'))}/offers"
            offers = [(one.id("id"), one.text("status")) for one in self._all(path, {"include": _OFFER})]
            archived = _archived(row)
        except (NotThere, UnreadableRecord) as error:
            return error.reason_code
        return sha256(repr((archived, sorted(offers))).encode()).hexdigest()[:16]

    def _resumed(self, path: str, query: Query, offset: str) -> tuple[list[Fields], str]:
        """A page; the first one where Lever does not take an offset of before any more."""
        try:
            return self._page(path, query, offset)
        except Rejected:
            if not offset:
                raise
            return self._page(path, query, "")

    def _told_apart(self, rows: Sequence[Fields]) -> tuple[list[str], list[str]]:
        """Those that surely have an offer, or had one, and the others."""
        had = {row.id("id"): self._had_an_offer(row) for row in rows}
        return [id_ for id_, sure in had.items() if sure], [id_ for id_, sure in had.items() if not sure]

    def _had_an_offer(self, row: Fields) -> bool:
        """Whether it ever was in an offer stage, or ended for a reason that means a declined offer.

        Where that cannot be read it counts as one: then reading it says aloud what is wrong.
        """
        try:
            stages = {
                row.id_or_none("stage"),
                *(one.id_or_none("toStageId") for one in row.parts("stageChanges")),
            }
            archived = _archived(row)
        except UnreadableRecord:
            return True
        return bool(stages & self._offer_stages) or (
            archived is not None and archived.reason in self._declining
        )

    # --- reading

    def read(self, application_ids: Sequence[str]) -> Iterator[Dossier | Gone | Unread]:
        """Each opportunity by its own: five calls, two where there is no offer."""
        for id_ in application_ids:
            # What all of them need first: trouble with it is no trouble with one of them.
            _ = self._reasons, self._declining
            try:
                yield self._read(id_)
            except (UnreadableRecord, Rejected, NotThere) as error:
                yield Unread(id_, error.text)

    def _read(self, id_: str) -> Dossier | Gone:
        path = f"/opportunities/{_in_path(id_)}"
        try:
            row = self._one(path, {"include": _RECORD, "expand": "applications"})
        except NotThere:
            self._make_sure_that_others_are_there()
            return Gone(id_)
        except NotAllowed:
            self._make_sure_that_it_may_see("/opportunities")
            return _hidden(id_)
        if row.flag("isAnonymized", default=False) or row.epoch("deletedAt") is not None:
            return Gone(id_)
        if not _is_allowed(row, "store"):
            return _hidden(id_, "a candidate whose data may not be kept")
        job = None if _is_confidential(row) else self._job_of(row)
        if job is None:
            return _hidden(id_)
        archived = _archived(row)
        offer = self._offer(list(self._all(f"{path}/offers", {"include": _OFFER})), archived)
        candidate = _candidate(row)
        if offer is None:
            return Dossier(id_, candidate, job, ending=self._ending(archived))
        return Dossier(
            id_,
            candidate,
            job,
            offer,
            self._ending(archived),
            tuple(self._interviews(path, candidate.id, job.id)),
            tuple(self._scorecards(path, candidate.id, job.id)),
        )

    def _make_sure_that_others_are_there(self) -> None:
        """Where nothing at all is to be seen, one that is not there has not been deleted for certain."""
        rows, _ = self._page("/opportunities", {"include": "id"}, "", limit=1)
        if not rows:
            text = "Lever shows no opportunity at all. Does this key still belong to your account?"
            raise ConnectorError(Trouble.NOT_FOUND, text, permanent=True)

    def _make_sure_that_it_may_see(self, path: str) -> None:
        """Where the key may not see one of a list, it is confidential; where it may see none, the key is wrong."""
        self._page(path, {"include": "id"}, "", limit=1)

    def _offer(self, rows: Sequence[Fields], archived: _Archived | None) -> LastOffer | None:
        """The newest offer. Lever tells no time of a decision: that of the archiving stands for it, if there is one."""
        reason = archived.reason if archived else ""
        hired = reason in self._reasons and self._reasons[reason].hired
        said_no = reason in self._declining and not hired
        if not rows:
            # Made outside of Lever: what the customer said about the reason is all there is to know.
            if archived is None or not (hired or said_no):
                return None
            return LastOffer(OfferState.ACCEPTED if hired else OfferState.DECLINED, decided_at=archived.at)
        ordered = sorted(rows, key=lambda row: row.number("createdAt") or 0)
        newest = ordered[-1]
        raw = newest.text("status")
        state = _STATES.get(raw, OfferState.UNKNOWN)
        sent_at = newest.epoch("sentAt")
        before = [row for row in ordered[:-1] if _STATES.get(row.text("status")) is not OfferState.NOT_SENT]
        if hired:
            state = OfferState.ACCEPTED
        elif state is OfferState.NOT_SENT and before:
            state, sent_at = OfferState.SUPERSEDED, before[-1].epoch("sentAt")
        elif state is OfferState.NOT_SENT and said_no:
            # An offer that never left, and the customer's word that it was declined: somebody has to look.
            state = OfferState.UNKNOWN
        decided = archived is not None and state in {OfferState.ACCEPTED, OfferState.DECLINED}
        return LastOffer(state, raw, sent_at, archived.at if decided and archived else None)

    def _ending(self, archived: _Archived | None) -> Ending | None:
        """Who ended it, by what the customer said of the reason, or by words of it that cannot be mistaken."""
        if archived is None:
            return None
        reason = self._reasons.get(archived.reason)
        if reason is None:
            return Ending(EndedBy.UNKNOWN, archived.at)
        if reason.hired:
            return None
        said = self.settings.answers.get(_name_of_question(archived.reason), "")
        by = EndedBy(said) if said in _WHO else _ended_by(reason.text)
        if archived.reason in self._declining:
            by = EndedBy.CANDIDATE
        return Ending(by, archived.at, "" if by is EndedBy.COMPANY else reason.text)

    # --- jobs

    @cached_property
    def _jobs(self) -> dict[str, Job | None]:
        """What was looked up already, by posting."""
        return {}

    def _job_of(self, row: Fields) -> Job | None:
        """The job of an opportunity, None where it is confidential; there may be no posting at all."""
        application = next(row.parts("applications"), None)
        posting = application.id_or_none("posting") if application else ""
        if not posting:
            return Job("none", "No posting in Lever")
        if posting not in self._jobs:
            self._jobs[posting] = self._job(posting)
        return self._jobs[posting]

    def _job(self, posting: str) -> Job | None:
        asked = ("id", "text", "state", "confidentiality", "categories", "owner", "hiringManager")
        try:
            row = self._one(f"/postings/{_in_path(posting)}", {"include": asked})
        except NotThere:
            return Job(posting, "A posting that was deleted", status=JobStatus.CLOSED)
        except NotAllowed:
            self._make_sure_that_it_may_see("/postings")
            return None
        if _is_confidential(row):
            return None
        about = row.part("categories")
        return Job(
            posting,
            row.text("text"),
            (about.text("department") or about.text("team")) if about else "",
            status=JobStatus.CLOSED if row.text("state") in {"closed", "rejected"} else JobStatus.OPEN,
            hiring_manager_id=row.id_or_none("hiringManager"),
            recruiter_id=row.id_or_none("owner"),
        )

    # --- who met them, and how it went

    def _interviews(self, path: str, candidate: str, job: str) -> Iterator[Interview]:
        """Who took part in what has taken place. Lever does not tell who only watched."""
        now = datetime.now(UTC)
        meetings = list(self._meetings(path))
        called_off = {row.id("id") for row, off in meetings if off}
        refused = {
            (row.id("id"), one.id_or_none("id"))
            for row, _ in meetings
            for one in row.parts("interviewers")
            if one.text("responseStatus").lower() == "declined"
        }
        told: set[tuple[str, str]] = set()
        for row, _ in meetings:
            id_, at = row.id("id"), row.epoch("date")
            kind = row.text("subject").partition(" - ")[0]  # what follows is usually the candidate's name
            if id_ in called_off or at is None or at > now or "debrief" in kind.lower():
                continue
            for one in row.parts("interviewers"):
                user = one.id_or_none("id")
                if not user or (id_, user) in refused or (id_, user) in told:
                    continue
                told.add((id_, user))
                minutes = row.number("duration") or 0.0
                yield Interview(
                    f"{id_}.{user}", candidate, job, user, kind, at, minutes, InterviewStatus.COMPLETED
                )

    def _meetings(self, path: str) -> Iterator[tuple[Fields, bool]]:
        """Every interview, and whether it was called off: some stand in both lists, and who refused only in panels.

        Those that another scheduler looks after may stand in panels alone.
        """
        for row in self._all(f"{path}/interviews", {"include": _INTERVIEW}):
            yield row, row.epoch("canceledAt") is not None
        for panel in self._all(f"{path}/panels", {"include": ("id", "canceledAt", "interviews")}):
            off = panel.epoch("canceledAt") is not None
            for row in panel.parts("interviews"):
                yield row, off or row.epoch("canceledAt") is not None

    def _scorecards(self, path: str, candidate: str, job: str) -> Iterator[Scorecard]:
        """The submitted ratings; nothing of what was written is looked at."""
        asked = ("id", "user", "fields", "completedAt", "deletedAt")
        for row in self._all(f"{path}/feedback", {"include": asked}):
            user, at = row.id_or_none("user"), row.epoch("completedAt")
            if user and at is not None and row.epoch("deletedAt") is None:
                yield Scorecard(row.id("id"), candidate, job, user, at, _vote(row))

    # --- calls of theirs

    def read_call(self, body: bytes, headers: Mapping[str, str], now: datetime) -> Hint:
        """Verify the signature in the body. It does not cover what the call is about: that is no more than an id.

        An old call with a right signature is theirs, perhaps sent again by hand: it is thanked for and not believed.
        """
        del headers
        try:
            told = read_json(body)
        except ValueError:
            told = None
        match told:
            case {"token": str(token), "triggeredAt": int(at), "signature": str(signature)}:
                self._verify(token, at, signature)
            case _:
                raise NotFromThem(
                    "This call is not signed as Lever signs. Is a signature token generated there?"
                )
        event = told.get("event")
        event = event if isinstance(event, str) and event in _EVENTS else "unknown"
        key = sha256(token.encode(errors="replace")).hexdigest()
        if abs(at - _millis(now)) > _FRESH // timedelta(milliseconds=1):
            return Hint(key, event)
        return _hint(key, event, told.get("data"))

    def _verify(self, token: str, at: int, signature: str) -> None:
        """Compare with every secret that counts, each in constant time."""
        said, message = signature.encode(errors="replace"), f"{token}{at}".encode(errors="replace")
        right = [
            hmac.compare_digest(hmac.new(secret.encode(), message, "sha256").hexdigest().encode(), said)
            for secret in self.settings.hook_secrets
            if secret
        ]
        if not any(right):
            raise NotFromThem(
                "The signature is not right. Is the signature token the one that Lever shows under Webhooks?"
            )

    # --- filing somebody

    def sources(self) -> list[Choice]:
        """The sources that are in use there; Lever would make any other one up."""
        return [
            Choice(row.text("text"), row.text("text")) for row in self._all("/sources") if row.text("text")
        ]

    def find(self, newcomer: Newcomer) -> Filed | None:
        """Whoever is in process there with this address, or was filed by us and has this profile.

        Lever finds nobody by a profile. Whoever is only in the archive gets a new opportunity by `create`: Lever itself
        puts it to the same contact.
        """
        rows: list[Fields] = []
        if newcomer.email:
            rows = list(self._all("/opportunities", {"email": newcomer.email, "include": _PERSON}))
        if not rows and newcomer.profile:
            tagged = self._all("/opportunities", {"tag": newcomer.tag, "include": _PERSON})
            wanted = public_profile(newcomer.profile)
            rows = [row for row in tagged if wanted in {public_profile(link) for link in _links(row)}]
        active = [row for row in rows if _archived(row) is None]
        return _filed(_newest(active)) if active else None

    def create(self, newcomer: Newcomer) -> Filed | None:
        """An opportunity as "referred", by nobody: a referrer could not be named here, and is not."""
        owner = self._user(newcomer.owner_email)
        in_whose_name = owner or self._user(self.settings.values.get("perform_as", ""))
        if not in_whose_name:
            raise ConnectorError(
                Trouble.NOT_FOUND,
                "Lever takes people only from somebody with an account, and the host has none there. Say in the "
                "settings who files people then.",
                permanent=True,
            )
        told = {
            "name": newcomer.name,
            "headline": newcomer.company,
            "emails": [newcomer.email] if newcomer.email else [],
            "links": [newcomer.profile] if newcomer.profile else [],
            "tags": [newcomer.tag],
            "sources": [newcomer.source],
            "origin": "referred",
            "owner": in_whose_name,
            "postings": [newcomer.job_id] if newcomer.job_id and newcomer.job_id != "none" else [],
        }
        answer = self._changed(
            "/opportunities", {key: value for key, value in told.items() if value}, in_whose_name
        )
        row = Fields.of("Lever, opportunities", answer).part("data")
        if row is None:
            raise UnreadableRecord("Lever, opportunities: the answer is empty.")
        return _filed(row)

    def complete(self, filed: Filed, newcomer: Newcomer) -> None:
        """Tag and note on the newest opportunity. The owner is set when it is made: later Lever's interface cannot.

        The note is secret: only who may see sensitive information reads it, not everybody who is to interview them.
        """
        rows = list(self._all("/opportunities", {"contact_id": filed.candidate_id, "include": _PERSON}))
        if not rows:
            raise NotThere("Lever has no such person any more.")
        row = _newest([one for one in rows if _archived(one) is None] or rows)
        path = f"/opportunities/{_in_path(row.id('id'))}"
        by = self._user(newcomer.owner_email) or self._user(self.settings.values.get("perform_as", ""))
        if newcomer.tag not in row.list("tags"):
            self._changed(f"{path}/addTags", {"tags": [newcomer.tag]}, by)
        note = _without_mentions(newcomer.note)
        if note and not any(note == there for there in self._notes(path)):
            self._changed(f"{path}/notes", {"value": note, "secret": True, "notifyFollowers": False}, by)

    def _notes(self, path: str) -> Iterator[str]:
        """What stands there already, only to be compared with."""
        for row in self._all(f"{path}/notes", {"include": ("id", "fields", "deletedAt")}):
            if row.epoch("deletedAt") is None:
                yield from (one.text("value") for one in row.parts("fields") if one.text("type") == "note")

    def _user(self, email: str) -> str:
        """The account with this address, "" where there is none."""
        if not email:
            return ""
        rows, _ = self._page("/users", {"email": email, "include": ("id", "deactivatedAt")}, "", limit=1)
        return next((row.id("id") for row in rows if row.epoch("deactivatedAt") is None), "")

    def _changed(self, path: str, told: Mapping[str, Any], by: str) -> Any:
        """Have something made in somebody's name; what was answered."""
        try:
            return self._calls.change("POST", path, told, {"perform_as": by} if by else None).json
        except NotAllowed as error:
            scope = "notes:write:admin" if path.endswith("/notes") else "opportunities:write:admin"
            raise NotAllowed(
                f"Lever does not allow this key {scope}, which filing somebody needs."
            ) from error

    def standings(self, candidate_ids: Sequence[str]) -> Iterable[Standing]:
        """How far each contact has come, over all their opportunities."""
        for contact in candidate_ids:
            rows = [
                row
                for row in self._all("/opportunities", {"contact_id": contact, "include": _PERSON})
                if not row.flag("isAnonymized", default=False)
            ]
            if rows:
                yield self._standing(contact, rows)

    def _standing(self, contact: str, rows: Sequence[Fields]) -> Standing:
        archived = [_archived(row) for row in rows]
        hired = [one.at for one in archived if one and self._is_hired(one.reason)]
        ended = [one.at for one in archived if one and not self._is_hired(one.reason)]
        active = [row for row, over in zip(rows, archived, strict=True) if over is None]
        met = [
            talk.started_at
            for row in rows
            for talk in self._interviews(f"/opportunities/{_in_path(row.id('id'))}", contact, "")
        ]
        return Standing(
            contact,
            self._stages.get(_newest(active or rows).id_or_none("stage"), ""),
            max(met, default=None),
            max(hired, default=None),
            None if active or hired else max(ended, default=None),
        )

    def _is_hired(self, reason: str) -> bool:
        return reason in self._reasons and self._reasons[reason].hired


# --- what the words of the customer mean

_WHO = frozenset({EndedBy.CANDIDATE, EndedBy.COMPANY, EndedBy.UNKNOWN})


def _name_of_question(reason: str) -> str:
    return f"ended_by_{reason}"


def _ended_by(text: str) -> EndedBy:
    """Who ended it, only where the words cannot be mistaken."""
    by_candidate = bool(_BY_CANDIDATE.search(text) or _SAID_NO.search(text))
    by_company = bool(_BY_COMPANY.search(text))
    if by_candidate == by_company:
        return EndedBy.UNKNOWN
    return EndedBy.CANDIDATE if by_candidate else EndedBy.COMPANY


def _stages_with_offer(stages: Mapping[str, str]) -> frozenset[str]:
    return frozenset(id_ for id_, text in stages.items() if "offer" in text.lower())


def _reasons_that_decline(reasons: Mapping[str, _Reason]) -> frozenset[str]:
    return frozenset(id_ for id_, one in reasons.items() if _SAID_NO.search(one.text))


def _tried(scope: str, someone: str) -> list[str]:
    """The lists with which a scope is tried."""
    kind, verb = scope.split(":")[:2]
    if verb != "read":
        return []
    within = f"/opportunities/{someone}/{kind}"
    return {
        "opportunities": ["/opportunities", "/opportunities/deleted"],
        "offers": [within],
        "interviews": [within],
        "panels": [within],
        "feedback": [within],
        "notes": [within],
    }.get(kind, [f"/{kind}"])


# --- records


def _archived(row: Fields) -> _Archived | None:
    """That it is archived, and why; older answers say so in two fields of their own."""
    about = row.part("archived")
    at = about.epoch("archivedAt") if about else row.epoch("archivedAt")
    if at is None:
        return None
    return _Archived(about.id_or_none("reason") if about else row.id_or_none("archiveReason"), at)


def _is_confidential(row: Fields) -> bool:
    """Whether it is; a word that we do not know counts as that."""
    return row.text("confidentiality") not in {"", "non-confidential"}


def _is_allowed(row: Fields, what: str) -> bool:
    """Whether their data may be kept ("store"), or they may be written to ("contact"); yes where no law asks."""
    protection = row.part("dataProtection")
    about = protection.part(what) if protection else None
    return about is None or about.flag("allowed", default=True)


def _hidden(id_: str, why: str = "confidential job") -> Dossier:
    return Dossier(id_, Candidate("", ""), Job(""), hidden=why)


def _candidate(row: Fields) -> Candidate:
    application = next(row.parts("applications"), None)
    emails = [one for one in row.list("emails") if isinstance(one, str)]
    return Candidate(
        row.id("contact"),
        row.text("name"),
        emails[0].strip() if emails else "",
        next((link for link in _links(row) if "linkedin.com/in/" in link.lower()), ""),
        application.text("company") if application else "",
        do_not_contact=not _is_allowed(row, "contact"),
    )


def _links(row: Fields) -> list[str]:
    return [one.strip() for one in row.list("links") if isinstance(one, str)]


def _vote(row: Fields) -> int:
    """The one rating of a form; of several marks of the older kind each is about a single skill."""
    overall = [one for one in row.parts("fields") if one.text("type") == "score-system"]
    if not overall:
        older = [one for one in row.parts("fields") if one.text("type") == "score"]
        overall = older if len(older) == 1 else []
    if not overall:
        return _NO_VOTE
    value = overall[0].row.get("value")
    found = re.match(r"\s*([1-4])\b", str(value))
    return _VOTES[int(found[1])] if found else _NO_VOTE


def _newest(rows: Sequence[Fields]) -> Fields:
    return max(rows, key=lambda row: row.number("createdAt") or 0)


def _filed(row: Fields) -> Filed:
    urls = row.part("urls")
    link = urls.text("show") if urls else ""
    return Filed(row.id("contact"), link if link.startswith("https://") else "")


def _without_mentions(note: str) -> str:
    """The note on one line, in which nobody is called: Lever writes to whoever is named with an @."""
    return " ".join(note.replace("@", "(at)").split())


# --- calls of theirs


def _hint(key: str, event: str, data: object) -> Hint:
    """The opportunity that a call names, else the contact; no other word of it is used."""
    if not data:  # as when a hook is tried
        return Hint(key, event)
    if not isinstance(data, Mapping):
        raise UnreadableCall("Lever calls, and what it calls about is not as its documents say.")
    ids = [data.get(name) for name in ("opportunityId", "candidateId", "contactId")]
    if any(one is not None and not (isinstance(one, str) and _AN_ID.fullmatch(one)) for one in ids):
        raise UnreadableCall("Lever calls about something whose id is none.")
    opportunity = ids[0] or ids[1]  # before there were opportunities, the id of a candidate was the same
    if opportunity:
        return Hint(key, event, applications=(str(opportunity),))
    if ids[2]:
        return Hint(key, event, candidates=(str(ids[2]),))
    if event == "unknown":
        return Hint(key, event)
    raise UnreadableCall("Lever calls, and does not say about which opportunity.")


# --- places in a list


def _at_rest(began: int, offers: Mapping[str, str]) -> Cursor:
    """Where the next round begins."""
    return {"since": began - _OVERLAP // timedelta(milliseconds=1), "known": dict(offers)}


def _after(part: str) -> str:
    """The part of a round that follows, "" after the last."""
    return dict(zip(_PARTS, (*_PARTS[1:], ""), strict=True))[part]


def _moment(cursor: Cursor, name: str) -> int | None:
    """A moment in a cursor, None where it is none or nonsense."""
    value = cursor.get(name)
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    return value if _millis(_BEGINNING) <= value < _millis(_END) else None


def _text(cursor: Cursor, name: str) -> str:
    value = cursor.get(name)
    return value if isinstance(value, str) else ""


def _texts(cursor: Cursor, name: str) -> dict[str, str]:
    value = cursor.get(name)
    return {str(key): str(one) for key, one in value.items()} if isinstance(value, Mapping) else {}


def _in_path(id_: str) -> str:
    return quote(id_, safe="")


def _millis(moment: datetime) -> int:
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)


def _from_millis(millis: int) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=millis)
