"""What is not right for real use: Django's deployment checks of ours, each with the mend. `ifnotyou doctor` tells them.

They never show a secret, nor whose it is.
"""

from __future__ import annotations

import os
import stat
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, register
from django.db import DatabaseError, connection
from django.db.models import Count
from django_scopes import scopes_disabled

from ifnotyou.connectors.chat import all_chats
from ifnotyou.models import ApiToken, AuditEvent, Chat, ChatAddress, Connection, Listener, Mailbox, Workspace
from ifnotyou.models.jobs import QueuedJob, Schedule
from ifnotyou.queries import connections
from ifnotyou.services import notice
from ifnotyou.services.inbound import trouble_of
from ifnotyou.static_files import are_collected
from ifnotyou.tables import has_cache_table, missing_migrations, sqlite_file, unknown_migrations

TAG = "ifnotyou"
_LEAST_DIFFERENT = 12
"""Characters of a key made by chance differ; in "changeme, changeme, …" there are fewer."""
_OTHERS = stat.S_IRGRP | stat.S_IWGRP | stat.S_IROTH | stat.S_IWOTH
_CLOCK_MAY_DIFFER = timedelta(minutes=2)
_WORKER_MAY_BE_BUSY = timedelta(minutes=10)
_READ_EVERY_HOUR = timedelta(hours=1)
"""A connection is read every five minutes; so long a time without is no accident."""
_LATELY = timedelta(days=7)
_TOKEN_ENDS_SOON = timedelta(days=7)
_TOKEN_IN_USE = timedelta(days=30)
_RELEASED = datetime(2026, 11, 1, tzinfo=UTC)
"""No clock that goes right shows an earlier day."""


@register(TAG, deploy=True)
def check_keys(**_: Any) -> list[CheckMessage]:
    """SECRET_KEY signs sessions and encrypts mailbox passwords."""
    found = []
    if any(len(set(key)) < _LEAST_DIFFERENT for key in settings.SECRET_KEYS):
        found.append(
            _problem(
                "secret_key_guessable",
                "SECRET_KEY repeats the same few characters: it could be guessed.",
                'Make one by chance: python3 -c "import secrets; print(secrets.token_urlsafe(48))". '
                "Put it in front of the old one with a comma between, restart, run ifnotyou rekey, drop the old one.",
            )
        )
    if len(set(settings.SECRET_KEYS)) < len(settings.SECRET_KEYS):
        found.append(
            _problem(
                "secret_key_twice",
                "SECRET_KEY holds the same key twice: changing keys that way changes nothing.",
                "Put a new key in front of the old one.",
            )
        )
    return found


@register(TAG, deploy=True)
def check_public_address(**_: Any) -> list[CheckMessage]:
    """Links in mails start with PUBLIC_URL, and cookies trust it."""
    if _is_loopback(urlsplit(settings.PUBLIC_URL).hostname or ""):
        return [
            _problem(
                "public_url_loopback",
                f"PUBLIC_URL is {settings.PUBLIC_URL}: links in mails lead to this machine only.",
                "Set PUBLIC_URL to the address that people open, such as https://ask.example.com.",
            )
        ]
    if not settings.HTTPS:
        return [
            _problem(
                "no_https",
                "PUBLIC_URL starts with http://: passwords and names travel readable for anybody on the way.",
                "Put a proxy with HTTPS in front (docs/operations.md), then set PUBLIC_URL to https://…",
            )
        ]
    return []


@register(TAG, deploy=True)
def check_notifications(**_: Any) -> list[CheckMessage]:
    """Invitations, sign-in links and cards reach people by mail."""
    if settings.EMAIL_BACKEND.rpartition(".")[0].endswith(("console", "dummy", "locmem", "filebased")):
        return [
            _problem(
                "no_mail",
                "EMAIL_URL is not set to a mail server: invitations, sign-in links and cards reach nobody.",
                "Set EMAIL_URL, such as smtp+tls://user:password@mail.example.com:587.",
            )
        ]
    if not (settings.EMAIL_USE_TLS or settings.EMAIL_USE_SSL or _is_loopback(settings.EMAIL_HOST)):
        return [
            _problem(
                "mail_unencrypted",
                "EMAIL_URL leads to a mail server without encryption.",
                "Write smtp+tls://… (port 587) or smtp+ssl://… (port 465).",
            )
        ]
    return []


