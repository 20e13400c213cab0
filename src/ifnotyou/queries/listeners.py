"""Programs that hear of what happens here, and what they were told."""

from __future__ import annotations

from enum import StrEnum

from ifnotyou.models import Listener, Telling, TellingState
from ifnotyou.queries.paging import Page, page_of

PAGE = 25


class State(StrEnum):
    """How a listener stands."""

    GIVEN_UP = "given_up"
    """Paused by us: it is gone, or took nothing for too long."""
    PAUSED = "paused"
    FAILING = "failing"
    LISTENING = "listening"


def listeners() -> list[Listener]:
    """All there are, the oldest first; their addresses and secrets stay where they are."""
    return list(Listener.objects.defer("url", "secret", "secret_before").order_by("pk"))


def state_of(listener: Listener) -> State:
    """How it stands."""
    if listener.paused:
        return State.GIVEN_UP if listener.failing_since else State.PAUSED
    return State.FAILING if listener.failing_since else State.LISTENING


def told(listener: Listener, number: int) -> Page[Telling]:
    """A page of what it was told or is to be told, the newest first."""
    tellings = Telling.objects.filter(listener=listener).select_related("happening").order_by("-pk")
    return page_of(tellings, number, PAGE)


def not_told(listener: Listener) -> bool:
    """Whether there is something that it never took, and that is not tried any more."""
    return Telling.objects.filter(listener=listener, state=TellingState.FAILED).exists()
