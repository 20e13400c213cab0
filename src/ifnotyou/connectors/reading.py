"""Somebody else's JSON: what no database keeps is taken out of it as it comes in."""

from __future__ import annotations

import json
from typing import Any


def read_json(body: bytes) -> Any:
    """What somebody else's JSON says, every text in it as `plain` has it; raises ValueError where it is none."""
    # json would let half a surrogate pair pass in either way of writing it.
    text = body.decode(json.detect_encoding(body), "replace")
    try:
        told = json.loads(text)
        return _all_plain(told) if "\\u" in text else told
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error


def plain(text: str) -> str:
    """Without what no database keeps: NUL, and half of a surrogate pair, as of a name cut within an emoji."""
    return text.replace("\0", "").encode(errors="replace").decode()


def _all_plain(value: Any) -> Any:
    if isinstance(value, str):
        return plain(value)
    if isinstance(value, dict):
        return {plain(name): _all_plain(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_all_plain(one) for one in value]
    return value
