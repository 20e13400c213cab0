"""Every door to another system, tried: what `ifnotyou doctor` does besides looking at what was kept (checks.py).

Nothing is sent, and nobody is written to. What a door's own page writes down when it is tried there is written down
here too, and then told by checks.py; only the rest is told here. Of people it is told how many, never who.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import cast

from django.conf import settings
from django.db import connection as database
from django.utils import timezone
from django_scopes import scope

from ifnotyou.connectors.ats import all_systems
from ifnotyou.connectors.base import ConnectorError
from ifnotyou.connectors.chat import all_chats
from ifnotyou.connectors.mail.imap import ImapAccount, ImapServer
from ifnotyou.connectors.mail.providers import all_providers
from ifnotyou.connectors.mail.server import Security
from ifnotyou.connectors.mail.smtp import SmtpMailbox, SmtpServer
from ifnotyou.models import Calendar, Chat, Connection, MailApp, Mailbox, SignInProvider, Workspace
from ifnotyou.playbook.errors import Refusal
from ifnotyou.services import calendars, chats, connections, inbound, mailboxes, sign_in

PATIENCE = 10.0
"""Seconds for a mail server that has nothing to do but greet; the other doors have deadlines of their own."""

TOGETHER = 60.0
"""Seconds after which no more of people's own doors are begun."""

_AT_ONCE = 8
_REASONS_TOLD = 3
_SMTP = "mail_server"


@dataclass(frozen=True)
class Found:
    """What is wrong with a door: a code for programs, a sentence, and the mend."""

    code: str
    text: str
    mend: str


@dataclass(frozen=True)
class _Door:
    """A door of the company. `open` raises where it is shut; `kept` says that the reason is written down by that."""

    code: str
    name: str
    mend: str
    open: Callable[[], object]
    kept: bool = False


def tried(workspace: Workspace) -> list[Found]:
    """Try every door of a company; what is wrong, without what checks.py tells. Never inside a transaction."""
    ends = time.monotonic() + TOGETHER
    with scope(workspace=workspace.pk):
        doors = list(_doors(workspace))
        troubles = _each(workspace, [door.open for door in doors])
        found = [
            Found(door.code, f"{door.name}: {trouble}", door.mend)
            for door, trouble in zip(doors, troubles, strict=True)
            if trouble and not door.kept
        ]
        greeted = bool(workspace.smtp_host) and _SMTP not in {one.code for one in found}
        return (
            found + _own_mailboxes(workspace, greeted=greeted, ends=ends) + _calendars(workspace, ends=ends)
        )


def notification_server() -> list[Found]:
    """Try the mail server of EMAIL_URL: sign in where there is a name, and send nothing."""
    if not settings.EMAIL_BACKEND.endswith(".smtp.EmailBackend"):
        return []
    security: Security = "tls" if settings.EMAIL_USE_SSL else "starttls" if settings.EMAIL_USE_TLS else "none"
    server = SmtpServer(settings.EMAIL_HOST, settings.EMAIL_PORT, security)
    try:
        server.refuse_clear_text(ConnectorError)
    except ConnectorError:
        return []  # checks.py tells it
    account = SmtpMailbox(
        server,
        settings.EMAIL_HOST_USER,
        settings.EMAIL_HOST_PASSWORD,
        timeout=PATIENCE,
        deadline=PATIENCE,
    )
    try:
        if settings.EMAIL_HOST_USER:
            account.check()
        else:
            account.reach()
    except ConnectorError as error:
        return [
            Found(
                "notification_server",
                f"The mail server of EMAIL_URL: {error.text}",
                "Invitations, sign-in links and cards reach nobody meanwhile. Mend EMAIL_URL, or that server.",
            )
        ]
    return []


