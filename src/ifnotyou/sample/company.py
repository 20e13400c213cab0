"""Who works at the company: departments, a tree of managers, recruiters, executives, people who have left."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from ifnotyou.playbook.records import Employee
from ifnotyou.sample import words
from ifnotyou.sample.dice import Dice, Odds

LEFT = 0.08
"""Share of people in the records who have left."""
_SPAN = 7
"""How many people report to one."""
_IC_LEVELS = Odds({1: 2, 2: 12, 3: 22, 4: 24, 5: 22, 6: 11, 7: 5, 8: 2})
_MANAGER_LEVEL = 6
_DIRECTOR_LEVEL = 8
_EXECUTIVE_LEVEL = 9
_FOUNDER_LEVEL = 10
_LEADERSHIP = "Leadership"
_COMPANY_WITH_VPS = 40
_PEOPLE_PER_RECRUITER = 25
_SMALL_COMPANY = 50


@dataclass(frozen=True, slots=True)
class Colleague:
    """An employee, and what no file says of them. Parts of liking are in its standard deviations."""

    record: Employee
    level: int
    recruiter: bool
    left_on: date
    """The first day on which they do not work here any more; the last of all days where they do."""
    appeal: float
    """How candidates usually like meeting them, beyond the average."""
    leniency: float
    """How they usually like candidates, beyond the average."""
    generosity: float
    """How high they usually vote and answer, beyond the average, whatever they think."""
    eagerness: float
    """How often they take part in interviews, 0 to 1."""

    def works_on(self, day: date) -> bool:
        """Whether they are still there on that day."""
        return day < self.left_on


@dataclass(frozen=True)
class Company:
    """Everybody, by what they do in hiring. The lists keep the order of the ids."""

    everybody: Sequence[Colleague]
    recruiters: Sequence[Colleague]
    executives: Sequence[Colleague]
    teams: dict[str, list[Colleague]] = field(default_factory=dict)
    """By department, without recruiters and executives."""
    leads: dict[str, list[Colleague]] = field(default_factory=dict)
    """Those of a team who can be a hiring manager; never empty."""

    @property
    def small(self) -> bool:
        """Whether the founders still meet most candidates themselves."""
        return len(self.everybody) <= _SMALL_COMPANY


@dataclass(slots=True)
class _Seat:
    """A place in the tree before somebody sits on it."""

    department: str
    level: int
    title: str
    executive: bool = False
    recruiter: bool = False
    manager: int | None = None
    """The place of the manager in the list of seats."""


def found(seed: int, employees: int, today: date, appeal: float, leniency: float) -> Company:
    """A company of so many people; `appeal` and `leniency` are variances of liking."""
    dice = Dice(seed, "company")
    names = words.Names(Dice(seed, "employee names"))
    seats = _seats(dice, employees)
    everybody: list[Colleague] = []
    addresses: set[str] = set()
    for index, seat in enumerate(seats):
        record, left_on = _employee(dice, index, seat, names.new(), addresses, today)
        everybody.append(
            Colleague(
                record=record,
                level=seat.level,
                recruiter=seat.recruiter,
                left_on=left_on,
                appeal=_appeal(dice, seat.level, appeal),
                leniency=dice.normal() * math.sqrt(leniency),
                generosity=dice.normal(),
                eagerness=dice.between(0.05, 1.0),
            )
        )
    return _sorted_into_teams(everybody)


# The higher somebody stands, the less candidates enjoy meeting them, a little: "the most senior" is right
# less often than chance (first is right 0.26 against 0.315 in the measured data).
_APPEAL_AND_LEVEL = -0.22
_USUAL_LEVEL, _LEVEL_SPREAD = 5.0, 2.2


def _appeal(dice: Dice, level: int, variance: float) -> float:
    by_level = _APPEAL_AND_LEVEL * (level - _USUAL_LEVEL) / _LEVEL_SPREAD
    return math.sqrt(variance) * (by_level + dice.normal() * math.sqrt(1 - _APPEAL_AND_LEVEL**2))


def _seats(dice: Dice, employees: int) -> list[_Seat]:
    """The tree: founder, executives, then every department from its head down."""
    seats = [_Seat(_LEADERSHIP, _FOUNDER_LEVEL, "Founder and CEO", executive=True)]
    seats.append(_Seat("Engineering", _EXECUTIVE_LEVEL, "CTO", executive=True, manager=0))
    heads = {"Engineering": 1}
    if employees >= _COMPANY_WITH_VPS:
        for department in ("Product", "Sales", "People"):
            heads[department] = len(seats)
            seats.append(_Seat(department, _EXECUTIVE_LEVEL, f"VP {department}", executive=True, manager=0))
    recruiters = max(1, employees // _PEOPLE_PER_RECRUITER)
    sizes: dict[str, int] = defaultdict(int, {"Engineering": min(3, employees - len(seats) - recruiters)})
    for _ in range(employees - len(seats) - recruiters - sizes["Engineering"]):
        sizes[dice.among(words.DEPARTMENTS)] += 1
    for department in words.LADDERS:
        _add_department(dice, seats, department, sizes[department], heads.get(department, 0))
    for _ in range(recruiters):
        level = dice.whole(3, 5)
        title = {3: "Recruiter", 4: "Technical Recruiter", 5: "Senior Recruiter"}[level]
        seats.append(_Seat("People", level, title, recruiter=True, manager=heads.get("People", 0)))
    return seats


def _add_department(dice: Dice, seats: list[_Seat], department: str, size: int, head: int) -> None:
    """`size` seats as a tree in which nobody has many more reports than `_SPAN`."""
    first = len(seats)
    managers = size // (_SPAN + 1) or int(size >= 3)  # noqa: PLR2004 - two people need no manager
    for index in range(size):
        if index == 0 and managers > _SPAN:
            seat = _Seat(department, _DIRECTOR_LEVEL, f"Director of {department}")
        elif index < managers:
            level = dice.whole(_MANAGER_LEVEL, _DIRECTOR_LEVEL - 1)
            seat = _Seat(department, level, f"{'Senior ' * (level > _MANAGER_LEVEL)}{department} Manager")
        else:
            level = dice.among(_IC_LEVELS)
            seat = _Seat(department, level, words.LADDERS[department][level - 1])
        seat.manager = head if index == 0 else first + (index - 1) // _SPAN
        seats.append(seat)


def _employee(
    dice: Dice, index: int, seat: _Seat, name: str, addresses: set[str], today: date
) -> tuple[Employee, date]:
    """The record, and the day they left."""
    left = not seat.executive and dice.chance(LEFT) and index > 1
    left_on = today - timedelta(days=dice.whole(5, 500)) if left else date.max
    local = ".".join(words.plain(name).split("-")[:3])
    address = f"{local}@{words.COMPANY_DOMAIN}"
    if address in addresses:
        address = f"{local}{index}@{words.COMPANY_DOMAIN}"
    addresses.add(address)
    record = Employee(
        id=_id(index),
        name=name,
        email=address,
        title=seat.title,
        level=seat.level if seat.executive or dice.chance(0.9) else None,
        department=seat.department,
        manager_id="" if seat.manager is None else _id(seat.manager),
        timezone=dice.among(words.TIMEZONES),
        active=not left,
        executive=seat.executive,
        past_employers=words.companies(dice, 3),
        schools=words.schools(dice),
    )
    return record, left_on


def _id(index: int) -> str:
    return f"emp-{index + 1:04}"


def _sorted_into_teams(everybody: list[Colleague]) -> Company:
    recruiters = [c for c in everybody if c.recruiter]
    executives = [c for c in everybody if c.record.executive]
    teams: dict[str, list[Colleague]] = defaultdict(list)
    for colleague in everybody:
        if not colleague.recruiter and not colleague.record.executive:
            teams[colleague.record.department].append(colleague)
    managers = {c.record.manager_id for c in everybody}
    leads = {
        department: [c for c in team if c.record.id in managers and c.record.active] or [executives[1]]
        for department, team in teams.items()
    }
    return Company(everybody, recruiters, executives, dict(teams), leads)
