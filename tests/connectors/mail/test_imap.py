"""The Sent folder: found whatever it is called, read and written, and what is said when that fails."""

import re
import socket
import ssl
import threading
from contextlib import suppress

import pytest

from ifnotyou.connectors.base import ConnectorError, NotSent, Trouble, Uncertain
from ifnotyou.connectors.mail.imap import ImapFolder, ImapServer, sent_folder_among
from ifnotyou.connectors.mail.message import as_eml
from tests.connectors.mailserver import (  # noqa: F401 - mail_server is a fixture
    HOST,
    mail_server,
    self_signed,
)
from tests.connectors.notes import a_note
from tests.ports import free_ports

PASSWORD = "correct horse"


class ScriptedImap:
    """A server that gives the same answers to the same commands. Use it as a context manager."""

    def __init__(self, tls=None, starts_with="tls", **answers):
        self.tls = tls
        self.starts_with = starts_with
        self.answers = {
            "CAPABILITY": "* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\nTAG OK done",
            "AUTHENTICATE": "TAG OK welcome",
            "LIST": '* LIST (\\HasNoChildren) "/" INBOX\r\n* LIST (\\Sent) "/" "Verschickt"\r\nTAG OK done',
            "SELECT": "* 1 EXISTS\r\nTAG OK done",
            "EXAMINE": "* 1 EXISTS\r\nTAG OK done",
            "UID": "* SEARCH\r\nTAG OK done",
            "LOGOUT": "* BYE\r\nTAG OK done",
        } | answers
        self.seen = []

    def __enter__(self):
        self.listener = socket.create_server((HOST, 0))
        self.port = self.listener.getsockname()[1]
        self.thread = threading.Thread(target=self.serve)
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.thread.join(timeout=300)
        self.listener.close()

    def serve(self):
        with suppress(OSError):
            connection, _ = self.listener.accept()
            connection.settimeout(60)
            with connection:
                if self.tls and self.starts_with == "tls":
                    connection = self.tls.wrap_socket(connection, server_side=True)
                with connection, connection.makefile("rwb", buffering=0) as lines:
                    lines.write(b"* OK ready\r\n")
                    self.talk(lines)
                    if self.tls and self.seen[-1].endswith("STARTTLS"):
                        encrypted = self.tls.wrap_socket(connection, server_side=True)
                        with encrypted, encrypted.makefile("rwb", buffering=0) as lines_in_secret:
                            self.talk(lines_in_secret)

    def talk(self, lines):
        while line := lines.readline():
            tag, command, *_ = line.decode().split()
            self.seen.append(line.decode().strip())
            if command == "AUTHENTICATE":
                lines.write(b"+ \r\n")
                self.seen.append(lines.readline().decode().strip())
            answer = self.answers.get(command)
            if answer is None:  # hangs up
                return
            if answer != "":  # keeps silent
                lines.write(re.sub("(?m)^TAG", tag, answer + "\r\n").encode())
            if command == "STARTTLS":
                return


def folder_at(port, security="none", **changes) -> ImapFolder:
    fields = {"username": "maria@example.org", "password": PASSWORD, "timeout": 40} | changes
    return ImapFolder(ImapServer(HOST, port, security), **fields)


@pytest.fixture
def sent(mail_server):  # noqa: F811
    """The Sent folder of a real mailbox."""
    mail_server.create_folder("sent-test@example.org", "Sent")
    return ImapFolder(
        ImapServer(mail_server.host, mail_server.imap_port, "none"),
        "sent-test@example.org",
        mail_server.password,
    )


def test_a_copy_that_was_kept_is_found_and_no_other(sent, mail_server):  # noqa: F811
    note, other = a_note(subject="Grüße"), a_note()
    assert not sent.find_sent(note.message_id)

    sent.keep_a_copy(as_eml(note, draft=False))

    assert sent.find_sent(note.message_id)
    assert not sent.find_sent(other.message_id)
    assert mail_server.messages("sent-test@example.org", "Sent")[-1]["Subject"] == "Grüße"


def test_a_mailbox_without_a_folder_for_sent_mail_says_so(mail_server):  # noqa: F811
    folder = folder_at(mail_server.imap_port, username="bare@example.org", password=mail_server.password)

    for attempt in (
        lambda: folder.find_sent("<one@example.org>"),
        lambda: folder.keep_a_copy(b"Subject: x\r\n\r\n"),
    ):
        with pytest.raises(ConnectorError) as failed:
            attempt()
        assert (failed.value.reason_code, failed.value.permanent) == (Trouble.NO_SENT_FOLDER, True)


