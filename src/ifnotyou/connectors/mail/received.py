"""A mail that came in: who it says it is from, and its words. Nothing else of it is kept.

What arrives was made by programs of every age, and by whoever likes to break them: headers are read as they stand
(the parsers of the standard library fail on some), every charset is survived, and no part is larger or deeper than
it may be.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message
from email.utils import getaddresses
from html.parser import HTMLParser

from ifnotyou.connectors.base import ConnectorError, Trouble

MOST_TEXT = 100_000
"""Octets of text that are kept of a mail."""

_MOST_OF_A_PART = 400_000  # octets that are looked at; an HTML mail is several times its words
_DEEPEST = 12
_FORWARDED = ("From", "Date", "Subject")
_IN_ADDRESS = re.compile(r"<[^<>\s]+>")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_SPACE_OF_HTML = re.compile(r"[ \t\n\r\f]+")


@dataclass(frozen=True)
class ReceivedMail:
    """A mail, as far as it is kept.

    `sender` is the one address in From, in lower case, and "" where there is none or several. Anybody can write
    anything there. `message_id` is "" where the mail has none.
    """

    sender: str
    message_id: str
    text: str


class UnreadableMail(ConnectorError):  # noqa: N818 - it says what is wrong with the mail
    """What came in is no mail that we can read."""

    def __init__(self) -> None:
        super().__init__(Trouble.NOT_UNDERSTOOD, "A mail came in that could not be read.", permanent=True)


def received(mail: Message) -> ReceivedMail:
    """What is kept of a mail; raises UnreadableMail."""
    try:
        addresses = [address for _, address in getaddresses([_raw(mail, "From")]) if address]
        sender = addresses[0].lower() if len(addresses) == 1 else ""
        text = "\n\n".join(_texts(mail, _DEEPEST))
        return ReceivedMail(sender, _message_id(mail), _cut(text))
    except (MessageError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
        # The last ones are what the standard library's parser does with headers that nobody foresaw.
        raise UnreadableMail from None  # what went wrong may repeat words of the mail


def _raw(mail: Message, name: str) -> str:
    """The first header of this name on one line, as it stands in the mail."""
    for header, value in mail.raw_items():
        if header.lower() == name.lower():
            return " ".join(str(value).encode("utf-8", "replace").decode().split())
    return ""


def _message_id(mail: Message) -> str:
    written = _raw(mail, "Message-ID")
    found = _IN_ADDRESS.search(written)
    return found[0] if found else written


def _texts(part: Message, levels: int) -> Iterator[str]:
    """The words of a part, in order: what a person sees, and the mails that are attached."""
    inside = part.get_payload()
    children = [child for child in inside if isinstance(child, Message)] if isinstance(inside, list) else []
    if levels == 0:
        raise UnreadableMail
    match part.get_content_type():
        case "message/rfc822":
            for mail in children:
                yield _opening(mail) + "\n\n".join(_texts(mail, levels - 1))
        case "multipart/alternative":
            yield from filter(None, [_best(children, levels)])
        case _ if children:
            for child in children:
                yield from _texts(child, levels - 1)
        case _:
            yield from filter(None, [_words_of(part)])


def _words_of(part: Message) -> str:
    """The words of one part that holds no other; of a file that was attached none."""
    if part.get_content_disposition() == "attachment":
        return ""
    match part.get_content_type():
        case "text/plain":
            return _decoded(part).strip()
        case "text/html":
            return text_of_html(_decoded(part))
        case _:
            return ""


def _best(ways: list[Message], levels: int) -> str:
    """Of several ways to say the same: plain text, where it says anything; else the richest that does."""
    said = [(way.get_content_type(), "\n\n".join(_texts(way, levels - 1))) for way in ways]
    plain = next((text for kind, text in said if kind == "text/plain" and text), "")
    return plain or next((text for _, text in reversed(said) if text), "")


def _opening(mail: Message) -> str:
    """The lines that a mail program puts before a mail that it forwards."""
    lines = [f"{name}: {value}" for name in _FORWARDED if (value := _readable(mail, name))]
    return "\n".join(["---------- Forwarded message ---------", *lines]) + "\n\n"


def _readable(mail: Message, name: str) -> str:
    raw = _raw(mail, name)
    try:
        return str(make_header(decode_header(raw)))
    except (MessageError, ValueError, LookupError):
        return raw


def _decoded(part: Message) -> str:
    """The text of a part, whatever it says its charset is."""
    octets = part.get_payload(decode=True)
    if not isinstance(octets, bytes):
        return ""
    octets = octets[:_MOST_OF_A_PART]
    for charset in (str(part.get_content_charset() or "utf-8"), "utf-8"):
        try:
            return octets.decode(charset)
        except (LookupError, UnicodeError):
            continue
    return octets.decode("cp1252", "replace")


def _cut(text: str) -> str:
    """At most as long as is kept, with one kind of line ends and nothing that only machines read."""
    plain = _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()
    return plain.encode("utf-8", "replace")[:MOST_TEXT].decode("utf-8", "ignore")


# --- HTML


class _Words(HTMLParser):
    """Collects what a reader of the page would see, and where links lead."""

    SILENT = frozenset({"script", "style", "title", "template", "head"})
    LINES = frozenset(
        {
            "address",
            "article",
            "blockquote",
            "br",
            "div",
            "footer",
            "h1",
            "h2",
            "h3",
            "h4",
            "h5",
            "h6",
            "header",
        }
        | {"hr", "li", "ol", "p", "pre", "section", "table", "tr", "ul"}
    )

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.said: list[str] = []
        self.silent = ""
        self.link = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a line, a link, or what nobody sees."""
        if tag in self.LINES:
            self.said.append("\n")
        elif tag in {"td", "th"}:
            self.said.append(" ")
        elif tag in self.SILENT and not self.silent:
            self.silent = tag
        elif tag == "body":
            self.silent = ""  # a head that was never closed
        elif tag == "a":
            self.link = dict(attrs).get("href") or ""

    def handle_endtag(self, tag: str) -> None:
        """End it."""
        if tag == self.silent:
            self.silent = ""
        elif tag == "a":
            if self.link.startswith(("https://", "http://")) and self.link not in "".join(self.said[-3:]):
                self.said.append(f" <{self.link}> ")
            self.link = ""
        elif tag in self.LINES:
            self.said.append("\n")

    def handle_data(self, data: str) -> None:
        """Words."""
        if not self.silent:
            self.said.append(_SPACE_OF_HTML.sub(" ", data))


def text_of_html(page: str) -> str:
    """The words of a page, a line for each block, and the addresses of its links."""
    words = _Words()
    words.feed(page)
    words.close()
    lines = [" ".join(line.split()) for line in "".join(words.said).split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
