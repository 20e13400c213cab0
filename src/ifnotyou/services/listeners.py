"""Programs that hear of what happens here: added, changed, tried, paused, removed. Admins do this."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from ifnotyou.connectors import outgoing
from ifnotyou.connectors.base import ConnectorError
from ifnotyou.models import Listener, Telling, TellingState, User
from ifnotyou.playbook.errors import Refusal
from ifnotyou.services import audit, happenings
from ifnotyou.services.happenings import SENTENCES, Kind

MOST = 10
"""So many listeners a company has at most: each is told of everything."""

ONE_CHANGE = timedelta(hours=1)
"""Two new secrets within so long are one change: a page sent twice must not end the one that stands over there."""


@transaction.atomic
def add(url: str, kinds: Iterable[str], *, by: User) -> tuple[Listener, str]:
    """A new listener, and the secret that signs its calls: to be shown this once."""
    if Listener.objects.count() >= MOST:
        raise Refusal("enough", f"{MOST} are the most there can be. Remove one that is not needed any more.")
    secret = outgoing.new_secret()
    listener = Listener.objects.create(
        workspace_id=by.workspace_id,
        url=url,
        host=host_of(url),
        secret=secret,
        kinds=_known(kinds),
        by=by,
    )
    audit.write(by, "added", listener, kinds=listener.kinds)
    return listener, secret


@transaction.atomic
def change(listener: Listener, url: str, kinds: Iterable[str], *, by: User) -> None:
    """Another address ("" keeps the one there is), or other kinds. The secret stays."""
    listener = _locked(listener)
    fields = []
    if url and url != listener.url:
        listener.url, listener.host = url, host_of(url)
        fields.append("address")
    if (wanted := _known(kinds)) != listener.kinds:
        listener.kinds = wanted
        fields.append("kinds")
    if fields:
        listener.save(update_fields=["url", "host", "kinds"])
        audit.write(by, "changed", listener, fields=fields)


@transaction.atomic
def change_secret(listener: Listener, *, by: User, now: datetime) -> str:
    """A new secret, to be shown this once; the one before signs for a day more."""
    listener = _locked(listener)
    changed_at = listener.secret_changed_at
    if not listener.secret_before or changed_at is None or now - changed_at > ONE_CHANGE:
        listener.secret_before = listener.secret
    listener.secret, listener.secret_changed_at = outgoing.new_secret(), now
    listener.save(update_fields=["secret", "secret_before", "secret_changed_at"])
    audit.write(by, "changed_secret", listener)
    return listener.secret


@transaction.atomic
def pause(listener: Listener, *, by: User) -> None:
    """Tell it nothing. What happens meanwhile it will not hear of; what waits already, when it goes on."""
    if Listener.objects.filter(pk=listener.pk, paused=False).update(paused=True):
        audit.write(by, "paused", listener)


@transaction.atomic
def go_on(listener: Listener, *, by: User) -> None:
    """Tell it again, first what waits; how long it failed before does not count any more."""
    again = Listener.objects.filter(pk=listener.pk, paused=True)
    if again.update(paused=False, failing_since=None, trouble=""):
        audit.write(by, "went_on", listener)
        happenings.work_soon(listener.pk, listener.workspace_id)


def try_it(listener: Listener, *, by: User, now: datetime) -> Telling:
    """Call it now, with a happening that is none; what came of it stands in the answer. Not inside a transaction."""
    with transaction.atomic():
        telling = happenings.tell_test(listener, now)
        audit.write(by, "tried", listener)
    happenings.attempt(telling, now=now)
    telling.refresh_from_db()
    return telling


@transaction.atomic
def tell_again(listener: Listener, telling_id: int | None, *, by: User, now: datetime) -> int:
    """Tell it once more what could not be told, all of it or one; returns how much there is."""
    failed = Telling.objects.filter(listener=listener, state=TellingState.FAILED)
    failed = failed.exclude(happening__kind=Kind.TEST)
    if telling_id is not None:
        failed = failed.filter(pk=telling_id)
    number = failed.update(state=TellingState.WAITING, attempts=0, next_at=now)
    if number:
        audit.write(by, "told_again", listener, number=number)
        happenings.work_soon(listener.pk, listener.workspace_id)
    return number


@transaction.atomic
def remove(listener: Listener, *, by: User) -> None:
    """Forget its address, its secret and the list of what it was told."""
    audit.write(by, "removed", listener)
    listener.delete()


def host_of(url: str) -> str:
    """The host of an address that may be called; Refusal says what is wrong with any other."""
    try:
        return outgoing.refuse_unreachable(url, settings.REACHABLE_NETWORKS)
    except ConnectorError as error:
        raise Refusal("address", error.text) from error


def _known(kinds: Iterable[str]) -> list[str]:
    """Kinds in the order of the table; none where all are wanted, those that will come included."""
    wanted = set(kinds)
    return [str(kind) for kind in SENTENCES if kind in wanted]


def _locked(listener: Listener) -> Listener:
    return Listener.objects.select_for_update().get(pk=listener.pk)
