"""The mailbox for replies, at a real server: what is read, and what becomes of it there."""

import imaplib
import re
from contextlib import closing, contextmanager
from itertools import count

import pytest

from ifnotyou.connectors.base import ConnectorError, Trouble
from ifnotyou.connectors.mail.imap import ImapServer
from ifnotyou.connectors.mail.inbox import ASIDE, Inbox
from tests.connectors.mail.test_imap import ScriptedImap
from tests.connectors.mailserver import mail_server  # noqa: F401 - a fixture
from tests.ports import free_ports

_numbers = count(1)


class Box:
    """A mailbox of its own for each test, which the test fills, looks into and reads as the program does."""

    def __init__(self, server):
        self.server = server
        self.user = f"replies-{next(_numbers)}@example.org"

    def inbox(self, **changes):
        fields = {"username": self.user, "password": self.server.password, "timeout": 40} | changes
        return Inbox(
            ImapServer(self.server.host, self.server.imap_port, "none"), **({"address": self.user} | fields)
        )

    @contextmanager
    def signed_in(self):
        with imaplib.IMAP4(self.server.host, self.server.imap_port, timeout=60) as connection:
            connection.authenticate("PLAIN", lambda _: f"\0{self.user}\0{self.server.password}".encode())
            yield connection

    def holds(self, text, to=None, sender="maya@example.org", folder="INBOX", flags=None, raw=None):
        octets = (
            raw
            or (
                f"From: {sender}\r\nTo: {to or self.user}\r\nMessage-ID: <{text.replace(' ', '-')}@example.org>\r\n"
                f"Subject: Fwd\r\n\r\n{text}\r\n"
            ).encode()
        )
        with self.signed_in() as connection:
            assert connection.append(folder, flags, "", octets)[0] == "OK"

    def state(self, folder="INBOX"):
        """What lies in a folder: by body, its flags."""
        with self.signed_in() as connection:
            if connection.select(folder, readonly=True)[0] != "OK":
                return {}
            numbers = connection.search(None, "ALL")[1][0].split()
            found = {}
            for number in numbers:
                answer = connection.fetch(number, "(FLAGS BODY.PEEK[TEXT])")[1]
                flags = re.search(
                    rb"FLAGS \(([^)]*)\)", b" ".join(p if isinstance(p, bytes) else p[0] for p in answer)
                )
                body = next(part[1] for part in answer if isinstance(part, tuple))
                found[body.decode().strip()[:40]] = set(flags[1].decode().split()) - {"\\Recent"}
            return found

    def take(self, keep=lambda _mail: True, **changes):
        """Read as the service does; returns the texts."""
        texts = []
        with closing(self.inbox(**changes).unread()) as letters:
            for letter in letters:
                texts.append(letter.mail.text)
                letter.kept = keep(letter.mail)
        return texts


@pytest.fixture
def box(mail_server):  # noqa: F811
    return Box(mail_server)


def test_what_was_kept_is_gone_from_the_server(box):
    box.holds("Kim Park")
    box.holds("Noa Levi")

    assert box.take() == ["Kim Park", "Noa Levi"]
    assert box.state() == {}
    assert box.take() == []


def test_what_was_not_kept_stays_and_does_not_come_again(box):
    box.holds("an offer for toner", sender="shop@example.com")
    box.holds("Kim Park")

    assert box.take(lambda mail: mail.sender == "maya@example.org") == ["an offer for toner", "Kim Park"]
    assert box.state() == {"an offer for toner": {"\\Seen"}}
    assert box.take() == []


def test_until_it_is_safe_nothing_becomes_of_it(box):
    box.holds("Kim Park")
    box.holds("Noa Levi")

    def broken(mail):
        if mail.text == "Noa Levi":
            raise OSError("the disk is full")
        return True

    with pytest.raises(OSError, match="disk"):
        box.take(broken)

    assert box.state() == {"Noa Levi": set()}
    assert box.take() == ["Noa Levi"]


def test_mails_to_others_are_not_even_looked_at(box):
    box.holds("to somebody else", to="somebody@example.org")
    box.holds("Kim Park", to=f"Somebody <somebody@example.org>\r\nCc: {box.user}")
    box.holds("Noa Levi", to=f"list@example.org\r\nDelivered-To: {box.user}")
    box.holds("read already", flags=r"(\Seen)")

    assert box.take() == ["Kim Park", "Noa Levi"]
    assert box.state() == {"to somebody else": set(), "read already": {"\\Seen"}}


def test_no_more_than_so_many_at_once_and_the_oldest_first(box):
    for number in range(5):
        box.holds(f"reply {number}")
    with closing(box.inbox().unread(most=3)) as letters:
        for letter in letters:
            letter.kept = True

    assert list(box.state()) == ["reply 3", "reply 4"]


def test_what_cannot_be_read_is_set_aside_and_blocks_nobody(box):
    deep = "".join(f"Content-Type: multipart/mixed; boundary=b{n}\r\n\r\n--b{n}\r\n" for n in range(20))
    box.holds("", raw=f"From: maya@example.org\r\nTo: {box.user}\r\n{deep}".encode())
    box.holds("Kim Park")

    assert box.take() == ["Kim Park"]
    assert box.state() == {}
    assert len(box.state(ASIDE)) == 1
    assert box.take() == []


def test_what_is_too_large_is_set_aside(box, monkeypatch):
    monkeypatch.setattr("ifnotyou.connectors.mail.inbox._MOST_OCTETS", 1000)
    box.holds("x" * 2000)
    box.holds("Kim Park")

    assert box.take() == ["Kim Park"]
    assert (len(box.state()), len(box.state(ASIDE))) == (0, 1)


def test_trying_changes_nothing(box):
    box.holds("Kim Park")

    box.inbox().check()

    assert box.state() == {"Kim Park": set()}


def test_a_wrong_password_is_told_and_not_shown(box):
    for attempt in (box.inbox(password="not-it").check, lambda: box.take(password="not-it")):
        with pytest.raises(ConnectorError, match="did not accept") as failed:
            attempt()
        assert (failed.value.reason_code, failed.value.permanent) == (Trouble.SIGN_IN_REFUSED, True)
        assert "not-it" not in f"{failed.value!r}{failed.value.__cause__!r}"
    assert "not-it" not in repr(box.inbox(password="not-it"))


def test_a_server_that_is_not_there_is_told():
    (port,) = free_ports(1)
    inbox = Inbox(ImapServer("127.0.0.1", port, "none"), "a", "b", address="a@example.org")

    with pytest.raises(ConnectorError) as failed:
        list(inbox.unread())

    assert (failed.value.reason_code, failed.value.permanent) == (Trouble.UNREACHABLE, False)


def test_a_server_that_cannot_delete_one_mail_by_itself_deletes_what_is_marked():
    answers = {
        "UID": "* SEARCH 7\r\n* 1 FETCH (UID 7 RFC822.SIZE 30000000)\r\nTAG OK done",
        "EXPUNGE": "TAG OK done",
    }
    with ScriptedImap(**answers) as server:
        inbox = Inbox(ImapServer("127.0.0.1", server.port, "none"), "a", "b", 40, address="a@example.org")
        assert list(inbox.unread()) == []

    said = [line.partition(" ")[2] for line in server.seen]
    assert f"UID COPY 7 {ASIDE}" in said  # too large to be read
    assert said[-4:] == [r"UID STORE 7 +FLAGS.SILENT (\Seen \Deleted)", "CAPABILITY", "EXPUNGE", "LOGOUT"]
