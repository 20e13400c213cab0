"""What a system for applicants tells of some applications, into the workspace: all of it or nothing.

A call, a poll and the first reading all end here. Of an application one offer is kept, with the interviews and
scorecards that belong to it; what is not told of it any more goes. What was read later is never overwritten by what
was read before. All ids of the system get its name in front (`prefixed`), those of interviews and scorecards that of
the application too.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import NamedTuple, TypeVar

from ifnotyou import models
from ifnotyou.connectors.ats.contract import Dossier, Ending, Gone, LastOffer, Unread
from ifnotyou.models import (
    Ask,
    Connection,
    Decline,
    Delivery,
    DeliveryState,
    Employee,
    Erasure,
    Workspace,
)
from ifnotyou.playbook import records
from ifnotyou.playbook.asking import AskState
from ifnotyou.playbook.offers import EndedBy, OfferState, Outcome, outcome
from ifnotyou.playbook.records import JobStatus, OfferStatus, Records
from ifnotyou.queries.humans import keys_of, same_humans
from ifnotyou.services import erasure, leaving
from ifnotyou.services.declines import STALE, judge, mark_stale
from ifnotyou.services.later import later
from ifnotyou.services.merging import merge_candidates, merge_employees
from ifnotyou.services.people import match_colleagues
from ifnotyou.services.rows import TABLES, ident
from ifnotyou.services.storing import Counts, known_by, store_part

RECORD = "record:"
"""How the key of a delivery begins that stands for an application which could not be read, or has to be once more."""
GONE = "gone:"
"""The same for one that is not there any more: whoever had read it before that comes too late."""

_KEYS = {table.name: table.key for table in TABLES if table.key}
_FACTS: tuple[tuple[str, type[models.Interview | models.Scorecard]], ...] = (
    ("interviews", models.Interview),
    ("scorecards", models.Scorecard),
)
_Fact = TypeVar("_Fact", records.Interview, records.Scorecard)


@dataclass(frozen=True)
class Taken:
    """What came of it: how many offers are new or changed, gone, hidden, or could not be read.

    `read` counts the applications of which something is kept, `declined` those of them whose offer was declined.
    """

    changed: int = 0
    gone: int = 0
    hidden: int = 0
    unread: int = 0
    read: int = 0
    declined: int = 0

    def __add__(self, other: Taken) -> Taken:
        """Both together."""
        return Taken(*(getattr(self, name) + getattr(other, name) for name in Taken.__dataclass_fields__))


Answer = Dossier | Gone | Unread


def prefixed(connection: Connection, id_: str) -> str:
    """The external id of the row of something that this system calls `id_`."""
    return f"{connection.system}:{id_}"


def known_as(connection: Connection, raw: str) -> str:
    """The external id of the colleague who has this account there; "" for nobody."""
    return connection.colleagues.get(raw) or prefixed(connection, raw) if raw else ""


def accounts_in(found: Iterable[Answer]) -> set[str]:
    """The accounts of those who met or judged somebody in it."""
    told = [one for one in found if isinstance(one, Dossier) and not one.hidden]
    met = {fact.employee_id for one in told for fact in one.interviews}
    return met | {fact.employee_id for one in told for fact in one.scorecards}


def take(connection: Connection, found: Iterable[Answer], *, read_at: datetime) -> Taken:
    """Bring it in; facts read later than `read_at` stay. The caller holds the transaction.

    `read_at` is a moment before the reading began. Facts of people without an account that we know are left out.
    Declines are judged at once, so that the card is there with the fact.
    """
    workspace = _locked(connection)
    # As it is now: accounts may have been read meanwhile.
    known = Connection.objects.filter(pk=connection.pk).first()
    if known is None:
        return Taken()
    return _Taking(known, workspace, read_at).all(
        {ident(prefixed(known, one.application_id)): one for one in found}
    )


def take_colleagues(connection: Connection, told: Iterable[records.Employee], *, read_at: datetime) -> bool:
    """Bring in who has an account there; whether anything changed. The caller holds the transaction.

    Whom another source knows by the same address is that colleague, and keeps what that source says, but for having
    left. Nobody is taken away.
    """
    workspace = _locked(connection)
    people = list(told)
    twins = _twins(connection, people)
    before = dict(connection.colleagues)
    connection.colleagues = {raw: twin.external_id for raw, twin in twins.items()}
    connection.colleagues_read_at = read_at
    Connection.objects.filter(pk=connection.pk).update(
        colleagues=connection.colleagues, colleagues_read_at=read_at
    )
    had_left = leaving.who_had_left()
    merged = _merge_with_twins(connection, twins)
    left = _have_left(people, twins)
    own = [_own_row(connection, one) for one in people if one.id not in twins]
    counts = store_part(Records(employees={one.id: one for one in own}), {}, read_at=read_at)
    tally = counts.tables.get("employees")
    if merged or left or (tally and tally.changed):
        mark_stale(counts.changed_candidates)
        later("judge_stale", workspace_id=workspace.pk)
    changed = bool(merged or left or counts.anything or before != connection.colleagues)
    if changed:
        match_colleagues(workspace)
    leaving.follow_files(had_left, by=None, now=read_at)
    return changed


# --- applications


class _Kept(NamedTuple):
    """An application of which something is kept, and what the decision table says of its offer."""

    id: str
    told: Dossier
    status: OfferStatus
    doubt: str


@dataclass
class _Taking:
    """One way through what was read at one moment."""

    connection: Connection
    workspace: Workspace
    read_at: datetime
    held: dict[str, models.Offer] = field(default_factory=dict)

    def all(self, found: Mapping[str, Answer]) -> Taken:
        """Store what is told, take away what is gone, judge whom it concerns."""
        offers = models.Offer.objects.filter(external_id__in=list(found)).select_related("candidate")
        self.held = {offer.external_id: offer for offer in offers}
        gone_since = self._gone_since()
        found = {id_: one for id_, one in found.items() if not self._comes_too_late(id_, one, gone_since)}
        dossiers = {id_: one for id_, one in found.items() if isinstance(one, Dossier)}
        kept = list(filter(None, (self._kept(id_, one) for id_, one in dossiers.items() if not one.hidden)))
        unread = [one for one in found.values() if isinstance(one, Unread)]
        gone = {id_ for id_, one in found.items() if isinstance(one, Gone)}
        hidden = {id_ for id_, one in dossiers.items() if one.hidden}
        self._note([found[id_] for id_ in gone | (hidden & self.held.keys())], unread)
        self._read_after_all(one for one in found.values() if not isinstance(one, Unread))

        counts = self._store(kept)
        concerned = counts.changed_candidates & set(counts.candidates.values())
        others = counts.changed_candidates - concerned
        gone |= self._merge(kept)
        removed = gone & self.held.keys()
        concerned |= self._remove(gone, erased=True)
        concerned |= self._remove(hidden, erased=False)
        read = {one.id for one in kept} | {id_ for id_, one in found.items() if isinstance(one, Unread)}
        read &= self.held.keys()
        models.Offer.objects.filter(external_id__in=read).update(read_at=self.read_at)
        said_no = {
            counts.candidates.get(self._id(one.told.candidate.id), 0)
            for one in kept
            if one.status is OfferStatus.DECLINED
        }
        self._judge(concerned, counts.new_candidates, said_no, others)
        if counts.anything and self.connection.synced_at:
            # Without a key: a job that runs already may have looked before this.
            later("follow_ats", workspace_id=self.workspace.pk)
        offers_told = counts.tables.get("offers")
        return Taken(
            changed=offers_told.new + offers_told.changed if offers_told else 0,
            gone=len(removed),
            hidden=len(hidden),
            unread=len(unread),
            read=len(kept),
            declined=sum(one.status is OfferStatus.DECLINED for one in kept),
        )

    # --- what was read before, after, or not at all

    def _gone_since(self) -> set[str]:
        """The keys of what was found to be gone later than this was read."""
        later_ones = Delivery.objects.filter(
            connection=self.connection, state=DeliveryState.DONE, received_at__gt=self.read_at
        )
        return set(later_ones.filter(key__startswith=GONE).values_list("key", flat=True))

    def _comes_too_late(self, id_: str, one: Answer, gone_since: Collection[str]) -> bool:
        """Whether something was read of it later than this."""
        held = self.held.get(id_)
        read_later = held is not None and held.read_at is not None and held.read_at > self.read_at
        return read_later or _key(GONE, one) in gone_since

    def _note(self, gone: Iterable[Answer], unread: Iterable[Unread]) -> None:
        """Write down what is gone, and what could not be read."""
        common = {"workspace": self.workspace, "connection": self.connection, "received_at": self.read_at}
        done = {"event": "gone", "state": DeliveryState.DONE, "done_at": self.read_at}
        loud = {"event": "record", "state": DeliveryState.UNREADABLE}
        _put_down([Delivery(**common, **done, key=_key(GONE, one)) for one in gone])
        _put_down(
            [
                Delivery(
                    **common,
                    **loud,
                    key=_key(RECORD, one),
                    applications=[one.application_id],
                    problem=one.problem,
                )
                for one in unread
            ]
        )

    def _read_after_all(self, good: Iterable[Answer]) -> None:
        """What could not be read once, and can be now, is done with."""
        loud = Delivery.objects.filter(connection=self.connection, state=DeliveryState.UNREADABLE)
        if loud.exists():
            mended = loud.filter(key__in=[_key(RECORD, one) for one in good])
            mended.update(state=DeliveryState.DONE, problem="", done_at=self.read_at)

    def _kept(self, id_: str, told: Dossier) -> _Kept | None:
        """What is kept of an application; None where no offer ever went out, as far as we know."""
        status, doubt = _outcome_of(told)
        if status is None:
            return _Kept(id_, told, OfferStatus.RESCINDED, "") if id_ in self.held else None
        return _Kept(id_, told, status, doubt or "")

    # --- storing

    def _store(self, kept: Sequence[_Kept]) -> Counts:
        """Write it."""
        if not kept:
            return Counts()
        told, colleagues = self._records(kept)
        self._let_tell_again(told.candidates)
        self._drop_untold(kept, told)
        return store_part(told, colleagues, read_at=self.read_at)

    def _records(self, kept: Sequence[_Kept]) -> tuple[Records, dict[str, int]]:
        """All of it as records under the ids of our rows, and the colleagues in it whom we know."""
        wanted = {known_as(self.connection, raw) for raw in accounts_in(one.told for one in kept)}
        rows = Employee.objects.filter(external_id__in=wanted).values_list("external_id", "pk")
        colleagues: dict[str, int] = dict(rows)
        interviews = [self._fact(one, fact) for one in kept for fact in one.told.interviews]
        scorecards = [self._fact(one, fact) for one in kept for fact in one.told.scorecards]
        candidates = {self._id(one.told.candidate.id): self._candidate(one.told) for one in kept}
        jobs = {self._id(one.told.job.id): self._job(one.told) for one in kept}
        self._keep_what_was_read_later(candidates, jobs)
        return (
            Records(
                candidates=candidates,
                jobs=jobs,
                offers=[self._offer(one) for one in kept],
                interviews=_once("interviews", interviews, colleagues),
                scorecards=_once("scorecards", scorecards, colleagues),
            ),
            colleagues,
        )

    def _id(self, raw: str) -> str:
        return prefixed(self.connection, raw) if raw else ""

    def _candidate(self, told: Dossier) -> records.Candidate:
        return replace(told.candidate, id=self._id(told.candidate.id))

    def _job(self, told: Dossier) -> records.Job:
        return replace(
            told.job,
            id=self._id(told.job.id),
            hiring_manager_id=known_as(self.connection, told.job.hiring_manager_id),
            recruiter_id=known_as(self.connection, told.job.recruiter_id),
        )

    def _offer(self, one: _Kept) -> records.Offer:
        offer, ending = one.told.offer or LastOffer(OfferState.NOT_SENT), one.told.ending
        by_them = ending is not None and ending.by in {EndedBy.CANDIDATE, EndedBy.UNKNOWN}
        return records.Offer(
            one.id,
            self._id(one.told.candidate.id),
            self._id(one.told.job.id),
            one.status,
            offer.sent_at,
            _resolved_at(one.status, offer, ending),
            ending.reason if ending and by_them else "",
            doubt=one.doubt,
        )

    def _fact(self, one: _Kept, fact: _Fact) -> _Fact:
        return fact._replace(
            id=f"{one.id}/{fact.id}",
            candidate_id=self._id(one.told.candidate.id),
            job_id=self._id(one.told.job.id),
            employee_id=known_as(self.connection, fact.employee_id),
        )

    def _keep_what_was_read_later(
        self, candidates: dict[str, records.Candidate], jobs: dict[str, records.Job]
    ) -> None:
        """People and jobs that were read later than this, by way of another application, are told as they are."""
        rows = models.Offer.objects.filter(read_at__gt=self.read_at)
        for offer in rows.select_related("candidate", "job").iterator():
            if offer.candidate.external_id in candidates:
                candidates[offer.candidate.external_id] = _as_candidate(offer.candidate)
            if offer.job.external_id in jobs:
                jobs[offer.job.external_id] = _as_job(offer.job)

    def _let_tell_again(self, candidates: Mapping[str, records.Candidate]) -> None:
        if Erasure.objects.exists():
            rows = (known_by(id_, told) for id_, told in candidates.items())
            keys = [key for row in rows for key in keys_of(row, self.workspace)]
            erasure.tell_again(keys, self.workspace, on=self.read_at.date())

    def _drop_untold(self, kept: Sequence[_Kept], told: Records) -> None:
        """Facts of these applications that are not told any more go."""
        held = [self.held[one.id] for one in kept if one.id in self.held]
        ids, candidates = {offer.external_id for offer in held}, {offer.candidate_id for offer in held}
        for name, model in _FACTS if held else ():
            keys = set(map(_KEYS[name], getattr(told, name)))
            there = model.objects.filter(candidate__in=candidates).values_list("pk", "external_id", "key")
            gone = [pk for pk, id_, key in there if _application_of(id_) in ids and key not in keys]
            model.objects.filter(pk__in=gone).delete()

    def _merge(self, kept: Sequence[_Kept]) -> set[str]:
        """Bring together whose applications are another's now; returns those of whom nothing may be kept at all."""
        moved = [one for one in kept if one.id in self.held and self._was_of_another(one)]
        ids = {self._id(one.told.candidate.id) for one in kept if one.id in self.held}
        rows = {row.external_id: row for row in models.Candidate.objects.filter(external_id__in=ids)}
        for one in moved:
            survivor = rows.get(self._id(one.told.candidate.id))
            old = models.Candidate.objects.filter(pk=self.held[one.id].candidate_id).first()
            if survivor is not None and old is not None:
                merge_candidates(old, survivor, self.workspace)
        # Whoever asked to be forgotten was not stored: what is still there of them goes as well.
        return {one.id for one in kept if one.id in self.held and self._id(one.told.candidate.id) not in rows}

    def _was_of_another(self, one: _Kept) -> bool:
        return self.held[one.id].candidate.external_id != self._id(one.told.candidate.id)

    # --- taking away

    def _remove(self, ids: Collection[str], *, erased: bool) -> set[int]:
        """Take away what we hold of these applications; returns the candidates of whom something remains.

        Of whom nothing remains they go too: erased where they are gone over there, or where they asked for it.
        """
        offers = self._not_in_the_middle([self.held[id_] for id_ in ids if id_ in self.held])
        if not offers:
            return set()
        whose = {offer.candidate_id for offer in offers}
        for _, model in _FACTS:
            there = model.objects.filter(candidate__in=whose).values_list("pk", "external_id")
            gone = [pk for pk, id_ in there if _application_of(id_) in ids]
            model.objects.filter(pk__in=gone).delete()
        erasure.forget_offers(offers)
        remain = set(models.Offer.objects.filter(candidate__in=whose).values_list("candidate_id", flat=True))
        going = list(models.Candidate.objects.filter(pk__in=whose - remain))
        if going and erased:
            erasure.forget_gone(going, self.workspace, on=self.read_at.date())
        elif going:
            erasure.put_away(going)
        later("judge_stale", workspace_id=self.workspace.pk)
        return remain

    def _not_in_the_middle(self, offers: Sequence[models.Offer]) -> list[models.Offer]:
        """Those about which no note is leaving in this very moment; the others are read again a little later."""
        sending = set(
            Ask.objects.filter(decline__offer__in=offers, state=AskState.SENDING).values_list(
                "decline__offer_id", flat=True
            )
        )
        raw = [
            offer.external_id.removeprefix(prefixed(self.connection, ""))
            for offer in offers
            if offer.pk in sending
        ]
        _put_down(
            Delivery(
                workspace=self.workspace,
                connection=self.connection,
                key=ident(f"{RECORD}{id_}"),
                event="record",
                applications=[id_],
                # As if somebody were at it: it is due again after a lease (services/deliveries.py).
                state=DeliveryState.READING,
                claimed_at=self.read_at,
                received_at=self.read_at,
            )
            for id_ in raw
        )
        return [offer for offer in offers if offer.pk not in sending]

    # --- judging

    def _judge(
        self, concerned: set[int], new: Collection[int], said_no: set[int], others: Collection[int]
    ) -> None:
        """Judge the declines of these candidates, and of whom they may be, now; those of `others` soon.

        Those who are `new` have none but those of `said_no`: they are not looked for.
        """
        near = (concerned | self._linked(concerned)).difference(new)
        declined = models.Offer.objects.filter(candidate__in=near, status=OfferStatus.DECLINED)
        judged = Decline.objects.filter(candidate__in=near)
        whose = said_no & concerned
        for rows in (declined, judged) if near else ():
            whose.update(rows.values_list("candidate_id", flat=True))
        judge(whose, self.workspace, self.read_at.date())
        if others and Decline.objects.filter(candidate__in=others).update(judged_on=STALE):
            later("judge_stale", workspace_id=self.workspace.pk)

    def _linked(self, candidates: Collection[int]) -> set[int]:
        """Other records that are, or may be, the same human beings."""
        told = models.Candidate.objects.filter(pk__in=candidates)
        marks = list(told.values_list("mailbox", "profile", "namesake"))
        found: set[int] = set()
        for place, name in enumerate(("mailbox", "profile", "namesake")):
            if known := {mark[place] for mark in marks if mark[place]}:
                rows = models.Candidate.objects.filter(**{f"{name}__in": known})
                found.update(rows.values_list("pk", flat=True))
        found.difference_update(candidates)
        return (
            {one.pk for one in same_humans(models.Candidate.objects.filter(pk__in=found))} if found else set()
        )


