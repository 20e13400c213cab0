"""The root of every row, and what keeps one company's rows from another's."""

from __future__ import annotations

import secrets
from typing import ClassVar, Self

from django.db import models
from django_scopes import ScopedManager

from ifnotyou.models.secret import SecretText


def new_hash_key() -> str:
    """A key of 256 random bits for the keyed hashes of a workspace."""
    return secrets.token_hex(32)


class Workspace(models.Model):
    """A company that runs ifnotyou.

    `policy` is TOML that changes the playbook's thresholds; `habits` what its
    people usually answer, as of the last import; `hash_key` never changes, or
    nobody could tell any more who was asked once. `country` is a code of two
    letters (ISO 3166). `candidate_notice_on` is when somebody confirmed that the
    notice to candidates says that they may be asked for a name (Art. 13(3) GDPR).
    `inbound_…` is how forwarded replies come in, by IMAP or from a mail service.
    `notice` is what fills the privacy notice to people who were named, `balancing`
    the test of our interest against theirs (services/notice.py). `learned` are the
    weights that somebody adopted (services/learning.py). `columns` is what the company's own exports call
    their files and columns (services/columns.py). Whoever a provider of sign-in
    vouches for with an address in one of `domains` is let in as a member without an invitation.
    """

    name = models.CharField(max_length=120)
    created_at = models.DateTimeField(auto_now_add=True)
    policy = models.TextField(blank=True)
    habits = models.JSONField(default=dict)
    hash_key = SecretText(default=new_hash_key)
    restored_at = models.DateTimeField(null=True)
    smtp_host = models.CharField(max_length=253, blank=True)
    smtp_port = models.PositiveIntegerField(default=587)
    smtp_security = models.CharField(max_length=8, default="starttls")
    imap_host = models.CharField(max_length=253, blank=True)
    imap_port = models.PositiveIntegerField(default=993)
    imap_security = models.CharField(max_length=8, default="tls")
    country = models.CharField(max_length=2, blank=True)
    privacy_contact = models.CharField(max_length=254, blank=True)
    candidate_notice_on = models.DateField(null=True)
    inbound_address = models.CharField(max_length=254, blank=True)
    inbound_host = models.CharField(max_length=253, blank=True)
    inbound_port = models.PositiveIntegerField(default=993)
    inbound_security = models.CharField(max_length=8, default="tls")
    inbound_username = models.CharField(max_length=254, blank=True)
    inbound_password = SecretText(blank=True)
    inbound_service = models.CharField(max_length=20, blank=True)
    inbound_secret = SecretText(blank=True)
    notice = models.JSONField(default=dict)
    balancing = models.JSONField(default=dict)
    learned = models.JSONField(default=dict)
    learning_frozen = models.BooleanField(default=False)
    columns = models.JSONField(default=dict)
    domains = models.JSONField(default=list)

    def __str__(self) -> str:
        return self.name


class InWorkspace(models.Model):
    """A row of one workspace. Its manager works only inside `django_scopes.scope(workspace=...)`."""

    # No index of its own: every table has one that begins with the workspace and goes on with what is looked for.
    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, related_name="+", db_index=False)

    objects: ClassVar[models.Manager[Self]] = ScopedManager(workspace="workspace")

    class Meta:
        abstract = True
