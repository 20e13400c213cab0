"""The company's systems for applicants as their pages and `doctor` tell of them."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from django.db.models import Q

from ifnotyou.connectors.ats import all_systems
from ifnotyou.connectors.ats.contract import AtsConnector
from ifnotyou.models import Connection, Decline, Delivery, DeliveryState
from ifnotyou.playbook.asking import Stage

CALLS_SHOWN = 20


class State(StrEnum):
    """How a connection stands; the first that is true counts."""

    PAUSED = "paused"
    TROUBLE = "trouble"
    LACKING = "lacking"
    """The key may not do all that we need."""
    NOT_TRIED = "not_tried"
    READING = "reading"
    """Its history is read for the first time, or anew."""
    READ = "read"


class System(NamedTuple):
    """A system that can be connected, and its connection where it is."""

    kind: type[AtsConnector]
    connection: Connection | None


def systems() -> list[System]:
    """Every system there is, in the order of the names that people read."""
    connected = {connection.system: connection for connection in Connection.objects.all()}
    return [System(kind, connected.get(slug)) for slug, kind in all_systems().items()]


def label_of(connection: Connection) -> str:
    """The name of its system for people; where the connector is no more, its slug."""
    kind = all_systems().get(connection.system)
    return kind.label if kind else connection.system


def state_of(connection: Connection) -> State:
    """How it stands."""
    if connection.paused:
        return State.PAUSED
    if connection.trouble:
        return State.TROUBLE
    if lacking(connection):
        return State.LACKING
    if connection.synced_at is not None:
        return State.READ
    return State.READING if connection.checked_at or connection.progress else State.NOT_TRIED


def lacking(connection: Connection) -> list[str]:
    """What the key may not do as of the last try, without what is only for filing people where nobody wants that."""
    kind = all_systems().get(connection.system)
    if connection.writes_back or kind is None:
        return list(connection.missing)
    # The longest name first: one scope's name may begin like another's.
    scopes = sorted(kind.scopes, key=lambda scope: -len(scope.name))

    def only_for_filing(text: str) -> bool:
        return next((scope.writing for scope in scopes if scope.name in text), False)

    return [text for text in connection.missing if not only_for_filing(text)]


def last_calls(connection: Connection) -> list[Delivery]:
    """The newest calls of the system, and what became of them; what a reading left unread is in here too."""
    calls = Delivery.objects.filter(connection=connection).defer("body", "applications", "candidates")
    return list(calls.order_by("-received_at", "-pk")[:CALLS_SHOWN])


def unreadable(connection: Connection) -> int:
    """How many calls and records could not be understood, and wait for somebody to try again."""
    return Delivery.objects.filter(connection=connection, state=DeliveryState.UNREADABLE).count()


def missed_among(connection: Connection) -> int:
    """How many of its declines are too old for an ask, or their role is filled."""
    theirs = Q(offer__external_id__startswith=f"{connection.system}:")
    return Decline.objects.filter(theirs, stage=Stage.MISSED).count()
