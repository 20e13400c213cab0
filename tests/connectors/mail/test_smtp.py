"""Every way an exchange can end, and what is said of the note: sent, not sent, or nobody can tell."""

import smtplib
import socket
import ssl
from base64 import b64encode

import pytest

from ifnotyou.connectors.base import NotSent, Trouble, Uncertain
from ifnotyou.connectors.mail.message import as_eml
from ifnotyou.connectors.mail.smtp import SmtpMailbox, SmtpServer
from tests.connectors.contract import MailboxContract
from tests.connectors.mailserver import (  # noqa: F401 - mail_server is a fixture
    HOST,
    Break,
    Fault,
    FaultySmtp,
    Stage,
    mail_server,
)
from tests.connectors.notes import a_note
from tests.ports import free_ports

PASSWORD = "correct horse"
PATIENCE = 40  # seconds; a busy machine is not a broken connection
HASTE = 4  # seconds; what a server that never answers costs each test


def mailbox_at(server, security="none", *, how=None, **changes) -> SmtpMailbox:
    """The mailbox; it waits long, unless for a server that never answers."""
    timeout = HASTE if how is Break.HANG else PATIENCE
    fields = {"username": "maria", "password": PASSWORD, "timeout": timeout} | changes
    return SmtpMailbox(SmtpServer(server.host, server.port, security), **fields)


class TestSmtpMailbox(MailboxContract):
    password = PASSWORD

    @pytest.fixture(autouse=True)
    def _server(self, mail_server):  # noqa: F811
        self.server = mail_server

    def _mailbox(self, password):
        server = SmtpServer(self.server.host, self.server.smtp_port, "starttls")
        return SmtpMailbox(server, self.server.user, password, context=self.server.trusting())

    @pytest.fixture
    def mailbox(self):
        return self._mailbox(self.server.password)

    @pytest.fixture
    def locked_out(self):
        return self._mailbox(self.password)

    @pytest.fixture
    def unreachable(self):
        (port,) = free_ports(1)
        return SmtpMailbox(SmtpServer(HOST, port, "none"), "maria", self.password)

    @pytest.fixture
    def unclear(self):
        with FaultySmtp(Fault(Stage.END, Break.DROP)) as server:
            yield mailbox_at(server)

    @pytest.fixture
    def refusing(self):
        with FaultySmtp(Fault(Stage.END, "554 no")) as server:
            yield mailbox_at(server)

    def arrived(self, address):
        return self.server.messages(address)

    def test_a_mailbox_shown_keeps_its_secret(self, mailbox):
        assert self.server.password not in repr(mailbox)
        super().test_a_mailbox_shown_keeps_its_secret(self._mailbox(self.password))


# --- one row for each way to fail ----------------------------------------------------------------------------------

BEFORE_THE_CONTENT = [Stage.BANNER, Stage.EHLO, Stage.AUTH, Stage.MAIL, Stage.RCPT, Stage.DATA]
BREAKS = [Break.DROP, Break.RESET, Break.HANG, Break.HALF]
GARBAGE = ["HTTP/1.1 400 Bad Request", "", "\x00\xff\x00", "999 what", "250", "x" * 9000]

REFUSED_AT = {
    Stage.BANNER: Trouble.UNREACHABLE,
    Stage.EHLO: Trouble.NOT_UNDERSTOOD,
    Stage.AUTH: Trouble.SIGN_IN_REFUSED,
    Stage.MAIL: Trouble.SENDER_REFUSED,
    Stage.RCPT: Trouble.RECIPIENT_REFUSED,
    Stage.DATA: Trouble.NOTE_REFUSED,
    Stage.END: Trouble.NOTE_REFUSED,
}


@pytest.mark.parametrize("stage", BEFORE_THE_CONTENT)
@pytest.mark.parametrize("how", BREAKS)
def test_a_break_before_the_content_is_not_sent(stage, how):
    with FaultySmtp(Fault(stage, how)) as server, pytest.raises(NotSent) as failed:
        mailbox_at(server, how=how).send(a_note())

    assert (failed.value.reason_code, failed.value.permanent) == (Trouble.BROKE_OFF, False)
    assert server.taken == []


