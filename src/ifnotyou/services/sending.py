"""The note leaves, by the asker's own mailbox: the only place from which the program writes to a candidate.

A host's letter to somebody named takes the same way (`post`; services/vip_letters.py holds it to once).

At most once. First the claim and the state "sending" are committed, then the
mail server is talked to without a transaction, then the outcome is written
down. Whatever breaks in between leaves "sending" behind, which becomes
"uncertain" and is for a person to clear up: no code sends a note that may have
left. Not by the queue, whose jobs may run twice.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import cast

from django.db import transaction

from ifnotyou.connectors.base import ConnectorError, NotSent, Uncertain
from ifnotyou.connectors.mail.imap import ImapFolder, ImapServer
from ifnotyou.connectors.mail.message import BadNote, Note, as_eml, new_message_id
from ifnotyou.connectors.mail.server import Security
from ifnotyou.connectors.mail.smtp import SmtpMailbox, SmtpServer
from ifnotyou.models import Ask, Mailbox, User, Workspace
from ifnotyou.playbook.asking import AskState
from ifnotyou.playbook.channel import Channel
from ifnotyou.playbook.errors import Refusal
from ifnotyou.services import audit
from ifnotyou.services.asks import Words, claim, locked, move, refuse_unkind, restage, whole_note

logger = logging.getLogger("ifnotyou.sending")

LONGEST_SENDING = timedelta(minutes=3)
"""Longer than the connector's own deadline: a note that is still "sending" then was left by a process that died."""

TIMEOUT = 20.0
"""Seconds that one step of the exchange with a mail server may take."""

DIED = "The program stopped while the note was leaving."


def send(ask: Ask, words: Words, *, by: User, now: datetime) -> Ask:
    """Send the note once: these words, with the quiet lines of the ask.

    The ask comes back as asked, as waiting with its `trouble`, or as uncertain.

    Raises Refusal where nothing was tried at all.
    """
    mailbox = mailbox_of(by)
    ask, note = _prepare(ask, words, mailbox, by=by, now=now)
    try:
        post(note, mailbox)
    except NotSent as error:
        return _finish(ask, AskState.WAITING, str(error), by=by, now=now)
    except Uncertain as error:
        return _finish(ask, AskState.UNCERTAIN, str(error), by=by, now=now)
    ask = _finish(ask, AskState.ASKED, "", by=by, now=now)
    keep_a_copy(note, mailbox)
    return ask


def post(note: Note, mailbox: Mailbox) -> None:
    """Hand a note to the mail server, once. Claim first and commit: call it outside of any transaction.

    Raises NotSent where it surely did not leave, and Uncertain where it may have.
    """
    _smtp(mailbox, mailbox.workspace).send(note)


@transaction.atomic
def give_up_sending(ask: Ask, *, now: datetime) -> None:
    """A note that should have left long ago is uncertain: a person looks whether it did."""
    ask = locked(ask)
    if ask.state != AskState.SENDING or ask.claimed_at is None or now - ask.claimed_at < LONGEST_SENDING:
        return
    ask.trouble = DIED
    ask = move(ask, AskState.UNCERTAIN, now, kept=ask)
    audit.write(None, "became_uncertain", ask)
    restage(ask)


def is_in_sent_folder(ask: Ask, *, by: User) -> bool | None:
    """Whether the note is in the asker's Sent folder; None where we cannot look."""
    return find_sent(ask.message_id, by=by)


def find_sent(message_id: str, *, by: User) -> bool | None:
    """Whether a mail is in somebody's own Sent folder; None where we cannot look."""
    mailbox = Mailbox.objects.filter(user=by).first()
    if mailbox is None or not by.workspace.imap_host or not message_id:
        return None
    try:
        return _imap(mailbox, by.workspace).find_sent(message_id)
    except ConnectorError:
        return None


def note_of(ask: Ask, words: Words, sender_address: str, now: datetime) -> Note:
    """The note exactly as it will arrive, with a new Message-ID; raises Refusal naming what cannot be sent."""
    if not ask.candidate.email:
        raise Refusal("no_address", "No address is known: ask by telephone or when you meet.")
    try:
        return Note(
            sender_name=ask.asker.name,
            sender_address=sender_address,
            recipient_name=ask.candidate.name,
            recipient_address=ask.candidate.email,
            subject=words.subject.strip(),
            body=words.body.strip() + "\n",
            message_id=new_message_id(sender_address),
            date=now,
        )
    except BadNote as error:
        raise Refusal("bad_note", str(error)) from error


@transaction.atomic
def _prepare(ask: Ask, words: Words, mailbox: Mailbox, *, by: User, now: datetime) -> tuple[Ask, Note]:
    """Everything that may still say no; at the end the ask is used up."""
    ask = locked(ask)
    refuse_unkind(ask, words)
    note = note_of(ask, whole_note(ask, words), mailbox.address, now)
    ask.channel, ask.subject, ask.body, ask.message_id = (
        Channel.EMAIL,
        note.subject,
        words.body,
        note.message_id,
    )
    claim(ask, AskState.SENDING, now)
    audit.write(by, "sending", ask)
    return ask, note


@transaction.atomic
def _finish(ask: Ask, state: AskState, trouble: str, *, by: User, now: datetime) -> Ask:
    """Write down what became of this very note."""
    current = locked(ask)
    if current.message_id != ask.message_id or current.state not in {AskState.SENDING, AskState.UNCERTAIN}:
        # Somebody has meanwhile said what became of it; theirs stands.
        return current
    if current.state != state:
        current = move(current, state, now, kept=current)
    current.trouble = trouble
    current.save(update_fields=["trouble"])
    audit.write(
        by, {AskState.ASKED: "sent", AskState.WAITING: "not_sent"}.get(state, "became_uncertain"), current
    )
    restage(current)
    return current


def mailbox_of(user: User) -> Mailbox:
    """The user's own mailbox; raises Refusal where none is connected."""
    mailbox = Mailbox.objects.filter(user=user).select_related("workspace").first()
    if mailbox is None or not user.workspace.smtp_host:
        raise Refusal(
            "no_mailbox", "Your mailbox is not connected: take the note to your own mail program instead."
        )
    return mailbox


def _smtp(mailbox: Mailbox, workspace: Workspace) -> SmtpMailbox:
    server = SmtpServer(workspace.smtp_host, workspace.smtp_port, cast(Security, workspace.smtp_security))
    return SmtpMailbox(server, mailbox.username, mailbox.password, timeout=TIMEOUT)


def _imap(mailbox: Mailbox, workspace: Workspace) -> ImapFolder:
    server = ImapServer(workspace.imap_host, workspace.imap_port, cast(Security, workspace.imap_security))
    return ImapFolder(server, mailbox.username, mailbox.password)


def keep_a_copy(note: Note, mailbox: Mailbox) -> None:
    """Into the Sent folder, where the provider does not do so itself. The note has left: trouble here is no trouble."""
    if not mailbox.workspace.imap_host:
        return
    folder = _imap(mailbox, mailbox.workspace)
    try:
        if not folder.find_sent(note.message_id):
            folder.keep_a_copy(as_eml(note, draft=False))
    except ConnectorError as error:
        logger.warning("a copy could not be put into a Sent folder: %s", error.reason_code)
