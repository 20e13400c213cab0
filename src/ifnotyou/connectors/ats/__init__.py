"""Systems for applicants (ATS), each one file in `systems/`: what lies there is found, and nothing lists them."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from functools import cache

from ifnotyou.connectors.ats import systems
from ifnotyou.connectors.ats.contract import AtsConnector


@cache
def all_systems() -> Mapping[str, type[AtsConnector]]:
    """Every connector there is, by its slug, in the order of the names that people read."""
    found: list[type[AtsConnector]] = [
        importlib.import_module(f"{systems.__name__}.{module.name}").Connector
        for module in pkgutil.iter_modules(systems.__path__)
    ]
    return {one.slug: one for one in sorted(found, key=lambda one: one.label.casefold())}
