"""The note as a mail: plain text from one person to one person, and nothing that a person's mail would not have.

Headers are built from validated values only: a Note cannot exist with a line
break in a name or with an address that is none. They are written here and not
by EmailMessage, whose way of folding long names that are not ASCII has changed
between patch releases of Python, and has turned a comma in a name into a second
recipient.
"""

from __future__ import annotations

import binascii
import re
import secrets
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email import message_from_string, policy
from email.header import Header
from email.message import EmailMessage
from email.utils import format_datetime
from urllib.parse import quote

_LONGEST_ADDRESS = 254  # RFC 5321
_LONGEST_LOCAL_PART = 64  # RFC 5321, in octets
_LONGEST_HEADING = 250  # characters of a subject or a name; far below the 998 octets a line may have
_RANDOM_BYTES = 20  # 160 bits: nobody else makes the same id, and nobody guesses it

_ATOM = r'[^\s()<>\[\]:;@\\,."]+'
_LOCAL_PART = re.compile(rf"{_ATOM}(?:\.{_ATOM})*")
_LABEL = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_DOMAIN = re.compile(rf"(?:{_LABEL}\.)+(?![0-9]+$){_LABEL}", re.IGNORECASE)
_MESSAGE_ID = re.compile(r"<[A-Za-z0-9._+-]+@[A-Za-z0-9.-]+>")
_PLAIN_PHRASE = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]*")
_TEXT_TURNED_AROUND = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
# utf8: addresses beyond ASCII stay as they are. refold_source: what was written here is not written anew.
_AS_WRITTEN = policy.SMTPUTF8.clone(refold_source="none")


class BadNote(ValueError):  # noqa: N818 - said of the note; nothing in the program went wrong
    """A note that must not become a mail. Names the field, and says how to mend it."""

    def __init__(self, field: str, text: str) -> None:
        super().__init__(f"{field}: {text}")
        self.field = field
        self.text = text


@dataclass(frozen=True)
class Note:
    """What one person writes to one other. Every Note that exists is fit to be sent; see BadNote."""

    sender_name: str
    sender_address: str
    recipient_name: str
    recipient_address: str
    subject: str
    body: str
    message_id: str
    date: datetime

    def __post_init__(self) -> None:
        """Raise BadNote unless every field may stand in a mail."""
        for field in ("sender_name", "recipient_name", "subject"):
            _check_heading(field, getattr(self, field))
        for field in ("sender_address", "recipient_address"):
            _check_address(field, getattr(self, field))
        if not self.subject.strip():
            raise BadNote("subject", "It is empty. Say in a few words what the note is about.")
        _check_body(self.body)
        if not _MESSAGE_ID.fullmatch(self.message_id):
            raise BadNote("message_id", "It is no Message-ID. Make one with new_message_id.")
        if self.date.utcoffset() is None:
            raise BadNote("date", "It has no time zone. Give it one.")


def new_message_id(sender_address: str) -> str:
    """A Message-ID that nobody else has, within the domain of the sender."""
    _check_address("sender_address", sender_address)
    return f"<{secrets.token_hex(_RANDOM_BYTES)}@{_ascii_domain(sender_address)}>"


def as_mail(note: Note) -> EmailMessage:
    """The mail as it will arrive, for looking at. What leaves is as_eml(note, draft=False), the same to the byte."""
    return message_from_string(_written(note, draft=False), policy=_AS_WRITTEN)


def as_eml(note: Note, *, draft: bool = True) -> bytes:
    """The note as a file: as a draft, which mail programs open ready to be sent, or as the mail that leaves."""
    return _written(note, draft=draft).encode()


def mailto(note: Note) -> str:
    """A link that opens the note in the reader's mail program (RFC 6068)."""
    local_part, _, domain = wire_address(note.recipient_address).rpartition("@")
    body = _with_crlf(note.body).rstrip()
    subject = note.subject.strip()
    return f"mailto:{quote(local_part, safe='')}@{domain}?subject={quote(subject, safe='')}&body={quote(body, safe='')}"


def wire_address(address: str) -> str:
    """The address as servers know it: an international domain in its ASCII form, the part before the @ untouched."""
    return f"{address.rpartition('@')[0]}@{_ascii_domain(address)}"


