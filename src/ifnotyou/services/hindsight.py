"""What is told afterwards: its lines in the book are of then, nothing is enqueued for now, and no decline
is judged before all is told.

Only the made-up company of `ifnotyou demo` has a past that it did not live through.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime

_then: ContextVar[datetime | None] = ContextVar("then", default=None)


@contextmanager
def told_afterwards(moment: datetime) -> Iterator[None]:
    """What the services do inside happened at `moment`: no mail about it goes out today."""
    token = _then.set(moment)
    try:
        yield
    finally:
        _then.reset(token)


def moment_told() -> datetime | None:
    """When that happened which is being told; None where it happens now."""
    return _then.get()
