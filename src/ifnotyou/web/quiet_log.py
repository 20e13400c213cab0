"""Nothing is logged while an anonymous page is at work: a line would tell when somebody was there.

That something broke is not swallowed: whoever sees the page is told, and the program remembers which error it was
and where in the code, in memory alone. It tells the log in a later hour, when something else is asked for, so that
the line does not say when it was.
"""

from __future__ import annotations

import contextvars
import logging
import threading
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import PurePath

from django.http import HttpRequest, HttpResponseBase

QUIET = ("/d/", "/receipt")
"""How the addresses of the anonymous pages begin."""

logger = logging.getLogger("ifnotyou.web")

_HOUR = 3600
_quiet = contextvars.ContextVar("quiet", default=False)
_broken: Counter[tuple[int, str]] = Counter()
"""By hour and what broke, how often."""
_counting = threading.Lock()


class QuietLog:
    """Keeps every log still while an anonymous page is at work, and tells what broke there in an hour gone by."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        """Keep the next middleware."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Hush, or tell."""
        if request.path_info.startswith(QUIET):
            with hushed():
                return self.get_response(request)
        tell_what_broke(time.time())
        return self.get_response(request)


class Hush(logging.Filter):
    """Lets no record through that is made while an anonymous page is at work; counts errors instead."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the record may be told."""
        if not _quiet.get():
            return True
        if record.levelno >= logging.ERROR:
            error = record.exc_info[1] if record.exc_info else None
            what = "an error without an exception" if error is None else _kind_and_place(error)
            with _counting:
                _broken[int(time.time()) // _HOUR, what] += 1
        return False


@contextmanager
def hushed() -> Iterator[None]:
    """No log record of this thread gets through meanwhile."""
    before = _quiet.set(True)
    try:
        yield
    finally:
        _quiet.reset(before)


def tell_what_broke(now: float) -> None:
    """Log what broke in the hours before this one."""
    if not _broken:
        return
    with _counting:
        told = {entry: times for entry, times in _broken.items() if entry[0] < int(now) // _HOUR}
        for entry in told:
            del _broken[entry]
    for (_, what), times in sorted(told.items()):
        logger.error("On an anonymous page, in an hour gone by, something broke (%d times): %s", times, what)


def _kind_and_place(error: BaseException) -> str:
    """The class of the error and our lines that led to it; not its words, for they may quote what was sent."""
    ours = [frame for frame in traceback.extract_tb(error.__traceback__) if "ifnotyou" in frame.filename]
    places = [f"{PurePath(frame.filename).name}:{frame.lineno}" for frame in ours[-3:]]
    return f"{type(error).__name__} at {' > '.join(places) or 'a place outside of ifnotyou'}"
