"""A text that is encrypted at rest."""

from __future__ import annotations

import base64
from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet, MultiFernet
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.db import models


@lru_cache(maxsize=4)
def _box(keys: tuple[str, ...]) -> MultiFernet:
    """Encrypts with the first key, decrypts with any. Each is derived (RFC 5869): SECRET_KEY also signs sessions."""
    derived = (HKDF(hashes.SHA256(), 32, None, b"ifnotyou.secret").derive(key.encode()) for key in keys)
    return MultiFernet([Fernet(base64.urlsafe_b64encode(key)) for key in derived])


def seal(text: str) -> str:
    """Encrypt with the first key of SECRET_KEY. When is not told: Fernet would write the second into the token."""
    return _box(tuple(settings.SECRET_KEYS)).encrypt_at_time(text.encode(), 0).decode()


def unseal(token: str) -> str:
    """Decrypt what `seal` wrote; raises cryptography's InvalidToken where none of the keys fits."""
    return _box(tuple(settings.SECRET_KEYS)).decrypt(token.encode()).decode()


class SecretText(models.TextField[str, str]):
    """A text column whose content only the holder of SECRET_KEY can read. "" stays ""; it cannot be searched."""

    def get_prep_value(self, value: Any) -> Any:
        """Encrypt for the database."""
        text = super().get_prep_value(value)
        return seal(text) if text else text

    def from_db_value(self, value: str | None, _expression: Any, _connection: Any) -> str | None:
        """Decrypt; raises cryptography's InvalidToken where none of the keys fits."""
        return unseal(value) if value else value

    def get_lookup(self, lookup_name: str) -> Any:
        """Only IS NULL: the same text is never encrypted to the same bytes."""
        if lookup_name != "isnull":
            raise TypeError(f"{self.name} is encrypted: it cannot be searched.")
        return super().get_lookup(lookup_name)
