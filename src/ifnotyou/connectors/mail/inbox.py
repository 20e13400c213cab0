"""The mailbox to which askers forward: what is new in it, and what becomes of it on the server."""

from __future__ import annotations

import imaplib
import re
from collections.abc import Generator
from dataclasses import dataclass, field
from email import message_from_bytes
from typing import ClassVar

from ifnotyou.connectors.mail.imap import ImapAccount, expect_ok, quoted
from ifnotyou.connectors.mail.received import ReceivedMail, UnreadableMail, received

ASIDE = "ifnotyou-unread"
"""The folder for mails that cannot be read. A person may look."""

MOST_AT_ONCE = 50
_MOST_OCTETS = 25_000_000  # larger mails are set aside unread
_SIZE = re.compile(rb"RFC822\.SIZE (\d+)")


@dataclass
class Letter:
    """A mail in the mailbox. Say `kept = True` when it is safe with us: then it is deleted there."""

    mail: ReceivedMail
    kept: bool = False


@dataclass(frozen=True)
class Inbox(ImapAccount):
    """The INBOX of an account, as far as mails were sent to `address`. Everything it raises is a ConnectorError.

    Mails to anybody else are not looked at, so that an address like me+replies@… may lead into somebody's own
    mailbox without any harm to it.
    """

    not_done: ClassVar[str] = (
        "The mail server let us in, and then did not do what we asked for in the mailbox. "
        "Check that the account may read and delete the mails of its INBOX."
    )

    address: str = field(kw_only=True)

    def check(self) -> None:
        """Sign in, look whether there is an INBOX, change nothing."""
        with self._judging(), self._signed_in() as connection:
            expect_ok(connection.select("INBOX", readonly=True))

    def unread(self, most: int = MOST_AT_ONCE) -> Generator[Letter]:
        """The unread mails to our address, the oldest first.

        When the next one is asked for, a letter that was `kept` is deleted, any other marked as read and left. If
        the reader of these letters fails, nothing becomes of the last one: it comes again. What cannot be read is
        moved to a folder of its own and never comes again.
        """
        with self._judging(), self._signed_in() as connection:
            expect_ok(connection.select("INBOX"))
            for uid in self._waiting(connection)[:most]:
                mail = _read(connection, uid)
                if mail is None:
                    continue
                letter = Letter(mail)
                yield letter
                if letter.kept:
                    _delete(connection, uid)
                else:
                    _flag(connection, uid, r"(\Seen)")

    def _waiting(self, connection: imaplib.IMAP4) -> list[str]:
        address = quoted(self.address)
        to_us = (
            f"OR TO {address} OR CC {address} OR HEADER Delivered-To {address} HEADER X-Original-To {address}"
        )
        found = expect_ok(connection.uid("SEARCH", f"UNSEEN UNDELETED {to_us}"))
        uids = {int(uid) for line in found if isinstance(line, bytes) for uid in line.split()}
        return [str(uid) for uid in sorted(uids)]


def _read(connection: imaplib.IMAP4, uid: str) -> ReceivedMail | None:
    """The mail, not marked as read yet; None where there is nothing to read (any more)."""
    lines = expect_ok(connection.uid("FETCH", uid, "(RFC822.SIZE)"))
    size = next((int(m[1]) for line in lines if isinstance(line, bytes) and (m := _SIZE.search(line))), None)
    if size is None:
        return None  # somebody was quicker
    if size > _MOST_OCTETS:
        _set_aside(connection, uid)
        return None
    parts = expect_ok(connection.uid("FETCH", uid, "(BODY.PEEK[])"))
    octets = next((part[1] for part in parts if isinstance(part, tuple) and isinstance(part[1], bytes)), None)
    if octets is None:
        return None
    try:
        return received(message_from_bytes(octets))
    except (UnreadableMail, RecursionError):  # nested deeper than the parser goes
        _set_aside(connection, uid)
        return None


def _delete(connection: imaplib.IMAP4, uid: str) -> None:
    """Remove one mail for good, and no other where the server can tell them apart (RFC 4315)."""
    _flag(connection, uid, r"(\Seen \Deleted)")
    capabilities = expect_ok(connection.capability())  # some servers tell all they can only after the sign-in
    if any(b"UIDPLUS" in line.upper() for line in capabilities if isinstance(line, bytes)):
        expect_ok(connection.uid("EXPUNGE", uid))
    else:
        expect_ok(connection.expunge())


def _set_aside(connection: imaplib.IMAP4, uid: str) -> None:
    """Out of the way of the others: into a folder of its own, else marked where it is."""
    if _copied(connection, uid):
        _delete(connection, uid)
    else:
        _flag(connection, uid, r"(\Seen \Flagged)")


def _copied(connection: imaplib.IMAP4, uid: str) -> bool:
    if connection.uid("COPY", uid, ASIDE)[0] == "OK":
        return True
    return connection.create(ASIDE)[0] == "OK" and connection.uid("COPY", uid, ASIDE)[0] == "OK"


def _flag(connection: imaplib.IMAP4, uid: str, flags: str) -> None:
    expect_ok(connection.uid("STORE", uid, "+FLAGS.SILENT", flags))
