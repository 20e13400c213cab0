"""Signing in to a mailbox by IMAP; looking into the asker's Sent folder, and leaving a copy there as programs do."""

from __future__ import annotations

import imaplib
import re
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import ClassVar

from ifnotyou.connectors.base import ConnectorError, Trouble
from ifnotyou.connectors.mail.server import MailServer, explained, verifying

_LISTED = re.compile(rb'\((?P<flags>[^)]*)\) (?:"(?:[^"\\]|\\.)*"|NIL) (?P<name>.+)', re.DOTALL)
# For servers that do not say which folder it is (RFC 6154); in the order of preference.
_USUAL_NAMES = ("sent", "sent items", "sent messages", "sent mail", "inbox.sent", "inbox/sent")


@dataclass(frozen=True)
class ImapServer(MailServer):
    """Where mail is read: usually port 993 with "tls" or 143 with "starttls"."""


@dataclass(frozen=True)
class ImapAccount:
    """An account whose mail is read by IMAP. Everything it raises is a ConnectorError."""

    not_done: ClassVar[str] = (
        "Your mail server did not do what we asked for in your mailbox. Please look into your Sent folder yourself."
    )
    """What a person is told when the server says no to anything but the sign-in."""

    server: ImapServer
    username: str
    password: str = field(repr=False)
    timeout: float = 20.0
    context: ssl.SSLContext | None = field(default=None, repr=False)

    def reach(self) -> None:
        """Greet and encrypt, without signing in: whether there is such a server."""
        with self._judging(), self._connected():
            pass

    @contextmanager
    def _judging(self) -> Iterator[None]:
        """The one place that turns whatever goes wrong into a ConnectorError."""
        try:
            yield
        except ConnectorError:
            raise
        except imaplib.IMAP4.abort as error:
            raise explained(ConnectionError(str(error)), self.server, ConnectorError) from error
        except imaplib.IMAP4.error as error:
            raise ConnectorError(Trouble.NOT_UNDERSTOOD, self.not_done, permanent=False) from error
        except Exception as error:
            raise explained(error, self.server, ConnectorError) from error

    @contextmanager
    def _signed_in(self) -> Iterator[imaplib.IMAP4]:
        with self._connected() as connection:
            self._sign_in(connection)
            yield connection

    @contextmanager
    def _connected(self) -> Iterator[imaplib.IMAP4]:
        self.server.refuse_clear_text(ConnectorError)
        connection = self._connection()
        try:
            if self.server.security == "starttls":
                self._encrypt(connection)
            yield connection
        finally:
            with suppress(OSError, imaplib.IMAP4.error):
                connection.logout()
            with suppress(OSError):  # logout leaves the connection open when the server does not answer
                connection.shutdown()

    def _connection(self) -> imaplib.IMAP4:
        host, port = self.server.host, self.server.port
        if self.server.security == "tls":
            return imaplib.IMAP4_SSL(host, port, ssl_context=verifying(self.context), timeout=self.timeout)
        return imaplib.IMAP4(host, port, timeout=self.timeout)

    def _encrypt(self, connection: imaplib.IMAP4) -> None:
        if "STARTTLS" not in connection.capabilities:
            raise ConnectorError(
                Trouble.NOT_ENCRYPTED,
                "Your mail server offers no STARTTLS on this port, so your password was not sent. "
                "Try TLS on port 993, or ask your provider.",
                permanent=True,
            )
        connection.starttls(verifying(self.context))

    def _sign_in(self, connection: imaplib.IMAP4) -> None:
        # imaplib's login knows no password beyond ASCII, and would show it in its error.
        secret = b"\0".join(
            (b"", self.username.encode(errors="replace"), self.password.encode(errors="replace"))
        )
        try:
            connection.authenticate("PLAIN", lambda _challenge: secret)
        except imaplib.IMAP4.abort:
            raise
        except imaplib.IMAP4.error:
            raise ConnectorError(
                Trouble.SIGN_IN_REFUSED,
                "Your mail server did not accept this user name and password for reading mail. Many providers want "
                "an app password.",
                permanent=True,
            ) from None  # the server's words may repeat the password


@dataclass(frozen=True)
class ImapFolder(ImapAccount):
    """The Sent folder of the asker's account.

    Some providers put a copy there by themselves: look with find_sent before keep_a_copy.
    """

    def keep_a_copy(self, mail_bytes: bytes) -> None:
        """Put a mail into the Sent folder, marked as read."""
        with self._judging(), self._signed_in() as connection:
            folder = _sent_folder(connection)
            expect_ok(connection.append(folder, r"(\Seen)", "", mail_bytes))

    def find_sent(self, message_id: str) -> bool:
        """True when a mail with this Message-ID is in the Sent folder."""
        with self._judging(), self._signed_in() as connection:
            expect_ok(connection.select(_sent_folder(connection), readonly=True))
            found = expect_ok(connection.uid("SEARCH", "HEADER", "Message-ID", quoted(message_id)))
            return any(line.split() for line in found if isinstance(line, bytes))


def _sent_folder(connection: imaplib.IMAP4) -> str:
    folder = sent_folder_among(expect_ok(connection.list()))
    if folder is None:
        raise ConnectorError(
            Trouble.NO_SENT_FOLDER,
            "Your mailbox has no folder for sent mail that we can tell. Make one called Sent, or look yourself.",
            permanent=True,
        )
    return folder


def sent_folder_among(listed: Sequence[object]) -> str | None:
    r"""The folder with the special use \Sent in the answer to LIST, else one that is called so; fit for a command."""
    by_name: dict[str, str] = {}
    for flags, name in map(_folder, listed):
        if rb"\sent" in flags:
            return quoted(name)
        by_name.setdefault(name.lower(), name)
    usual = next((by_name[name] for name in _USUAL_NAMES if name in by_name), None)
    return None if usual is None else quoted(usual)


def _folder(line: object) -> tuple[list[bytes], str]:
    """Flags and name of a folder. The name stays in the encoding of IMAP, in which commands want it too."""
    match line:
        case (bytes(start), bytes(literal)):  # the name came as a literal: "{4}", a new line, "Sent"
            listed, name = _LISTED.match(start), literal
        case bytes():
            listed = _LISTED.match(line)
            name = listed["name"] if listed else b""
        case _:
            listed, name = None, b""
    if name.startswith(b'"'):
        name = re.sub(rb"\\(.)", rb"\1", name[1:-1])
    return (listed["flags"].lower().split() if listed else []), name.decode("ascii", "replace")


def quoted(text: str) -> str:
    """A text as an IMAP command takes it; raises ConnectorError for what cannot be said that way."""
    if not text.isascii() or not text.isprintable():
        raise ConnectorError(
            Trouble.NOT_UNDERSTOOD,
            "A name in your mailbox holds characters that we cannot pass on. Please look yourself.",
            permanent=True,
        )
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def expect_ok(answer: tuple[str, Sequence[object]]) -> Sequence[object]:
    """The lines of an answer; raises where the server said no."""
    status, lines = answer
    if status != "OK":
        raise imaplib.IMAP4.error("the server said no")
    return lines
