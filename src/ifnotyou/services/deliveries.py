"""Calls of a system for applicants: kept before they are answered, then the record is read again.

Nothing in a call is believed but that something happened to some ids; what they are now is asked for. So it does not
matter whether calls come late, twice, in another order, or never: another round of reading brings the same.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
import threading
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q, QuerySet, Value
from django.db.models.functions import Least
from django.utils import timezone
from django.utils.datastructures import CaseInsensitiveMapping
from django_scopes import scopes_disabled

from ifnotyou.connectors.ats import all_systems
from ifnotyou.connectors.ats.contract import CallsUs, Hint
from ifnotyou.connectors.base import ConnectorError, NotFromThem, UnreadableCall
from ifnotyou.connectors.reading import plain
from ifnotyou.models import Connection, Delivery, DeliveryState, Filing, Offer, User, Workspace
from ifnotyou.services import audit, syncing
from ifnotyou.services.connections import connector_of, keep_trouble
from ifnotyou.services.dossiers import RECORD, prefixed
from ifnotyou.services.later import later, not_before
from ifnotyou.services.rows import ident

AT_ONCE = 200
"""So many calls are worked on together; half as many each time that their reading failed, to find the one at fault."""
LEASE = timedelta(minutes=2)
"""Whoever took a call so long ago and is not done has died: it waits again."""
ONE_MORE_LOOK = timedelta(seconds=1)
REPEATED_AFTER = timedelta(minutes=1)
TELL_EVERY = timedelta(minutes=1)
"""Between two writes of how many calls were refused."""


_MOST_ATTEMPTS = 1000
_LONGEST_EVENT = 80

logger = logging.getLogger("ifnotyou.deliveries")


def connection_called(system: str, connection_id: int, token: str) -> Connection | None:
    """Whom a call to this address is for; None where the address leads nowhere, whatever in it is wrong."""
    with scopes_disabled():
        connection = Connection.objects.filter(pk=connection_id, system=system).first()
    if connection is None or not hmac.compare_digest(connection.hook_token.encode(), token.encode()):
        return None
    return connection if system in all_systems() else None


def keep(connection: Connection, body: bytes, headers: Mapping[str, str], *, now: datetime) -> None:
    """Verify a call and keep it; raises NotFromThem. Once this returns it may be answered with success."""
    try:
        hint = _read(connection, body, headers, now)
    except NotFromThem:
        _count_refused(connection, now)
        raise
    except UnreadableCall as error:
        _keep_unreadable(connection, body, headers, error, now)
        return
    delivery = Delivery(
        workspace_id=connection.workspace_id, connection=connection, key=_key(hint), received_at=now
    )
    _put_in(delivery, hint, now)
    with transaction.atomic():
        Delivery.objects.bulk_create([delivery], ignore_conflicts=True)
        if delivery.state == DeliveryState.WAITING:
            _let_repeated_wait(delivery, now)
            _work_soon(connection)


def work(connection: Connection, *, now: datetime) -> int:
    """Read again what the waiting calls are about; returns how many were done with.

    Never call it inside a transaction. What the system does not let us read now waits for the next round (`wake`).
    """
    done = 0
    while claimed := _claim(connection, now):
        try:
            done += _read_about(connection, claimed, now)
        except ConnectorError as error:
            keep_trouble(connection, error, now=now)
            break
        now = max(now, timezone.now())
    if done:
        # While this job is not quite over, a call that comes in gets no job of its own.
        _work_soon(connection, once_more=True)
    return done


def wake(workspace: Workspace, *, now: datetime) -> None:
    """See to it that calls which still wait are worked on (the calendar)."""
    for connection in Connection.objects.filter(workspace=workspace, paused=False):
        if _due(connection, now).exists():
            _work_soon(connection)


def again_all(connection: Connection, *, by: User) -> int:
    """Try anew to understand every call and record that we could not; returns how many are not lost any more."""
    unreadable = Delivery.objects.filter(connection=connection, state=DeliveryState.UNREADABLE)
    tried = [again(delivery) for delivery in unreadable.order_by("received_at", "pk")]
    audit.write(by, "read_calls_again", connection, tried=len(tried), understood=sum(tried))
    return sum(tried)


@transaction.atomic
def again(delivery: Delivery) -> bool:
    """Read the kept body with today's code, or the record itself; whether it goes on its way now."""
    held = Delivery.objects.select_for_update().get(pk=delivery.pk)
    if held.state != DeliveryState.UNREADABLE:
        return False
    connection, now = held.connection, timezone.now()
    if held.key.startswith(RECORD):
        hint = Hint(held.key, held.event, applications=(held.key.removeprefix(RECORD),))
    elif not held.body:
        return False
    else:
        headers, body = held.kept_call()
        try:
            # As of when it came: a call of long ago would be taken for one that somebody repeats.
            hint = _read(connection, body, headers, held.received_at)
        except ConnectorError as error:
            held.problem = error.text
            held.save(update_fields=["problem"])
            return False
    _put_in(held, hint, now)
    held.body, held.problem, held.attempts, held.claimed_at = "", "", 0, None
    held.save()
    if held.state == DeliveryState.WAITING:
        _work_soon(connection)
    return True


# --- reading what came


def _read(connection: Connection, body: bytes, headers: Mapping[str, str], at: datetime) -> Hint:
    connector = connector_of(connection)
    if not isinstance(connector, CallsUs) or not connector.settings.hook_secrets:
        raise NotFromThem(f"No calls of {connector.label} were agreed on here.")
    return connector.read_call(body, CaseInsensitiveMapping(headers), at)