def needs_smtputf8(note: Note) -> bool:
    """True when an address of the note goes beyond ASCII in a way that only servers with SMTPUTF8 can take."""
    return not (wire_address(note.sender_address) + wire_address(note.recipient_address)).isascii()


# --- writing -------------------------------------------------------------------------------------------------------


def _written(note: Note, *, draft: bool) -> str:
    lines = [f"{name}: {value}" for name, value in _headers(note, draft=draft)]
    return "\r\n".join([*lines, "", _quoted_printable(note.body)])


def _headers(note: Note, *, draft: bool) -> Iterator[tuple[str, str]]:
    if draft:
        yield "X-Unsent", "1"
    else:
        yield "Date", format_datetime(note.date)
    yield "From", _mailbox(note.sender_name, note.sender_address)
    yield "To", _mailbox(note.recipient_name, note.recipient_address)
    yield "Subject", _heading(note.subject.strip(), "Subject")
    if not draft:
        yield "Message-ID", note.message_id
    yield "MIME-Version", "1.0"
    yield "Content-Type", 'text/plain; charset="utf-8"'
    yield "Content-Transfer-Encoding", "quoted-printable"


def _mailbox(name: str, address: str) -> str:
    name = name.strip()
    if not name:
        return wire_address(address)
    if name.isascii() and "=?" not in name and not _PLAIN_PHRASE.fullmatch(name):
        escaped = re.sub(r'(["\\])', r"\\\1", name)
        return f'"{escaped}" <{wire_address(address)}>'
    return f"{_heading(name, 'From')} <{wire_address(address)}>"


def _heading(text: str, header: str) -> str:
    """Text for a header: as it is where it can be, else as encoded words (RFC 2047)."""
    if text.isascii() and "=?" not in text:
        return text
    return Header(text, "utf-8", header_name=header).encode(linesep="\r\n")


def _quoted_printable(body: str) -> str:
    # Long lines arrive as long lines, so that nothing looks broken at column 72 on a telephone.
    return binascii.b2a_qp(_with_crlf(body).encode(), istext=True).decode("ascii")


def _with_crlf(body: str) -> str:
    lines = body.replace("\r\n", "\n").replace("\r", "\n")
    return (lines if lines.endswith("\n") else f"{lines}\n").replace("\n", "\r\n")


# --- checking ------------------------------------------------------------------------------------------------------


def _check_heading(field: str, text: str) -> None:
    for character in text:
        if unicodedata.category(character) in {"Cc", "Cs", "Zl", "Zp"} or character in _TEXT_TURNED_AROUND:
            raise BadNote(field, "It holds a line break or a hidden character. Write it anew, on one line.")
    if len(text) > _LONGEST_HEADING:
        raise BadNote(field, f"It is longer than {_LONGEST_HEADING} characters. Shorten it.")


def _check_body(body: str) -> None:
    if not body.strip():
        raise BadNote("body", "It is empty. Write the note first.")
    for character in body:
        if character not in "\r\n\t" and unicodedata.category(character) in {"Cc", "Cs"}:
            raise BadNote("body", "It holds a character that nobody can see. Write that place anew.")


def _check_address(field: str, address: str) -> None:
    local_part, at, domain = address.rpartition("@")
    good = (
        at
        and address.isprintable()
        and len(address) <= _LONGEST_ADDRESS
        and len(local_part.encode()) <= _LONGEST_LOCAL_PART
        and _LOCAL_PART.fullmatch(local_part)
        and _is_domain(domain)
    )
    if not good:
        raise BadNote(field, "It is not an e-mail address. It should look like name@example.org.")


def _is_domain(domain: str) -> bool:
    try:
        in_ascii = domain.encode("idna").decode("ascii")
        back = in_ascii.encode("ascii").decode("idna")
    except UnicodeError:
        return False
    # Python's IDNA is that of 2003, which would write "straße" as "strasse": another domain, another person.
    unchanged = domain.isascii() or back == domain.lower()
    return unchanged and bool(_DOMAIN.fullmatch(in_ascii))


def _ascii_domain(address: str) -> str:
    return address.rpartition("@")[2].encode("idna").decode("ascii")
