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
from django_scopes import scopes_disabled

from ifnotyou.models import AuditEvent, Workspace
from ifnotyou.models.jobs import QueuedJob, Schedule
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
    return [*_check_mail_server(), *_check_privacy(), *_check_replies(), *_check_worker(), *_check_clock()]


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
