"""How senior somebody is, where no level is given: read from the title.

Seniority never moves a score (playbook rule 3). It decides the executive rule
and breaks ties by closeness.
"""

from __future__ import annotations

from typing import NamedTuple

from ifnotyou.playbook.phrases import spaced
from ifnotyou.playbook.policy import AskerPolicy
from ifnotyou.playbook.records import Employee

EXECUTIVE_LEVEL = 10


class Seniority(NamedTuple):
    """A level from 1 to 10, None where nothing tells it, and whether the executive rule holds for them."""

    level: float | None
    executive: bool


def level_of(title: str, policy: AskerPolicy) -> float | None:
    """The level, 1 to 10, that a title tells; None for an empty one."""
    if not title.strip():
        return None
    words = spaced(title)
    found = [level for word, level in policy.title_levels.items() if spaced(word) in words]
    if " vice president " in words:  # a president by the word, not by the rank
        found = [level for level in found if level < EXECUTIVE_LEVEL]
    return max(found, default=policy.other_title)


def seniority(employee: Employee, policy: AskerPolicy) -> Seniority:
    """The level as given or as the title tells; an executive is marked as one, or has a title such as CEO."""
    told = level_of(employee.title, policy)
    return Seniority(employee.level or told, employee.executive or told == EXECUTIVE_LEVEL)
