"""Notices to hosts and to whoever recruits, about somebody named. Who it is stands on the page and in no notice.

Nothing here writes to a candidate or to somebody named; nobody but employees is ever reminded.
"""

from __future__ import annotations

from django.utils.formats import date_format

from ifnotyou.models import User, Vip
from ifnotyou.playbook.hosting import ENDED, VipStage
from ifnotyou.playbook.promises import time_zone
from ifnotyou.queries.people import recruiting
from ifnotyou.services.telling import Nudge, link_to, tell

SUBJECTS = {
    "proposed": "Somebody was named to us: will you be their host?",
    "handed": "Somebody was handed to you: you are their host now",
    "answered": "An answer came: they are waiting for you",
}


def tell_host(vip: Vip, user_id: int, about: str) -> None:
    """Somebody waits for them, unless for somebody else by now: `about` is a key of SUBJECTS."""
    user = vip.proposed if vip.stage == VipStage.NAMED else vip.host
    if user is None or user.pk != user_id or vip.stage in ENDED:
        return
    if user.is_active and user.wants_cards:
        _tell(user, vip, "host", SUBJECTS[about], about=about)


def tell_host_due(vip: Vip) -> None:
    """A promise will break soon; unless it was kept in the meantime, for then there is another step."""
    user = vip.host or vip.proposed
    if user is not None and user.is_active and user.wants_reminders and vip.host_told_at is not None:
        _tell(user, vip, "host_due", "A promise of yours is due soon")


def tell_recruiters_due(vip: Vip) -> None:
    """A promise will break soon, and its host has heard; to whoever else recruits."""
    if vip.recruiter_told_at is None:
        return
    for user in recruiting(vip.workspace_id):
        if user.wants_reminders and user.pk != (vip.host_id or vip.proposed_id):
            _tell(user, vip, "recruiter_due", "A promise to somebody who was named is due soon")


def _tell(user: User, vip: Vip, kind: str, subject: str, **words: str) -> None:
    told = {"role": vip.job, "due": _in_words(vip, user), "taken": vip.host is not None, **words}
    tell(user, Nudge(kind, subject, link_to("name", vip.pk), "Open the page", told))


def _in_words(vip: Vip, user: User) -> str:
    """By when, on the clock of whoever reads it; "" where nothing is due."""
    if vip.due_at is None:
        return ""
    local = vip.due_at.astimezone(time_zone(user.zone))
    return f"{date_format(local, 'l, j F, H:i')} ({user.zone})"
