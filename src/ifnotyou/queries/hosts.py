"""Colleagues who could be the host of somebody named."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from ifnotyou.models import Employee, Role, User

MOST_SHOWN = 20


@dataclass(frozen=True)
class Colleague:
    """Somebody to choose; `key` finds them again."""

    key: str
    name: str
    title: str


def colleagues_who_could_host(
    user: User, words: str, today: date, *, but: User | None
) -> tuple[list[Colleague], bool]:
    """Those of this name, by name, and whether there are more: they work here, are not away, and can be reached.

    `but` is whoever it is now.
    """
    known = _employees(today).filter(name__icontains=words)
    accounts = _accounts(user).filter(name__icontains=words)
    if but is not None:
        known, accounts = known.exclude(user=but), accounts.exclude(pk=but.pk)
    employees = known.order_by("name", "pk")[: MOST_SHOWN + 1]
    others = accounts.order_by("name", "pk")[: MOST_SHOWN + 1]
    found = [Colleague(f"colleague-{one.pk}", one.name, one.title) for one in employees]
    found += [Colleague(f"account-{one.pk}", one.name, "") for one in others]
    found.sort(key=lambda one: (one.name.casefold(), one.key))
    return found[:MOST_SHOWN], len(found) > MOST_SHOWN


def host_of_key(user: User, key: str, today: date) -> User | Employee | None:
    """Whom a key of `Colleague` means; None where they cannot be the host, or are nobody."""
    kind, _, number = key.partition("-")
    if not number.isascii() or not number.isdigit() or len(number) > len("9" * 18):
        return None
    if kind == "colleague":
        return _employees(today).filter(pk=int(number)).first()
    return _accounts(user).filter(pk=int(number)).first() if kind == "account" else None


def _employees(today: date) -> QuerySet[Employee]:
    reachable = Q(user__isnull=True) & ~Q(email="") | Q(user__is_active=True) & ~Q(user__role=Role.STEWARD)
    there = Q(away_until__isnull=True) | Q(away_until__lt=today)
    return Employee.objects.filter(reachable, there, active=True)


def _accounts(user: User) -> QuerySet[User]:
    """Whoever signs in and is in no file of the company."""
    return User.objects.filter(workspace_id=user.workspace_id, is_active=True, employee=None).exclude(
        role=Role.STEWARD
    )
