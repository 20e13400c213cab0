"""CalDAV, against a real Radicale; and against scripted servers that cannot do what it can."""

from dataclasses import replace
from datetime import UTC
from xml.sax.saxutils import escape

import pytest

from ifnotyou.connectors.base import ConnectorError, Trouble
from ifnotyou.connectors.calendar.caldav import CalDav
from tests.connectors.calendar.contract import (
    HERE,
    MONDAY,
    WEEK,
    CalendarContract,
    event,
    span,
)
from tests.connectors.calendarserver import calendar_server  # noqa: F401 - a fixture
from tests.connectors.webserver import Said, WebServer

LUNCH = event("lunch", "DTSTART:20260310T110000Z", "DTEND:20260310T120000Z")
TEA = event("tea", "DTSTART:20260311T150000Z", "DTEND:20260311T160000Z")


class TestRadicale(CalendarContract):
    """The contract, with what Radicale keeps."""

    @pytest.fixture(autouse=True)
    def _server(self, calendar_server):  # noqa: F811
        self.server = calendar_server
        self.password = calendar_server.password

    def holding(self, *texts, zone=UTC, owner=""):
        url = self.server.make("contract")
        for number, text in enumerate(texts):
            assert self.server.put("contract", text, str(number)).status_code == 201
        return self.calendar(url, zone=zone, owner=owner)

    def locked_out(self):
        return self.calendar(self.server.make("contract"), password="guessed")

    def elsewhere(self):
        return self.calendar(self.server.calendar("not-there"))

    def calendar(self, url, **changes):
        known = {"username": self.server.user, "password": self.server.password, "client": HERE}
        return CalDav(url, **(known | changes))

    @pytest.mark.parametrize("path", ["", "/", "/jon/"])
    def test_address_of_server_or_account_leads_to_all_its_calendars(self, path):
        for name, text in (("work", LUNCH), ("home", TEA)):
            self.server.make(name)
            self.server.put(name, text)
        self.server.make("tasks", "VTODO")
        self.server.make("contract")
        found = self.calendar(f"{self.server.url}{path}").busy(MONDAY, MONDAY + WEEK)
        assert found == [span(10, 11, 12), span(11, 15, 16)]


PRINCIPAL = "<D:current-user-principal><D:href>{}</D:href></D:current-user-principal>"
HOME = "<C:calendar-home-set><D:href>{}</D:href></C:calendar-home-set>"
CALENDAR = "<D:resourcetype><D:collection/><C:calendar/></D:resourcetype>"
FREE = "<C:schedule-calendar-transp><C:transparent/></C:schedule-calendar-transp>"


def multistatus(**properties):
    """An answer that tells of things, by address."""
    told = "".join(
        f"<D:response><D:href>/{path}</D:href><D:propstat><D:prop>{held}</D:prop>"
        "<D:status>HTTP/1.1 200 OK</D:status></D:propstat><D:propstat><D:prop><D:displayname/></D:prop>"
        "<D:status>HTTP/1.1 404 Not Found</D:status></D:propstat></D:response>"
        for path, held in properties.items()
    )
    spaces = 'xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"'
    return Said(207, f'<?xml version="1.0"?><D:multistatus {spaces}>{told}</D:multistatus>')


def events(text):
    return f"<C:calendar-data>{escape(text)}</C:calendar-data>"


def asked(server, path="/cal", **changes):
    return CalDav(
        f"{server.url}{path}", **({"username": "jon", "password": "p", "client": HERE} | changes)
    ).busy(MONDAY, MONDAY + WEEK)


FREE_BUSY = LUNCH.replace("VEVENT", "VFREEBUSY").replace(
    "DTSTART:20260310T110000Z", "FREEBUSY:20260310T110000Z/PT1H"
)