@pytest.mark.parametrize("stage", [Stage.CONTENT, Stage.END])
@pytest.mark.parametrize("how", BREAKS)
def test_a_break_after_the_content_began_is_uncertain(stage, how):
    with FaultySmtp(Fault(stage, how)) as server, pytest.raises(Uncertain) as failed:
        mailbox_at(server, how=how).send(a_note())

    assert failed.value.permanent
    assert "Sent folder" in failed.value.text


@pytest.mark.parametrize("stage", REFUSED_AT)
@pytest.mark.parametrize(
    ("code", "permanent"), [("451", False), ("421", False), ("550", True), ("554", True)]
)
def test_a_clear_no_is_not_sent_at_any_stage(stage, code, permanent):
    with FaultySmtp(Fault(stage, f"{code} no")) as server, pytest.raises(NotSent) as failed:
        mailbox_at(server).send(a_note())

    assert (failed.value.reason_code, failed.value.permanent) == (REFUSED_AT[stage], permanent)
    assert server.taken == []


@pytest.mark.parametrize("stage", BEFORE_THE_CONTENT)
@pytest.mark.parametrize("words", GARBAGE)
def test_an_answer_nobody_understands_before_the_content_is_not_sent(stage, words):
    if words == "250" and stage in {Stage.EHLO, Stage.MAIL, Stage.RCPT}:
        words = "354 out of turn"  # there, 250 is the right answer

    with FaultySmtp(Fault(stage, words)) as server, pytest.raises(NotSent):
        mailbox_at(server).send(a_note())

    assert server.taken == []


@pytest.mark.parametrize(
    "words", [*(words for words in GARBAGE if words != "250"), "354 go on", "220 hello", "150 wait"]
)
def test_an_answer_nobody_understands_to_the_content_is_uncertain(words):
    with FaultySmtp(Fault(Stage.END, words)) as server, pytest.raises(Uncertain):
        mailbox_at(server).send(a_note())


@pytest.mark.parametrize("how", [*BREAKS, "500 what", "", "x" * 9000])
def test_what_follows_the_yes_changes_nothing(how):
    with FaultySmtp(Fault(Stage.QUIT, how)) as server:
        mailbox_at(server, how=how).send(a_note())

    assert len(server.taken) == 1


@pytest.mark.parametrize(
    ("stage", "outcome"), [(Stage.BANNER, NotSent), (Stage.RCPT, NotSent), (Stage.END, Uncertain)]
)
def test_a_server_that_drips_is_left_at_the_deadline(stage, outcome):
    """Each byte comes in time, and the last says yes; only the exchange as a whole takes too long."""
    with FaultySmtp(Fault(stage, Break.DRIP)) as server, pytest.raises(outcome):
        mailbox_at(server, timeout=HASTE, deadline=HASTE).send(a_note())


def fails_in_a_new_way(*_):
    raise RuntimeError("nobody thought of this")


def test_the_unforeseen_before_the_content_is_not_sent(monkeypatch):
    monkeypatch.setattr(smtplib.SMTP, "has_extn", fails_in_a_new_way)

    with FaultySmtp(offers=("STARTTLS",)) as server, pytest.raises(NotSent) as failed:
        mailbox_at(server, "starttls").send(a_note())

    assert (failed.value.reason_code, failed.value.permanent) == (Trouble.UNFORESEEN, False)


def test_the_unforeseen_after_the_content_began_is_uncertain(monkeypatch):
    said = []
    send = smtplib.SMTP.send

    def fails_after_data(conversation, words):
        if said and said[-1] == "data\r\n":
            fails_in_a_new_way()
        said.append(words.lower())
        send(conversation, words)

    monkeypatch.setattr(smtplib.SMTP, "send", fails_after_data)

    with FaultySmtp() as server, pytest.raises(Uncertain):
        mailbox_at(server).send(a_note())

    assert server.taken == []


def test_the_unforeseen_after_the_yes_changes_nothing(monkeypatch):
    monkeypatch.setattr(smtplib.SMTP, "quit", fails_in_a_new_way)

    with FaultySmtp() as server:
        mailbox_at(server).send(a_note())

    assert len(server.taken) == 1


