"""The cards that a viewer may see: their own. What is on a card is theirs alone, too."""

from __future__ import annotations

from django.db.models import QuerySet

from ifnotyou.models import Ask, Interview, User
from ifnotyou.playbook.asking import LIVE, AskState
from ifnotyou.playbook.records import InterviewStatus
from ifnotyou.queries.humans import same_humans


def cards_of(user: User) -> QuerySet[Ask]:
    """The cards handed to this user, but for those taken back or passed on; none where they are no employee."""
    if user.employee_id is None:
        return Ask.objects.none()
    return (
        Ask.objects.filter(asker=user.employee_id)
        .exclude(state__in=[AskState.PASSED, AskState.WITHDRAWN])
        .select_related("candidate", "asker", "decline__job", "workspace")
    )


def open_cards_of(user: User) -> QuerySet[Ask]:
    """Those with which there is still something to do or to wait for, the oldest first."""
    return cards_of(user).filter(state__in=sorted(LIVE)).order_by("handed_at")


def own_interviews(ask: Ask) -> list[Interview]:
    """The asker's own talks with the candidate, the latest first; nobody else's."""
    group = same_humans([ask.candidate])
    return list(
        Interview.objects.filter(
            candidate__in=group, employee=ask.asker_id, status=InterviewStatus.COMPLETED
        ).order_by("-started_at")
    )
