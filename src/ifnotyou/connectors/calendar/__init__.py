"""When somebody is busy, as their own calendar tells: an .ics feed or a CalDAV server."""

from __future__ import annotations

from collections.abc import Mapping

from ifnotyou.connectors.calendar.base import Calendar
from ifnotyou.connectors.calendar.caldav import CalDav
from ifnotyou.connectors.calendar.feed import Feed

KINDS: Mapping[str, type[Calendar]] = {"feed": Feed, "caldav": CalDav}
"""By the name that a calendar's row has."""
