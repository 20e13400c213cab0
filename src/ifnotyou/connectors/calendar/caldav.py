"""A calendar on a CalDAV server (RFC 4791), or all the calendars of an account there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from urllib.parse import urljoin, urlsplit
from xml.etree import ElementTree as ET

from ifnotyou.connectors.base import ConnectorError, Trouble
from ifnotyou.connectors.calendar.base import Calendar, refused
from ifnotyou.connectors.calendar.events import busy_in
from ifnotyou.connectors.http import Answer
from ifnotyou.playbook.times import Busy

_DAV = "{DAV:}"
_CALDAV = "{urn:ietf:params:xml:ns:caldav}"
_MULTISTATUS = 207
_OK = 200
_MOST_CALENDARS = 20
_SECONDS = 40.0  # for all that is asked of one server
_SPARE = timedelta(days=1)
_REFUSED_SIGN_IN = frozenset({401, 407})
_WELL_KNOWN = "/.well-known/caldav"  # RFC 6764

_PROPFIND = b"""<?xml version="1.0" encoding="utf-8"?>
<D:propfind xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><D:prop>
<D:resourcetype/><D:current-user-principal/><C:calendar-home-set/><C:supported-calendar-component-set/>
<C:schedule-calendar-transp/></D:prop></D:propfind>"""

_FREE_BUSY = """<?xml version="1.0" encoding="utf-8"?>
<C:free-busy-query xmlns:C="urn:ietf:params:xml:ns:caldav"><C:time-range start="{start}" end="{end}"/>
</C:free-busy-query>"""

_EVENTS = """<?xml version="1.0" encoding="utf-8"?>
<C:calendar-query xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><D:prop><C:calendar-data/></D:prop>
<C:filter><C:comp-filter name="VCALENDAR"><C:comp-filter name="VEVENT">
<C:time-range start="{start}" end="{end}"/></C:comp-filter></C:comp-filter></C:filter></C:calendar-query>"""


@dataclass(frozen=True)
class CalDav(Calendar):
    """One calendar, or every calendar of an account: whatever the address leads to, on the same server."""

    def busy(self, start: datetime, end: datetime) -> list[Busy]:
        """Ask each calendar; see Calendar."""
        hasty = replace(self, client=self.client.within(_SECONDS))
        spans = [span for url in hasty._calendars() for span in hasty._busy_of(url, start, end)]  # noqa: SLF001 - itself
        return sorted(spans, key=lambda span: (span.starts, span.ends))

    def _busy_of(self, url: str, start: datetime, end: datetime) -> list[Busy]:
        """From the events of that time; where we may not see them, by a free-busy query, which tells only times.

        In this order: servers have been seen to tell wrong times of what repeats over a change of the clocks (Radicale
        3.9), so what they reckon themselves comes second, and events are asked for with a day to spare.
        """
        told = {"start": _stamp(start - _SPARE), "end": _stamp(end + _SPARE)}
        answer = self._ask("REPORT", url, "1", _EVENTS.format(**told).encode())
        if answer.status != _MULTISTATUS and answer.status not in _REFUSED_SIGN_IN:
            answer = self._ask("REPORT", url, "1", _FREE_BUSY.format(**told).encode())
        if answer.good and b"BEGIN:VFREEBUSY" in answer.body and answer.status != _MULTISTATUS:
            return busy_in(answer.body, start, end, zone=self.zone)
        spans: list[Busy] = []
        for found in _found(answer):
            if data := found.text(f"{_CALDAV}calendar-data"):
                spans += busy_in(data.encode(), start, end, zone=self.zone, owner=self.owner)
        return spans

    def _calendars(self) -> list[str]:
        """The calendar at the address; else those of the account that it belongs to."""
        here = self._look(self._start())
        if here.is_calendar:
            return [here.url]
        home = here.link(f"{_CALDAV}calendar-home-set")
        principal = here.link(f"{_DAV}current-user-principal")
        if not home and principal:
            home = self._look(self._on_this_server(principal)).link(f"{_CALDAV}calendar-home-set")
        if not home:
            raise _no_calendar(self.url)
        answer = self._ask("PROPFIND", self._on_this_server(home), "1", _PROPFIND)
        calendars = [found.url for found in _found(answer) if found.is_calendar and found.takes_time]
        if not calendars:
            raise _no_calendar(self.url)
        return [self._on_this_server(url) for url in calendars[:_MOST_CALENDARS]]

    def _start(self) -> str:
        """Where to begin: of a bare server, where it says that its calendars are."""
        parts = urlsplit(self.url.strip())
        if parts.path in {"", "/"}:
            answer = self._ask("PROPFIND", urljoin(self.url.strip(), _WELL_KNOWN), "0", _PROPFIND)
            if answer.status == _MULTISTATUS:
                return answer.url
        return self.url.strip()

    def _look(self, url: str) -> _Found:
        """What there is at one address."""
        found = next(_found(self._ask("PROPFIND", url, "0", _PROPFIND)), None)
        if found is None:
            raise _no_calendar(url)
        return found

    def _on_this_server(self, url: str) -> str:
        """An address that the server named, if it is its own: the password goes nowhere else."""
        here, there = urlsplit(self.url.strip()), urlsplit(url)
        if (here.scheme, here.netloc.lower()) != (there.scheme, there.netloc.lower()):
            raise ConnectorError(
                Trouble.LEADS_ELSEWHERE,
                f"{here.hostname} says that your calendars are at {there.hostname}. We do not follow, because your "
                "password would go there too. If that is right, enter the address there.",
                permanent=True,
            )
        return url

    def _ask(self, method: str, url: str, depth: str, body: bytes) -> Answer:
        headers = {"Depth": depth, "Content-Type": "application/xml; charset=utf-8"}
        return self.client.send(method, url, headers=headers, body=body, auth=self.auth)


@dataclass(frozen=True)
class _Found:
    """One thing that a server tells of: where it is, and the properties that it has."""

    url: str
    properties: dict[str, ET.Element]

    @property
    def is_calendar(self) -> bool:
        kinds = self.properties.get(f"{_DAV}resourcetype")
        return kinds is not None and kinds.find(f"{_CALDAV}calendar") is not None

    @property
    def takes_time(self) -> bool:
        """Whether there may be events in it that make busy: no list of tasks, and not said to be free (RFC 6638)."""
        parts = self.properties.get(f"{_CALDAV}supported-calendar-component-set")
        names = {part.get("name", "") for part in parts} if parts is not None else set()
        shown_as = self.properties.get(f"{_CALDAV}schedule-calendar-transp")
        is_free = shown_as is not None and shown_as.find(f"{_CALDAV}transparent") is not None
        return (not names or "VEVENT" in names) and not is_free

    def link(self, name: str) -> str:
        """The address in a property; "" where there is none."""
        found = self.properties.get(name)
        href = found.find(f"{_DAV}href") if found is not None else None
        return urljoin(self.url, (href.text or "").strip()) if href is not None else ""

    def text(self, name: str) -> str:
        found = self.properties.get(name)
        return (found.text or "") if found is not None else ""


def _found(answer: Answer) -> Iterator[_Found]:
    """What a multistatus answer (RFC 4918) tells of; ConnectorError where it is none."""
    if answer.status != _MULTISTATUS:
        raise _no_calendar(answer.url) if answer.good else refused(answer, with_password=True)
    for response in _xml(answer).iter(f"{_DAV}response"):
        href = response.find(f"{_DAV}href")
        properties: dict[str, ET.Element] = {}
        for group in response.iter(f"{_DAV}propstat"):
            status, held = group.find(f"{_DAV}status"), group.find(f"{_DAV}prop")
            if status is not None and f" {_OK} " in f"{status.text} " and held is not None:
                properties |= {one.tag: one for one in held}
        yield _Found(urljoin(answer.url, (href.text or "").strip() if href is not None else ""), properties)


def _xml(answer: Answer) -> ET.Element:
    """The document, without any definitions of its own: those are how a small one becomes a large one."""
    try:
        text = answer.body.decode("utf-8", "replace")
        if "<!DOCTYPE" in text.upper():
            raise _no_calendar(answer.url)
        return ET.fromstring(text)  # noqa: S314 - nothing can be defined, and nothing from outside is read
    except ET.ParseError:
        raise _no_calendar(answer.url) from None


def _no_calendar(url: str) -> ConnectorError:
    return ConnectorError(
        Trouble.NO_CALENDAR,
        f"At this address {urlsplit(url).hostname} has no calendar. Copy the CalDAV address from the settings of your "
        "calendar.",
        permanent=True,
    )


def _stamp(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"
