"""Rows as the playbook's records: all that bears on a few human beings, in a constant number of queries."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, time
from typing import NamedTuple, cast

from ifnotyou import models
from ifnotyou.models import Ask, Claim, OptOut, Workspace
from ifnotyou.playbook.asking import LIVE, AskState
from ifnotyou.playbook.habits import NONE_GIVEN, Counts, Habits, Liked
from ifnotyou.playbook.plan import Company
from ifnotyou.playbook.records import (
    Candidate,
    Employee,
    Interview,
    InterviewStatus,
    Job,
    JobStatus,
    Message,
    Offer,
    OfferStatus,
    Passed,
    PastAsk,
    Pulse,
    Records,
    Scorecard,
)
from ifnotyou.queries.humans import keys_of, namesakes, same_humans

NOBODY = ""
"""The asker of an ask that is erased: only that it was made is still known."""

BETWEEN = ("candidate__external_id", "employee__external_id")
"""Between whom a fact is, by the ids of the company's files."""


class About(NamedTuple):
    """What bears on a few human beings. `records` has the ids of the company's own files; `group` are the rows of
    the people themselves, by that id: others are in the records only because they matter for these.
    """

    records: Records
    company: Company
    group: dict[str, models.Candidate]


def records_about(candidate_ids: Iterable[int], workspace: Workspace) -> About:
    """All that bears on the human beings with these records, and what the playbook knows of the company."""
    group = same_humans(models.Candidate.objects.filter(pk__in=list(candidate_ids)))
    others = same_humans(namesakes(group))
    everybody = {c.pk: c for c in (*group, *others)}
    ids = [c.pk for c in group]

    offers = list(models.Offer.objects.filter(candidate__in=everybody).select_related("job"))
    facts = Facts(_interviews(ids), _scorecards(ids), _messages(ids), _pulses(ids))
    met = {fact.employee_id for kind in facts for fact in kind}
    employees = list(models.Employee.objects.filter(external_id__in=met))
    keys = {c.pk: keys_of(c, workspace) for c in everybody.values()}
    opted_out = _opted_out(keys)
    ext = {pk: c.external_id for pk, c in everybody.items()}
    carried = _carried(employees, except_for=ids)
    # Those candidates are in the records for the sake of the load alone.
    elsewhere = {ask.candidate.external_id: _candidate(ask.candidate, opted_out=False) for ask in carried}

    records = Records(
        employees={e.external_id: _employee(e) for e in employees},
        candidates=elsewhere | {c.external_id: _candidate(c, c.pk in opted_out) for c in everybody.values()},
        jobs={offer.job.external_id: _job(offer.job) for offer in offers},
        offers=[_offer(offer, ext) for offer in offers],
        **facts._asdict(),
        asks=[*_asked(keys, ext), *map(_load, carried)],
        passes=_passes(ids),
        restored_at=workspace.restored_at,
    )
    company = _company(employees, workspace)
    return About(records, company, {c.external_id: c for c in group})


class Facts(NamedTuple):
    """What passed between candidates and colleagues, by the names that Records has for it."""

    interviews: list[Interview]
    scorecards: list[Scorecard]
    messages: list[Message]
    pulses: list[Pulse]


def _interviews(candidate_ids: Sequence[int]) -> list[Interview]:
    rows = models.Interview.objects.filter(candidate__in=candidate_ids).values_list(
        "external_id", *BETWEEN, "job__external_id", "kind", "started_at", "minutes", "status"
    )
    return [
        Interview(id_, candidate, job or "", employee, kind, started_at, minutes, InterviewStatus(status))
        for id_, candidate, employee, job, kind, started_at, minutes, status in rows
    ]


def _scorecards(candidate_ids: Sequence[int]) -> list[Scorecard]:
    rows = models.Scorecard.objects.filter(candidate__in=candidate_ids).values_list(
        "external_id", *BETWEEN, "job__external_id", "submitted_at", "overall"
    )
    return [
        Scorecard(id_, candidate, job or "", employee, submitted_at, overall)
        for id_, candidate, employee, job, submitted_at, overall in rows
    ]


def _messages(candidate_ids: Sequence[int]) -> list[Message]:
    found = models.Message.objects.filter(candidate__in=candidate_ids)
    return [Message(*row) for row in found.values_list(*BETWEEN, "sent_at", "from_candidate")]