@pytest.mark.parametrize(
    ("listed", "folder"),
    [
        ([rb'(\HasNoChildren) "/" INBOX', rb'(\HasNoChildren \Sent) "/" Sent'], '"Sent"'),
        (
            [rb'(\HasNoChildren \Sent) "/" "[Gmail]/Gesendet"', rb'(\HasNoChildren) "/" Sent'],
            '"[Gmail]/Gesendet"',
        ),
        ([rb'(\SENT) "." "INBOX.Envoy&AOk-s"'], '"INBOX.Envoy&AOk-s"'),
        ([rb"(\Sent) NIL Sent"], '"Sent"'),
        ([rb'(\Sent) "\\" "a \"b\" \\c"'], r'"a \"b\" \\c"'),
        ([(rb'(\Sent) "/" {10}', b"Sent Items"), b""], '"Sent Items"'),
        ([rb'(\HasNoChildren) "/" "Sent Items"', rb'(\HasNoChildren) "/" "SENT"'], '"SENT"'),
        ([rb'(\HasNoChildren) "." "INBOX.Sent"'], '"INBOX.Sent"'),
        ([rb'(\HasNoChildren) "/" Presents', rb'(\Drafts) "/" Drafts', None, b"what", (b"x", b"y")], None),
        ([], None),
    ],
)
def test_the_sent_folder_is_found_whatever_it_is_called(listed, folder):
    assert sent_folder_among(listed) == folder


def test_the_folder_with_the_special_use_is_the_one_that_is_asked():
    with ScriptedImap(UID="* SEARCH 7\r\nTAG OK done") as server:
        assert folder_at(server.port).find_sent("<one@example.org>")

    assert 'EXAMINE "Verschickt"' in server.seen[-3]
    assert 'UID SEARCH HEADER Message-ID "<one@example.org>"' in server.seen[-2]


# --- what may go wrong ---------------------------------------------------------------------------------------------


def test_a_wrong_password_says_how_to_mend_it(mail_server):  # noqa: F811
    folder = folder_at(mail_server.imap_port, password="pässword-that-is-wrong")

    with pytest.raises(ConnectorError, match="app password") as failed:
        folder.find_sent("<one@example.org>")

    assert (failed.value.reason_code, failed.value.permanent) == (Trouble.SIGN_IN_REFUSED, True)
    assert "that-is-wrong" not in f"{failed.value!r}{failed.value.__cause__!r}{folder!r}"


@pytest.mark.parametrize("command", ["CAPABILITY", "AUTHENTICATE", "LIST", "EXAMINE", "UID"])
@pytest.mark.parametrize(
    ("answer", "reasons"),
    [
        (None, {Trouble.BROKE_OFF}),
        ("", {Trouble.UNREACHABLE, Trouble.BROKE_OFF}),
        ("TAG NO sorry", {Trouble.NOT_UNDERSTOOD, Trouble.SIGN_IN_REFUSED, Trouble.NO_SENT_FOLDER}),
        ("TAG BAD what", {Trouble.NOT_UNDERSTOOD, Trouble.SIGN_IN_REFUSED, Trouble.NO_SENT_FOLDER}),
        ("\x00\xff what", {Trouble.BROKE_OFF}),
    ],
)
def test_every_failure_is_told_and_says_nothing_of_a_note(command, answer, reasons):
    with ScriptedImap(**{command: answer}) as server, pytest.raises(ConnectorError) as failed:
        folder_at(server.port, timeout=4 if answer == "" else 40).find_sent("<one@example.org>")

    assert failed.value.reason_code in reasons
    assert not isinstance(
        failed.value, NotSent | Uncertain
    )  # looking into a folder decides nothing about a note


def test_a_server_that_is_not_there_is_told():
    (port,) = free_ports(1)

    with pytest.raises(ConnectorError) as failed:
        folder_at(port).find_sent("<one@example.org>")

    assert (failed.value.reason_code, failed.value.permanent) == (Trouble.UNREACHABLE, False)


def test_without_starttls_the_password_stays_here():
    with ScriptedImap() as server, pytest.raises(ConnectorError) as failed:
        folder_at(server.port, "starttls").find_sent("<one@example.org>")

    assert failed.value.reason_code == Trouble.NOT_ENCRYPTED
    assert not [line for line in server.seen if "AUTH" in line]


def test_no_password_crosses_a_network_in_the_clear():
    with pytest.raises(ConnectorError) as failed:
        ImapFolder(ImapServer("imap.example.org", 143, "none"), "maria", PASSWORD).find_sent(
            "<one@example.org>"
        )

    assert (failed.value.reason_code, failed.value.permanent) == (Trouble.NOT_ENCRYPTED, True)


@pytest.mark.parametrize("trusted", [True, False])
@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_encryption_needs_a_certificate_that_can_be_trusted(tmp_path, security, trusted):
    certificate, key = self_signed(tmp_path)
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(certificate, key)
    context = ssl.create_default_context(cafile=certificate) if trusted else None

    offer = {
        "CAPABILITY": "* CAPABILITY IMAP4rev1 AUTH=PLAIN STARTTLS\r\nTAG OK done",
        "STARTTLS": "TAG OK go ahead",
    }
    with ScriptedImap(tls, security, **(offer if security == "starttls" else {})) as server:
        folder = folder_at(server.port, security, context=context)
        if trusted:
            assert not folder.find_sent("<one@example.org>")
            return
        with pytest.raises(ConnectorError) as failed:
            folder.find_sent("<one@example.org>")

    assert (failed.value.reason_code, failed.value.permanent) == (Trouble.NOT_TRUSTED, True)
    assert not [line for line in server.seen if "AUTHENTICATE" in line]
