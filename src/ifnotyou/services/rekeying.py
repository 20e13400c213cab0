"""Encrypting every stored secret anew."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.db import transaction
from django_scopes import scopes_disabled

from ifnotyou.models.secret import SecretText

_AT_ONCE = 500


@transaction.atomic
def rekey() -> int:
    """Write every secret with the first key of SECRET_KEY, all or nothing; returns how many there were.

    Raises cryptography's InvalidToken where none of the keys reads one.
    """
    with scopes_disabled():
        return sum(
            _rewrite(model, field.name)
            for model in apps.get_app_config("ifnotyou").get_models()
            for field in model._meta.get_fields()
            if isinstance(field, SecretText)
        )


def _rewrite(model: Any, field: str) -> int:
    """Reading decrypts with whichever key fits, writing encrypts with the first."""
    rows = [row for row in model.objects.select_for_update().only(field) if getattr(row, field)]
    model.objects.bulk_update(rows, [field], batch_size=_AT_ONCE)
    return len(rows)
