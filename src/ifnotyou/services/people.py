"""Who signs in and what they may do: founding the workspace, inviting, roles, everybody's own settings."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.core.management.color import no_style
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from django_scopes import scope

from ifnotyou.models import Decline, Employee, Role, User, Workspace
from ifnotyou.playbook.errors import Refusal
from ifnotyou.services import audit, links
from ifnotyou.services.declines import mark_stale
from ifnotyou.services.later import later

THE_FIRST = 1
"""The key of the first workspace. Two visitors at once both try to insert it: the database lets one."""


def found_workspace(*, company: str, name: str, email: str, password: str) -> User:
    """Make the workspace and its admin, once: whoever comes second is refused."""
    with transaction.atomic():
        if Workspace.objects.exists():
            raise Refusal("founded", "Somebody was quicker: this place belongs to a company already.")
        workspace = Workspace(pk=THE_FIRST, name=company.strip())
        try:
            with transaction.atomic():
                workspace.save(force_insert=True)
        except IntegrityError as error:
            raise Refusal(
                "founded", "Somebody was quicker: this place belongs to a company already."
            ) from error
        _count_on_from_here()
        user = User.objects.create_user(
            email, password, name=name.strip(), workspace=workspace, role=Role.ADMIN
        )
        with scope(workspace=workspace.pk):
            audit.write(user, "founded", workspace)
    return user


def invite(*, by: User, name: str, email: str, role: Role) -> User:
    """Add somebody and mail them a link. Which colleague of the company's files they are is told by the address."""
    return _invite(by.workspace, by=by, name=name, email=email, role=role)


def _invite(workspace: Workspace, *, by: User | None, name: str, email: str, role: Role) -> User:
    with transaction.atomic():
        address = email.strip().lower()
        user = User(
            workspace=workspace,
            email=address,
            name=name.strip(),
            role=role,
            employee=_colleague_with(address),
            invited_at=timezone.now(),
        )
        user.set_password(None)
        try:
            with transaction.atomic():
                user.save(force_insert=True)
        except IntegrityError as error:
            raise Refusal("known_address", "Somebody with this address is here already.") from error
        audit.write(by, "invited", user, role=role.value)
        _mail_invitation(user)
    return user


def invite_again(user: User, *, by: User) -> None:
    """Mail the invitation once more, with a fresh link."""
    if not user.is_active:
        raise Refusal("switched_off", f"{user.name} is switched off. Switch them on first.")
    if user.last_login is not None:
        raise Refusal(
            "was_here",
            f"{user.name} has signed in before. On the sign-in page they can ask for a link by mail.",
        )
    with transaction.atomic():
        user.invited_at = timezone.now()
        user.save(update_fields=["invited_at"])
        audit.write(by, "invited_again", user)
        _mail_invitation(user)


def ensure_user_for(employee: Employee, by: User | None) -> User:
    """The user that this colleague signs in as; where there is none, a new member, who is invited by mail.

    `by` None where nobody decides it but the program: somebody was named, and they are to be the host.
    """
    user = User.objects.filter(employee=employee).first()
    if user is None and employee.email:
        user = User.objects.filter(workspace_id=employee.workspace_id, email__iexact=employee.email).first()
        if user is not None and user.employee_id is None:
            user.employee = employee
            user.save(update_fields=["employee"])
    if user is not None and not user.is_active:
        raise Refusal("switched_off", f"{user.name} cannot sign in any more. Please choose somebody else.")
    if user is not None:
        return user
    if not employee.email:
        raise Refusal(
            "no_address",
            f"We know no mail address of {employee.name}, so no invitation would reach them. "
            "Add it to the company's files, or invite them under People.",
        )
    return _invite(employee.workspace, by=by, name=employee.name, email=employee.email, role=Role.MEMBER)


def match_colleagues(workspace: Workspace) -> int:
    """Tell users who are no colleague yet by address which one they are; to be called after an import."""
    matched = 0
    for user in User.objects.filter(workspace=workspace, employee=None):
        employee = _colleague_with(user.email)
        if employee is not None:
            user.employee = employee
            user.save(update_fields=["employee"])
            matched += 1
    return matched


