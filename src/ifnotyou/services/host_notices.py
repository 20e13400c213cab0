"""Mails to hosts and to whoever recruits, about somebody named. Who it is stands on the page and in no mail.

Nothing here writes to a candidate or to somebody named; nobody but employees is ever reminded.
"""

from __future__ import annotations

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.formats import date_format

from ifnotyou.models import Role, User, Vip
from ifnotyou.playbook.hosting import ENDED, VipStage
from ifnotyou.playbook.promises import time_zone

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
        _mail(user, vip, "host", SUBJECTS[about], about=about)


def tell_host_due(vip: Vip) -> None:
    """A promise will break soon; unless it was kept in the meantime, for then there is another step."""
    user = vip.host or vip.proposed
    if user is not None and user.is_active and user.wants_reminders and vip.host_told_at is not None:
        _mail(user, vip, "host_due", "A promise of yours is due soon")


def tell_recruiters_due(vip: Vip) -> None:
    """A promise will break soon, and its host has heard; to whoever else recruits."""
    users = User.objects.filter(
        workspace=vip.workspace_id,
        is_active=True,
        role__in=[Role.ADMIN, Role.RECRUITER],
        wants_reminders=True,
    ).exclude(pk__in=[vip.host_id or vip.proposed_id or 0])
    for user in users.order_by("pk") if vip.recruiter_told_at is not None else ():
        _mail(user, vip, "recruiter_due", "A promise to somebody who was named is due soon")


def _mail(user: User, vip: Vip, kind: str, subject: str, **words: str) -> None:
    context = {
        "user": user,
        "role": vip.job,
        "due": _in_words(vip, user),
        "taken": vip.host is not None,
        "link": _link("name", vip.pk),
        "settings_link": _link("me"),
        **words,
    }
    EmailMessage(subject=subject, body=render_to_string(f"mail/{kind}.txt", context), to=[user.email]).send()


def _in_words(vip: Vip, user: User) -> str:
    """By when, on the clock of whoever reads it; "" where nothing is due."""
    if vip.due_at is None:
        return ""
    local = vip.due_at.astimezone(time_zone(user.zone))
    return f"{date_format(local, 'l, j F, H:i')} ({user.zone})"


def _link(name: str, *arguments: int) -> str:
    return f"{settings.PUBLIC_URL}{reverse(name, args=arguments)}"
