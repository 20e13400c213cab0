"""People as pages show them."""

from __future__ import annotations

from django.db.models import QuerySet
from django.db.models.functions import Lower

from ifnotyou.models import RECRUITERS, Ask, Employee, Interview, Message, Pulse, Role, Scorecard, User


def people_visible_to(user: User) -> QuerySet[User]:
    """Everybody who signs in to the same workspace, those who can first, by name."""
    everybody = User.objects.filter(workspace_id=user.workspace_id).select_related("employee")
    return everybody.order_by("-is_active", Lower("name"), "pk")


def recruiting(workspace_id: int) -> list[User]:
    """Whoever recruits and can sign in, recruiters before admins. There always is an admin."""
    users = User.objects.filter(workspace=workspace_id, is_active=True, role__in=RECRUITERS)
    found = users.select_related("employee", "workspace")
    return sorted(found, key=lambda user: (user.role != Role.RECRUITER, user.pk))


def held_about(employee: Employee) -> list[tuple[str, int]]:
    """What evidence of conversations is kept about a colleague: kind and number (facts they may ask for)."""
    kinds = (
        ("interviews you were in", Interview),
        ("scorecards you wrote (the vote, not the notes)", Scorecard),
        ("mails with candidates (when, not what)", Message),
        ("answers to “did you two click?”", Pulse),
    )
    held = [(name, model.objects.filter(employee=employee).count()) for name, model in kinds]
    return [*held, ("cards that were handed to you", Ask.objects.filter(asker=employee).count())]
