"""The candidates' own answers, as the playbook learns from them, in a constant number of queries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime

from ifnotyou import models
from ifnotyou.models import Workspace
from ifnotyou.playbook.learning import Choice, Proposal, propose, read_choices
from ifnotyou.playbook.records import Candidate, Pulse
from ifnotyou.queries.policy import policy_of, weights_by_hand, weights_without_learning
from ifnotyou.queries.records import BETWEEN, records_about

MOST_ANSWERS = 2000
"""The latest count: older ones tell of another company, and with so many the intervals are narrow."""

LONG_AGO = datetime(1, 1, 1, tzinfo=UTC)


def choices_in(workspace: Workspace) -> list[Choice]:
    """Whom candidates chose among the people they met, from the latest answers."""
    said = _said()
    if not said:
        return []
    candidates = _who_answered()
    about = records_about(_latest(said, candidates), workspace)
    records = replace(
        about.records,
        candidates={**{one.id: one for one in candidates.values()}, **about.records.candidates},
        pulses=[*said, *(pulse for pulse in about.records.pulses if not pulse.by_candidate)],
    )
    return read_choices(records, about.company.habits, policy_of(workspace).askers)


def proposal_from(choices: list[Choice], workspace: Workspace) -> Proposal | None:
    """What these answers propose for this company; None where they are too few, or learning is frozen."""
    if workspace.learning_frozen:
        return None
    askers = policy_of(workspace).askers
    by_hand = weights_by_hand(workspace)
    return propose(choices, weights_without_learning(workspace), askers.weights, askers.steepness, by_hand)


def _said() -> list[Pulse]:
    """Every answer of a candidate."""
    rows = models.Pulse.objects.filter(by_candidate=True).values_list(*BETWEEN, "score", "said_at")
    return [
        Pulse(candidate, employee, by_candidate=True, score=score, said_at=said_at)
        for candidate, employee, score, said_at in rows
    ]


def _who_answered() -> dict[int, Candidate]:
    """Who gave one, by row, with what tells whether two of them are one human being."""
    answered = models.Pulse.objects.filter(by_candidate=True).values("candidate")
    rows = models.Candidate.objects.filter(pk__in=answered).values_list(
        "pk", "external_id", "email", "linkedin_url"
    )
    return {pk: Candidate(id_, "", email=email, linkedin_url=url) for pk, id_, email, url in rows}


def _latest(said: Iterable[Pulse], candidates: Mapping[int, Candidate]) -> list[int]:
    """The rows of those who answered last."""
    when: dict[str, datetime] = {}
    for pulse in said:
        when[pulse.candidate_id] = max(when.get(pulse.candidate_id, LONG_AGO), pulse.said_at or LONG_AGO)
    newest = sorted(candidates, key=lambda pk: (when[candidates[pk].id], pk), reverse=True)
    return newest[:MOST_ANSWERS]