@register(TAG, deploy=True)
def check_database(**_: Any) -> list[CheckMessage]:
    """There, ours, and up to this version. What else is asked of it is only asked when it is."""
    return _database_itself() or [
        *_check_mail_server(),
        *_check_privacy(),
        *_check_replies(),
        *_check_mailboxes(),
        *_check_chats(),
        *_check_connections(),
        *_check_listeners(),
        *_check_tokens(),
        *_check_worker(),
        *_check_clock(),
    ]


def has_usable_database() -> bool:
    """Whether anything else can be asked of the database."""
    return not _database_itself()


def _database_itself() -> list[CheckMessage]:
    file = sqlite_file()
    if file and not file.exists():
        return [
            _problem("no_database", f"There is no database at {file} (DATABASE_URL).", "Do: ifnotyou migrate")
        ]
    try:
        missing, unknown = missing_migrations(), unknown_migrations()
    except DatabaseError:
        # Its words may hold the user and the host; the command that needs it tells them.
        return [
            _problem(
                "database_unreachable",
                "The database cannot be reached (DATABASE_URL).",
                "Is the server running, are host, name, user and password right? ifnotyou migrate tells more.",
            )
        ]
    if unknown:
        return [
            _problem(
                "database_newer",
                f"The database belongs to a newer ifnotyou ({unknown[0]} is not known here).",
                "Update this one.",
            )
        ]
    if missing or not has_cache_table():
        return [
            _problem(
                "database_older",
                f"The database is not up to this version: {len(missing)} changes are missing."
                if missing
                else "The database has no cache table: rate limits cannot be counted.",
                "Back it up if it holds anything, then: ifnotyou migrate",
            )
        ]
    return []


@register(TAG, deploy=True)
def check_permissions(**_: Any) -> list[CheckMessage]:
    """Nobody else on the machine should read the database."""
    file = sqlite_file()
    if os.name == "nt" or file is None or not file.exists() or not file.stat().st_mode & _OTHERS:
        return []
    return [
        _problem(
            "database_open_to_others",
            f"Other accounts of this machine may read or change the database {file}.",
            f"Do: chmod 600 {file}*",
        )
    ]


@register(TAG, deploy=True)
def check_static_files(**_: Any) -> list[CheckMessage]:
    """Without them pages have no style, and `ifnotyou serve` refuses to start."""
    if are_collected():
        return []
    return [
        _problem(
            "static_files_missing",
            f"Style sheets and scripts of this version are not in {settings.STATIC_ROOT}.",
            "Do: ifnotyou migrate",
        )
    ]


def _check_mail_server() -> list[CheckMessage]:
    without = Workspace.objects.filter(smtp_host="").count()
    if not without:
        return []
    return [
        _problem(
            "workspace_without_mail_server",
            "The company's mail server is not set: nobody can send a note from here.",
            "An admin sets it in the web application, under the settings of the workspace.",
        )
    ]


def _check_privacy() -> list[CheckMessage]:
    """What the law wants in place before somebody is asked for a name, or named."""
    found = []
    if Workspace.objects.filter(candidate_notice_on=None).exists():
        found.append(
            _problem(
                "candidate_notice_unconfirmed",
                "Nobody has confirmed yet that your notice to candidates says that you may ask them for a name "
                "(Art. 13(3) GDPR).",
                "Add it to the notice; then an admin ticks it in the web application, under the settings of the "
                "workspace, Privacy.",
            )
        )
    if Workspace.objects.filter(privacy_contact="").exists():
        found.append(
            _problem(
                "no_privacy_contact",
                "There is no contact for privacy: people who are named would not know where to turn.",
                "An admin names an address or a page in the web application, under the settings of the workspace, "
                "Privacy.",
            )
        )
    lacking = {
        sentence: None for workspace in Workspace.objects.all() for sentence in notice.lacking(workspace)
    }
    if told := [sentence for sentence in lacking if sentence != notice.MISSING["contact"]]:
        found.append(
            _problem(
                "notice_incomplete",
                "The privacy notice to people who are named is not complete, so no first message can leave. "
                + " ".join(told),
                "An admin or the steward completes it in the web application: Settings, Privacy notice.",
            )
        )
    return found


