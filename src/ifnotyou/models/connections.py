"""The company's systems for applicants: how we reach them, what they called us about, whom we filed there."""

from __future__ import annotations

import base64
import json
import secrets
from collections.abc import Mapping

from django.db import models

from ifnotyou.models.base import InWorkspace
from ifnotyou.models.people import User
from ifnotyou.models.secret import SecretText
from ifnotyou.models.vips import Vip


def new_hook_token() -> str:
    """The part of a hook's address that nobody can guess: 192 random bits."""
    return secrets.token_urlsafe(24)


class Connection(InWorkspace):
    """One system for applicants, connected once. `system` is the slug of a connector (connectors/ats/).

    `settings` is what was typed in, without what is secret: that is in `secrets`, as JSON. `answers` is what only the
    customer can say. `address` is where the system is, "" for its usual place. `hook_secret` signs its calls;
    `hook_secret_before` still counts for a while after a change.
    `cursor` is where the next reading goes on; `synced_at` when all of its history had been read once, `read_at` when
    it was last read, `colleagues_read_at` when its accounts were; `colleagues` maps those to employees whom we know
    from elsewhere. `progress` is told while the history is read. `trouble` is what is wrong, in words for people.
    `refused_…` counts calls whose signature was not right. `hidden` are applications that are not for us.
    """

    system = models.CharField(max_length=40)
    address = models.CharField(max_length=300, blank=True)
    settings = models.JSONField(default=dict)
    secrets = SecretText(blank=True)
    answers = models.JSONField(default=dict)
    hook_token = SecretText(default=new_hook_token)
    hook_secret = SecretText(blank=True)
    hook_secret_before = SecretText(blank=True)
    hook_secret_changed_at = models.DateTimeField(null=True)
    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    checked_at = models.DateTimeField(null=True)
    missing = models.JSONField(default=list)
    cursor = models.JSONField(default=dict)
    progress = models.JSONField(default=dict)
    synced_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)
    colleagues_read_at = models.DateTimeField(null=True)
    colleagues = models.JSONField(default=dict)
    hidden = models.PositiveIntegerField(default=0)
    trouble = models.TextField(blank=True)
    trouble_code = models.CharField(max_length=40, blank=True)
    trouble_since = models.DateTimeField(null=True)
    refused = models.PositiveIntegerField(default=0)
    refused_at = models.DateTimeField(null=True)
    paused = models.BooleanField(default=False)
    writes_back = models.BooleanField(default=False)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["workspace", "system"], name="connection_once"),)

    def __str__(self) -> str:
        return self.system


class DeliveryState(models.TextChoices):
    """What became of a call of theirs. All but the first two are final; UNREADABLE until somebody tries it again."""

    WAITING = "waiting"
    READING = "reading"
    DONE = "done"
    OF_NO_INTEREST = "of_no_interest"
    UNREADABLE = "unreadable"


class Delivery(InWorkspace):
    """A verified call, kept before it was answered: ids and nothing else. `key` finds the same call again.

    The body is kept, encrypted, only where we could not understand it. `applications` also holds what a reading
    could not understand, under a key of its own.
    """

    connection = models.ForeignKey(
        Connection, on_delete=models.CASCADE, related_name="deliveries", db_index=False
    )
    key = models.CharField(max_length=200)
    event = models.CharField(max_length=80, blank=True)
    state = models.CharField(max_length=16, default=DeliveryState.WAITING)
    applications = models.JSONField(default=list)
    candidates = models.JSONField(default=list)
    body = SecretText(blank=True)
    problem = models.TextField(blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    received_at = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["connection", "key"], name="delivery_once"),)
        indexes = (
            models.Index(fields=["workspace", "connection", "state", "received_at"], name="delivery_waiting"),
        )

    def __str__(self) -> str:
        return f"{self.event} {self.pk}"

    def keep_call(self, headers: Mapping[str, str], body: bytes) -> None:
        """Keep headers and exact bytes: both are needed to verify the call again."""
        self.body = json.dumps({"headers": dict(headers), "body": base64.b64encode(body).decode()})

    def kept_call(self) -> tuple[dict[str, str], bytes]:
        """Headers and bytes, as they came."""
        kept = json.loads(self.body)
        return kept["headers"], base64.b64decode(kept["body"])


class FilingState(models.TextChoices):
    """How far the filing of one person is. CREATING that was never finished is UNCERTAIN: a person looks."""

    WAITING = "waiting"
    CREATING = "creating"
    COMPLETING = "completing"
    """They are there; tag, owner and note are not certain yet."""
    DONE = "done"
    UNCERTAIN = "uncertain"
    REFUSED = "refused"
    """The system did not take them; `problem` says why, and somebody may try again."""


class Filing(InWorkspace):
    """Somebody named, in the system for applicants: created once there, after their host has been in touch.

    `person` is their candidate id there, `link` its page. `stage`, `ended_on` and `seen_at` are what was last read.
    """

    connection = models.ForeignKey(
        Connection, on_delete=models.CASCADE, related_name="filings", db_index=False
    )
    vip = models.ForeignKey(Vip, on_delete=models.CASCADE, related_name="filings")
    state = models.CharField(max_length=12, default=FilingState.WAITING)
    person = models.CharField(max_length=200, blank=True)
    link = models.CharField(max_length=500, blank=True)
    problem = models.TextField(blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    tried_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    stage = models.CharField(max_length=200, blank=True)
    ended_on = models.DateField(null=True)
    seen_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["connection", "vip"], name="filed_once"),)
        indexes = (models.Index(fields=["workspace", "state"], name="filing_state"),)

    def __str__(self) -> str:
        return f"filing {self.pk}"
