"""After a backup was put back: what happened since it was made is unknown, and a restore never re-sends."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import connection, transaction
from django_scopes import scope

from ifnotyou.models import Ask, User, Workspace
from ifnotyou.models.jobs import QueuedJob, Schedule
from ifnotyou.playbook.asking import AskState
from ifnotyou.playbook.errors import Refusal
from ifnotyou.services import audit
from ifnotyou.services.declines import mark_stale
from ifnotyou.services.later import later
from ifnotyou.services.once import claim

MAY_HAVE_LEFT = (AskState.WAITING, AskState.TALKING, AskState.TAKEN, AskState.SENDING)
"""From these a note can leave: by now it may have."""


@transaction.atomic
def mark_restored(*, backup_at: datetime, now: datetime) -> int:
    """Make sure that nothing which left after `backup_at` can leave again; returns how many asks became uncertain.

    Every ask that could have been made since then is claimed and uncertain, so that a person looks. Declines of
    before `now` are left to a person by the playbook (Workspace.restored_at): an ask about them may have been
    made of which no trace is left. What waited in the queue is dropped; the calendar puts in anew what is due.
    """
    _drop_waiting_jobs()
    # Today's digest may have gone out already.
    User.objects.update(digest_on=now.date())
    uncertain = 0
    for workspace in Workspace.objects.select_for_update().order_by("pk"):
        with scope(workspace=workspace):
            uncertain += _doubt_asks(backup_at, now)
            workspace.restored_at = now
            workspace.save(update_fields=["restored_at"])
            audit.write(None, "restored", workspace, backup_at=backup_at.isoformat(timespec="seconds"))
            # The inbox tells the new verdicts as soon as a worker is there; whoever hands over is told before.
            mark_stale([])
            later("judge_stale", workspace_id=workspace.pk)
    return uncertain


def _doubt_asks(backup_at: datetime, now: datetime) -> int:
    asks = list(Ask.objects.select_for_update().filter(state__in=MAY_HAVE_LEFT).order_by("pk"))
    for ask in asks:
        if ask.state == AskState.WAITING:
            _claim_if_free(ask, now)
        ask.state = AskState.UNCERTAIN
        ask.claimed_at = ask.claimed_at or now
        ask.trouble = f"Restored from a backup of {backup_at:%-d %B %Y, %H:%M} UTC: did you ask since then?"
        ask.save(update_fields=["state", "claimed_at", "trouble"])
    return len(asks)


def _claim_if_free(ask: Ask, now: datetime) -> None:
    try:
        claim(ask, now.date())
    except Refusal:
        # Another ask holds the claim of this human being, or they asked not to be contacted: it is used up anyway.
        return


def _drop_waiting_jobs() -> None:
    """Nothing that was enqueued before the backup may run: it may have run since then."""
    QueuedJob.objects.filter(state__in=QueuedJob.LIVE).delete()
    # Nor is a moment of the calendar made up for: the worker starts with the next ones.
    Schedule.objects.all().delete()
    if not settings.SQLITE:
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM procrastinate_jobs WHERE status IN ('todo', 'doing')")