def _check_replies() -> list[CheckMessage]:
    """Replies that should come in and don't. No way in at all is fine: askers copy them into their card."""
    return [
        _problem(
            "replies_not_fetched",
            f"The mailbox for replies cannot be read. {trouble}",
            "An admin mends it in the web application, under the settings of the workspace, Replies.",
        )
        for workspace in Workspace.objects.exclude(inbound_host="")
        if (trouble := trouble_of(workspace))
    ]


def _check_mailboxes() -> list[CheckMessage]:
    """Mailboxes whose provider took its consent back: their owners cannot send. Nobody's name."""
    with scopes_disabled():
        theirs = Mailbox.objects.filter(user__is_active=True)
        lost, number = theirs.exclude(lost="").count(), theirs.count()
    if not lost:
        return []
    return [
        _problem(
            "mailboxes_lost",
            f"{lost} of {number} mailboxes are connected no more: their provider does not let us in.",
            "Each of these people sees it in their own settings, under Mailbox, and can connect it again there.",
        )
    ]


def _check_chats() -> list[CheckMessage]:
    """Chats in which people should hear of their cards and don't; they get mails meanwhile."""
    chats = all_chats()
    with scopes_disabled():
        troubled = list(Chat.objects.exclude(trouble="").order_by("workspace_id", "system"))
        unreached = list(
            ChatAddress.objects.exclude(trouble="")
            .values_list("system")
            .annotate(number=Count("pk"))
            .order_by("system")
        )
    label = {slug: one.label for slug, one in chats.items()}
    return [
        _problem(
            "chat_in_trouble",
            f"{label.get(one.system, one.system)} does not work: people get mails instead. {one.trouble}",
            "An admin mends it in the web application, under Doors, and tries it there.",
        )
        for one in troubled
    ] + [
        _problem(
            "chat_people_unreached",
            f"{number} of the people who want to be told in {label.get(system, system)} are not reached there: they "
            "get mails instead.",
            "Each of them sees it in their own settings, under How we reach you.",
        )
        for system, number in unreached
    ]


def _check_tokens() -> list[CheckMessage]:
    """Tokens that programs still use and that end soon: those programs would stop."""
    now = datetime.now(UTC)
    with scopes_disabled():
        ending = ApiToken.objects.filter(
            revoked_at=None,
            user__is_active=True,
            expires_at__gt=now,
            expires_at__lt=now + _TOKEN_ENDS_SOON,
            used_on__gte=(now - _TOKEN_IN_USE).date(),
        ).count()
    if not ending:
        return []
    return [
        _problem(
            "tokens_end_soon",
            f"{ending} tokens that programs use end within a week: those programs will stop.",
            "Whoever made them makes new ones in the web application, under My settings, My tokens.",
        )
    ]


def _check_connections() -> list[CheckMessage]:
    """The systems for applicants: declines that should come in and don't."""
    now = datetime.now(UTC)
    with scopes_disabled():
        return [
            problem
            for one in Connection.objects.order_by("workspace_id", "system")
            for problem in (*_reading_of(one, now), *_calls_of(one, now))
        ]


def _reading_of(one: Connection, now: datetime) -> list[CheckMessage]:
    """What keeps a system from being read; nothing where somebody paused it on purpose."""
    label = connections.label_of(one)
    page = f"in the web application, Connections, {label}"
    if one.paused:
        return []
    found = [
        _problem(
            "connection_lacks",
            f"The key for {label} may not do all that is needed. {missing}",
            f"Allow it in {label}, then try the key {page}.",
        )
        for missing in connections.lacking(one)
    ]
    if one.trouble:
        found.append(
            _problem(
                "connection_in_trouble",
                f"{label} cannot be read. {one.trouble}",
                f"A recruiter or an admin mends it {page}.",
            )
        )
    elif now - (one.read_at or one.created_at) > _READ_EVERY_HOUR and one.synced_at:
        found.append(
            _problem(
                "connection_not_read",
                f"{label} was not read for more than an hour: new declines are not noticed.",
                "Start `ifnotyou worker` and keep it running; its log tells what went wrong.",
            )
        )
    elif not one.synced_at and not found:
        found.append(
            _problem(
                "connection_history",
                f"The history of {label} is still being read: older declines are not there yet.",
                f"It goes on by itself while `ifnotyou worker` runs; how far it is stands {page}.",
            )
        )
    return found


