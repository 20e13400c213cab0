"""Whoever calls, as the interface knows them."""

from __future__ import annotations

from datetime import datetime

from ninja import Router
from pydantic import Field

from ifnotyou.api.auth import Call
from ifnotyou.api.operations import Out, get
from ifnotyou.models import Role

router = Router(tags=["Me"])


class MeOut(Out):
    """On whose behalf a token speaks, and what it may."""

    name: str = Field(description="Whose token it is.")
    role: Role = Field(description="What they are in the company.")
    scopes: list[str] = Field(description="What the token may; the role bounds it as well.")
    expires_at: datetime = Field(description="When the token ends.")


@get(router, "/me", MeOut)
def get_me(call: Call) -> MeOut:
    """Who you are here, and what your token may."""
    return MeOut(
        name=call.user.name,
        role=Role(call.user.role),
        scopes=call.token.scopes,
        expires_at=call.token.expires_at,
    )
