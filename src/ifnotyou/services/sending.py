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
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction

from ifnotyou.connectors.base import ConnectorError, NotSent, Uncertain
from ifnotyou.connectors.mail.message import BadNote, Note, as_eml, new_message_id
from ifnotyou.connectors.mail.providers.contract import ProviderMailbox
from ifnotyou.models import Ask, Mailbox, User
from ifnotyou.playbook.asking import AskState
from ifnotyou.playbook.channel import Channel
from ifnotyou.playbook.errors import Refusal
from ifnotyou.services import audit, mailboxes
from ifnotyou.services.asks import Words, claim, locked, move, refuse_unkind, restage, whole_note

logger = logging.getLogger("ifnotyou.sending")

Seen = Callable[[Note], None]
"""Raises Refusal where nobody was shown exactly this note (services/confirming.py)."""

LONGEST_SENDING = timedelta(minutes=3)
"""Longer than the connector's own deadline: a note that is still "sending" then was left by a process that died."""

DIED = "The program stopped while the note was leaving."

DOUBTFUL_DRAFT = "It did not come to a clear end: there may be a draft in your mailbox, or not."
"""A draft never leaves by itself: whoever looks sees whether there is one, and the text is here besides."""


def send(ask: Ask, words: Words, *, by: User, now: datetime, seen: Seen | None = None) -> Ask:
    """Send the note once: these words, with the quiet lines of the ask. `seen` refuses what nobody was shown.

    The ask comes back as asked, as waiting with its `trouble`, or as uncertain.

    Raises Refusal where nothing was tried at all.
    """
    mailbox = mailbox_of(by)
    ask, note = _prepare(ask, words, mailbox, AskState.SENDING, by=by, now=now, seen=seen)
    try:
        post(note, mailbox)
    except NotSent as error:
        return _finish(ask, AskState.WAITING, str(error), by=by, now=now)
    except Uncertain as error:
        return _finish(ask, AskState.UNCERTAIN, str(error), by=by, now=now)
    ask = _finish(ask, AskState.ASKED, "", by=by, now=now)
    keep_a_copy(note, mailbox)
    return ask


def put_among_drafts(ask: Ask, words: Words, *, by: User, now: datetime) -> Ask:
    """Put the note among the drafts of the asker's own mailbox, from where they send it themselves.

    The ask is used up first, as when the note is taken along. It comes back as taken, with its `trouble` where nobody
    can tell whether there is a draft, which never leaves by itself; or as waiting, where surely none was made.

    Raises Refusal where nothing was tried at all.
    """
    mailbox = draft_box_of(by)
    ask, note = _prepare(ask, words, mailbox, AskState.TAKEN, by=by, now=now)
    try:
        draft(note, mailbox)
    except NotSent as error:
        return _drafted(ask, AskState.WAITING, str(error), by=by, now=now)
    except Uncertain:
        return _drafted(ask, AskState.TAKEN, DOUBTFUL_DRAFT, by=by, now=now)
    return _drafted(ask, AskState.TAKEN, "", by=by, now=now)


def post(note: Note, mailbox: Mailbox) -> None:
    """Hand a note over, once. Claim first and commit: call it outside of any transaction.

    Raises NotSent where it surely did not leave, and Uncertain where it may have.
    """
    mailboxes.opened(mailbox).send(note)


def draft(note: Note, mailbox: Mailbox) -> None:
    """Put a note among the drafts, once, in the same way as `post`."""
    way = mailboxes.opened(mailbox)
    if isinstance(way, ProviderMailbox):
        way.draft(note)


def draft_box_of(user: User) -> Mailbox:
    """The user's own mailbox, where it makes drafts; raises Refusal where it does not."""
    mailbox = mailbox_of(user)
    if not mailboxes.makes_drafts(mailbox):
        raise Refusal(
            "no_drafts", "Your mail server makes no drafts: take the note to your mail program instead."
        )
    return mailbox


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
    mailbox = Mailbox.objects.filter(user=by).select_related("workspace").first()
    if mailbox is None or not message_id:
        return None
    try:
        if mailboxes.makes_drafts(mailbox):
            way = mailboxes.opened(mailbox)
            return way.find_sent(message_id) if isinstance(way, ProviderMailbox) else None
        folder = mailboxes.sent_folder(mailbox)
        return folder.find_sent(message_id) if folder else None
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
def _prepare(
    ask: Ask,
    words: Words,
    mailbox: Mailbox,
    state: AskState,
    *,
    by: User,
    now: datetime,
    seen: Seen | None = None,
) -> tuple[Ask, Note]:
    """Everything that may still say no; at the end the ask is used up, and on its way (SENDING) or theirs (TAKEN)."""
    ask = locked(ask)
    refuse_unkind(ask, words)
    note = note_of(ask, whole_note(ask, words), mailbox.address, now)
    if seen is not None:
        seen(note)
    ask.channel, ask.subject, ask.body, ask.message_id = (
        Channel.EMAIL,
        note.subject,
        words.body,
        note.message_id,
    )
    claim(ask, state, now)
    audit.write(by, "sending" if state is AskState.SENDING else "drafting", ask)
    if state is AskState.TAKEN:
        restage(ask)
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
    """The user's own mailbox that a note can leave by; raises Refusal where there is none."""
    mailbox = Mailbox.objects.filter(user=user).select_related("workspace").first()
    at_a_server = mailbox is not None and not mailboxes.makes_drafts(mailbox)
    if mailbox is None or (at_a_server and not mailbox.workspace.smtp_host):
        raise Refusal(
            "no_mailbox", "Your mailbox is not connected: take the note to your own mail program instead."
        )
    if mailbox.lost:
        raise Refusal("lost_mailbox", mailbox.lost)
    return mailbox


@transaction.atomic
def _drafted(ask: Ask, state: AskState, trouble: str, *, by: User, now: datetime) -> Ask:
    """Write down what became of this very draft; where none was made, the ask is free again."""
    current = locked(ask)
    if current.message_id != ask.message_id or current.state != AskState.TAKEN:
        # Somebody has meanwhile said what became of it; theirs stands.
        return current
    if state is not AskState.TAKEN:
        current = move(current, state, now, kept=current)
    current.trouble = trouble
    current.save(update_fields=["trouble"])
    verb = "not_drafted" if state is AskState.WAITING else "doubtful_draft" if trouble else "drafted"
    audit.write(by, verb, current)
    restage(current)
    return current


def keep_a_copy(note: Note, mailbox: Mailbox) -> None:
    """Into the Sent folder, where the provider does not do so itself. The note has left: trouble here is no trouble."""
    folder = mailboxes.sent_folder(mailbox)
    if folder is None:
        return
    try:
        if not folder.find_sent(note.message_id):
            folder.keep_a_copy(as_eml(note, draft=False))
    except ConnectorError as error:
        logger.warning("a copy could not be put into a Sent folder: %s", error.reason_code)