def _calls_of(one: Connection, now: datetime) -> list[CheckMessage]:
    """Calls of the system that came to nothing."""
    label, found = connections.label_of(one), []
    if one.refused_at and now - one.refused_at < _LATELY:
        found.append(
            _problem(
                "calls_refused",
                f"Calls that say to come from {label} were refused, {one.refused} so far: their signature is wrong.",
                f"Make a new secret in the web application, Connections, {label}, and enter it there. Where calls of "
                "their own come in besides, somebody else knows the address: nothing of theirs was taken in.",
            )
        )
    if unreadable := connections.unreadable(one):
        found.append(
            _problem(
                "calls_unreadable",
                f"{unreadable} calls or records of {label} could not be understood. They are kept.",
                f"Update ifnotyou, then try them again in the web application, Connections, {label}.",
            )
        )
    return found


def _check_listeners() -> list[CheckMessage]:
    """Programs that are to hear what happens here, and do not; nothing of those that somebody paused."""
    with scopes_disabled():
        failing = Listener.objects.exclude(failing_since=None).order_by("workspace_id", "pk")
        return [
            _problem(
                "listener_given_up" if one.paused else "listener_failing",
                f"The webhook to {one.host} is {'told nothing any more' if one.paused else 'not taken'}. "
                f"{one.trouble}",
                f"An admin mends it in the web application, under Webhooks, {one.host}.",
            )
            for one in failing.defer("url", "secret", "secret_before")
        ]


def _check_worker() -> list[CheckMessage]:
    """A worker moves the calendar on as time goes by, and takes what waits."""
    late = datetime.now(UTC) - _WORKER_MAY_BE_BUSY
    if (
        Schedule.objects.exists()
        and not Schedule.objects.filter(next_at__lt=late).exists()
        and not _something_waits_since(late)
    ):
        return []
    return [
        _problem(
            "no_worker",
            "No worker does the work in the background: imports, reminders and the daily round wait.",
            "Start `ifnotyou worker` and keep it running, or use `ifnotyou serve --with-worker`.",
        )
    ]


def _something_waits_since(moment: datetime) -> bool:
    if settings.SQLITE:
        return QueuedJob.objects.filter(state=QueuedJob.State.READY, run_at__lt=moment).exists()
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM procrastinate_workers WHERE last_heartbeat > %s", [moment])
        return cursor.fetchone() is None


def _check_clock() -> list[CheckMessage]:
    """Against what the database tells: the clock decides what is due, and whether a link is still good."""
    now = datetime.now(UTC)
    told = [_RELEASED - now]
    with scopes_disabled():
        newest = AuditEvent.objects.order_by("-pk").values_list("at", flat=True).first()
    if newest:
        told.append(newest - now)
    if not settings.SQLITE:
        with connection.cursor() as cursor:
            cursor.execute("SELECT clock_timestamp()")
            (theirs,) = cursor.fetchone() or (now,)
        told.append(abs(theirs - datetime.now(UTC)))
    if max(told) <= _CLOCK_MAY_DIFFER:
        return []
    return [
        _problem(
            "clock",
            f"This machine's clock shows {now:%Y-%m-%d %H:%M} UTC, and the database knows better.",
            "Let the clock be set over the network, on every machine (timedatectl set-ntp true).",
        )
    ]


def _is_loopback(host: str) -> bool:
    return host in {"localhost", "::1"} or host.startswith("127.")


def _problem(code: str, text: str, mend: str) -> CheckMessage:
    return checks.Warning(text, hint=mend, id=f"{TAG}.{code}")