def test_a_refused_connection_is_not_sent():
    (port,) = free_ports(1)

    with pytest.raises(NotSent) as failed:
        SmtpMailbox(SmtpServer(HOST, port, "none"), "maria", PASSWORD).send(a_note())

    assert (failed.value.reason_code, failed.value.permanent) == (Trouble.UNREACHABLE, False)


@pytest.mark.parametrize("host", ["no-such-host.invalid", "bad..name", "x" * 300, "a b"])
def test_a_server_that_does_not_exist_is_not_sent(host):
    with pytest.raises(NotSent) as failed:
        SmtpMailbox(SmtpServer(host, 587, "starttls"), "maria", PASSWORD, timeout=5).send(a_note())

    assert failed.value.reason_code in {Trouble.NO_SUCH_SERVER, Trouble.UNREACHABLE}
    assert host in failed.value.text


def test_the_mail_leaves_exactly_as_it_was_shown():
    note = a_note(body=".\n..\n.dots at the start\nand a last line without its end")

    with FaultySmtp() as server:
        mailbox_at(server).send(note)

    (taken,) = server.taken
    assert taken.replace(b"\r\n..", b"\r\n.") == as_eml(note, draft=False)
    assert server.commands[2:4] == ["MAIL FROM:<maria@example.org>", f"RCPT TO:<{note.recipient_address}>"]


def test_the_machine_keeps_its_own_name_to_itself(monkeypatch):
    monkeypatch.setattr(socket, "getfqdn", lambda *_: "payroll.internal.example.org")

    with FaultySmtp() as server:
        mailbox_at(server).check()

    assert server.commands[0] == "ehlo [127.0.0.1]"


# --- signing in ----------------------------------------------------------------------------------------------------


def test_a_wrong_password_says_how_to_mend_it():
    with (
        FaultySmtp(Fault(Stage.AUTH, f"535 5.7.8 {PASSWORD} is wrong")) as server,
        pytest.raises(NotSent) as failed,
    ):
        mailbox_at(server).check()

    assert failed.value.text == (
        "Your mail server did not accept this user name and password. Many providers want an app password. "
        "(The server's answer: 535 5.7.8.)"
    )


@pytest.mark.parametrize("password", ["pässwörd", "密码", "with space", "torn \udc80"])
@pytest.mark.parametrize("mechanism", ["PLAIN", "LOGIN"])
def test_any_password_can_be_used(password, mechanism):
    with FaultySmtp(offers=(f"AUTH {mechanism}",)) as server:
        mailbox_at(server, password=password).check()

    sent = password.encode(errors="replace")
    right = b"\0maria\0" + sent if mechanism == "PLAIN" else sent
    assert b64encode(right).decode() in server.commands[-2].split()


@pytest.mark.parametrize("offers", [(), ("AUTH GSSAPI NTLM",), ("AUTH",)])
def test_a_server_without_a_way_to_sign_in_is_not_sent(offers):
    with FaultySmtp(offers=offers) as server, pytest.raises(NotSent) as failed:
        mailbox_at(server).send(a_note())

    assert (failed.value.reason_code, failed.value.permanent) == (Trouble.SIGN_IN_REFUSED, True)


# --- encryption ----------------------------------------------------------------------------------------------------


def test_without_starttls_the_password_stays_here():
    with FaultySmtp() as server, pytest.raises(NotSent) as failed:
        mailbox_at(server, "starttls").send(a_note())

    assert (failed.value.reason_code, failed.value.permanent) == (Trouble.NOT_ENCRYPTED, True)
    assert server.commands == ["ehlo [127.0.0.1]", "quit"]


@pytest.mark.parametrize(
    ("how", "reason", "permanent"),
    [
        ("454 not now", Trouble.NOT_ENCRYPTED, False),
        ("501 never", Trouble.NOT_ENCRYPTED, True),
        (Break.DROP, Trouble.BROKE_OFF, False),
        (Break.HANG, Trouble.BROKE_OFF, False),
    ],
)
def test_when_starttls_fails_the_password_stays_here(how, reason, permanent):
    faulty = FaultySmtp(Fault(Stage.STARTTLS, how), offers=("STARTTLS", "AUTH PLAIN"))

    with faulty as server, pytest.raises(NotSent) as failed:
        mailbox_at(server, "starttls", how=how).send(a_note())

    assert (failed.value.reason_code, failed.value.permanent) == (reason, permanent)
    assert not [command for command in server.commands if "AUTH" in command.upper()]