@pytest.mark.parametrize("status", [400, 403, 501])
def test_where_events_may_not_be_seen_the_server_is_asked_for_busy_times(status):
    answers = {
        "PROPFIND /cal": multistatus(cal=CALENDAR),
        "REPORT /cal": lambda request: Said(200, FREE_BUSY) if b"free-busy" in request.body else Said(status),
    }
    with WebServer(answers) as server:
        assert asked(server) == [span(10, 11, 12)]
    with WebServer(answers | {"REPORT /cal": Said(status)}) as server, pytest.raises(ConnectorError):
        asked(server)


def test_declined_by_the_owner_is_free_where_events_are_read():
    text = event(
        "declined",
        "DTSTART:20260310T110000Z\nDTEND:20260310T120000Z",
        "ORGANIZER:mailto:sam@example.org\nATTENDEE;PARTSTAT=DECLINED:mailto:Jon@Example.org",
    )
    answers = {
        "PROPFIND /cal": multistatus(cal=CALENDAR),
        "REPORT /cal": multistatus(one=events(text)),
    }
    with WebServer(answers) as server:
        assert asked(server, owner="jon@example.org") == []
        assert asked(server, owner="sam@example.org") == [span(10, 11, 12)]


def test_account_is_followed_from_principal_to_home_without_what_is_shown_as_free():
    answers = {
        "PROPFIND /dav": multistatus(dav=PRINCIPAL.format("/me")),
        "PROPFIND /me": multistatus(me=HOME.format("/home")),
        "PROPFIND /home": multistatus(home="", work=CALENDAR, holidays=CALENDAR + FREE),
        "REPORT /work": multistatus(one=events(LUNCH), two=events(TEA)),
        "REPORT /holidays": Said(500),
    }
    with WebServer(answers) as server:
        assert asked(server, "/dav") == [span(10, 11, 12), span(11, 15, 16)]


def test_password_never_goes_to_another_server():
    with WebServer({}) as other:
        answers = {"PROPFIND /dav": multistatus(dav=HOME.format(f"{other.url}/home"))}
        with WebServer(answers) as server, pytest.raises(ConnectorError) as refused:
            asked(server, "/dav")
        assert refused.value.reason_code is Trouble.LEADS_ELSEWHERE
        assert other.requests == []


@pytest.mark.parametrize(
    ("said", "code"),
    [
        (Said(401), Trouble.SIGN_IN_REFUSED),
        (Said(403), Trouble.SIGN_IN_REFUSED),
        (Said(404), Trouble.NOT_FOUND),
        (Said(405), Trouble.NOT_UNDERSTOOD),
        (Said(429), Trouble.TOO_OFTEN),
        (Said(503), Trouble.UNREACHABLE),
        (Said(200, "<html>Welcome</html>"), Trouble.NO_CALENDAR),
        (Said(207, "<html>Welcome"), Trouble.NO_CALENDAR),
        (Said(207, '<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'), Trouble.NO_CALENDAR),
        (Said(207, ""), Trouble.NO_CALENDAR),
        (multistatus(), Trouble.NO_CALENDAR),
        (multistatus(cal="<D:resourcetype/>"), Trouble.NO_CALENDAR),
    ],
    ids=str,
)
def test_what_is_no_calendar_is_told_and_is_never_free(said, code):
    with WebServer({"PROPFIND /cal": said}) as server, pytest.raises(ConnectorError) as refused:
        asked(server)
    assert refused.value.reason_code is code
    assert refused.value.text.endswith((".", ")"))


def test_account_without_end_is_not_asked_for_ever():
    """Each answer in time, and all of them together not."""
    hasty = replace(HERE, ends=0.0)
    with WebServer({"PROPFIND /cal": multistatus(cal=CALENDAR)}) as server:
        with pytest.raises(ConnectorError) as refused:
            asked(server, client=hasty)
        assert refused.value.reason_code is Trouble.UNREACHABLE
        assert server.requests == []


def test_password_that_is_refused_only_for_the_events_is_told():
    answers = {"PROPFIND /cal": multistatus(cal=CALENDAR), "REPORT /cal": Said(401)}
    with WebServer(answers) as server, pytest.raises(ConnectorError, match="did not accept"):
        asked(server)