def _locked(connection: Connection) -> Workspace:
    """The workspace, held until the transaction ends: neither an import nor another reading writes meanwhile."""
    return Workspace.objects.select_for_update().get(pk=connection.workspace_id)


def _key(kind: str, one: Answer) -> str:
    return ident(f"{kind}{one.application_id}")


def _put_down(rows: Iterable[Delivery]) -> None:
    """Write these down, over what was written under the same keys."""
    fields = ["event", "state", "applications", "problem", "received_at", "claimed_at", "done_at"]
    Delivery.objects.bulk_create(
        list(rows), update_conflicts=True, unique_fields=["connection", "key"], update_fields=fields
    )


def _outcome_of(told: Dossier) -> Outcome:
    if told.offer is None:
        return Outcome(None)
    return outcome(told.offer.state, told.ending.by if told.ending else EndedBy.NOBODY)


def _resolved_at(status: OfferStatus, offer: LastOffer, ending: Ending | None) -> datetime | None:
    """When the offer stopped being open; of whoever left after signing, when they did."""
    if status is OfferStatus.OPEN:
        return None
    ended_at = ending.at if ending else None
    if status is OfferStatus.DECLINED and offer.state is OfferState.ACCEPTED:
        return ended_at
    return offer.decided_at or ended_at


def _once(name: str, facts: Iterable[_Fact], colleagues: Collection[str]) -> list[_Fact]:
    """The facts of people whom we know, each once; of two of a kind the last."""
    return list({_KEYS[name](fact): fact for fact in facts if fact.employee_id in colleagues}.values())


