"""Forwarded replies: whose they are, once each, never from a stranger, and gone from the mailbox once they are safe."""

import imaplib
import logging
from datetime import timedelta
from email import message_from_bytes
from itertools import count

import pytest
from django.core.cache import cache
from django.db import DatabaseError, connection

from ifnotyou.connectors.mail.received import received
from ifnotyou.jobs import tasks
from ifnotyou.models import Mailbox, Reply
from ifnotyou.playbook.errors import Refusal
from ifnotyou.services import inbound
from tests.company import NOW, TODAY, found
from tests.ports import free_ports
from tests.services.broken import without_table

MONDAY = TODAY - timedelta(days=TODAY.weekday())
_numbers = count(1)


def mail(text="Talk to Kim Park.", sender="maya@acme.example.org", message_id="<one@example.org>"):
    header = f"From: Maya <{sender}>\r\n" + (f"Message-ID: {message_id}\r\n" if message_id else "")
    return received(
        message_from_bytes(f"{header}Content-Type: text/plain; charset=utf-8\r\n\r\n{text}".encode())
    )


def take(house, *mails):
    return inbound.take(house.workspace, mails, now=NOW)


@pytest.fixture(autouse=True)
def _no_trouble(db):
    cache.clear()


# --- whose it is


def test_reply_is_put_before_the_asker_who_forwarded_it(house):
    assert take(house, mail()) == 1

    reply = Reply.objects.get()
    assert (reply.user, reply.text, reply.came_on) == (house.maya, "Talk to Kim Park.", MONDAY)


@pytest.mark.parametrize("sender", ["MAYA@ACME.example.ORG", "Maya@acme.example.org"])
def test_capitals_make_no_difference(house, sender):
    assert take(house, mail(sender=sender)) == 1


def test_address_of_the_mailbox_counts_too(house):
    Mailbox.objects.create(
        workspace=house.workspace, user=house.jon, address="Jon@Elsewhere.example", username="j", password="p"
    )

    take(house, mail(sender="jon@elsewhere.example"))

    assert Reply.objects.get().user == house.jon


def test_strangers_leave_no_trace(house, caplog):
    caplog.set_level(logging.DEBUG)
    house.jon.is_active = False
    house.jon.save()

    for sender in ("noor@example.net", "jon@acme.example.org", "", "maya@acme.example.org, x@example.org"):
        assert take(house, mail(sender=sender)) == 0

    assert not Reply.objects.exists()
    assert "@" not in caplog.text


def test_somebody_of_another_company_is_a_stranger(house):
    found("Birch")

    assert take(house, mail(sender="maya@birch.example.org")) == 0


# --- once


def test_same_mail_twice_is_one_reply(house):
    assert take(house, mail(), mail()) == 2
    take(house, mail(text="the same mail, by another way"))

    assert Reply.objects.get().text == "Talk to Kim Park."


def test_mails_without_an_id_are_told_apart_by_their_words(house):
    take(house, mail(message_id=""), mail(message_id=""), mail("And Noa.", message_id=""))

    assert Reply.objects.count() == 2


def test_nobody_takes_the_place_of_anothers_mail(house):
    take(house, mail("x", sender="jon@acme.example.org"))
    take(house, mail())

    assert set(Reply.objects.values_list("user", flat=True)) == {house.jon.pk, house.maya.pk}


def test_mail_without_words_says_so(house):
    take(house, mail(""))

    assert "only attachments" in Reply.objects.get().text


def test_what_is_stored_tells_nothing_without_the_key(house):
    take(house, mail())

    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM ifnotyou_reply")
        row = str(cursor.fetchall())
    assert "Talk to" not in row
    assert "Kim Park" not in row
    assert "one@example.org" not in row


# --- forgotten


def test_replies_nobody_looked_at_are_deleted_within_fourteen_days(house):
    take(house, mail())
    sunday = MONDAY + timedelta(days=13)

    assert inbound.forget_old(house.workspace, sunday) == 0
    assert inbound.forget_old(house.workspace, sunday + timedelta(days=1)) == 1
    assert not Reply.objects.exists()


# --- fetched


