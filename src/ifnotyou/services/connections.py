"""The company's systems for applicants: connected once, tried, answered for, paused, removed."""

from __future__ import annotations

import json
import math
import secrets
import time
from collections.abc import Mapping
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from ifnotyou.connectors.ats import all_systems
from ifnotyou.connectors.ats.calls import NotAllowed
from ifnotyou.connectors.ats.contract import AtsConnector, Settings, TakesPeople
from ifnotyou.connectors.base import ConnectorError
from ifnotyou.connectors.http import HttpClient
from ifnotyou.models import Connection, User
from ifnotyou.playbook.errors import Refusal
from ifnotyou.queries.connections import lacking
from ifnotyou.services import audit
from ifnotyou.services.later import later

SECRET_KEPT_FOR = timedelta(days=7)
"""So long a hook's secret of before still counts after a change."""

ONE_CHANGE = timedelta(hours=1)
"""Two new secrets within so long are one change: a page sent twice must not end the one that stands over there."""

PATIENCE = 40.0
"""Seconds that somebody who waits before a page is kept waiting for another system."""


def connector_of(connection: Connection, *, seconds: float = math.inf) -> AtsConnector:
    """The connector, with the settings of this connection; it asks nothing any more after so many seconds."""
    hook_secrets = [connection.hook_secret]
    changed_at = connection.hook_secret_changed_at
    if changed_at is not None and timezone.now() - changed_at < SECRET_KEPT_FOR:
        hook_secrets.append(connection.hook_secret_before)
    values = {**connection.settings, **json.loads(connection.secrets or "{}")}
    return all_systems()[connection.system](
        Settings(values, connection.answers, connection.address, tuple(filter(None, hook_secrets))),
        HttpClient(networks=settings.REACHABLE_NETWORKS, ends=time.monotonic() + seconds),
    )


def keep_trouble(connection: Connection, error: ConnectorError, *, now: datetime) -> None:
    """Write down what is wrong, for the page and for `doctor`; the moment since when stays while it is the same."""
    same = connection.trouble_code == error.reason_code
    Connection.objects.filter(pk=connection.pk).update(
        trouble=error.text,
        trouble_code=error.reason_code,
        trouble_since=connection.trouble_since if same and connection.trouble_since else now,
    )


def clear_trouble(connection: Connection) -> None:
    """It works again."""
    Connection.objects.filter(pk=connection.pk).exclude(trouble_code="").update(
        trouble="", trouble_code="", trouble_since=None
    )


@transaction.atomic
def connect(*, by: User, system: str, values: Mapping[str, str], address: str | None = None) -> Connection:
    """Keep what was typed in to reach a system. What is secret and was left empty stays; no address: it stays too.

    A key stays only with the place that it belongs to: nobody else is told it.
    """
    connection, is_new = Connection.objects.get_or_create(
        workspace_id=by.workspace_id, system=system, defaults={"by": by}
    )
    connection = Connection.objects.select_for_update().get(pk=connection.pk)
    elsewhere = address is not None and address != connection.address
    secret_names = {field.name for field in all_systems()[system].fields if field.secret}
    kept = {} if elsewhere else json.loads(connection.secrets or "{}")
    told = {name: value for name, value in values.items() if name not in secret_names}
    typed = {name: value for name, value in values.items() if value and name in secret_names}
    different = sorted(
        {name for name, value in told.items() if value != connection.settings.get(name, "")}
        | {name for name, value in typed.items() if value != kept.get(name)}
        | ({"address"} if elsewhere else set())
    )
    if different:
        connection.settings = told
        connection.secrets = json.dumps(kept | typed) if kept or typed else ""
        connection.address = connection.address if address is None else address
        connection.checked_at, connection.missing = None, []
        connection.save(update_fields=["settings", "secrets", "address", "checked_at", "missing"])
    if is_new or different:
        audit.write(by, "connected" if is_new else "changed", connection, system=system, fields=different)
    return connection


def check(connection: Connection, *, now: datetime) -> list[str]:
    """Try it: what the key may not do yet, in words. Where nothing that we need is missing, the reading begins.

    Talks with another system: never call it inside a transaction. Raises ConnectorError, which is kept as well.
    """
    connector = connector_of(connection, seconds=PATIENCE)
    try:
        missing = connector.missing()
        if connection.writes_back and isinstance(connector, TakesPeople):
            missing += _missing_for_filing(connector)
    except ConnectorError as error:
        keep_trouble(connection, error, now=now)
        raise
    with transaction.atomic():
        connection.missing, connection.checked_at = missing, now
        connection.save(update_fields=["missing", "checked_at"])
        clear_trouble(connection)
        if not lacking(connection) and connection.synced_at is None and not connection.paused:
            _read_later(connection)
    return lacking(connection)


