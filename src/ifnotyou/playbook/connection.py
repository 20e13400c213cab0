"""Who should ask, and why (playbook rule 3): the most sincere connection, not the highest title.

Gates first (gates.py), then a sum of printable terms (terms.py). Evidence and
weights: docs/playbook.md, "Who asks".
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from ifnotyou.playbook.evidence import Case, Evidence, Pair
from ifnotyou.playbook.gates import Gates
from ifnotyou.playbook.policy import AskerPolicy, Policy
from ifnotyou.playbook.records import Candidate, Employee, Job, Records
from ifnotyou.playbook.seniority import level_of, seniority
from ifnotyou.playbook.terms import Because, Terms

UNKNOWN_DISTANCE = 10.0


class Confidence(StrEnum):
    """How sure the first place is. More than half of liking is nobody's to foresee."""

    CLEAR = "clear"
    LEAN = "lean"
    TOSS_UP = "toss-up"


@dataclass(frozen=True, slots=True)
class Asker:
    """A colleague who may ask. `score` is the sum of the weights in `because`; `tie` orders equal scores."""

    employee: Employee
    score: float
    because: tuple[Because, ...]
    executive: bool
    tie: tuple[float, float, float, float, str]


class PassedOver(NamedTuple):
    """A colleague who may not ask, and why not."""

    employee: Employee
    code: str
    text: str


@dataclass(frozen=True, slots=True)
class Connections:
    """Everybody who had to do with one candidate: who may ask, the most sincere first, and who may not."""

    askers: tuple[Asker, ...]
    passed_over: tuple[PassedOver, ...]


class Ranker:
    """Ranks the people who met a candidate. Made once for a company, then asked for one decline at a time."""

    def __init__(
        self, records: Records, evidence: Evidence, policy: Policy, company_size: int | None = None
    ) -> None:
        """Keep what every decline needs. Without `company_size` the active employees of `records` are counted."""
        if company_size is None:
            company_size = sum(employee.active for employee in records.employees.values())
        self._policy = policy
        self._evidence = evidence
        self._employees = records.employees
        self._seniority = {key: seniority(one, policy.askers) for key, one in records.employees.items()}
        self._terms = Terms(evidence, policy.askers)
        self.gates = Gates(records.asks, company_size, self._seniority, policy.gates)

    def met(self, candidate: Candidate) -> list[Employee]:
        """Everybody who has anything to do with this candidate."""
        return [self._employees[employee_id] for employee_id in sorted(self._evidence.pairs(candidate.id))]

    def rank(
        self,
        candidate: Candidate,
        job: Job,
        today: date,
        critics: Iterable[str] = (),
        *,
        late: bool = False,
    ) -> Connections:
        """Who may ask this candidate on the day `today`, and who may not.

        `critics` are the ids of employees whom the candidate named in a critique;
        `late` says that `today` is a day in the past.
        """
        pairs = self._evidence.pairs(candidate.id)
        level = candidate.level or level_of(candidate.current_title, self._policy.askers) or job.level
        case = Case(candidate, job, today, level, pairs, critics, late=late)
        askers: list[Asker] = []
        passed_over: list[PassedOver] = []
        for employee_id, pair in pairs.items():
            employee = self._employees[employee_id]
            refusal = self.gates.refusal(case, employee, pair)
            if refusal is None:
                askers.append(self._asker(case, employee, pair))
            else:
                passed_over.append(PassedOver(employee, *refusal))
        passed_over.sort(key=lambda p: (p.employee.name, p.employee.id))
        return Connections(in_order(askers, self._policy), tuple(passed_over))

    def _asker(self, case: Case, employee: Employee, pair: Pair) -> Asker:
        """The colleague with every term that moves their score, the strongest first."""
        senior = self._seniority[employee.id]
        open_asks = self.gates.open_asks(employee.id, case.today)
        pair_terms = self._terms.of_pair(case, employee, pair)
        terms = pair_terms + self._terms.of_person(case, employee, open_asks)
        terms.sort(key=_strength)
        score = round(sum([term.weight for term in terms]), 3)
        terms += self._terms.unknown(case, pair)
        # Ties: more evidence on the pair, fewer asks, the longer talk alone, the closer level; then always the same.
        distance = abs(senior.level - case.level) if senior.level and case.level else UNKNOWN_DISTANCE
        tie = (-len(pair_terms), open_asks, -pair.longest_alone, distance, employee.id)
        return Asker(employee, score, tuple(terms), senior.executive, tie)


def _strength(term: Because) -> tuple[float, str]:
    return -abs(term.weight), term.code


def in_order(askers: Iterable[Asker], policy: Policy) -> tuple[Asker, ...]:
    """The highest score first; an executive goes first only with a lead over the next (executive rule)."""
    ordered = sorted(askers, key=lambda a: (-a.score, a.tie))
    first_other = next((i for i, a in enumerate(ordered) if not a.executive), None)
    if first_other:
        best = ordered[first_other]
        close = [a for a in ordered[:first_other] if a.score - best.score < policy.gates.executive_lead]
        far = [a for a in ordered[:first_other] if a not in close]
        if not far:
            ordered = [best, *close, *ordered[first_other + 1 :]]
    return tuple(ordered)


def how_sure(askers: tuple[Asker, ...], policy: AskerPolicy) -> Confidence | None:
    """In words, not decimals, how sure the first place is; None where nobody may ask.

    P = softmax(steepness x score). Among one there is no tie to tell, but one
    weak connection is not clear either.
    """
    if not askers:
        return None
    first = askers[0].score
    lead = first - max((other.score for other in askers[1:]), default=0.0)
    total = sum(math.exp(policy.steepness * (other.score - first)) for other in askers)
    if lead >= policy.clear_lead and 1 / total >= policy.clear_probability:
        return Confidence.CLEAR
    if lead < policy.toss_up_lead and len(askers) > 1:
        return Confidence.TOSS_UP
    return Confidence.LEAN
