"""Who saw, decided, sent and changed what. Rows are added and never changed: triggers see to it (migrations)."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from ifnotyou.models.base import InWorkspace
from ifnotyou.models.people import User


class AuditEvent(InWorkspace):
    """One thing that somebody did; `actor` None is the program itself. Never holds names or words of anybody."""

    at = models.DateTimeField(default=timezone.now)
    actor = models.ForeignKey(
        User, null=True, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+"
    )
    verb = models.CharField(max_length=40)
    noun = models.CharField(max_length=20)
    noun_id = models.BigIntegerField(null=True)
    detail = models.JSONField(default=dict)

    class Meta:
        indexes = (
            models.Index(fields=["workspace", "-at", "-id"], name="audit_newest"),
            models.Index(fields=["workspace", "noun", "noun_id"], name="audit_of"),
        )

    def __str__(self) -> str:
        return f"{self.verb} {self.noun}"
