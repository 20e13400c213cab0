"""Tokens for programs, as their owners and the admins see them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db.models import QuerySet

from ifnotyou.models import ApiToken, User


class State(StrEnum):
    """Whether a token still opens something."""

    OPENS = "opens"
    EXPIRED = "expired"
    REVOKED = "revoked"
    OWNER_OFF = "owner_off"


@dataclass(frozen=True)
class Standing:
    """A token and how it stands."""

    token: ApiToken
    state: State

    @property
    def opens(self) -> bool:
        """Whether there is anything left to revoke."""
        return self.state in {State.OPENS, State.OWNER_OFF}


def tokens_of(user: User) -> QuerySet[ApiToken]:
    """Their own, the newest first."""
    return ApiToken.objects.filter(user=user).select_related("user").order_by("-pk")


def tokens_visible_to(admin: User) -> QuerySet[ApiToken]:
    """Everybody's of their company, the newest first."""
    return ApiToken.objects.filter(workspace=admin.workspace).select_related("user").order_by("-pk")


def standings(tokens: QuerySet[ApiToken], now: datetime) -> list[Standing]:
    """How each of them stands: those that open something first."""
    found = [Standing(token, state_of(token, now)) for token in tokens]
    return sorted(found, key=lambda standing: not standing.opens)


def state_of(token: ApiToken, now: datetime) -> State:
    """Whether it still opens something; `token.user` is at hand."""
    if token.revoked_at is not None:
        return State.REVOKED
    if token.expires_at <= now:
        return State.EXPIRED
    return State.OPENS if token.user.is_active else State.OWNER_OFF
