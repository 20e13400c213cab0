"""What a chat is to us: a way to nudge a colleague, and perhaps buttons that they press there.

A connector is one file in `systems/` with one class `Connector`. It translates, and knows neither database nor rules.
Nothing but employees is reached by it. A nudge that comes twice harms nobody; so it may be tried again, unlike a note
to a candidate. Whatever goes wrong is a ConnectorError with a sentence that names the mend and holds no address, no
name and no word of the nudge. tests/connectors/chat/contract.py holds each to this.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from ifnotyou.connectors.ats.contract import Field, Scope
from ifnotyou.connectors.base import ConnectorError, Trouble
from ifnotyou.connectors.http import HttpClient

__all__ = ["Field", "Scope"]

# --- what we say


@dataclass(frozen=True)
class CardButtons:
    """What can be done with a card right there: `key` comes back when a button is pressed.

    `write_link` is the page on which words are written; "" where no note can be written.
    """

    key: str
    write_link: str = ""


@dataclass(frozen=True)
class Message:
    """A nudge: one line, one or two sentences, and one button to the page where it goes on.

    Plain words. What the chat would take for a mark-up or a mention must not become one.
    """

    title: str
    text: str
    button: str
    link: str
    card: CardButtons | None = None


@dataclass(frozen=True)
class Doorway:
    """What the asker sees before they talk: what to say. Confirming it (`confirm`) uses the one ask up."""

    title: str
    words: tuple[str, ...]
    link: str
    link_label: str
    confirm: str = ""


# --- what a customer typed in


@dataclass(frozen=True)
class Settings:
    """What a company's chat is made of. `address` is where the system is, "" for its usual place."""

    values: Mapping[str, str] = field(default_factory=dict, repr=False)
    team: str = ""
    address: str = ""


@dataclass(frozen=True)
class Tried:
    """What trying it showed: what the system calls the company, and what we may not do yet, in words."""

    team: str
    missing: tuple[str, ...] = ()


class Unreachable(ConnectorError):  # noqa: N818 - it says what is wrong with the person's place
    """This one person cannot be reached there (any more); others may. They have to do something about it."""

    def __init__(self, text: str) -> None:
        super().__init__(Trouble.NOT_FOUND, text, permanent=True)


class ChatConnector(ABC):
    """Says something to one person in a company's chat."""

    slug: ClassVar[str]
    """Its name in addresses and rows; never changes."""
    label: ClassVar[str]
    """Its name for people."""
    fields: ClassVar[tuple[Field, ...]]
    """What an admin types in; none where each person opens this door for themselves."""
    scopes: ClassVar[tuple[Scope, ...]]
    steps: ClassVar[tuple[str, ...]]
    """What to click there, one sentence each: by an admin where there are fields, else by each person."""
    address_label: ClassVar[str] = ""
    """What a person types in to be reached, a secret; "" where they are found by their mail address."""
    why: ClassVar[str]
    """For its page of the manual: why it is done in this way."""
    never: ClassVar[tuple[str, ...]]
    """For its page of the manual: what we never do with it."""
    unconfirmed: ClassVar[tuple[str, ...]] = ()
    """What its documents leave open, and what we do so that being wrong harms nobody. For its page of the manual."""

    def __init__(self, settings: Settings, client: HttpClient) -> None:
        """Keep them; asks nothing yet. Where the settings cannot be right, the calls say so."""
        self.settings = settings
        self.client = client

    @classmethod
    def manifest(cls, address: str) -> str:
        """What to paste there to make the app, with `address` as the place that it calls; "" where there is none."""
        del address
        return ""

    @abstractmethod
    def check(self) -> Tried:
        """Try what was typed in, saying nothing to anybody."""

    @abstractmethod
    def post(self, to: str, message: Message) -> None:
        """Say it to one person: `to` is their id there, or their secret address. Raises ConnectorError.

        Trouble.UNCERTAIN where it may have arrived. Unreachable where it is this person's place that is wrong.
        """


class FindsPeople(ABC):
    """A chat that knows its people by their mail addresses."""

    @abstractmethod
    def find(self, address: str) -> str | None:
        """The id of whoever has this mail address, one of the company's own people; None where nobody has."""


# --- buttons that are pressed there


class Pressed(StrEnum):
    """What somebody did in the chat."""

    TALK = "talk"
    """They want to ask in conversation: the doorway is to be shown."""
    CONFIRM = "confirm"
    """They have read the doorway, and will ask."""
    PASS_ON = "pass_on"  # noqa: S105 - a word, not a password
    """Somebody else, please."""
    LINK = "link"
    """A button that only leads to a page: nothing is to be done."""
    UNKNOWN = "unknown"
    """A button that we do not know (any more)."""


@dataclass(frozen=True)
class Place:
    """Where a message stands in the chat, so that it can be written anew."""

    channel: str = ""
    stamp: str = ""


@dataclass(frozen=True)
class Call:
    """A verified call: who did what with which card, and where. `key` is the same for the same call.

    `opener` lets something be shown to them, for some seconds.
    """

    key: str
    team: str
    person: str
    pressed: Pressed
    card: str = ""
    place: Place = Place()
    opener: str = field(default="", repr=False)


class CallsUs(ABC):
    """A chat in which a button can be pressed."""

    @abstractmethod
    def read_call(self, body: bytes, headers: Mapping[str, str], now: datetime) -> Call:
        """Verify a call by the secrets of the settings, in constant time, and say what was done.

        `headers` find whatever the capitals. Raises NotFromThem, or UnreadableCall where it is theirs all the same.
        Asks nobody and changes nothing. That the same call has not come before is for the caller to see to.
        """

    @abstractmethod
    def show(self, call: Call, doorway: Doorway) -> None:
        """Show them something, now: whoever pressed a button is waiting. Raises ConnectorError."""

    @abstractmethod
    def shown_instead(self, call: Call, doorway: Doorway) -> bytes:
        """The answer to a CONFIRM as JSON: what takes the place of what they confirmed."""

    @abstractmethod
    def settle(self, place: Place, message: Message) -> None:
        """Write a message anew, without its card's buttons. Raises ConnectorError."""
