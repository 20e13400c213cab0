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
    # By candidate in the database and by colleague here: few have met one candidate, a colleague has met many.
    talks = Interview.objects.filter(candidate__in=group, status=InterviewStatus.COMPLETED).order_by(
        "-started_at"
    )
    return [talk for talk in talks if talk.employee_id == ask.asker_id]
