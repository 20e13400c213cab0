"""The sealed pool of an anonymous page: what came in waits here, and nobody can see that or whether it did.

A pool is one encrypted text of one length, in one column of one row, whatever is in it. Every write makes a new
key and encrypts all of it anew (AES-256-GCM, NIST SP 800-38D), and the calendar does the same each hour with
nothing to add (services/anonymous.py, `turn_pools`): a copy of the database, or two, do not tell a name that came
from an hour that passed. The key before is overwritten, so what an older copy holds stays shut for ever.
"""

from __future__ import annotations

import base64
import json
import secrets
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.db import transaction

from ifnotyou.models import RolePage, SealKey

POOL_BYTES = 48 * 1024
"""Of the text inside; with at most two bytes a letter there is room for a dozen entries of the longest kind."""

_NONCE_BYTES = 12
_KEY_BYTES = 32

Item = dict[str, Any]
"""One thing that came in; its kinds are those of services/anonymous.py."""


class PoolFullError(Exception):
    """What came in would not fit."""


def locked(page_id: int) -> RolePage:
    """The page, so that nobody else opens or closes its pool until the end of the transaction."""
    return RolePage.objects.select_for_update().get(pk=page_id)


def look_into(page_id: int) -> list[Item]:
    """What waits, for somebody who only looks: sealed text and key of one moment, and no trace of a lock."""
    page = RolePage.objects.select_related("seal").get(pk=page_id)
    return _unsealed(page, getattr(page, "seal", None))


def open_pool(page: RolePage) -> list[Item]:
    """What waits, in no order. Lock the page first. Empty where the key is gone: a backup has none."""
    page.refresh_from_db(fields=["sealed"])  # read before the lock, it would not fit the key
    return _unsealed(page, SealKey.objects.filter(page=page).first())


@transaction.atomic
def close_pool(page: RolePage, items: list[Item], *, keep_free: int = 0) -> None:
    """Seal these under a new key, shuffled.

    Raises PoolFullError, and nothing has changed, where they do not fit and leave so many bytes free.
    """
    shuffled = list(items)
    secrets.SystemRandom().shuffle(shuffled)
    text = json.dumps(shuffled, separators=(",", ":"), ensure_ascii=False).encode()
    if len(text) > POOL_BYTES - keep_free:
        raise PoolFullError
    key, nonce = secrets.token_bytes(_KEY_BYTES), secrets.token_bytes(_NONCE_BYTES)
    page.sealed = nonce + AESGCM(key).encrypt(nonce, text.ljust(POOL_BYTES), _of(page))
    page.save(update_fields=["sealed"])
    SealKey.objects.update_or_create(
        workspace_id=page.workspace_id, page=page, defaults={"key": base64.b64encode(key).decode()}
    )


def _unsealed(page: RolePage, seal: SealKey | None) -> list[Item]:
    if seal is None or not page.sealed:
        return []
    sealed = bytes(page.sealed)
    try:
        text = AESGCM(base64.b64decode(seal.key)).decrypt(
            sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], _of(page)
        )
    except InvalidTag:
        return []  # of a key that was replaced: a restored backup
    items: list[Item] = json.loads(text)
    return items


def _of(page: RolePage) -> bytes:
    """What the sealed text is bound to: it cannot be put into another page's row."""
    return f"page {page.pk}".encode()