def _pulses(candidate_ids: Sequence[int]) -> list[Pulse]:
    found = models.Pulse.objects.filter(candidate__in=candidate_ids)
    return [Pulse(*row) for row in found.values_list(*BETWEEN, "by_candidate", "score", "said_at")]


def _passes(candidate_ids: Sequence[int]) -> list[Passed]:
    found = Ask.objects.filter(candidate__in=candidate_ids, state=AskState.PASSED)
    return [Passed(*row) for row in found.values_list("candidate__external_id", "asker__external_id")]


def _load(ask: Ask) -> PastAsk:
    """A card or an open ask, which somebody carries; whether the candidate was asked the claims tell."""
    return PastAsk(ask.candidate.external_id, ask.asker.external_id, ask.handed_at, open=True, asked=False)


def _opted_out(keys: dict[int, list[str]]) -> set[int]:
    """The records of those who asked not to be contacted."""
    said_no = set(
        OptOut.objects.filter(key__in=[key for ks in keys.values() for key in ks]).values_list(
            "key", flat=True
        )
    )
    return {pk for pk, ks in keys.items() if not said_no.isdisjoint(ks)}


def _carried(employees: Iterable[models.Employee], except_for: Sequence[int]) -> list[Ask]:
    """The open asks of these colleagues, but for those about these candidates."""
    return list(
        Ask.objects.filter(asker__in=list(employees), state__in=sorted(LIVE))
        .exclude(candidate__in=except_for)
        .select_related("candidate", "asker")
    )


def _asked(keys: dict[int, list[str]], ext: dict[int, str]) -> list[PastAsk]:
    """Who was asked, by the claims: they are still there when an ask is erased."""
    owners = {key: pk for pk, ks in keys.items() for key in ks}
    claims = Claim.objects.filter(key__in=list(owners))
    return [
        PastAsk(
            ext[owners[claim.key]],
            NOBODY,
            datetime.combine(claim.claimed_on, time(), UTC),
            open=False,
        )
        for claim in claims
    ]


def _company(employees: Iterable[models.Employee], workspace: Workspace) -> Company:
    """What people here usually answer, as of the last import."""
    known = workspace.habits
    habits = Habits(
        votes={e.external_id: _counts(e.votes) for e in employees},
        clicks={e.external_id: _counts(e.clicks) for e in employees},
        liked={e.external_id: Liked(e.liked, e.liked_by) for e in employees if e.liked_by},
        all_votes=_counts(known.get("votes", [])),
        all_clicks=_counts(known.get("clicks", [])),
        answers_total=known.get("answers_total", 0.0),
        answers=known.get("answers", 0),
    )
    return Company(size=known.get("size", 0), habits=habits)


def _counts(stored: Sequence[int]) -> Counts:
    return cast(Counts, tuple(stored)) if stored else NONE_GIVEN


def _employee(row: models.Employee) -> Employee:
    return Employee(
        row.external_id,
        row.name,
        row.email,
        row.title,
        row.level,
        row.department,
        row.manager_external_id,
        row.timezone,
        row.active,
        row.executive,
        tuple(row.past_employers),
        tuple(row.schools),
        open_to_asking=row.open_to_asking,
        away_until=row.away_until,
    )


def _candidate(row: models.Candidate, opted_out: bool) -> Candidate:
    return Candidate(
        row.external_id,
        row.name,
        row.email,
        row.linkedin_url,
        row.current_company,
        row.current_title,
        tuple(row.past_employers),
        tuple(row.schools),
        row.level,
        do_not_contact=row.do_not_contact or opted_out,
    )


def _job(row: models.Job) -> Job:
    return Job(
        row.external_id,
        row.title,
        row.department,
        row.level,
        JobStatus(row.status),
        row.hiring_manager_external_id,
        row.recruiter_external_id,
    )


def _offer(row: models.Offer, ext: dict[int, str]) -> Offer:
    return Offer(
        row.external_id,
        ext[row.candidate_id],
        row.job.external_id,
        OfferStatus(row.status),
        row.sent_at,
        row.resolved_at,
        row.decline_reason,
        row.decline_notes,
        row.doubt,
    )
