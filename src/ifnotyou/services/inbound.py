"""Replies come in: an asker forwards what the candidate answered to the company's address for replies.

Anybody can write any From. So a reply is only ever put before the asker whose address it bears, who throws it away
or says what of it is to be kept; nothing else comes of it. Mails from anybody else leave no trace here.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from contextlib import closing
from datetime import date, datetime, timedelta

from django.core.cache import cache
from django.db import transaction

from ifnotyou.connectors.base import ConnectorError
from ifnotyou.connectors.mail.imap import ImapServer
from ifnotyou.connectors.mail.inbox import Inbox
from ifnotyou.connectors.mail.received import ReceivedMail
from ifnotyou.models import Mailbox, Reply, User, Workspace
from ifnotyou.playbook.disclosure import week_of
from ifnotyou.playbook.errors import Refusal
from ifnotyou.queries.humans import keyed

KEPT_FOR = timedelta(days=14)
"""A reply that nobody looks at is deleted after this, at the latest."""

NO_WORDS = "This mail held no words, only attachments. Those are not kept."
"""What the asker reads in place of a mail without a text."""

_TROUBLE_FOR = 24 * 3600  # seconds; renewed with every attempt
_TRY_AGAIN_AFTER = timedelta(hours=1)
"""After what only a person can mend: a wrong password every five minutes would lock the account."""

_log = logging.getLogger(__name__)


def fetch(workspace: Workspace, *, now: datetime) -> None:
    """Read the mailbox for replies, where there is one. What is stored is deleted there, after the commit.

    Talks with another machine: never call it inside a transaction. What goes wrong is told by `trouble_of`.
    """
    if not workspace.inbound_host or _is_left_alone(workspace, now):
        return
    try:
        with closing(_inbox(workspace).unread()) as letters:
            for letter in letters:
                letter.kept = take(workspace, [letter.mail], now=now) > 0
    except ConnectorError as error:
        _log.warning("the mailbox for replies of workspace %d: %s", workspace.pk, error.reason_code)
        _remember(workspace, error, now)
    else:
        cache.delete(_mark(workspace))


def take(workspace: Workspace, mails: Iterable[ReceivedMail], *, now: datetime) -> int:
    """Keep the mails that are from one of us, all or none; returns how many were. The same mail twice is kept once."""
    kept = 0
    with transaction.atomic():
        for mail in mails:
            user = _asker_with(mail.sender, workspace)
            if user is None:
                continue
            mark = f"id:{mail.message_id}" if mail.message_id else f"text:{mail.text}"
            (message_hash,) = keyed([f"reply:{user.pk}:{mark}"], workspace)
            Reply.objects.get_or_create(
                workspace=workspace,
                message_hash=message_hash,
                defaults={"user": user, "text": mail.text or NO_WORDS, "came_on": week_of(now.date())},
            )
            kept += 1
    return kept


def forget_old(workspace: Workspace, today: date) -> int:
    """Delete the replies that nobody looked at; returns how many.

    They are dated by their Monday: one of a Sunday goes after eight days, fourteen are the most.
    """
    deleted, _ = Reply.objects.filter(workspace=workspace, came_on__lte=today - KEPT_FOR).delete()
    return deleted


def try_mailbox(workspace: Workspace, *, now: datetime) -> None:
    """Sign in to the mailbox for replies and change nothing; raises Refusal with what is wrong in words.

    Talks with another machine: never call it inside a transaction.
    """
    try:
        _inbox(workspace).check()
    except ConnectorError as error:
        _remember(workspace, error, now)
        raise Refusal("inbound", error.text) from error
    cache.delete(_mark(workspace))


def trouble_of(workspace: Workspace) -> str:
    """What went wrong the last time that the mailbox for replies was read, in words; "" where all is well."""
    noted: tuple[str, bool, datetime] | None = cache.get(_mark(workspace))
    return noted[0] if noted and workspace.inbound_host else ""


def _asker_with(address: str, workspace: Workspace) -> User | None:
    """Whoever signs in, or sends notes, with this address."""
    if not address:
        return None
    users = User.objects.filter(workspace=workspace, is_active=True)
    user = users.filter(email__iexact=address).first()
    if user is None:
        theirs = Mailbox.objects.filter(workspace=workspace, address__iexact=address).order_by("pk")
        user = users.filter(pk__in=theirs.values("user")).first()
    return user


def _inbox(workspace: Workspace) -> Inbox:
    server = ImapServer(
        workspace.inbound_host,
        workspace.inbound_port,
        workspace.inbound_security,  # type: ignore[arg-type]  # the form lets nothing else in
    )
    return Inbox(
        server, workspace.inbound_username, workspace.inbound_password, address=workspace.inbound_address
    )


def _mark(workspace: Workspace) -> str:
    return f"inbound/trouble/{workspace.pk}"


def _remember(workspace: Workspace, error: ConnectorError, now: datetime) -> None:
    cache.set(_mark(workspace), (error.text, error.permanent, now), timeout=_TROUBLE_FOR)


def _is_left_alone(workspace: Workspace, now: datetime) -> bool:
    noted: tuple[str, bool, datetime] | None = cache.get(_mark(workspace))
    return bool(noted and noted[1] and now - noted[2] < _TRY_AGAIN_AFTER)
