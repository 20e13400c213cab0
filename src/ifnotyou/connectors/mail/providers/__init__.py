"""Providers of mailboxes that let us in by OAuth, each one file beside this: what lies here is found."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from functools import cache

from ifnotyou.connectors.mail.providers.contract import Provider


@cache
def all_providers() -> Mapping[str, type[Provider]]:
    """Every provider there is, by its slug, in the order of the names that people read."""
    found: list[type[Provider]] = [
        importlib.import_module(f"{__name__}.{module.name}").Provider
        for module in pkgutil.iter_modules(__path__)
        if module.name != "contract"
    ]
    return {one.slug: one for one in sorted(found, key=lambda one: one.label.casefold())}
