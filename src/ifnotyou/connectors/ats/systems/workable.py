"""Workable (its interface "spi/v3"): a candidate there is one application, and the offer hangs on it.

What its documents leave open stands in `unconfirmed`. No votes: their shape is published nowhere.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import cached_property
from urllib.parse import quote

from ifnotyou.connectors.ats.calls import Calls, NotAllowed, NotThere, Query, Rejected
from ifnotyou.connectors.ats.contract import (
    AtsConnector,
    CallsUs,
    Cursor,
    Dossier,
    Ending,
    Field,
    Gone,
    Hint,
    LastOffer,
    Page,
    Scope,
    Unread,
)
from ifnotyou.connectors.ats.fields import Fields, UnreadableRecord
from ifnotyou.connectors.base import ConnectorError, NotFromThem, Trouble, UnreadableCall
from ifnotyou.connectors.reading import read_json
from ifnotyou.playbook.offers import EndedBy, OfferState
from ifnotyou.playbook.records import Candidate, Employee, Interview, InterviewStatus, Job, JobStatus

_LIMIT = 100
_OVERLAP = timedelta(days=1)
"""Read again what changed so long before the last time: clocks differ, and pages shift while they are read."""
_NEVER_MET = {"declined"}
_CLOSED = {"closed", "archived"}


class Connector(AtsConnector, CallsUs):
    """One account."""

    slug = "workable"
    label = "Workable"
    fields = (
        Field("subdomain", "Subdomain", "The first part of your address: of acme.workable.com it is acme."),
        Field("key", "Access token", secret=True),
    )
    scopes = (
        Scope("r_candidates", "to see who is in an offer stage, and why somebody was disqualified"),
        Scope("r_jobs", "to see jobs, stages, members, and who met whom"),
        Scope("r_offers", "to see what became of an offer"),
    )
    steps = (
        "In Workable, open Settings, Integrations, Apps.",
        "Under Access tokens, generate a new token with the scopes r_candidates, r_jobs and r_offers.",
        "Copy the token, and enter it here with your subdomain.",
    )
    unconfirmed = (
        'The words for the state of an offer, but for "accepted". "rejected" may be one of you who did not approve it.',
        "Hence rejected is declined only where the reason of the disqualification says that the candidate withdrew.",
        "Whether a decision touches updated_at: everybody with an open offer is looked at each time.",
        "Whether the disqualified keep their stage: whoever left the offer stage before the first reading is missed.",
        "How the signature of a call is written: hex and base64 are both taken.",
        "Whether a job tells that it is confidential: where it does, nothing of it is read.",
    )
    batch = 20  # three calls for each: not by the hundred at once
    hook_steps = (
        "Workable has no page for this: subscribe by its interface, POST /spi/v3/subscriptions with your access token.",
        "The target of the subscription is {address} and its event candidate_moved.",
        "Enter the same access token here as the secret, because Workable signs its calls with it.",
        "It calls only when somebody is moved to another stage: what becomes of an offer is found by looking.",
    )
    makes_secret = True

    # --- what the key may do

    def missing(self) -> list[str]:
        """Ask for one record of each kind."""
        first = "0"  # nobody has it: whether we might ask is told all the same
        missing = []
        try:
            found = self._calls.get("/candidates", {"limit": 1})
            first = next(
                (one.id("id") for one in Fields.of("Workable", found.json).parts("candidates")), first
            )
        except NotAllowed:
            missing.append("r_candidates")
        for scope, path in (("r_jobs", "/stages"), ("r_offers", f"/candidates/{quote(first)}/offer")):
            try:
                self._calls.get(path)
            except NotThere:
                continue
            except NotAllowed:
                missing.append(scope)
        return [f"{one.name}: {one.why}" for one in self.scopes if one.name in missing]

    # --- colleagues

    def colleagues(self) -> Iterator[Employee]:
        """The members of the account."""
        for row in self._rows("members", "/members", {"limit": _LIMIT}):
            yield Employee(
                id=row.id("id"),
                name=row.text("name") or row.text("email") or row.id("id"),
                email=row.text("email"),
                title=row.text("headline"),
                active=row.flag("active", default=True),
            )

    # --- changes

    def changes(self, cursor: Cursor, now: datetime) -> Iterator[Page]:
        """All candidates page by page, in the order of Workable; later what changed, and the offer stages."""
        if (since := _moment(cursor, "since")) is not None:
            yield from self._changed_since(since, cursor, now)
            return
        address, began = cursor.get("next"), _moment(cursor, "began")
        if isinstance(address, str) and address.startswith(f"{self._calls.base}/") and began is not None:
            try:
                yield from self._everything(address, {}, began)
            except (Rejected, NotThere):  # the page is not there any more
                yield from self._everything("/candidates", {"limit": _LIMIT}, now)
        else:
            yield from self._everything("/candidates", {"limit": _LIMIT}, now)

    def _everything(self, path: str, query: Query, began: datetime) -> Iterator[Page]:
        for rows, following in self._pages("candidates", path, query):
            then = (
                {"next": following, "began": began.isoformat()} if following else {"since": began.isoformat()}
            )
            yield self._page(rows, then)

    def _changed_since(self, since: datetime, cursor: Cursor, now: datetime) -> Iterator[Page]:
        """What was touched, and whoever has an open offer; the cursor moves only when all of it was told."""
        query: Query = {"limit": _LIMIT, "updated_after": (since - _OVERLAP).isoformat()}
        for rows, _ in self._pages("candidates", "/candidates", query):
            yield self._page(rows, cursor)
        for stage in self._stages("offer"):
            for rows, _ in self._pages("candidates", "/candidates", {"limit": _LIMIT, "stage": stage}):
                waiting = [row for row in rows if not row.flag("disqualified", default=False)]
                yield self._page(waiting, cursor)
        yield Page((), (), {"since": now.isoformat()})

    def _page(self, rows: Sequence[Fields], cursor: Cursor) -> Page:
        sure = [row.id("id") for row in rows if row.text("stage").casefold() in self._offer_names]
        perhaps = [row.id("id") for row in rows if row.id("id") not in set(sure)]
        return Page(tuple(sure), tuple(perhaps), cursor)

    @cached_property
    def _offer_names(self) -> frozenset[str]:
        """What the stages are called in which somebody has an offer, or had one: by slug and by name."""
        return frozenset(
            name.casefold() for stage in self._stages("offer", "hired").items() for name in stage if name
        )

    def _stages(self, *kinds: str) -> Mapping[str, str]:
        """The names of the stages of these kinds, by their slugs."""
        rows = self._rows("stages", "/stages")
        return {one.id("slug"): one.text("name") for one in rows if one.text("kind") in kinds}

    # --- reading

    def read(self, application_ids: Sequence[str]) -> Iterator[Dossier | Gone | Unread]:
        """Candidate, offer, events and job of each."""
        if not application_ids:
            return
        # Asked first: where nothing of the account can be seen, nobody is taken for gone.
        reasons = self._reasons()
        jobs: dict[str, tuple[Job, str]] = {}
        for application_id in application_ids:
            path = f"/candidates/{quote(application_id, safe='')}"
            try:
                answer = self._calls.get(path).json
            except NotThere:
                yield Gone(application_id)
                continue
            try:
                row = self._answer("candidate", answer)
                yield self._dossier(application_id, row, self._offer_row(path), reasons, jobs)
            except UnreadableRecord as error:
                yield Unread(application_id, error.text)

    def _dossier(
        self,
        application_id: str,
        row: Fields,
        offer: Fields | None,
        reasons: Mapping[str, EndedBy],
        jobs: dict[str, tuple[Job, str]],
    ) -> Dossier:
        if (job_row := row.part("job")) is None:
            raise UnreadableRecord('Workable, candidate: the field "job" is missing.')
        shortcode = job_row.id("shortcode")
        if shortcode not in jobs:
            jobs[shortcode] = self._job(shortcode, job_row.text("title"))
        job, hidden = jobs[shortcode]
        ending = _ending(row, reasons)
        return Dossier(
            application_id=application_id,
            candidate=_candidate(row),
            job=job,
            offer=_offer(offer, ending),
            ending=ending,
            interviews=tuple(self._interviews(row.id("id"), job.id)),
            hidden=hidden,
        )

    def _offer_row(self, path: str) -> Fields | None:
        """The offer; a candidate without one gets an object without a state, or none at all."""
        try:
            row = Fields.of("Workable, offer", self._calls.get(f"{path}/offer").json)
        except NotThere:
            return None
        return row if row.text("state") else None

    def _interviews(self, candidate_id: str, job_id: str) -> Iterator[Interview]:
        """One for each member who did not decline the invitation; what is still to come is none yet."""
        query: Query = {
            "candidate_id": candidate_id,
            "include_cancelled": "true",
            "context": "all",
            "limit": _LIMIT,
        }
        for event in self._rows("events", "/events", query):
            begins, ends = event.moment("starts_at"), event.moment("ends_at")
            whose = event.part("candidate")
            if (
                whose is None
                or whose.id("id") != candidate_id
                or begins is None
                or begins > datetime.now(UTC)
            ):
                continue
            cancelled = event.flag("cancelled", default=False)
            for member in event.parts("members"):
                if member.text("status").casefold() in _NEVER_MET:
                    continue
                yield Interview(
                    id=f"{event.id('id')}-{member.id('id')}",
                    candidate_id=candidate_id,
                    job_id=job_id,
                    employee_id=member.id("id"),
                    kind=event.text("type")
                    .removesuffix("Event")
                    .lower(),  # the title has the candidate's name
                    started_at=begins,
                    minutes=max((ends - begins).total_seconds() / 60, 0.0) if ends else 0.0,
                    status=InterviewStatus.CANCELLED if cancelled else InterviewStatus.COMPLETED,
                )

    def _reasons(self) -> Mapping[str, EndedBy]:
        """Who ended it, by the text of the reason; two reasons of one text that differ tell nothing."""
        found: dict[str, EndedBy] = {}
        answer = self._calls.get("/disqualification_reasons").json
        rows = answer.get("disqualification_reasons") if isinstance(answer, Mapping) else answer
        for row in Fields("Workable", {"disqualification_reasons": rows}).parts("disqualification_reasons"):
            withdrew = row.row.get("candidate_withdrew")
            by = EndedBy.UNKNOWN
            if isinstance(withdrew, bool):
                by = EndedBy.CANDIDATE if withdrew else EndedBy.COMPANY
            text = row.text("description")
            found[text] = by if found.get(text, by) == by else EndedBy.UNKNOWN
        return found

    # --- calls that Workable makes

    def read_call(self, body: bytes, headers: Mapping[str, str], now: datetime) -> Hint:
        """Signed over the whole body. There is no id of a call: the same content is the same call."""
        del now  # nothing of a call tells how old it is
        if not self._signed(body, headers.get("X-Workable-Signature", "").strip()):
            raise NotFromThem("This call has not the signature of Workable.")
        try:
            row = Fields.of("Workable, call", read_json(body))
            about = row.part("data")
            candidate = row.text("event_type").startswith("candidate") and about is not None
            ids = (about.id("id"),) if candidate and about is not None else ()
            return Hint(hashlib.sha256(body).hexdigest(), row.text("event_type"), applications=ids)
        except (ValueError, ConnectorError) as error:
            raise UnreadableCall("Workable called with something that we do not understand.") from error

    def _signed(self, body: bytes, signature: str) -> bool:
        right = False
        for secret in self.settings.hook_secrets:
            digest = hmac.new(secret.encode(), body, hashlib.sha256).digest()
            for written in (digest.hex(), base64.b64encode(digest).decode()):
                right |= hmac.compare_digest(signature.encode(errors="replace"), written.encode())
        return right

    # --- asking

    @cached_property
    def _calls(self) -> Calls:
        subdomain = self.settings.values.get("subdomain", "").strip().removesuffix(".workable.com")
        if not self.settings.address and not subdomain.replace("-", "").isalnum():
            text = (
                "That is no subdomain of Workable: enter the first part of your address there, such as acme."
            )
            raise ConnectorError(Trouble.BAD_ADDRESS, text, permanent=True)
        where = self.settings.address.rstrip("/") or f"https://{subdomain}.workable.com"
        key = self.settings.values.get("key", "").strip()
        return Calls(self.label, f"{where}/spi/v3", self.client, {"Authorization": f"Bearer {key}"})

    def _pages(self, name: str, path: str, query: Query) -> Iterator[tuple[list[Fields], str]]:
        """The objects of a list page by page, each with the address of the next page, "" on the last."""
        seen: set[str] = set()
        while True:
            answer = Fields.of(f"Workable, {name}", self._calls.get(path, query).json)
            if name not in answer.row:
                raise UnreadableRecord(f"Workable, {name}: there is no such list in the answer.")
            paging = answer.part("paging")
            following = paging.text("next") if paging is not None else ""
            if following in seen:
                raise ConnectorError(Trouble.NOT_UNDERSTOOD, "Workable leads in circles.", permanent=False)
            yield list(answer.parts(name)), following
            if not following:
                return
            seen.add(following)
            path, query = following, {}

    def _rows(self, name: str, path: str, query: Query | None = None) -> Iterator[Fields]:
        for rows, _ in self._pages(name, path, query or {}):
            yield from rows

    def _answer(self, name: str, answer: object) -> Fields:
        """One object, which is wrapped in its name, or not."""
        whole = Fields.of(f"Workable, {name}", answer)
        return whole.part(name) or whole

    def _job(self, shortcode: str, title: str) -> tuple[Job, str]:
        """A job and why it may not be told, "" where it may; `title` is all we know where it is not there any more."""
        try:
            row = self._answer("job", self._calls.get(f"/jobs/{quote(shortcode, safe='')}").json)
        except NotThere:
            return Job(shortcode, title, status=JobStatus.CLOSED), ""
        job = Job(
            id=shortcode,
            title=row.text("title") or title,
            department=row.text("department"),
            status=JobStatus.CLOSED if row.text("state") in _CLOSED else JobStatus.OPEN,
        )
        return job, "confidential job" if row.flag("confidential", default=False) else ""


def _candidate(row: Fields) -> Candidate:
    jobs = list(row.parts("experience_entries"))
    now = next((one for one in jobs if one.flag("current", default=False)), None)
    profiles = [one.text("url") for one in row.parts("social_profiles") if one.text("type") == "linkedin"]
    return Candidate(
        id=row.id("id"),
        name=row.text("name"),
        email=row.text("email"),
        linkedin_url=profiles[0] if profiles else "",
        current_company=now.text("company") if now else "",
        current_title=now.text("title") if now else "",
        past_employers=tuple(one.text("company") for one in jobs if one is not now and one.text("company")),
        schools=tuple(one.text("school") for one in row.parts("education_entries") if one.text("school")),
    )


def _ending(row: Fields, reasons: Mapping[str, EndedBy]) -> Ending | None:
    """Who ended it: as the customer's list says of the reason. A reason that is not listed may be somebody's words."""
    if not row.flag("disqualified", default=False):
        return None
    reason = row.text("disqualification_reason")
    return Ending(
        by=reasons.get(reason, EndedBy.UNKNOWN),
        at=row.moment("disqualified_at"),
        reason=reason if reason in reasons else "",
    )


def _offer(row: Fields | None, ending: Ending | None) -> LastOffer | None:
    if row is None:
        return None
    raw, state = row.text("state"), OfferState.UNKNOWN
    if raw == "accepted":
        state = OfferState.ACCEPTED
    elif raw == "rejected" and ending is not None and ending.by is EndedBy.CANDIDATE:
        state = OfferState.DECLINED  # else it may be that one of us did not approve it
    return LastOffer(state, raw)


def _moment(cursor: Cursor, name: str) -> datetime | None:
    """A time in a cursor, None where there is no such thing."""
    try:
        return Fields("cursor", cursor).moment(name)
    except UnreadableRecord:
        return None