def _put_in(delivery: Delivery, hint: Hint, now: datetime) -> None:
    """What the call is about; without that it is done with already."""
    delivery.event = plain(hint.event)[:_LONGEST_EVENT]
    delivery.applications = _ids(hint.applications)
    delivery.candidates = _ids(hint.candidates)
    waits = delivery.applications or delivery.candidates
    delivery.state = DeliveryState.WAITING if waits else DeliveryState.OF_NO_INTEREST
    delivery.done_at = None if waits else now


def _let_repeated_wait(delivery: Delivery, now: datetime) -> None:
    """The same words as a while ago may be about something new: an offer sent, called back and sent again.

    They are one more reading then, and never more than one in a while: whoever repeats a call gains nothing by it.
    """
    before = Delivery.objects.filter(
        connection=delivery.connection_id, key=delivery.key, state=DeliveryState.DONE
    )
    before.filter(done_at__lt=now - REPEATED_AFTER).update(
        state=DeliveryState.WAITING, received_at=now, claimed_at=None, done_at=None, attempts=0
    )


def _keep_unreadable(
    connection: Connection, body: bytes, headers: Mapping[str, str], error: UnreadableCall, now: datetime
) -> None:
    delivery = Delivery(
        workspace_id=connection.workspace_id,
        connection=connection,
        key=f"body:{hashlib.sha256(body).hexdigest()}",
        state=DeliveryState.UNREADABLE,
        problem=error.text,
        received_at=now,
    )
    delivery.keep_call(headers, body)
    Delivery.objects.bulk_create([delivery], ignore_conflicts=True)
    kept = Delivery.objects.filter(connection=connection, key=delivery.key).values_list("pk", flat=True)
    logger.error("A call from %s cannot be understood; it is kept as %s.", connection.system, kept.first())


def _key(hint: Hint) -> str:
    return ident(plain(hint.key))


def _ids(told: Iterable[str]) -> list[str]:
    return sorted({id_ for id_ in map(plain, told) if id_})


# --- working on what waits


def _due(connection: Connection, now: datetime) -> QuerySet[Delivery]:
    """Calls that wait, or were left lying by somebody who died over them."""
    return Delivery.objects.filter(connection=connection).filter(
        Q(state=DeliveryState.WAITING) | Q(state=DeliveryState.READING, claimed_at__lt=now - LEASE)
    )


@transaction.atomic
def _claim(connection: Connection, now: datetime) -> list[Delivery]:
    """Some of the calls that wait, for nobody but us; those whose reading has failed least go first."""
    due = list(
        _due(connection, now)
        .select_for_update(skip_locked=True)
        .order_by("attempts", "received_at", "pk")[:AT_ONCE]
    )
    if not due:
        return []
    tried = due[0].attempts
    claimed = [one for one in due if one.attempts == tried][: max(1, AT_ONCE >> tried)]
    Delivery.objects.filter(pk__in=[one.pk for one in claimed]).update(
        state=DeliveryState.READING,
        claimed_at=now,
        attempts=Least(F("attempts") + 1, Value(_MOST_ATTEMPTS)),
    )
    return claimed


def _read_about(connection: Connection, claimed: Sequence[Delivery], now: datetime) -> int:
    """Read the records again, and be done with these calls; where that fails, they wait."""
    ours = Delivery.objects.filter(
        pk__in=[one.pk for one in claimed], state=DeliveryState.READING, claimed_at=now
    )
    with ExitStack() as undo:
        undo.callback(ours.update, state=DeliveryState.WAITING, claimed_at=None)
        candidates = sorted({id_ for one in claimed for id_ in one.candidates})
        told = {id_ for one in claimed for id_ in one.applications}
        if applications := sorted(told.union(_held(connection, candidates))):
            syncing.read_again(connection, applications, now=now)
        if candidates and Filing.objects.filter(connection=connection, person__in=candidates).exists():
            later("file_people", once="file_people")
        undo.pop_all()
    return ours.update(state=DeliveryState.DONE, done_at=max(now, timezone.now()))


def _held(connection: Connection, candidates: Sequence[str]) -> Iterator[str]:
    """The applications of these candidates that we know."""
    offers = Offer.objects.filter(
        candidate__external_id__in=[prefixed(connection, id_) for id_ in candidates],
        external_id__startswith=prefixed(connection, ""),
    )
    for external_id in offers.values_list("external_id", flat=True):
        yield external_id.removeprefix(prefixed(connection, ""))


def _work_soon(connection: Connection, *, once_more: bool = False) -> None:
    named = {"workspace_id": connection.workspace_id, "connection_id": connection.pk}
    if once_more:
        moment = timezone.now() + ONE_MORE_LOOK
        not_before(moment, "read_calls", once=f"calls-{connection.pk}-again", **named)
    else:
        later("read_calls", once=f"calls-{connection.pk}", **named)


# --- refusing


def _count_refused(connection: Connection, now: datetime) -> None:
    """One more; written down at most once in a minute, or a flood of calls would be one of writes."""
    with _counting:
        _refused[connection.hook_token] += 1
        if connection.refused_at is not None and now - connection.refused_at < TELL_EVERY:
            return
        number = _refused.pop(connection.hook_token)
    Connection.objects.filter(pk=connection.pk).update(refused=F("refused") + number, refused_at=now)


_refused: Counter[str] = Counter()
"""By the token of a connection, what is not written down yet."""
_counting = threading.Lock()
