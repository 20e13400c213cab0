"""All of it for every decline, in order: reason, verdict, askers, channel, draft."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from ifnotyou.playbook.channel import Channel, choose_channel
from ifnotyou.playbook.connection import (
    Asker,
    Confidence,
    Connections,
    PassedOver,
    Ranker,
    how_sure,
    in_order,
)
from ifnotyou.playbook.declines import find_declines
from ifnotyou.playbook.evidence import Evidence
from ifnotyou.playbook.habits import Habits
from ifnotyou.playbook.letters import Draft, draft_ask
from ifnotyou.playbook.people import tell_apart
from ifnotyou.playbook.policy import Policy
from ifnotyou.playbook.reasons import Category, ReasonReader, reader_of
from ifnotyou.playbook.records import Records
from ifnotyou.playbook.verdict import Decline, Verdict, Why, judge, never

NOBODY = Connections((), ())


@dataclass(frozen=True)
class Company:
    """What must be known of the whole company to judge one human being: its active employees, its habits."""

    size: int
    habits: Habits


@dataclass(frozen=True, slots=True)
class PlannedDecline:
    """One declined offer with everything the playbook says about it."""

    decline: Decline
    verdict: Verdict
    because: tuple[Why, ...]
    connections: Connections
    confidence: Confidence | None
    channel: Channel
    draft: Draft | None


@dataclass(frozen=True, slots=True)
class _Judged:
    decline: Decline
    verdict: Verdict
    because: tuple[Why, ...]
    connections: Connections


def make_plan(
    records: Records,
    policy: Policy,
    today: date,
    watch: Callable[[list[Decline]], Iterable[Decline]] = iter,
) -> list[PlannedDecline]:
    """The plan for every declined offer, the newest first. The order of the records makes no difference.

    `watch` hands the declines through one by one and may show how far it has come.
    """
    ranker, judged = _judge_all(records, None, policy, today, watch)
    _spread(judged, ranker, policy, today)
    return [_finish(one, policy, today) for one in judged]


def plan_some(records: Records, company: Company, policy: Policy, today: date) -> list[PlannedDecline]:
    """The same judgement for a few human beings, with the figures of the whole `company`.

    `records` holds their facts completely: all their records with everything
    that hangs on them, the employees in it, the records of namesakes with all
    that is the same person as these and their offers and asks, and the asks
    that the employees carry. The declines of namesakes come out too; of them
    only that they are there can be trusted. No load is spread over declines:
    the asks that somebody really carries stand in `records`.
    """
    _, judged = _judge_all(records, company, policy, today)
    return [_finish(one, policy, today) for one in judged]


def _judge_all(
    records: Records,
    company: Company | None,
    policy: Policy,
    today: date,
    watch: Callable[[list[Decline]], Iterable[Decline]] = iter,
) -> tuple[Ranker, list[_Judged]]:
    """Every decline by itself; without `company` the records are the whole company."""
    people = tell_apart(records.candidates.values())
    evidence = Evidence(records, people, policy.askers, company.habits if company else None)
    ranker = Ranker(records, evidence, policy, company.size if company else None)
    reader = reader_of(policy.reasons)
    declines = find_declines(records, people, reader, policy)
    return ranker, [_judge(decline, ranker, reader, policy, today) for decline in watch(declines)]


def _judge(decline: Decline, ranker: Ranker, reader: ReasonReader, policy: Policy, today: date) -> _Judged:
    """The verdict for one decline by itself.

    What is too old by now is judged as on the last day on which it could have
    been asked: "missed" says that it would have been an ask.
    """
    if nevers := never(decline, policy):
        return _Judged(decline, Verdict.NEVER, nevers, NOBODY)
    day = min(today, decline.last_day(policy) or today)
    critics = _critics(decline, ranker, reader)
    connections = ranker.rank(decline.candidate, decline.job, day, critics, late=day < today)
    best = connections.askers[0].score if connections.askers else None
    verdict, because = judge(decline, best, policy, today)
    return _Judged(decline, verdict, because, connections)


def _critics(decline: Decline, ranker: Ranker, reader: ReasonReader) -> list[str]:
    """The ids of those who met the candidate and whom a critique names."""
    if decline.reason.category is not Category.CRITIQUE:
        return []
    notes = decline.offer.decline_notes
    # Most notes name nobody: look whether a name stands there at all before reading sentence by sentence.
    met = [one for one in ranker.met(decline.candidate) if any(word in notes for word in one.name.split())]
    if not met:
        return []
    named = reader.names_in_critique(notes, [employee.name for employee in met])
    return [employee.id for employee in met if employee.name in named]


def _spread(judged: list[_Judged], ranker: Ranker, policy: Policy, today: date) -> None:
    """Give nobody more asks than they can carry, as long as another good connection is free (rule 3, load).

    The strongest connections are given out first, so more evidence for a pair
    never takes the ask away from it. Changes `judged` in place.
    """
    carried: Counter[str] = Counter()
    queue = [
        _turn(one.connections.askers, index) for index, one in enumerate(judged) if one.verdict is Verdict.ASK
    ]
    heapq.heapify(queue)
    full: dict[int, tuple[Asker, ...]] = {}
    while queue:
        *_, index = heapq.heappop(queue)
        one = judged[index]
        busy = full.get(index, ())
        free = in_order([a for a in one.connections.askers if a not in busy], policy)
        first = free[0].employee.id
        if carried[first] + ranker.gates.open_asks(first, today) < ranker.gates.most_open_asks:
            carried[first] += 1
            if busy:
                judged[index] = replace(
                    one, connections=_without(one.connections, busy, free, ranker.gates.most_open_asks)
                )
        elif len(free) > 1 and max(a.score for a in free[1:]) >= policy.gates.least_score:
            full[index] = (*busy, free[0])
            heapq.heappush(queue, _turn(free[1:], index))
        else:
            text = (
                "Everybody who could ask carries enough asks: hand this one over when one of those is closed."
            )
            judged[index] = replace(one, because=(*one.because, Why("everybody_busy", text)))


def _turn(askers: Sequence[Asker], index: int) -> tuple[float, int]:
    """Whose turn it is: the strongest connection, then the newest decline."""
    return -askers[0].score, index


def _without(
    connections: Connections, busy: tuple[Asker, ...], free: tuple[Asker, ...], most: int
) -> Connections:
    """The connections with those left out who ask enough others already."""
    left_out = [
        PassedOver(
            asker.employee,
            "too_many_open_asks",
            f"{asker.employee.name} already carries {most} asks, where the connection is stronger.",
        )
        for asker in busy
    ]
    passed_over = sorted(
        (*connections.passed_over, *left_out), key=lambda p: (p.employee.name, p.employee.id)
    )
    return Connections(free, tuple(passed_over))


def _finish(one: _Judged, policy: Policy, today: date) -> PlannedDecline:
    """Add the channel, and the draft where we ask: nothing is drafted before a person has said yes to a doubt."""
    decline, askers = one.decline, one.connections.askers
    channel, why = choose_channel(decline.day, today, bool(decline.candidate.email), policy.channel)
    because, draft = one.because, None
    if one.verdict is Verdict.ASK:
        because = (*because, why)
        draft = draft_ask(channel, askers[0].employee.name, decline.candidate.name, decline.job.title)
    confidence = how_sure(askers, policy.askers)
    return PlannedDecline(decline, one.verdict, because, one.connections, confidence, channel, draft)
