"""What people in the company usually answer: counted after an import, so that ranking a pair need not count again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import Count, QuerySet

from ifnotyou.models import Candidate, Employee, Pulse, Scorecard, Workspace
from ifnotyou.playbook import records
from ifnotyou.playbook.habits import NONE_GIVEN, Habits, read_habits
from ifnotyou.playbook.people import tell_apart
from ifnotyou.queries.policy import policy_of
from ifnotyou.services.bulk import Bulk

Counted = dict[int, list[int]]


@transaction.atomic
def refresh(workspace: Workspace) -> None:
    """Count everybody's habits anew from the rows there are."""
    votes = _given(Scorecard.objects.values_list("employee_id", "overall"))
    clicks = _given(
        Pulse.objects.filter(by_candidate=False, score__isnull=False).values_list("employee_id", "score")
    )
    said = _what_candidates_said(workspace)
    changed = []
    for employee in Employee.objects.only("pk", "external_id", "votes", "clicks", "liked", "liked_by"):
        liked = said.liked.get(employee.external_id)
        habits = (
            votes.get(employee.pk, []),
            clicks.get(employee.pk, []),
            liked.total if liked else 0.0,
            liked.humans if liked else 0,
        )
        if habits != (employee.votes, employee.clicks, employee.liked, employee.liked_by):
            changed.append((employee.pk, habits))
    Bulk(Employee, ["votes", "clicks", "liked", "liked_by"]).change(changed)
    workspace.habits = {
        "votes": _sum(votes.values()),
        "clicks": _sum(clicks.values()),
        "answers_total": said.answers_total,
        "answers": said.answers,
        "size": Employee.objects.filter(active=True).count(),
    }
    workspace.save(update_fields=["habits"])


def _given(answers: QuerySet[Any, Any]) -> Counted:
    """By employee, how often each of 1 to 5 was given; the database counts."""
    found: Counted = defaultdict(lambda: list(NONE_GIVEN))
    for employee, value, times in answers.annotate(times=Count("pk")).order_by():
        found[employee][value - 1] = times
    return dict(found)


def _sum(counts: Iterable[list[int]]) -> list[int]:
    return [sum(column) for column in zip(*counts, strict=True)] or list(NONE_GIVEN)


def _what_candidates_said(workspace: Workspace) -> Habits:
    """The playbook's own count, over nothing but the candidates who answered and their answers."""
    pulses = [
        records.Pulse(candidate, employee, by_candidate=True, score=score, said_at=said_at)
        for candidate, employee, score, said_at in Pulse.objects.filter(by_candidate=True).values_list(
            "candidate__external_id", "employee__external_id", "score", "said_at"
        )
    ]
    answered = {pulse.candidate_id for pulse in pulses}
    # Where nobody answered, nobody has to be told apart: that would be every candidate there is.
    rows = Candidate.objects.all() if answered else Candidate.objects.none()
    people = [
        records.Candidate(id=id_, name="", email=email, linkedin_url=url)
        for id_, email, url in rows.values_list("external_id", "email", "linkedin_url").iterator()
    ]
    apart = tell_apart(people)
    candidates = {one.id: one for one in people if one.id in answered}
    return read_habits(
        records.Records(candidates=candidates, pulses=pulses), apart, policy_of(workspace).askers
    )
