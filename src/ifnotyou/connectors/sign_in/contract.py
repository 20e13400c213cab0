"""What a kind of provider says of itself: what to create there, and when its word for an address counts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

Claims = Mapping[str, Any]
"""What a proven ID token says of somebody."""


class Kind:
    """A kind of provider. Everything that people read of it stands here, the page in docs/doors too."""

    slug: ClassVar[str]
    label: ClassVar[str]
    is_any: ClassVar[bool] = False
    asks: ClassVar[str] = ""
    """What has to be typed in to find it, empty where it is the same for everybody."""
    asks_help: ClassVar[str] = ""
    steps: ClassVar[tuple[str, ...]]
    unconfirmed: ClassVar[tuple[str, ...]] = ()
    """What no document that we could read says, and what we take for it."""
    says_verified: ClassVar[bool] = True
    """Whether it ever says of an address that it is verified."""
    trust: ClassVar[str]
    """When its word for an address counts, in a sentence."""

    @classmethod
    def issuer_of(cls, said: str) -> str:
        """The issuer that was meant; ValueError says in words what is wrong with what was typed."""
        raise NotImplementedError

    @classmethod
    def speaks_as(cls, issuer: str) -> bool:
        """Whether this issuer is one of this kind."""
        raise NotImplementedError

    @classmethod
    def vouches(cls, claims: Claims) -> bool:
        """Whether it says of the address that it belongs to them."""
        return claims.get("email_verified") is True