def _doors(workspace: Workspace) -> Iterator[_Door]:
    """Those that the company opened, each once."""
    page = "An admin mends it in the web application, under the settings of the workspace"
    if workspace.smtp_host:
        yield _Door(
            _SMTP,
            "The mail server that notes leave by",
            f"{page}, Mail server.",
            partial(_greet_smtp, workspace),
        )
    if workspace.imap_host:
        yield _Door(
            "sent_folders",
            "The mail server that holds the Sent folders",
            f"{page}, Mail server.",
            partial(_greet_imap, workspace),
        )
    if workspace.inbound_host:
        yield _Door("", "", "", partial(inbound.try_mailbox, workspace, now=timezone.now()), kept=True)
    for app in MailApp.objects.filter(provider__in=all_providers()).order_by("provider"):
        label = all_providers()[app.provider].label
        yield _Door(
            "mail_app", f"The client at {label}", f"{page}, {label}.", partial(mailboxes.try_app, app)
        )
    for chat in Chat.objects.filter(system__in=all_chats()):
        if not chat.secrets:  # begun, and nothing typed in yet
            continue
        yield _Door("", "", "", partial(chats.check, chat, now=timezone.now()), kept=True)
    for provider in SignInProvider.objects.order_by("label"):
        yield _Door(
            "sign_in_provider",
            f"Signing in with {provider.label}",
            f"{page}, Sign-in. Until then people sign in by a link or a password.",
            partial(sign_in.tried, provider.issuer),
        )
    for connection in Connection.objects.filter(system__in=all_systems(), paused=False):
        yield _Door("", "", "", partial(connections.check, connection, now=timezone.now()), kept=True)


def _own_mailboxes(workspace: Workspace, *, greeted: bool, ends: float) -> list[Found]:
    """People's own, without those that were lost already; those at the company's server only if that one is there."""
    theirs = Mailbox.objects.filter(user__is_active=True).select_related("workspace").order_by("pk")
    open_ones = [one for one in theirs.filter(lost="") if greeted or not one.at_own_server]
    troubles = _each(workspace, [partial(mailboxes.try_mailbox, one) for one in open_ones], ends=ends)
    # Those that were lost by being tried are told of by checks.py.
    lost = set(theirs.exclude(lost="").values_list("pk", flat=True))
    shut = [trouble for one, trouble in zip(open_ones, troubles, strict=True) if one.pk not in lost]
    return _counted(
        "mailboxes",
        "mailboxes do not let us in",
        "Each of these people sees it in their own settings, under Mailbox, and can try it there.",
        shut,
        of=theirs.count(),
    )


def _calendars(workspace: Workspace, *, ends: float) -> list[Found]:
    theirs = list(
        Calendar.objects.filter(user__is_active=True).select_related("user__employee").order_by("pk")
    )
    tries = [partial(calendars.try_calendar, one, now=timezone.now()) for one in theirs]
    return _counted(
        "calendars",
        "calendars cannot be read",
        "Each of these people sees it in their own settings, under Calendar, and can try it there.",
        _each(workspace, tries, ends=ends),
        of=len(theirs),
    )


def _counted(code: str, words: str, mend: str, troubles: Sequence[str | None], *, of: int) -> list[Found]:
    """How many of people's own doors are shut, and the reasons that were given; nobody's name."""
    shut = [trouble for trouble in troubles if trouble]
    found = []
    if shut:
        reasons = [f"“{reason}”" for reason in dict.fromkeys(shut)]
        told = " ".join(reasons[:_REASONS_TOLD]) + (" And more." if len(reasons) > _REASONS_TOLD else "")
        found.append(Found(code, f"{len(shut)} of {of} {words}. They are told: {told}", mend))
    if untried := sum(trouble is None for trouble in troubles):
        found.append(
            Found(
                f"{code}_untried",
                f"{untried} of {of} could not be tried within a minute, to see whether {words}.",
                "Try again later, when those that take long are mended.",
            )
        )
    return found


def _each(
    workspace: Workspace, tries: Sequence[Callable[[], object]], *, ends: float | None = None
) -> list[str | None]:
    """What is wrong with each, "" for nothing, None where there was no time left to begin. Several at a time."""

    def one(attempt: Callable[[], object]) -> str | None:
        if ends is not None and time.monotonic() > ends:
            return None
        try:
            with scope(workspace=workspace.pk):
                attempt()
        except (Refusal, ConnectorError) as error:
            return error.text
        finally:
            database.close()  # this thread's own
        return ""

    with ThreadPoolExecutor(_AT_ONCE) as pool:
        return list(pool.map(one, tries))


def _greet_smtp(workspace: Workspace) -> None:
    server = SmtpServer(workspace.smtp_host, workspace.smtp_port, cast(Security, workspace.smtp_security))
    SmtpMailbox(server, "", "", timeout=PATIENCE, deadline=PATIENCE).reach()


def _greet_imap(workspace: Workspace) -> None:
    server = ImapServer(workspace.imap_host, workspace.imap_port, cast(Security, workspace.imap_security))
    ImapAccount(server, "", "", timeout=PATIENCE).reach()
