"""What happens here, told to other programs (outgoing webhooks): kinds and ids, and nothing else.

`tell_of` writes a row in the transaction of what happened, where a listener wants to hear of it; a job calls them
afterwards, outside of any transaction. Each call is claimed first, by moving its next attempt on: whoever dies over it
has it made once more, with the same id. So a program hears of everything at least once, in no promised order.

Whatever can be seen at once is told at once, whatever is veiled when it is announced: nothing is told that the pages
of those who recruit would not show at the same moment.
"""

from __future__ import annotations

import json
import random
import secrets
import time
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from http import HTTPStatus

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from ifnotyou.connectors import outgoing
from ifnotyou.connectors.base import ConnectorError
from ifnotyou.models import Ask, Happening, Listener, Telling, TellingState, Workspace
from ifnotyou.playbook.retries import GIVEN_UP_AFTER, wait_before_next
from ifnotyou.services import audit
from ifnotyou.services.hindsight import moment_told
from ifnotyou.services.later import later, not_before

MOST_IDS = 500
"""So many declines are told of in one call: a first reading brings a hundred thousand, and in no case as many calls."""

LEASE = timedelta(minutes=2)
"""Whoever began a call so long ago has died over it. Longer than a call can take."""

AT_A_TIME = 100
SECONDS_AT_A_TIME = 30.0
"""How long one job calls one listener before others have their turn."""

FAILING_EVERY = 5
"""In minutes, how often a listener that fails is tried: each try may cost a worker as long as we have patience."""

KEPT_FOR = timedelta(days=30)
SECRET_KEPT_FOR = timedelta(days=1)
"""So long the secret of before still signs after a change."""

BLOCK = 500


class Kind(StrEnum):
    """What may have happened."""

    DECLINE_FOUND = "decline.found"
    DECLINE_CHANGED = "decline.changed"
    ASK_CHANGED = "ask.changed"
    VIP_ARRIVED = "vip.arrived"
    VIP_CHANGED = "vip.changed"
    IMPORT_ENDED = "import.ended"
    TEST = "webhook.test"
    """Somebody tries whether a listener hears; no listener chooses it, and it is not made again."""


SENTENCES = {
    Kind.DECLINE_FOUND: "Declined offers are new in the inbox.",
    Kind.DECLINE_CHANGED: "Declines stand in another part of the inbox.",
    Kind.ASK_CHANGED: "A card was handed over, or has come further: asked, answered, passed on, taken back.",
    Kind.VIP_ARRIVED: "Somebody who was named is on the board from now on.",
    Kind.VIP_CHANGED: "Somebody on the board has another stage, another host, or another next step.",
    Kind.IMPORT_ENDED: "An import was taken in, failed, or was thrown away.",
}
"""What a listener may choose from, in the words of whoever chooses."""

IDS = {
    Kind.DECLINE_FOUND: ("decline_ids",),
    Kind.DECLINE_CHANGED: ("decline_ids",),
    Kind.ASK_CHANGED: ("ask_id", "decline_id"),
    Kind.VIP_ARRIVED: ("vip_id",),
    Kind.VIP_CHANGED: ("vip_id",),
    Kind.IMPORT_ENDED: ("import_id",),
    Kind.TEST: (),
}
"""What is told of each, as the interface for programs has it: a long id as a text, which no receiver rounds."""

Ids = Mapping[str, int | str | list[int]]


def tell_of(kind: Kind, ids: Ids, workspace_id: int, now: datetime) -> None:
    """Have all who want to hear of it told, in the transaction of what happened: both or neither.

    One query where nobody listens. Of what is told afterwards (services/hindsight.py) nobody hears.
    """
    if moment_told() is None and (listening := _listening(kind, workspace_id)):
        _write(kind, [ids], listening, workspace_id, now)


def tell_of_declines(kind: Kind, decline_ids: Sequence[int], workspace_id: int, now: datetime) -> None:
    """The same for many declines at once, a few rows for all of them."""
    if not decline_ids or moment_told() is not None:
        return
    if listening := _listening(kind, workspace_id):
        keys = sorted(decline_ids)
        several = [{"decline_ids": keys[start : start + MOST_IDS]} for start in range(0, len(keys), MOST_IDS)]
        _write(kind, several, listening, workspace_id, now)