def _missing_for_filing(connector: TakesPeople) -> list[str]:
    """What can be seen of that without creating somebody: whether the sources can be read."""
    try:
        connector.sources()
    except NotAllowed as error:
        return [error.text]
    return []


@transaction.atomic
def keep_answers(
    connection: Connection, answers: Mapping[str, str], *, by: User, taken_for: Mapping[str, str]
) -> bool:
    """Keep what only the customer can say.

    `taken_for` has the questions that decide what the records mean, each with what we took it for as long as nobody
    had said. Where one of them is another now, all is read again. Returns whether it is.
    """
    connection = Connection.objects.select_for_update().get(pk=connection.pk)
    before = connection.answers
    different = sorted(name for name, value in answers.items() if value != before.get(name))
    if not different:
        return False
    connection.answers = {**before, **answers}
    connection.save(update_fields=["answers"])
    audit.write(by, "answered", connection, system=connection.system, fields=different)
    again = any(answers[name] != before.get(name, taken) for name, taken in taken_for.items())
    if again:
        begin_anew(connection)
        _read_later(connection)
    return again


def begin_anew(connection: Connection) -> None:
    """Have the next reading go through all of the history once more; what is there stays meanwhile.

    The cursor is one that no system takes, so it begins at the start (connectors/ats/contract.py). It is not empty, so
    that a reading under way, which may have begun at the start too, sees that its place is not its own any more.
    """
    connection.cursor, connection.progress = {"anew": secrets.token_hex(8)}, {}
    connection.synced_at, connection.hidden = None, 0
    connection.save(update_fields=["cursor", "progress", "synced_at", "hidden"])


@transaction.atomic
def new_hook_secret(connection: Connection, *, by: User, now: datetime) -> str:
    """Make up what signs the calls of the system, to be typed in there. The one before counts for a week more."""
    made = secrets.token_urlsafe(32)
    keep_hook_secret(connection, made, by=by, now=now)
    return made


@transaction.atomic
def keep_hook_secret(connection: Connection, secret: str, *, by: User, now: datetime) -> None:
    """Keep what signs the calls of the system. The one before counts for a week more."""
    connection = Connection.objects.select_for_update().get(pk=connection.pk)
    if secret == connection.hook_secret:
        return
    changed_at = connection.hook_secret_changed_at
    if not connection.hook_secret_before or changed_at is None or now - changed_at > ONE_CHANGE:
        connection.hook_secret_before = connection.hook_secret
    connection.hook_secret, connection.hook_secret_changed_at = secret, now
    connection.save(update_fields=["hook_secret", "hook_secret_before", "hook_secret_changed_at"])
    audit.write(by, "changed_hook_secret", connection, system=connection.system)


@transaction.atomic
def read_now(connection: Connection, *, by: User) -> None:
    """Let it be read before its turn."""
    if connection.paused:
        raise Refusal("paused", "It is paused. Let it go on first.")
    _read_later(connection)
    audit.write(by, "read", connection, system=connection.system)


@transaction.atomic
def pause(connection: Connection, *, by: User) -> None:
    """Read nothing and file nobody for now. Its calls are kept meanwhile."""
    if Connection.objects.filter(pk=connection.pk, paused=False).update(paused=True):
        audit.write(by, "paused", connection, system=connection.system)


@transaction.atomic
def go_on(connection: Connection, *, by: User) -> None:
    """Read again, beginning with what was missed."""
    if Connection.objects.filter(pk=connection.pk, paused=True).update(paused=False):
        audit.write(by, "went_on", connection, system=connection.system)
        _read_later(connection)


@transaction.atomic
def write_back(connection: Connection, *, on: bool, by: User) -> None:
    """File people there from now on, or no more."""
    if Connection.objects.filter(pk=connection.pk, writes_back=not on).update(writes_back=on):
        verb = "began_filing" if on else "ended_filing"
        audit.write(by, verb, connection, system=connection.system)


@transaction.atomic
def remove(connection: Connection, *, by: User) -> None:
    """Forget the key, and everything about the connection. What was read stays."""
    audit.write(by, "removed", connection, system=connection.system)
    connection.delete()


def _read_later(connection: Connection) -> None:
    later(
        "sync_connection",
        once=f"sync-{connection.pk}",
        workspace_id=connection.workspace_id,
        connection_id=connection.pk,
    )
