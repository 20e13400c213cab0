"""Somebody may do less from now on, or nothing: what they had promised as a host goes on to others."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from ifnotyou.models import Role, User
from ifnotyou.services import audit, hosting
from ifnotyou.services.people import keep_an_admin


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
    user.is_active = False
    user.save(update_fields=["is_active"])
    audit.write(by, "switched_off", user)
    hosting.leave(user, by=by, now=now)