class Replies:
    """The company's mailbox for replies at the server of the tests."""

    def __init__(self, house, server):
        self.house, self.server = house, server
        self.user = f"inbound-{next(_numbers)}@example.org"
        workspace = house.workspace
        workspace.inbound_address = workspace.inbound_username = self.user
        workspace.inbound_host, workspace.inbound_port = server.host, server.imap_port
        workspace.inbound_security, workspace.inbound_password = "none", server.password
        workspace.save()

    def get(self, text, sender="maya@acme.example.org"):
        octets = f"From: {sender}\r\nTo: {self.user}\r\nMessage-ID: <{hash(text)}@x>\r\n\r\n{text}".encode()
        with imaplib.IMAP4(self.server.host, self.server.imap_port, timeout=60) as server:
            server.authenticate("PLAIN", lambda _: f"\0{self.user}\0{self.server.password}".encode())
            server.append("INBOX", None, "", octets)

    def left(self):
        return [mail.get_content().strip() for mail in self.server.messages(self.user)]


@pytest.fixture
def replies(house, mail_server):
    return Replies(house, mail_server)


def test_calendar_fetches_what_was_forwarded_and_leaves_the_rest(replies):
    replies.get("Talk to Kim Park.")
    replies.get("Buy toner!", sender="shop@example.com")

    tasks.fetch_replies.func()

    assert [reply.text for reply in Reply.objects.all()] == ["Talk to Kim Park."]
    assert replies.left() == ["Buy toner!"]
    assert inbound.trouble_of(replies.house.workspace) == ""


def test_without_a_mailbox_nothing_is_fetched(house):
    inbound.fetch(house.workspace, now=NOW)

    assert inbound.trouble_of(house.workspace) == ""


def test_reply_that_came_by_both_ways_is_one(replies):
    replies.get("Talk to Kim Park.")
    take(replies.house, mail(message_id=f"<{hash('Talk to Kim Park.')}@x>"))

    inbound.fetch(replies.house.workspace, now=NOW)

    assert Reply.objects.count() == 1
    assert replies.left() == []


def test_trouble_is_told_in_words_until_it_is_over(replies, caplog):
    workspace = replies.house.workspace
    workspace.inbound_password = "wrong"

    inbound.fetch(workspace, now=NOW)

    assert "did not accept" in inbound.trouble_of(workspace)
    assert "sign_in_refused" in caplog.text
    assert "@" not in caplog.text
    workspace.inbound_password = replies.server.password
    inbound.try_mailbox(workspace, now=NOW)
    assert inbound.trouble_of(workspace) == ""


def test_wrong_password_is_not_tried_again_and_again(replies):
    replies.get("Talk to Kim Park.")
    workspace, right = replies.house.workspace, replies.house.workspace.inbound_password
    workspace.inbound_password = "wrong"
    inbound.fetch(workspace, now=NOW)
    workspace.inbound_password = right

    inbound.fetch(workspace, now=NOW + timedelta(minutes=5))
    assert not Reply.objects.exists()
    inbound.fetch(workspace, now=NOW + timedelta(minutes=61))
    assert Reply.objects.exists()


def test_server_that_is_away_is_asked_again_at_the_next_time(replies):
    replies.get("Talk to Kim Park.")
    workspace, port = replies.house.workspace, replies.house.workspace.inbound_port
    (workspace.inbound_port,) = free_ports(1)
    inbound.fetch(workspace, now=NOW)
    assert "did not answer" in inbound.trouble_of(workspace)
    workspace.inbound_port = port

    inbound.fetch(workspace, now=NOW + timedelta(minutes=5))

    assert Reply.objects.exists()
    assert inbound.trouble_of(workspace) == ""


def test_trying_tells_what_is_wrong(replies):
    workspace = replies.house.workspace
    workspace.inbound_password = "wrong"

    with pytest.raises(Refusal, match="did not accept"):
        inbound.try_mailbox(workspace, now=NOW)

    assert inbound.trouble_of(workspace)


def test_what_could_not_be_stored_stays_on_the_server(replies):
    replies.get("Talk to Kim Park.")

    with without_table("ifnotyou_reply"), pytest.raises(DatabaseError):
        inbound.fetch(replies.house.workspace, now=NOW)
    assert replies.left() == ["Talk to Kim Park."]

    inbound.fetch(replies.house.workspace, now=NOW)
    assert replies.left() == []
    assert Reply.objects.count() == 1
