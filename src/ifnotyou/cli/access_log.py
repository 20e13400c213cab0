"""`ifnotyou doctor --access-log FILE`: does the proxy keep quiet about the anonymous pages? Tried, not believed."""

from __future__ import annotations

import secrets
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

_PATIENCE = 3.0  # seconds in which a proxy writes what it will write
_TIMEOUT = 10.0


class _AsItCame(urllib.request.HTTPRedirectHandler):
    """Asks nobody but the one who was asked."""

    def redirect_request(self, *_: Any) -> None:
        """Follow no redirection: it is an answer too."""


def look_at_log(file: Path, public_url: str) -> list[dict[str, str]]:
    """Open the anonymous pages as people do, by PUBLIC_URL, and tell if the log got a line of it."""
    marker = secrets.token_urlsafe(24)
    try:
        before = file.stat().st_size
        for path in (f"/d/{marker}", f"/receipt?{marker}"):
            _ask(f"{public_url}{path}")
        told = _comes_up(marker, file, before)
    except OSError as error:
        return [
            {
                "code": "access_log_not_tried",
                "text": f"Whether {file} tells of the anonymous pages could not be tried: "
                f"{getattr(error, 'reason', None) or error.strerror or error}.",
                "mend": "Give the file that the proxy writes its accesses to, readable for you, and see that "
                f"{public_url} answers from this machine.",
            }
        ]
    if not told:
        return []
    return [
        {
            "code": "access_log_tells",
            "text": f"{file} tells who opens the anonymous pages, and when: they are not anonymous.",
            "mend": "Switch the proxy's access log off, at least for /d/, /r/, /receipt, /v/ and /forget/ (see deploy/ "
            "for nginx and Caddy), and delete what was logged.",
        }
    ]


def _ask(address: str) -> None:
    """Let the page be opened; what it says does not matter."""
    opener = urllib.request.build_opener(_AsItCame, urllib.request.ProxyHandler({}))
    try:
        with opener.open(address, timeout=_TIMEOUT):
            pass
    except urllib.error.HTTPError as answer:
        answer.close()


def _comes_up(marker: str, file: Path, before: int) -> bool:
    """Whether the marker is written behind what was there before, within a while."""
    until = time.monotonic() + _PATIENCE
    while True:
        with file.open("rb") as log:
            log.seek(
                before if file.stat().st_size >= before else 0
            )  # a log that was changed meanwhile begins anew
            if marker.encode() in log.read():
                return True
        if time.monotonic() > until:
            return False
        time.sleep(0.1)
