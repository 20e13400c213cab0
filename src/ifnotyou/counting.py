"""How often something is done, and by whom, without keeping from where: to stop whoever does it far too often.

In this process's memory, so a program that runs wild is stopped as well and nobody else waits for the database.
What has to hold for all processes is counted elsewhere (ACCOUNT_RATE_LIMITS; api/limits.py for tokens).
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import time

from django.conf import settings
from django.core.cache import caches
from django.http import HttpRequest

MINUTE = 60
HOUR = 3600
"""In seconds."""

_key = secrets.token_bytes(32)
"""Made when the program starts, never written down: what is counted by it cannot be counted by anybody else."""


def mark_of(request: HttpRequest) -> bytes:
    """What stands for whoever asks, by their address; worth nothing without a key that is only in memory.

    The address is what our proxy says where there is one, for anybody could write that line.
    """
    told = str(request.META.get("HTTP_X_FORWARDED_FOR", "")) if settings.ALLAUTH_TRUSTED_PROXY_COUNT else ""
    address = told.rpartition(",")[2].strip() or str(request.META.get("REMOTE_ADDR", ""))
    return hmac.digest(_key, address.encode(), hashlib.sha256)


def too_often(what: bytes | str, most: int, *, within: int = HOUR) -> bool:
    """Count that this was done once more in this hour (or minute); whether that is more often than `most`."""
    counted = hmac.digest(_key, what.encode() if isinstance(what, str) else what, hashlib.sha256).hex()
    counts = caches["process"]
    key = f"counting/{counted}/{int(time.time()) // within}"
    counts.add(key, 0, timeout=2 * within)
    try:
        return counts.incr(key) > most
    except ValueError:  # thrown out in this very moment, to make room for others
        return False