def set_colleague(user: User, employee: Employee | None, *, by: User) -> None:
    """Say which colleague of the company's files somebody is, or that they are none."""
    taken = User.objects.filter(employee=employee).exclude(pk=user.pk).first() if employee else None
    if taken is not None:
        raise Refusal("taken", f"{taken.name} signs in as this colleague already.")
    with transaction.atomic():
        user.employee = employee
        user.save(update_fields=["employee"])
        audit.write(by, "matched", user, employee=employee.pk if employee else None)


def switch_on(user: User, *, by: User) -> None:
    """Let somebody in again, by a new sign-in: passwords and passkeys of before are as good as they were."""
    with transaction.atomic():
        user.is_active = True
        user.save(update_fields=["is_active"])
        audit.write(by, "switched_on", user)


def accept_invitation(user: User, *, name: str, password: str) -> None:
    """Use the invitation up; without a password they sign in by a link each time."""
    with transaction.atomic():
        if not links.use_up(user):
            raise Refusal("used", "This invitation was used already. Ask for a link on the sign-in page.")
        user.name = name.strip()
        user.set_password(password or None)
        user.save(update_fields=["name", "password"])
        with scope(workspace=user.workspace_id):
            audit.write(user, "accepted_invitation", user)


def change_me(user: User, changes: Mapping[str, Any]) -> None:
    """Keep what somebody says about themselves: name, time zone, which mails they want."""
    _change(user, changes, by=user, verb="changed_own_settings")


def change_my_asking(user: User, *, open_to_asking: bool, away_until: date | None) -> None:
    """Keep whether a colleague would rather not be asked to ask, and until when they are away."""
    if user.employee is None:
        return
    _change(
        user.employee,
        {"open_to_asking": open_to_asking, "away_until": away_until},
        by=user,
        verb="changed_own_asking",
    )


def change_workspace(workspace: Workspace, changes: Mapping[str, Any], *, by: User) -> list[str]:
    """Keep the company's settings; returns the names of those that are different now.

    Another playbook judges every decline anew.
    """
    with transaction.atomic():
        different = _change(workspace, changes, by=by, verb="changed_settings")
        if "policy" in different:
            mark_stale(Decline.objects.values_list("candidate_id", flat=True).distinct())
            later("judge_stale", once=f"judge-{workspace.pk}", workspace_id=workspace.pk)
    return different


def _change(thing: Any, changes: Mapping[str, Any], *, by: User, verb: str) -> list[str]:
    """Save what is different, and write down which fields, not what is in them."""
    different = [name for name, value in changes.items() if getattr(thing, name) != value]
    if different:
        with transaction.atomic():
            for name in different:
                setattr(thing, name, changes[name])
            thing.save(update_fields=different)
            audit.write(by, verb, thing, fields=different)
    return different


def _colleague_with(address: str) -> Employee | None:
    """The employee with this address whom nobody signs in as yet."""
    return (
        Employee.objects.filter(email__iexact=address, user=None).order_by("-active", "pk").first()
        if address
        else None
    )


def keep_an_admin(user: User) -> None:
    """Refuse what would leave the workspace without an admin; locks it, so that two cannot go at once."""
    Workspace.objects.select_for_update().get(pk=user.workspace_id)
    user.refresh_from_db(fields=["role"])
    admins = User.objects.filter(workspace_id=user.workspace_id, role=Role.ADMIN, is_active=True)
    if user.role == Role.ADMIN and not admins.exclude(pk=user.pk).exists():
        raise Refusal("last_admin", f"{user.name} is the only admin. Make somebody else an admin first.")


def _count_on_from_here() -> None:
    """PostgreSQL counts keys apart from the rows: let it know of the one we chose."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), [Workspace]):
            cursor.execute(statement)


def _mail_invitation(user: User) -> None:
    later("mail_invitation", user_id=user.pk, once=f"invitation-{user.pk}")