def _application_of(id_: str) -> str:
    """The external id of the application that a fact belongs to; "" where it came in another way."""
    application, slash, _ = id_.partition("/")
    return application if slash else ""


def _as_candidate(row: models.Candidate) -> records.Candidate:
    return records.Candidate(
        row.external_id,
        row.name,
        row.email,
        row.linkedin_url,
        row.current_company,
        row.current_title,
        tuple(row.past_employers),
        tuple(row.schools),
        row.level,
        row.do_not_contact,
    )


def _as_job(row: models.Job) -> records.Job:
    return records.Job(
        row.external_id,
        row.title,
        row.department,
        row.level,
        JobStatus(row.status),
        row.hiring_manager_external_id,
        row.recruiter_external_id,
    )


# --- colleagues


def _twins(connection: Connection, people: Iterable[records.Employee]) -> dict[str, Employee]:
    """By account, the colleague with the same address whom another source knows."""
    others = Employee.objects.exclude(external_id__startswith=prefixed(connection, "")).exclude(email="")
    by_address: dict[str, Employee] = {}
    for row in others.order_by("-active", "pk"):
        by_address.setdefault(row.email.strip().lower(), row)
    found = {one.id: by_address.get(one.email.strip().lower()) for one in people if one.email.strip()}
    return {raw: twin for raw, twin in found.items() if twin is not None}


def _merge_with_twins(connection: Connection, twins: Mapping[str, Employee]) -> int:
    """Rows that an earlier reading made of whom another source knows by now are theirs; returns how many."""
    by_id = {ident(prefixed(connection, raw)): twin for raw, twin in twins.items()}
    rows = list(Employee.objects.filter(external_id__in=list(by_id)))
    for row in rows:
        merge_employees(row, by_id[row.external_id])
    return len(rows)


def _have_left(people: Iterable[records.Employee], twins: Mapping[str, Employee]) -> int:
    """Colleagues known from elsewhere who have no account in use any more have left; returns how many are new."""
    told = [one for one in people if one.id in twins]
    here = {twins[one.id].pk for one in told if one.active}
    left = {twins[one.id].pk for one in told} - here
    return Employee.objects.filter(pk__in=left, active=True).update(active=False)


def _own_row(connection: Connection, one: records.Employee) -> records.Employee:
    return replace(one, id=prefixed(connection, one.id), manager_id=known_as(connection, one.manager_id))
