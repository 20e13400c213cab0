"""What the numbers say, honestly (playbook rule 9): counts by month and group, with intervals, for few are few.

No figure is one employee's: groups of colleagues are told only where at least LEAST_PEOPLE are in them. What goes
back to an ask counts only names whose giver may be known; names in confidence and anonymous ones count in their
month, role and terms, which everybody who recruits sees of them anyway.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from math import exp, lgamma, log, log1p
from typing import NamedTuple


@dataclass(frozen=True)
class Prior:
    """What is believed before anything was counted: a share, as firmly as after so many."""

    mean: float
    strength: float


OF_AN_ASK = Prior(0.25, 8)
"""One ask in four brings a name."""

UNBIASED = Prior(0.5, 2)
"""Every share is as likely as another."""

CREDIBLE = 0.9
"""How sure an interval is."""

FEW = 20
"""Below this an interval is too wide to tell one group from another."""

LEAST_PEOPLE = 5
"""A group of fewer colleagues is not shown: its figures would be somebody's."""


class Cut(StrEnum):
    """By what is counted."""

    MONTH = "month"
    ROLE = "role"
    RELATION = "relation"
    CHANNEL = "channel"
    DELAY = "delay"
    REASON = "reason"
    DISCLOSURE = "disclosure"
    PROMISE = "promise"
    WAIT = "wait"
    """The working days until the first contact."""


class Count(StrEnum):
    """What is counted: declined offers, then asks, then people named; each as having come at least so far."""

    DECLINED = "declined"
    TO_ASK = "to_ask"
    """Could be asked, or could have been: all but those whom the playbook or a person wants left alone."""
    MISSED = "missed"
    ASKED = "asked"
    ANSWERED = "answered"
    """With a name whose giver may be known, or that they had nobody in mind."""
    GAVE = "gave"
    """Asks that brought such a name."""
    NAMED = "named"
    CONTACTED = "contacted"
    TALKING = "talking"
    IN_PROCESS = "in_process"
    HIRED = "hired"
    KEPT = "kept"
    BROKEN = "broken"
    OPEN = "open"
    """Promises of a first contact."""


class Relation(StrEnum):
    """Who the asker is to the candidate's role."""

    PEER = "peer"
    MANAGER = "manager"
    EXECUTIVE = "executive"
    RECRUITER = "recruiter"


DELAYS = (("0-1", 2), ("2-7", 8), ("8-21", 22))
"""Days from the decline to the ask, and below how many days; what is more is LATER."""

LATER = "later"
UNKNOWN_DELAY = "unknown"

LONGEST_WAIT = 20
"""Working days until a first contact; longer ones count as this."""


class Key(NamedTuple):
    """What one figure is of: in `month`, in one group of a cut. By month the group is empty."""

    month: date
    cut: Cut
    group: str
    counted: Count


Counts = Counter[Key]


@dataclass(frozen=True)
class Rate:
    """How many of how many, and between which shares the truth most likely lies."""

    hits: int
    of: int
    low: float
    middle: float
    high: float

    @property
    def few(self) -> bool:
        """Whether these are too few to tell much."""
        return self.of < FEW

    @property
    def words(self) -> str:
        """The same for people."""
        told = f"{self.hits} of {self.of}"
        if self.few:
            return f"{told}: too few to tell"
        return f"{told}: between {round(100 * self.low)} and {round(100 * self.high)} in a hundred"


def rate_of(hits: int, of: int, prior: Prior = UNBIASED) -> Rate:
    """The Beta-binomial interval: what is likely after the counts, given what was believed before them."""
    if not 0 <= hits <= of:
        raise ValueError(f"{hits} of {of} is no share.")
    a = prior.mean * prior.strength + hits
    b = (1 - prior.mean) * prior.strength + of - hits
    tail = (1 - CREDIBLE) / 2
    return Rate(hits, of, beta_quantile(tail, a, b), a / (a + b), beta_quantile(1 - tail, a, b))


def beta_quantile(p: float, a: float, b: float) -> float:
    """Below which share a Beta(a, b) lies with probability `p`, by halving."""
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        if beta_below(middle, a, b) < p:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def beta_below(x: float, a: float, b: float) -> float:
    """The probability that a Beta(a, b) is below `x`: the regularised incomplete beta function."""
    if x <= 0 or x >= 1:
        return float(x >= 1)
    front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log1p(-x))
    # The continued fraction converges fast on this side of the mean; on the other one by symmetry.
    if x < (a + 1) / (a + b + 2):
        return front * _fraction(x, a, b) / a
    return 1 - front * _fraction(1 - x, b, a) / b


def _fraction(x: float, a: float, b: float) -> float:
    """Lentz's way through the continued fraction of the incomplete beta function."""
    tiny = 1e-300
    c, d = 1.0, 1 / ((1 - (a + b) * x / (a + 1)) or tiny)
    total = d
    for m in range(1, 500):
        for step in (
            m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
        ):
            d = 1 / ((1 + step * d) or tiny)
            c = (1 + step / c) or tiny
            total *= c * d
        if abs(c * d - 1) < 1e-13:  # noqa: PLR2004 - as exact as floats are
            break
    return total


def groups_shown(people: Mapping[str, Collection[int]], least: int = LEAST_PEOPLE) -> set[str]:
    """Which groups of colleagues may be told, by who is in each.

    Those with enough people; and where all the others together are too few, so that what is missing from the whole
    would be theirs, the smallest of these is kept back as well.
    """
    large = sorted((len(set(who)), group) for group, who in people.items() if len(set(who)) >= least)
    hidden = {one for who in people.values() if 0 < len(set(who)) < least for one in who}
    if large and 0 < len(hidden) < least:
        large = large[1:]
    return {group for _, group in large}


def working_days_between(one: date, other: date) -> int:
    """How many days from Monday to Friday begin after `one` up to `other`; holidays count as days."""
    return sum((one + timedelta(days=n)).weekday() < 5 for n in range(1, (other - one).days + 1))  # noqa: PLR2004


def median_of(counted: Mapping[int, int]) -> int | None:
    """The middle one of values of which each was seen so many times; None of nothing."""
    left = (sum(counted.values()) + 1) // 2
    for value in sorted(counted):
        left -= counted[value]
        if left <= 0 < counted[value]:
            return value
    return None


def months_back(today: date, number: int) -> list[date]:
    """The first days of this month and of those before it, the newest first."""
    months = [today.replace(day=1)]
    while len(months) < number:
        months.append((months[-1] - timedelta(days=1)).replace(day=1))
    return months