def test_what_is_said_before_encryption_is_not_believed():
    """Somebody on the way may put answers behind the server's own, for us to take as said under encryption."""
    injected = "220 go ahead\r\n250-me\r\n250 AUTH PLAIN\r\n235 welcome"

    with FaultySmtp(Fault(Stage.STARTTLS, injected), offers=("STARTTLS",)) as server, pytest.raises(NotSent):
        mailbox_at(server, "starttls").send(a_note())

    assert not [command for command in server.commands if "AUTH" in command.upper()]


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_an_encrypted_connection_carries_a_note(mail_server, security):  # noqa: F811
    port = mail_server.smtps_port if security == "tls" else mail_server.smtp_port
    server = SmtpServer(HOST, port, security)
    note = a_note()

    SmtpMailbox(server, mail_server.user, mail_server.password, context=mail_server.trusting()).send(note)

    (mail,) = mail_server.messages(note.recipient_address)
    assert mail["Message-ID"] == note.message_id


@pytest.mark.parametrize("security", ["starttls", "tls"])
@pytest.mark.parametrize("known", [True, False])
def test_a_certificate_that_cannot_be_trusted_is_not_sent(mail_server, security, known):  # noqa: F811
    """Either nobody we know signed it, or it is for another name."""
    port = mail_server.smtps_port if security == "tls" else mail_server.smtp_port
    host, context = ("localhost", mail_server.trusting()) if known else (HOST, None)
    mailbox = SmtpMailbox(
        SmtpServer(host, port, security), mail_server.user, mail_server.password, context=context
    )

    with pytest.raises(NotSent) as failed:
        mailbox.send(a_note())

    assert (failed.value.reason_code, failed.value.permanent) == (Trouble.NOT_TRUSTED, True)


def test_tls_with_a_server_that_speaks_none_is_not_sent():
    with FaultySmtp() as server, pytest.raises(NotSent) as failed:
        mailbox_at(server, "tls").send(a_note())

    assert (failed.value.reason_code, failed.value.permanent) == (Trouble.NOT_ENCRYPTED, True)


@pytest.mark.parametrize("host", ["mail.example.org", "192.0.2.1", "localhost.example.org", "0.0.0.0"])  # noqa: S104
def test_no_password_crosses_a_network_in_the_clear(host):
    with pytest.raises(NotSent) as failed:
        SmtpMailbox(SmtpServer(host, 25, "none"), "maria", PASSWORD).check()

    assert (failed.value.reason_code, failed.value.permanent) == (Trouble.NOT_ENCRYPTED, True)


# --- international addresses ---------------------------------------------------------------------------------------


def test_an_international_address_needs_a_server_that_can():
    note = a_note(recipient_address="jürgen@example.net")

    with FaultySmtp(offers=("AUTH PLAIN", "8BITMIME")) as server, pytest.raises(NotSent) as failed:
        mailbox_at(server).send(note)

    assert (failed.value.reason_code, failed.value.permanent) == (Trouble.NO_INTERNATIONAL_ADDRESSES, True)
    assert not [command for command in server.commands if command.upper().startswith("MAIL")]


def test_an_international_address_arrives(mail_server):  # noqa: F811
    note = a_note(recipient_address="jürgen@example.net", recipient_name="Jürgen, 太郎")
    server = SmtpServer(mail_server.host, mail_server.smtp_port, "none")

    SmtpMailbox(server, mail_server.user, mail_server.password).send(note)

    (mail,) = mail_server.messages("jürgen@example.net")
    assert mail["Message-ID"] == note.message_id


def test_an_international_domain_travels_in_its_ascii_form():
    with FaultySmtp(offers=("AUTH PLAIN",)) as server:
        mailbox_at(server).send(a_note(recipient_address="kim@bücher.example"))

    assert "RCPT TO:<kim@xn--bcher-kva.example>" in server.commands


def test_what_we_lean_on_in_the_standard_library_is_there():
    """We step into smtplib at these points; a Python that names them anew must not go unnoticed."""
    assert callable(smtplib.SMTP._get_socket)
    assert issubclass(smtplib.SMTPException, OSError)
    assert issubclass(ssl.SSLError, OSError)
