"""Who vouches for people by OpenID Connect, each kind one file in `kinds/`: what lies there is found."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from functools import cache

from ifnotyou.connectors.sign_in import kinds
from ifnotyou.connectors.sign_in.contract import Kind


@cache
def all_kinds() -> Mapping[str, type[Kind]]:
    """Every kind of provider there is, by its slug: the one for any other comes last."""
    found: list[type[Kind]] = [
        importlib.import_module(f"{kinds.__name__}.{module.name}").Provider
        for module in pkgutil.iter_modules(kinds.__path__)
    ]
    return {one.slug: one for one in sorted(found, key=lambda one: (one.is_any, one.label.casefold()))}


def kind_of(issuer: str) -> type[Kind]:
    """The kind that an issuer is. By its address, whatever an admin called it: the rules of trust hang on it."""
    return next(one for one in all_kinds().values() if one.is_any or one.speaks_as(issuer))
