"""What every mailbox has to do, whatever is behind it. A test class inherits this and says how to make them.

class TestPigeons(MailboxContract):
    password = "coo"
    ...
"""

import dataclasses
from collections.abc import Iterator
from email.message import EmailMessage

import pytest

from ifnotyou.connectors.base import ConnectorError, Mailbox, NotSent, Uncertain
from ifnotyou.connectors.mail.message import Note
from tests.connectors.notes import a_note


class MailboxContract:
    """The tests. Overwrite the fixtures and arrived(), and name the password (or token) that must not show."""

    password: str

    @pytest.fixture
    def mailbox(self) -> Mailbox:
        """One that works."""
        raise NotImplementedError

    @pytest.fixture
    def locked_out(self) -> Mailbox:
        """One with a password (or token) that the other side does not accept."""
        raise NotImplementedError

    @pytest.fixture
    def unreachable(self) -> Mailbox:
        """One whose other side is not there."""
        raise NotImplementedError

    @pytest.fixture
    def unclear(self) -> Iterator[Mailbox]:
        """One whose other side hangs up after it has got the note, and before it says what became of it."""
        raise NotImplementedError

    @pytest.fixture
    def refusing(self) -> Iterator[Mailbox]:
        """One whose other side clearly refuses the note, when it has all of it."""
        raise NotImplementedError

    def arrived(self, address: str) -> list[EmailMessage]:
        """The mails that arrived from the mailbox that works."""
        raise NotImplementedError

    def test_a_note_arrives_once_and_as_it_was_written(self, mailbox):
        note = a_note()

        mailbox.send(note)

        (mail,) = self.arrived(note.recipient_address)
        assert mail["From"].addresses[0].addr_spec == note.sender_address
        assert [address.addr_spec for address in mail["To"].addresses] == [note.recipient_address]
        assert mail["Subject"] == note.subject
        assert mail["Message-ID"] == note.message_id
        assert mail.get_content().replace("\r\n", "\n").rstrip("\n") == note.body
        assert mail.get_content_type() == "text/plain"

    def test_checking_sends_nothing(self, mailbox):
        mailbox.check()

        assert self.arrived(a_note().recipient_address) == []

    def test_a_refused_sign_in_is_not_sent_until_something_changes(self, locked_out):
        for attempt in (locked_out.check, lambda: locked_out.send(a_note())):
            with pytest.raises(NotSent) as refused:
                attempt()
            assert refused.value.permanent

    def test_a_server_that_is_not_there_is_not_sent_and_may_be_tried_again(self, unreachable):
        for attempt in (unreachable.check, lambda: unreachable.send(a_note())):
            with pytest.raises(NotSent) as refused:
                attempt()
            assert not refused.value.permanent

    def test_a_broken_connection_after_the_content_began_is_uncertain(self, unclear):
        with pytest.raises(Uncertain):
            unclear.send(a_note())

    def test_a_clear_no_is_not_sent(self, refusing):
        with pytest.raises(NotSent):
            refusing.send(a_note())

    def test_errors_tell_neither_secrets_nor_the_note(self, locked_out, unreachable, unclear, refusing):
        for mailbox in (locked_out, unreachable, unclear, refusing):
            note = a_note()
            with pytest.raises(ConnectorError) as failed:
                mailbox.send(note)
            self.assert_discreet(failed.value, note)

    def test_a_mailbox_shown_keeps_its_secret(self, mailbox):
        assert self.password not in repr(mailbox)
        assert self.password not in str(mailbox)

    def assert_discreet(self, error: BaseException | None, note: Note) -> None:
        """Neither the error nor what led to it holds the password or the note."""
        secrets = [self.password, note.recipient_address, *dataclasses.astuple(note)[4:6]]
        while error is not None:
            shown = f"{error!r} {error} {error.args}"
            assert not [secret for secret in secrets if secret in shown]
            error = error.__cause__ or error.__context__
