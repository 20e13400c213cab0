"""A stand-in for a system for applicants, connected to the demo: what happens over there is seen here."""

from __future__ import annotations

import importlib
import json
import secrets
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django_scopes import scope

from ifnotyou.models import Connection, User
from ifnotyou.sample.ats.server import Server
from ifnotyou.sample.ats.today import these_weeks
from ifnotyou.services.later import later


@dataclass(frozen=True)
class Hook:
    """Where the stand-in calls, and what it signs its calls with."""

    address: str
    secret: str


@transaction.atomic
def connect_stand_in(
    recruiter: User, *, system: str, url: str, seed: int, declines: int, employees: int, now: datetime
) -> Hook:
    """Connect the stand-in at this address; its history is read from the start.

    The numbers are those with which it is started: they make the same company.
    """
    stand_in: type[Server] = importlib.import_module(f"ifnotyou.sample.ats.{system}").StandIn
    values = stand_in(these_weeks(seed=seed, declines=declines, employees=employees, now=now)).settings()
    with scope(workspace=recruiter.workspace_id):
        connection, _ = Connection.objects.update_or_create(
            workspace=recruiter.workspace,
            system=system,
            defaults={
                "address": url,
                "settings": {},
                "secrets": json.dumps(values),
                "by": recruiter,
                "checked_at": now,
                "hook_secret": secrets.token_urlsafe(32),
                "cursor": {},
                "progress": {},
                "synced_at": None,
                "paused": False,
            },
        )
        named = {"workspace_id": recruiter.workspace_id, "connection_id": connection.pk}
        later("sync_connection", once=f"sync-{connection.pk}", **named)
        path = reverse("ats_hook", args=[system, connection.pk, connection.hook_token])
    return Hook(f"{settings.PUBLIC_URL}{path}", connection.hook_secret)
