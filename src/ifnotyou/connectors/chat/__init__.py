"""Chats of companies, each one file in `systems/`: what lies there is found, and nothing lists them."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from functools import cache

from ifnotyou.connectors.chat import systems
from ifnotyou.connectors.chat.contract import ChatConnector


@cache
def all_chats() -> Mapping[str, type[ChatConnector]]:
    """Every chat there is, by its slug, in the order of the names that people read."""
    found: list[type[ChatConnector]] = [
        importlib.import_module(f"{systems.__name__}.{module.name}").Connector
        for module in pkgutil.iter_modules(systems.__path__)
    ]
    return {one.slug: one for one in sorted(found, key=lambda one: one.label.casefold())}