def tell_of_ask(ask: Ask, now: datetime) -> None:
    """Its state is another one. What is said in confidence changes none (services/referrals.py)."""
    ids = {"ask_id": ask.pk, "decline_id": ask.decline_id}
    tell_of(Kind.ASK_CHANGED, ids, ask.workspace_id, now)


def is_heard(workspace_id: int) -> bool:
    """Whether anybody listens at all: looking what has changed is not worth a query otherwise."""
    return moment_told() is None and Listener.objects.filter(workspace=workspace_id, paused=False).exists()


def tell_test(listener: Listener, now: datetime) -> Telling:
    """A happening for this listener alone, begun already: `attempt` it next, outside of the transaction."""
    happening = Happening.objects.create(
        workspace_id=listener.workspace_id, uid=_new_uid(), kind=Kind.TEST, ids={}, at=now
    )
    return Telling.objects.create(
        workspace_id=listener.workspace_id,
        listener=listener,
        happening=happening,
        attempts=1,
        next_at=now + LEASE,
    )


# --- telling


def work(listener: Listener, *, now: datetime) -> None:
    """Tell one listener what it has not heard yet, until the first failure; what is left waits for the next round.

    Never call it inside a transaction.
    """
    first_failure = listener.failing_since is None
    ends = time.monotonic() + SECONDS_AT_A_TIME
    for _ in range(AT_A_TIME):
        telling = _claim(listener, now)
        if telling is None:
            break
        if not attempt(telling, now=now):
            if first_failure:
                for again_at in Telling.objects.filter(pk=telling.pk).values_list("next_at", flat=True):
                    _work_again(listener, again_at)
            return
        now = max(now, timezone.now())
        if time.monotonic() > ends:
            break
    # While this job is not quite over, what happens gets no job of its own.
    if due(now).filter(listener=listener).exists():
        _work_again(listener, now + timedelta(seconds=1))


def attempt(telling: Telling, *, now: datetime) -> bool:
    """Call once, and write down what came of it; whether it was taken. Outside of any transaction."""
    listener, happening = telling.listener, telling.happening
    body = body_of(happening)
    headers = outgoing.headers_of(_signing(listener, now), happening.uid, now, body)
    status: int | None = None
    try:
        status = outgoing.call(listener.url, headers, body, settings.REACHABLE_NETWORKS)
        trouble = outgoing.trouble_with(status)
    except ConnectorError as error:
        trouble = error.text
    if trouble:
        _keep_failed(telling, status, trouble, max(now, timezone.now()))
    else:
        _keep_told(telling, status, max(now, timezone.now()))
    return not trouble


def body_of(happening: Happening) -> bytes:
    """What is told, the same bytes at every attempt."""
    told = {"type": happening.kind, "timestamp": happening.at.isoformat(), "data": happening.ids}
    return json.dumps(told, separators=(",", ":")).encode()


def wake(workspace: Workspace, *, now: datetime) -> None:
    """See to it that whoever has something to hear is called (the calendar, every minute)."""
    waiting = due(now).filter(listener__workspace=workspace)
    if now.minute % FAILING_EVERY:
        waiting = waiting.filter(listener__failing_since=None)
    for key in sorted(set(waiting.values_list("listener", flat=True))):
        work_soon(key, workspace.pk)


def work_soon(listener_id: int, workspace_id: int) -> None:
    """Call this listener as soon as what happened is committed."""
    later("tell_listener", once=f"listener-{listener_id}", workspace_id=workspace_id, listener_id=listener_id)


def due(now: datetime) -> QuerySet[Telling]:
    """What a listener has to be told by now, where it is not paused."""
    return Telling.objects.filter(state=TellingState.WAITING, next_at__lte=now, listener__paused=False)


def sweep(now: datetime) -> None:
    """Forget what happened a month ago, whether it was told or not, and secrets that do not sign any more."""
    old = Happening.objects.filter(at__lt=now - KEPT_FOR).order_by("pk")
    while block := list(old.values_list("pk", flat=True)[:BLOCK]):
        Happening.objects.filter(pk__in=block).delete()
    past = Listener.objects.filter(secret_changed_at__lt=now - SECRET_KEPT_FOR)
    past.update(secret_before="", secret_changed_at=None)


