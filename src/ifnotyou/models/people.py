"""Who works here, and who signs in."""

from __future__ import annotations

from datetime import time
from enum import StrEnum
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower

from ifnotyou.models.base import InWorkspace, Workspace
from ifnotyou.models.secret import SecretText


class Role(StrEnum):
    """What somebody may see and do; the table is in docs/permissions.md."""

    ADMIN = "admin"
    RECRUITER = "recruiter"
    STEWARD = "steward"
    MEMBER = "member"


EVERYONE = frozenset(Role)
"""Everybody who is signed in."""

RECRUITERS = frozenset({Role.ADMIN, Role.RECRUITER})
ADMINS = frozenset({Role.ADMIN})
STEWARDS = frozenset({Role.STEWARD})
KEEPERS = ADMINS | STEWARDS
HOSTS = EVERYONE - STEWARDS
"""The steward keeps the promises of privacy, and hosts nobody."""


class Employee(InWorkspace):
    """Somebody at the company, as its files tell; `votes` to `liked_by` are their habits as of the last import."""

    external_id = models.CharField(max_length=200)
    name = models.CharField(max_length=200)
    email = models.CharField(max_length=254, blank=True)
    title = models.CharField(max_length=200, blank=True)
    level = models.SmallIntegerField(null=True)
    department = models.CharField(max_length=200, blank=True)
    manager_external_id = models.CharField(max_length=200, blank=True)
    timezone = models.CharField(max_length=64, blank=True)
    active = models.BooleanField(default=True)
    executive = models.BooleanField(default=False)
    past_employers = models.JSONField(default=list)
    schools = models.JSONField(default=list)
    digest = models.CharField(max_length=32, blank=True)
    open_to_asking = models.BooleanField(default=True)
    away_until = models.DateField(null=True, blank=True)
    votes = models.JSONField(default=list)
    clicks = models.JSONField(default=list)
    liked = models.FloatField(default=0.0)
    liked_by = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["workspace", "external_id"], name="employee_once"),)

    def __str__(self) -> str:
        return self.name


class UserManager(BaseUserManager["User"]):
    """Makes users; not cut to a workspace, for signing in comes before knowing which."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """A user who signs in with `email`; without a password only by a link."""
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> User:
        """Capitals in an address make no difference."""
        return self.get(email__iexact=username)


class User(AbstractBaseUser):
    """Somebody who signs in. `employee` says which colleague they are, if the files know them.

    `country` (ISO 3166), `region` (its holidays' subdivision), `work_days` (0 is Monday) and the hours say when they
    work, for the promises they keep as a host; an empty country is the company's. `told_by` is how cards and reminders
    reach them: "mail", the slug of a chat, or "" for not at all.
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, related_name="users")
    email = models.EmailField(unique=True)
    name = models.CharField(max_length=200)
    role = models.CharField(max_length=16, choices=[(r.value, r.value) for r in Role], default=Role.MEMBER)
    employee = models.OneToOneField(
        Employee, null=True, blank=True, on_delete=models.SET_NULL, related_name="user"
    )
    timezone = models.CharField(max_length=64, blank=True)
    is_active = models.BooleanField(default=True)
    invited_at = models.DateTimeField(null=True, blank=True)
    wants_cards = models.BooleanField(default=True)
    wants_reminders = models.BooleanField(default=True)
    wants_digest = models.BooleanField(default=True)
    told_by = models.CharField(max_length=40, default="mail")
    digest_on = models.DateField(null=True, blank=True)
    country = models.CharField(max_length=2, blank=True)
    region = models.CharField(max_length=8, blank=True)
    work_days = models.CharField(max_length=7, default="01234")
    work_from = models.TimeField(default=time(9))
    work_until = models.TimeField(default=time(17, 30))
    booking_link = models.URLField(max_length=500, blank=True)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"

    class Meta:
        constraints = (models.UniqueConstraint(Lower("email"), name="user_once"),)

    def __str__(self) -> str:
        return self.name

    @property
    def recruits(self) -> bool:
        """Whether the declines are theirs to see: recruiters, and the admin who is often the founder recruiting."""
        return self.role in RECRUITERS

    @property
    def zone(self) -> str:
        """Their time zone: what they chose, else what the company's files say, else UTC."""
        return self.timezone or (self.employee.timezone if self.employee else "") or "UTC"


class Mailbox(InWorkspace):
    """How a user's own mails leave: the workspace's server with the user's own name and password, or a provider.

    `kind` is OWN_SERVER or the slug of a provider (connectors/mail/providers/), which gave `refresh_token` and, good
    until `access_until`, `access_token`. `lost` says in words why it does not let us in any more. Whoever renews the
    token writes down when they began (`renewing_since`): the others wait.
    """

    OWN_SERVER = "smtp"

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="mailbox")
    kind = models.CharField(max_length=40, default=OWN_SERVER)
    address = models.EmailField()
    username = models.CharField(max_length=254, blank=True)
    password = SecretText(blank=True)
    refresh_token = SecretText(blank=True)
    access_token = SecretText(blank=True)
    access_until = models.DateTimeField(null=True)
    renewing_since = models.DateTimeField(null=True)
    lost = models.TextField(blank=True)
    checked_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.address

    @property
    def at_own_server(self) -> bool:
        """Whether its mails leave by the company's own mail server."""
        return self.kind == self.OWN_SERVER


class Calendar(InWorkspace):
    """Where a host's own calendar says when they are busy: the address of an .ics feed, or of CalDAV.

    Looked at when times are proposed, never kept.
    """

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="calendar")
    kind = models.CharField(max_length=8)
    url = SecretText()
    username = models.CharField(max_length=254, blank=True)
    password = SecretText(blank=True)
    checked_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.kind
