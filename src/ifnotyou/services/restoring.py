"""After a backup was put back: what happened since it was made is unknown, and a restore never re-sends.

Nor does it bring anybody back who was erased since then.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django_scopes import scope, scopes_disabled

from ifnotyou.models import Ask, Erasure, OptOut, User, Workspace
from ifnotyou.models.jobs import QueuedJob, Schedule
from ifnotyou.playbook.asking import AskState
from ifnotyou.playbook.errors import Refusal
from ifnotyou.services import audit, erasure, filing, happenings, sessions, tokens, vip_letters
from ifnotyou.services.declines import mark_stale
from ifnotyou.services.later import later
from ifnotyou.services.once import claim

MAY_HAVE_LEFT = (AskState.WAITING, AskState.TALKING, AskState.TAKEN, AskState.SENDING)
"""From these a note can leave: by now it may have."""


@dataclass(frozen=True)
class Lists:
    """Who was erased and who opted out, as keyed hashes by workspace; `whole` is False where we could not look."""

    erased: Sequence[tuple[int, str, date]] = ()
    opted_out: Sequence[tuple[int, str]] = ()
    whole: bool = True


def lists_there() -> Lists:
    """The lists of the database that is about to be replaced. One that is damaged has none that we can read."""
    try:
        with scopes_disabled():
            tables = set(connection.introspection.table_names())
            erased = Erasure.objects.values_list("workspace_id", "key", "erased_on")
            opted_out = OptOut.objects.values_list("workspace_id", "key")
            return Lists(
                list(erased) if Erasure._meta.db_table in tables else [],
                list(opted_out) if OptOut._meta.db_table in tables else [],
            )
    except DatabaseError:
        return Lists(whole=False)


@transaction.atomic
def erase_again(lists: Lists) -> int:
    """Erase everybody who was erased since the backup was made, and keep who opted out; returns how many rows went.

    The lists are those of the database that was replaced, and the file beside it, which is still there where the
    database was lost.
    """
    written_down = erasure.written_down()
    gone = 0
    for workspace in Workspace.objects.order_by("pk"):
        marks = [mark for mark in written_down if mark.workspace_id == workspace.pk]
        erased = [(key, day) for owner, key, day in lists.erased if owner == workspace.pk]
        opted_out = [key for owner, key in lists.opted_out if owner == workspace.pk]
        with scope(workspace=workspace):
            erasure.bring_back(
                workspace,
                erased=[*erased, *((mark.listed_as, mark.day) for mark in marks)],
                opted_out=[*opted_out, *(mark.key for mark in marks if mark.kind != erasure.GONE)],
            )
            gone += erasure.forget_again(workspace)
    return gone


@transaction.atomic
def mark_restored(*, backup_at: datetime, now: datetime) -> int:
    """Make sure that nothing which left after `backup_at` can leave again; returns how many asks became uncertain.

    Every ask that could have been made since then is claimed and uncertain, so that a person looks. Declines of
    before `now` are left to a person by the playbook (Workspace.restored_at): an ask about them may have been
    made of which no trace is left. Letters to people named are uncertain as well (services/vip_letters.py), and so is
    whether they are in a system for applicants (services/filing.py). What waited in the queue is dropped; the calendar
    puts in anew what is due. Whoever was signed in is not any more, and tokens of programs open nothing: some of them
    may have been revoked since then.
    """
    _drop_waiting_jobs()
    # Today's digest may have gone out already.
    User.objects.update(digest_on=now.date())
    sessions.close_everybodys(now)
    uncertain = 0
    for workspace in Workspace.objects.select_for_update().order_by("pk"):
        with scope(workspace=workspace):
            uncertain += _doubt_asks(backup_at, now)
            vip_letters.doubt_after_restore(workspace, backup_at=backup_at, now=now)
            filing.doubt_after_restore(workspace)
            tokens.revoke_all(now)
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
        happenings.tell_of_ask(ask, now)
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