def _listening(kind: Kind, workspace_id: int) -> dict[int, bool]:
    """The keys of those who want to hear of this, and whether each fails."""
    there = Listener.objects.filter(workspace=workspace_id, paused=False).order_by("pk")
    found = there.values_list("pk", "kinds", "failing_since")
    return {key: since is not None for key, kinds, since in found if not kinds or kind in kinds}


def _write(
    kind: Kind, several: Sequence[Ids], listening: Mapping[int, bool], workspace_id: int, now: datetime
) -> None:
    happenings = Happening.objects.bulk_create(
        Happening(workspace_id=workspace_id, uid=_new_uid(), kind=kind, ids=dict(ids), at=now)
        for ids in several
    )
    Telling.objects.bulk_create(
        Telling(workspace_id=workspace_id, listener_id=key, happening=one, next_at=now)
        for one in happenings
        for key in listening
    )
    for key, fails in listening.items():
        if not fails:  # the calendar tries it, every five minutes
            work_soon(key, workspace_id)


def _new_uid() -> str:
    """128 random bits. No dot: it separates what is signed."""
    return f"msg_{secrets.token_hex(16)}"


@transaction.atomic
def _claim(listener: Listener, now: datetime) -> Telling | None:
    """What is due first, ours until the lease runs out; None where nothing is."""
    waiting = due(now).filter(listener=listener).select_for_update(skip_locked=True, of=("self",))
    telling = waiting.select_related("happening", "listener").order_by("next_at", "pk").first()
    if telling is not None:
        telling.attempts, telling.next_at = telling.attempts + 1, now + LEASE
        telling.save(update_fields=["attempts", "next_at"])
    return telling


def _signing(listener: Listener, now: datetime) -> list[str]:
    """The secret, and for a day after a change the one before."""
    changed_at = listener.secret_changed_at
    also = listener.secret_before
    counts = changed_at is not None and now - changed_at < SECRET_KEPT_FOR
    return [listener.secret, also] if also and counts else [listener.secret]


@transaction.atomic
def _keep_told(telling: Telling, status: int | None, now: datetime) -> None:
    _ours(telling).update(state=TellingState.TOLD, status=status, trouble="", told_at=now)
    Listener.objects.filter(pk=telling.listener_id).exclude(failing_since=None).update(
        failing_since=None, trouble=""
    )


@transaction.atomic
def _keep_failed(telling: Telling, status: int | None, trouble: str, now: datetime) -> None:
    """Say when it is tried again, if it is; whoever is gone, or has failed for too long, is told nothing more."""
    chance = random.random()  # noqa: S311 - a shift, not a secret
    is_test = telling.happening.kind == Kind.TEST
    wait = None if is_test else wait_before_next(telling.attempts, chance)
    state = TellingState.FAILED if wait is None else TellingState.WAITING
    _ours(telling).update(
        state=state, next_at=now + (wait or timedelta()), status=status, trouble=trouble, told_at=None
    )
    listener = Listener.objects.select_for_update().filter(pk=telling.listener_id).first()
    if listener is None:  # removed meanwhile
        return
    listener.failing_since, listener.trouble = listener.failing_since or now, trouble
    is_gone = status == HTTPStatus.GONE
    gives_up = not listener.paused and (is_gone or now - listener.failing_since >= GIVEN_UP_AFTER)
    listener.paused = listener.paused or gives_up
    listener.save(update_fields=["failing_since", "trouble", "paused"])
    if gives_up:
        audit.write(None, "paused", listener, because="gone" if is_gone else "failing")
        later("tell_of_listener", workspace_id=listener.workspace_id, listener_id=listener.pk)


def _ours(telling: Telling) -> QuerySet[Telling]:
    """The row, if nobody else has tried it since, nor somebody asked for it anew."""
    return Telling.objects.filter(pk=telling.pk, state=TellingState.WAITING, attempts=telling.attempts)


def _work_again(listener: Listener, moment: datetime) -> None:
    not_before(
        moment,
        "tell_listener",
        # Never the key of the job that asks for it, which is not over yet.
        once=f"listener-{listener.pk}-at-{int(moment.timestamp())}",
        workspace_id=listener.workspace_id,
        listener_id=listener.pk,
    )
