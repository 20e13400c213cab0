"""The erasure list: under which keys somebody stands in it, and whether they do (services/erasure.py fills it)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from ifnotyou.models import Erasure


def is_erased(keys: Iterable[str]) -> bool:
    """Whether a candidate with one of these keys was erased here, or deleted by the system that told of them."""
    return Erasure.objects.filter(key__in=with_gone(keys)).exists()


def of_name_only(key: str) -> str:
    """What stands in the list for a key where only the name was erased: it means nobody's record as a candidate."""
    return hashlib.sha256(f"named:{key}".encode()).hexdigest()


def of_gone(key: str) -> str:
    """What stands in the list for a key of whom another system deleted: that system may tell of them again."""
    return hashlib.sha256(f"gone:{key}".encode()).hexdigest()


def with_gone(keys: Iterable[str]) -> list[str]:
    """These keys of a candidate, and what stands in the list for them where another system deleted them."""
    return [listed for key in keys for listed in (key, of_gone(key))]
