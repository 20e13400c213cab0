"""Who is proposed as the host of somebody named (rule 7; playbook/hosting.py chooses among those who could)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from ifnotyou.models import HOSTS, Employee, Job, User, Vip
from ifnotyou.playbook.hosting import HOSTED, Because, HostCandidate, VipStage, propose_host
from ifnotyou.queries.people import recruiting
from ifnotyou.queries.policy import policy_of
from ifnotyou.services.people import ensure_user_for


def best_host(
    vip: Vip,
    now: datetime,
    *,
    asker: Employee | None = None,
    in_copy: bool = False,
    but: User | None = None,
) -> tuple[User, str] | None:
    """Who is to be proposed as the host, and why (a Because); None where nobody is there."""
    policy = policy_of(vip.workspace).hosting
    people: list[User | Employee] = []
    candidates = []
    busy = _busy(vip)
    for because, person in _who_could(vip, asker if in_copy or _knows_the_work(asker, vip.job) else None):
        user = person if isinstance(person, User) else _user_of(person)
        candidates.append(
            HostCandidate(
                key=len(people),
                because=because,
                hosting=busy[user.pk] if user is not None else 0,
                away=is_away(person, now),
                active=can_host(user or person, vip.workspace_id) and (but is None or user != but),
                in_copy=in_copy and person == asker,
            )
        )
        people.append(person)
    proposal = propose_host(candidates, vip.job.level if vip.job else None, policy)
    if proposal is None:
        return None
    person = people[proposal.key]
    return person if isinstance(person, User) else ensure_user_for(person, by=None), proposal.because


def _who_could(vip: Vip, asker: Employee | None) -> Iterable[tuple[Because, User | Employee]]:
    """Everybody who could be the host, with why; somebody may come more than once."""
    job = vip.job
    if job is not None:
        for executive in Employee.objects.filter(executive=True, active=True).order_by("pk"):
            yield Because.SENIOR_ROLE, executive
        yield from ((Because.HIRING_MANAGER, one) for one in _colleague(job.hiring_manager_external_id))
    if asker is not None:
        yield Because.ASKER, asker
    if job is not None:
        yield from ((Because.RECRUITER, one) for one in _colleague(job.recruiter_external_id))
    yield from ((Because.NOBODY_ELSE, one) for one in recruiting(vip.workspace_id))


def _knows_the_work(asker: Employee | None, job: Job | None) -> bool:
    return (
        asker is not None and job is not None and bool(job.department) and asker.department == job.department
    )


def _busy(vip: Vip) -> Counter[int | None]:
    """By user, how many others they host or are to host."""
    others = Vip.objects.exclude(pk=vip.pk)
    hosted = others.filter(stage__in=sorted(HOSTED)).values_list("host", flat=True)
    proposed = others.filter(stage=VipStage.NAMED, set_aside="").values_list("proposed", flat=True)
    return Counter([*hosted, *proposed])


def _colleague(external_id: str) -> Iterable[Employee]:
    return Employee.objects.filter(external_id=external_id) if external_id else ()


def _user_of(employee: Employee) -> User | None:
    """Whom this colleague signs in as, or would by their address."""
    known = User.objects.filter(employee=employee).first()
    if known is None and employee.email:
        known = User.objects.filter(email__iexact=employee.email).first()
    return known


def can_host(person: User | Employee, workspace_id: int) -> bool:
    """Whether somebody can open the page of whom they would host, and do something there. The steward only reads."""
    if isinstance(person, Employee):
        return person.active and bool(person.email)
    works_here = person.workspace_id == workspace_id and (person.employee is None or person.employee.active)
    return works_here and person.is_active and person.role in HOSTS


def is_away(person: User | Employee, now: datetime) -> bool:
    """Whether they have said that they are away on this day."""
    employee = person.employee if isinstance(person, User) else person
    return employee is not None and employee.away_until is not None and employee.away_until >= now.date()
