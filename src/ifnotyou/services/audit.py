"""The book of who saw, decided, sent and changed what."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils import timezone

from ifnotyou.models import AuditEvent, User
from ifnotyou.services.hindsight import moment_told


def write(actor: User | None, verb: str, thing: models.Model, **detail: Any) -> None:
    """Add a line. `detail` holds codes and numbers, never names or words of anybody."""
    AuditEvent.objects.create(
        at=moment_told() or timezone.now(),
        workspace_id=thing.pk if thing._meta.model_name == "workspace" else thing.workspace_id,  # type: ignore[attr-defined]
        actor=actor,
        verb=verb,
        noun=str(thing._meta.model_name),
        noun_id=thing.pk,
        detail=detail,
    )


def write_seen(actor: User, thing: models.Model) -> None:
    """Add that `actor` saw `thing`, once a day."""
    today = timezone.now().replace(hour=0, minute=0, second=0, microsecond=0)
    seen = AuditEvent.objects.filter(
        actor=actor, verb="saw", noun=str(thing._meta.model_name), noun_id=thing.pk, at__gte=today
    )
    if not seen.exists():
        write(actor, "saw", thing)
