"""The doors to where people already are: mail providers, chat, single sign-on, and an interface for programs."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from ifnotyou.models.base import InWorkspace
from ifnotyou.models.people import User
from ifnotyou.models.secret import SecretText


class MailApp(InWorkspace):
    """The company's own OAuth client at a mail provider; `provider` is the slug of one (connectors/mail/providers/).

    `options` is what else an admin typed in, such as the tenant.
    """

    provider = models.CharField(max_length=40)
    client_id = models.CharField(max_length=300)
    client_secret = SecretText()
    options = models.JSONField(default=dict)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["workspace", "provider"], name="mail_app_once"),)

    def __str__(self) -> str:
        return self.provider


class SignInProvider(InWorkspace):
    """Somebody who vouches for who people are, by OpenID Connect. `slug` stands in addresses and never changes."""

    slug = models.CharField(max_length=40)
    label = models.CharField(max_length=80)
    issuer = models.CharField(max_length=300)
    client_id = models.CharField(max_length=300)
    client_secret = SecretText()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        # Of all workspaces: who it is has to be known before anybody knows whose workspace it is.
        constraints = (models.UniqueConstraint(fields=["slug"], name="sign_in_provider_once"),)

    def __str__(self) -> str:
        return self.label


class Chat(InWorkspace):
    """The company's chat; `system` is the slug of a connector (connectors/chat/systems/).

    `secrets` is what was typed in, as JSON; `team` is what the system calls the company. `trouble` is what is wrong,
    in words for people.
    """

    system = models.CharField(max_length=40)
    secrets = SecretText(blank=True)
    team = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    checked_at = models.DateTimeField(null=True)
    trouble = models.TextField(blank=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["workspace", "system"], name="chat_once"),)

    def __str__(self) -> str:
        return self.system


class ChatAddress(InWorkspace):
    """Where somebody is reached in a chat: their id there, or an address that only they may give, encrypted."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="chat_addresses")
    system = models.CharField(max_length=40)
    their_id = models.CharField(max_length=200, blank=True)
    secret = SecretText(blank=True)
    trouble = models.TextField(blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["user", "system"], name="chat_address_once"),
            models.UniqueConstraint(
                fields=["workspace", "system", "their_id"], condition=~Q(their_id=""), name="chat_person_once"
            ),
        )

    def __str__(self) -> str:
        return self.system


class ChatCall(InWorkspace):
    """A call of a chat that was answered, by a hash of its signature: the same one is refused. Kept for minutes."""

    key = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["workspace", "key"], name="chat_call_once"),)

    def __str__(self) -> str:
        return self.key[:8]


class ApiToken(InWorkspace):
    """What a program proves itself with, on behalf of `user`: never more than their role, and only these scopes.

    `key_hash` is SHA-256 of a token of 256 random bits, which is shown once; `hint` its first characters, for people.
    `minute` and `used` count calls for the rate limit.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="api_tokens")
    name = models.CharField(max_length=120)
    hint = models.CharField(max_length=16)
    key_hash = models.CharField(max_length=64)
    scopes = models.JSONField(default=list)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    used_on = models.DateField(null=True)
    minute = models.BigIntegerField(default=0)
    used = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["key_hash"], name="api_token_once"),)

    def __str__(self) -> str:
        return self.name


class ApiAnswer(InWorkspace):
    """What was answered to a call with an Idempotency-Key: the same call is answered the same, and done once.

    `fingerprint` is a keyed hash of the call. Without a `status` it is still being worked on. Kept for a day.
    """

    token = models.ForeignKey(ApiToken, on_delete=models.CASCADE, related_name="answers", db_index=False)
    key = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    headers = models.JSONField(default=dict)
    body = SecretText(blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["token", "key"], name="api_answer_once"),)
        indexes = (models.Index(fields=["workspace", "at"], name="api_answer_old"),)

    def __str__(self) -> str:
        return self.key


class Listener(InWorkspace):
    """Where another program hears of what happens here (an outgoing webhook). `host` is all that is told of `url`.

    `secret` signs in the manner of Standard Webhooks; `secret_before` signs too, until `secret_changed_at` is a day
    ago. `kinds` are those it wants to hear of, all where it is empty. `failing_since` and `trouble` say what is wrong.
    """

    url = SecretText()
    host = models.CharField(max_length=253)
    secret = SecretText()
    secret_before = SecretText(blank=True)
    secret_changed_at = models.DateTimeField(null=True)
    kinds = models.JSONField(default=list)
    paused = models.BooleanField(default=False)
    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    failing_since = models.DateTimeField(null=True)
    trouble = models.TextField(blank=True)

    def __str__(self) -> str:
        return self.host


class Happening(InWorkspace):
    """Something that happened, as other programs are told: a kind and ids, nothing else. Kept for a month."""

    uid = models.CharField(max_length=40, unique=True)
    kind = models.CharField(max_length=40)
    ids = models.JSONField(default=dict)
    at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=["workspace", "at"], name="happening_old"),)

    def __str__(self) -> str:
        return self.kind


class TellingState(models.TextChoices):
    """What became of telling a listener. WAITING is tried at `next_at`; FAILED only when somebody says so."""

    WAITING = "waiting"
    TOLD = "told"
    FAILED = "failed"


class Telling(InWorkspace):
    """One listener told of one happening: when next, how often tried, and what it answered."""

    listener = models.ForeignKey(Listener, on_delete=models.CASCADE, related_name="tellings", db_index=False)
    happening = models.ForeignKey(Happening, on_delete=models.CASCADE, related_name="tellings")
    state = models.CharField(max_length=8, default=TellingState.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField()
    status = models.PositiveSmallIntegerField(null=True)
    trouble = models.TextField(blank=True)
    told_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["listener", "happening"], name="told_once"),)
        indexes = (
            models.Index(fields=["workspace", "state", "next_at"], name="telling_due"),
            models.Index(fields=["listener", "-id"], name="telling_log"),
        )

    def __str__(self) -> str:
        return self.state
