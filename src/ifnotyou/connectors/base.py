"""What every connector promises: the contracts, and what it raises when the other system does not do its part.

A note to a candidate is sent once, ever. Hence three outcomes of sending, and
no fourth: it returned (the note left), NotSent (it certainly did not leave) and
Uncertain (nobody can tell; a person has to look, no machine tries again).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from enum import StrEnum

from ifnotyou.connectors.mail.message import Note


class Trouble(StrEnum):
    """What another system did not do, for programs. The sentence beside it is for people."""

    NO_SUCH_SERVER = "no_such_server"
    UNREACHABLE = "unreachable"
    BROKE_OFF = "broke_off"
    NOT_UNDERSTOOD = "not_understood"
    NOT_ENCRYPTED = "not_encrypted"
    NOT_TRUSTED = "not_trusted"
    SIGN_IN_REFUSED = "sign_in_refused"
    SENDER_REFUSED = "sender_refused"
    RECIPIENT_REFUSED = "recipient_refused"
    NOTE_REFUSED = "note_refused"
    NO_INTERNATIONAL_ADDRESSES = "no_international_addresses"
    NO_SENT_FOLDER = "no_sent_folder"
    BAD_ADDRESS = "bad_address"
    PRIVATE_ADDRESS = "private_address"
    LEADS_ELSEWHERE = "leads_elsewhere"
    NOT_FOUND = "not_found"
    TOO_LARGE = "too_large"
    TOO_OFTEN = "too_often"
    NOT_ALLOWED = "not_allowed"
    NO_CALENDAR = "no_calendar"
    UNCERTAIN = "uncertain"
    UNFORESEEN = "unforeseen"


class ConnectorError(Exception):
    """Another system failed. The text is a sentence for the asker and names the mend.

    It never holds a password, an address or a word of the note, so that it may
    be shown, kept and logged. "Permanent" means that trying again as it is makes
    no sense: something has to be changed first. `reached`: there was a connection
    already, so that what was asked for may have been done.
    """

    reached = False

    def __init__(self, reason_code: Trouble, text: str, *, permanent: bool) -> None:
        super().__init__(text)
        self.reason_code = reason_code
        self.text = text
        self.permanent = permanent


class NotSent(ConnectorError):  # noqa: N818 - it says what became of the note
    """The note certainly did not leave. The claim on the one ask may be freed."""


class Uncertain(ConnectorError):  # noqa: N818 - it says what became of the note
    """The note may have left, or not. Nothing may send it again; a person looks into the Sent folder."""

    def __init__(self, text: str) -> None:
        super().__init__(Trouble.UNCERTAIN, text, permanent=True)


class NotFromThem(ConnectorError):  # noqa: N818 - it says what is wrong with the call
    """Whoever called could not prove to be the other system, or repeats an old call."""

    def __init__(self, text: str) -> None:
        super().__init__(Trouble.SIGN_IN_REFUSED, text, permanent=True)


class UnreadableCall(ConnectorError):  # noqa: N818 - it says what is wrong with the call
    """The call is theirs, and we do not understand it."""

    def __init__(self, text: str) -> None:
        super().__init__(Trouble.NOT_UNDERSTOOD, text, permanent=True)


class Mailbox(ABC):
    """The asker's own mailbox, as far as it can send. tests/connectors/contract.py holds every kind of it to this."""

    @abstractmethod
    def send(self, note: Note) -> None:
        """Hand the note over. Returns only when the other side took it; raises NotSent or Uncertain, nothing else."""

    @abstractmethod
    def check(self) -> None:
        """Sign in and out, sending nothing. Raises NotSent when a note could not be sent this way."""
