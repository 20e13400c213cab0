"""What programs send, read as JSON and nothing else."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpRequest
from ninja.parser import Parser

from ifnotyou.api.errors import unreadable


class StrictJson(Parser):
    """JSON as its standard has it: no NaN, and in no text what no database keeps."""

    def parse_body(self, request: HttpRequest) -> Any:
        """The body; whatever goes wrong here is answered with 400."""
        told = json.loads(request.body.decode(), parse_constant=_refuse)
        _hold_to_text(told)
        return told


def _refuse(name: str) -> None:
    raise unreadable() from ValueError(name)


def _hold_to_text(told: Any) -> None:
    """PostgreSQL keeps no U+0000, and half a surrogate pair is no character at all."""
    if isinstance(told, str):
        if "\0" in told or any("\ud800" <= sign <= "\udfff" for sign in told):
            raise unreadable()
    elif isinstance(told, dict):
        for name, value in told.items():
            _hold_to_text(name)
            _hold_to_text(value)
    elif isinstance(told, list):
        for value in told:
            _hold_to_text(value)
