"""Somebody may do less from now on, or nothing: what they had promised as a host goes on to others.

Whoever has left by the company's files (an import, or an account in the system for applicants that is in use no more)
is switched off in the same transaction that brings the news. Only what the files switched off do the files switch on
again; what an admin decided stands until the files say something new.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from django.db import transaction
from django.db.models import QuerySet

from ifnotyou.models import ApiToken, AuditEvent, Calendar, ChatAddress, Employee, Role, User
from ifnotyou.playbook.errors import Refusal
from ifnotyou.services import audit, hosting, mailboxes, sessions
from ifnotyou.services.people import keep_an_admin


class Access(StrEnum):
    """What the book says of somebody's access; the last line counts."""

    OFF = "switched_off"
    ON = "switched_on"
    LEFT = "left_by_files"
    BACK = "back_by_files"


@transaction.atomic
def change_role(user: User, role: Role, *, by: User, now: datetime) -> None:
    """Let somebody see and do more or less. One admin always remains; a steward reads, and hosts nobody."""
    if role != Role.ADMIN:
        keep_an_admin(user)
    before, user.role = user.role, role
    user.save(update_fields=["role"])
    audit.write(by, "changed_role", user, before=str(before), after=role.value)
    if role == Role.STEWARD:
        hosting.leave(user, by=by, now=now)


@transaction.atomic
def switch_off(user: User, *, by: User, now: datetime) -> None:
    """Let somebody in no more: their sessions end with their next click. One admin always remains."""
    keep_an_admin(user)
    _shut(user, Access.OFF, by=by, now=now)
    hosting.leave(user, by=by, now=now)


def who_had_left() -> frozenset[int]:
    """Who signs in although they had left by the files before: to be asked before new files are taken in."""
    return frozenset(_still_in().values_list("pk", flat=True))


@transaction.atomic
def follow_files(had_left: frozenset[int], *, by: User | None, now: datetime) -> list[User]:
    """Switch off who has left by what was just taken in, and on who is back; returns the admins who had to be kept.

    Whom an admin let in although they had left stays in, until they leave once more.
    """
    going = [
        user
        for user in _still_in().order_by("-pk")
        if user.pk not in had_left or _last_word(user) != Access.ON
    ]
    kept = [user for user in going if not _may_go(user, now, by)]
    gone = [user for user in going if user not in kept]
    heir = None if by is None or by in gone else by
    for user in gone:
        hosting.leave(user, by=heir, now=now)
    _let_back(by)
    return kept


def told_of_kept(kept: Sequence[User]) -> list[str]:
    """A sentence for each admin whom nobody could do without."""
    return [
        f"{user.name} has left by these files and is the only admin here, so they can still sign in. "
        "Make somebody else an admin, then switch them off under People."
        for user in kept
    ]


def has_left(user: User) -> bool:
    """Whether somebody signs in who has left by the company's files."""
    return user.is_active and user.employee is not None and not user.employee.active


def _still_in() -> QuerySet[User]:
    """Who signs in and has left by the files. Employees are those of the workspace alone, so these are, too."""
    return User.objects.filter(is_active=True, employee__in=Employee.objects.filter(active=False))


def _may_go(user: User, now: datetime, by: User | None) -> bool:
    """Switch one off because of the files. False where nobody else could let people in."""
    try:
        keep_an_admin(user)
    except Refusal:
        audit.write(by, "kept_only_admin", user)
        return False
    _shut(user, Access.LEFT, by=by, now=now)
    return True


def _let_back(by: User | None) -> None:
    """Switch on whom only the files had switched off; sessions, tokens and mailboxes are not brought back."""
    for user in User.objects.filter(is_active=False, employee__in=Employee.objects.filter(active=True)):
        if _last_word(user) == Access.LEFT:
            user.is_active = True
            user.save(update_fields=["is_active"])
            audit.write(by, Access.BACK.value, user)


def _shut(user: User, verb: Access, *, by: User | None, now: datetime) -> None:
    """All that lets somebody in, and all that lets us speak in their name, ends.

    Passkeys and links to other accounts open nothing here while they are off: kept for whoever comes back.
    """
    user.is_active = False
    user.save(update_fields=["is_active"])
    sessions.close_all(user)
    ApiToken.objects.filter(user=user, revoked_at=None).update(revoked_at=now)
    mailboxes.close_mailbox(user)
    for model in (ChatAddress, Calendar):
        model.objects.filter(user=user).delete()
    audit.write(by, verb.value, user)


def _last_word(user: User) -> str:
    """What the book says last of their access; "" where it says nothing."""
    lines = AuditEvent.objects.filter(noun="user", noun_id=user.pk, verb__in=[one.value for one in Access])
    return lines.order_by("-at", "-pk").values_list("verb", flat=True).first() or ""
