"""A calendar that is published at an address of its own, as an .ics feed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from ifnotyou.connectors.calendar.base import Calendar, refused
from ifnotyou.connectors.calendar.events import busy_in
from ifnotyou.playbook.times import Busy

_WEBCAL = re.compile(r"^webcals?:", re.IGNORECASE)


@dataclass(frozen=True)
class Feed(Calendar):
    """The address that calendar programs subscribe to; often secret, sometimes with a password besides."""

    def busy(self, start: datetime, end: datetime) -> list[Busy]:
        """Read the whole feed, and keep nothing of it; see Calendar."""
        address = _WEBCAL.sub("https:", self.url.strip())
        answer = self.client.get(address, headers={"Accept": "text/calendar"}, auth=self.auth)
        if not answer.good:
            raise refused(answer, with_password=self.auth is not None)
        return busy_in(answer.body, start, end, zone=self.zone, owner=self.owner)
