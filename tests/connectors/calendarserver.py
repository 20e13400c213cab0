"""A real CalDAV server for tests, on loopback (Radicale), with one user and one calendar.

A conftest.py or a test takes it by "from tests.connectors.calendarserver import calendar_server".
"""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests

from tests.ports import HOST, free_ports

_STARTS = 3
_SECONDS_TO_START = 300
_MAKE_CALENDAR = """<?xml version="1.0" encoding="utf-8"?>
<C:mkcalendar xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><D:set><D:prop>
<C:supported-calendar-component-set><C:comp name="{component}"/></C:supported-calendar-component-set>
</D:prop></D:set></C:mkcalendar>"""


@dataclass(frozen=True)
class RunningCalendarServer:
    """Radicale, for one user."""

    port: int
    user: str = "jon"
    password: str = "sésame"

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"

    def calendar(self, name: str) -> str:
        """The address of a calendar."""
        return f"{self.url}/{self.user}/{name}/"

    def make(self, name: str, component: str = "VEVENT") -> str:
        """A new empty calendar (or list of tasks); its address."""
        self._ask("DELETE", self.calendar(name))
        answer = self._ask("MKCALENDAR", self.calendar(name), _MAKE_CALENDAR.format(component=component))
        assert answer.status_code == 201, answer.text
        return self.calendar(name)

    def put(self, name: str, event: str | bytes, file: str = "event") -> requests.Response:
        """Put an event into a calendar, as a calendar program does."""
        return self._ask("PUT", f"{self.calendar(name)}{file}.ics", event, "text/calendar; charset=utf-8")

    def get(self, name: str, file: str = "event") -> str:
        """What the server keeps of an event."""
        return self._ask("GET", f"{self.calendar(name)}{file}.ics").text

    def _ask(
        self, method: str, url: str, body: str | bytes = "", kind: str = "application/xml"
    ) -> requests.Response:
        data = body.encode() if isinstance(body, str) else body
        return requests.request(
            method,
            url,
            data=data,
            headers={"Content-Type": kind},
            auth=(self.user.encode(), self.password.encode()),
            timeout=20,
        )


@pytest.fixture(scope="session")
def calendar_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningCalendarServer]:
    """Radicale in a process of its own."""
    folder = tmp_path_factory.mktemp("calendar-server")
    for attempt in range(1, _STARTS + 1):
        server = RunningCalendarServer(*free_ports(1))
        log = folder / f"log-{attempt}"
        with log.open("w") as output:
            process = subprocess.Popen(_command(server, folder), stdout=output, stderr=output)
        try:
            if _answers(server, process):
                server._ask("MKCOL", f"{server.url}/{server.user}/")
                yield server
                return
        finally:
            process.terminate()
            process.wait(timeout=300)
    pytest.fail(f"The calendar server did not start: {log.read_text()}")


def _command(server: RunningCalendarServer, folder: Path) -> list[str]:
    users, config = folder / "users", folder / "config"
    users.write_text(f"{server.user}:{server.password}\n", encoding="utf-8")
    config.write_text(
        f"[server]\nhosts = {HOST}:{server.port}\n"
        f"[auth]\ntype = htpasswd\nhtpasswd_filename = {users}\nhtpasswd_encryption = plain\ndelay = 0\n"
        f"[storage]\nfilesystem_folder = {folder / 'collections'}\n",
        encoding="utf-8",
    )
    return [sys.executable, "-m", "radicale", "--config", str(config)]


def _answers(server: RunningCalendarServer, process: subprocess.Popen) -> bool:
    """True once it answers, False when the process has ended or takes too long."""
    give_up = time.monotonic() + _SECONDS_TO_START
    while process.poll() is None and time.monotonic() < give_up:
        with suppress(requests.RequestException):
            requests.get(f"{server.url}/.web", timeout=5, allow_redirects=False)
            return True
        time.sleep(0.05)
    return False
