"""Reading a system for applicants: all of its history once, then only what changed.

Other systems are never called inside a transaction: some applications are read, then taken in together with how far
we have come. So a reading that was killed at any point goes on where it was, and what was read twice is there once.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction

from ifnotyou.connectors.ats.contract import AtsConnector, Cursor, Page
from ifnotyou.connectors.base import ConnectorError, Trouble
from ifnotyou.models import Connection, Employee, Offer, Scorecard, Workspace
from ifnotyou.playbook.records import OfferStatus
from ifnotyou.services import habits
from ifnotyou.services.connections import clear_trouble, connector_of, keep_trouble
from ifnotyou.services.declines import mark_stale
from ifnotyou.services.dossiers import Answer, Taken, accounts_in, known_as, prefixed, take, take_colleagues
from ifnotyou.services.later import later
from ifnotyou.services.rows import ident

AT_ONCE = 500
"""So many applications are taken in together: others who write wait so long, and after a kill they are read again."""
AT_MOST_SECONDS = 10.0
"""And what took so long to read is taken in whatever it is: some systems let us ask a few times in a minute only."""
COLLEAGUES_EVERY = timedelta(hours=1)
STRANGERS_EVERY = timedelta(minutes=1)
"""Where somebody turns up of whom we have never heard, the accounts are read again, and no oftener than this."""
LOOKED_AT_EVERY = timedelta(days=7)
LOOKED_AT_TOGETHER = 50
"""So many offers that were read longest ago are read again each time: no system tells of everything that it deletes."""

OURS = (
    "Something went wrong here while we read, and the log of ifnotyou says what. We try again by ourselves."
)

Watch = Callable[[Taken, datetime | None], None]
"""Told after each block what came of everything so far, and how far back in time the reading is."""


def sync(connection: Connection, *, now: datetime, watch: Watch | None = None) -> Taken:
    """Read on from the cursor to the end. Never call it inside a transaction; raises ConnectorError."""
    return _Reading(connection, now).on(watch or (lambda _taken, _reached: None))


def read_again(connection: Connection, application_ids: Sequence[str], *, now: datetime) -> Taken:
    """Read these applications as they are now. Never call it inside a transaction; raises ConnectorError."""
    return _Reading(connection, now).again(application_ids)


def sync_and_tell(connection: Connection, *, now: datetime) -> None:
    """The job: sync, and keep on the connection what went wrong. What is not permanent is tried by the next round.

    An error of ours is told there too: else the page would say that all is well, and nothing would be read any more.
    """
    try:
        sync(connection, now=now)
    except ConnectorError as error:
        keep_trouble(connection, error, now=now)
    except Exception:
        keep_trouble(connection, ConnectorError(Trouble.UNFORESEEN, OURS, permanent=False), now=now)
        raise
    else:
        clear_trouble(connection)


class _Overtaken(Exception):  # noqa: N818 - it says what happened
    """Somebody else reads on from the same place, or the connection is gone or paused: they go on, not we."""


@dataclass
class _Reading:
    """One run. `now` is before anything of it was read."""

    connection: Connection
    now: datetime
    taken: Taken = field(default_factory=Taken)

    def __post_init__(self) -> None:
        self.connector: AtsConnector = connector_of(self.connection)
        self._employees: frozenset[str] | None = None
        self._of_page = Taken()
        self._started = self._block_began = time.monotonic()

    @property
    def _read_at(self) -> datetime:
        """A moment before anything of this block was read: a call may have had the same read since the run began."""
        return self.now + timedelta(seconds=int(self._block_began - self._started))

    def on(self, watch: Watch) -> Taken:
        """Colleagues, what changed, and a look at what has not been read for long."""
        fresh_colleagues = self._is_due(COLLEAGUES_EVERY)
        if fresh_colleagues:
            self._read_colleagues()
        first_time = self.connection.synced_at is None
        try:
            for page in self.connector.changes(self.connection.cursor, self.now):
                self._take_page(page, watch)
            self._finish()
        except _Overtaken:
            return self.taken
        self.taken += self.again(self._not_looked_at_for_long())
        if fresh_colleagues or first_time:
            _count_habits(self.connection)
        return self.taken

    def again(self, application_ids: Sequence[str]) -> Taken:
        """Read these, whatever the cursor says."""
        taken = Taken()
        if not application_ids:
            return taken
        for found, _ in self._read(list(dict.fromkeys(application_ids))):
            with transaction.atomic():
                taken += take(self.connection, found, read_at=self._read_at)
        return taken

    # --- pages

    def _take_page(self, page: Page, watch: Watch) -> None:
        """Read a page; its cursor is kept with the last of it, so that a kill loses nothing."""
        ids = self._not_read_yet([*page.sure, *self._held(page.perhaps)])
        for found, last in self._read(ids):
            self._take_block(found, page.cursor if last else self.connection.cursor, page.reached)
            watch(self.taken, page.reached)

    def _not_read_yet(self, ids: Sequence[str]) -> list[str]:
        """While the history is read for the first time: without those that were read since that began.

        What changed since then is told after it anyway. So a page that was half read before a kill is read on.
        """
        if self.connection.synced_at is not None:
            return list(ids)
        began = self.connection.progress.setdefault("began", self.now.isoformat())
        raw = {ident(prefixed(self.connection, id_)): id_ for id_ in ids}
        offers = Offer.objects.filter(external_id__in=list(raw), read_at__gte=datetime.fromisoformat(began))
        read = dict(offers.values_list("external_id", "status"))
        declined = sum(status == OfferStatus.DECLINED for status in read.values())
        self._of_page += Taken(read=len(read), declined=declined)
        return [id_ for key, id_ in raw.items() if key not in read]

    def _take_block(self, found: Sequence[Answer], cursor: Cursor, reached: datetime | None) -> None:
        cursor = json.loads(json.dumps(cursor))  # as it will come out of the database
        with transaction.atomic():
            self._hold_place()
            taken = take(self.connection, found, read_at=self._read_at)
            if self.connection.synced_at is None:
                self._tell_progress(taken, reached, page_done=cursor != self.connection.cursor)
            self.connection.cursor = dict(cursor)
            self.connection.save(update_fields=["cursor", "progress", "hidden"])
        self.taken += taken

    def _hold_place(self) -> None:
        """Make sure that nobody else has moved the cursor since we read from it."""
        Workspace.objects.select_for_update().get(pk=self.connection.workspace_id)
        known = Connection.objects.filter(pk=self.connection.pk, paused=False).values_list(
            "cursor", flat=True
        )
        if list(known) != [self.connection.cursor]:
            raise _Overtaken

    def _tell_progress(self, taken: Taken, reached: datetime | None, *, page_done: bool) -> None:
        """For whoever watches the page while the history is read.

        `pages` are the counts of whole pages: after a kill one that was half read counts once.
        """
        self._of_page += taken
        before = self.connection.progress
        counts = {
            name: before.get("pages", {}).get(name, 0) + getattr(self._of_page, name)
            for name in ("read", "declined", "hidden")
        }
        self.connection.progress = {
            **counts,
            "began": before.get("began", self.now.isoformat()),
            "pages": counts if page_done else before.get("pages", {}),
            "reached": reached.isoformat() if reached else before.get("reached"),
        }
        self.connection.hidden = counts["hidden"]
        if page_done:
            self._of_page = Taken()

    def _finish(self) -> None:
        """The end of the last page."""
        first_time = self.connection.synced_at is None
        with transaction.atomic():
            self._hold_place()
            self.connection.read_at = self.now
            self.connection.synced_at = self.connection.synced_at or self.now
            self.connection.save(update_fields=["read_at", "synced_at"])
            if first_time:
                later("follow_ats", workspace_id=self.connection.workspace_id)

    def _held(self, ids: Sequence[str]) -> list[str]:
        """Those of which we hold an offer."""
        raw = {ident(prefixed(self.connection, id_)): id_ for id_ in ids}
        held = Offer.objects.filter(external_id__in=list(raw)).values_list("external_id", flat=True)
        return [raw[id_] for id_ in held]

    def _not_looked_at_for_long(self) -> list[str]:
        start = prefixed(self.connection, "")
        old = Offer.objects.filter(read_at__lt=self.now - LOOKED_AT_EVERY, external_id__startswith=start)
        ids = old.order_by("read_at").values_list("external_id", flat=True)[:LOOKED_AT_TOGETHER]
        return [id_.removeprefix(start) for id_ in ids]

    # --- reading

    def _read(self, ids: Sequence[str]) -> Iterator[tuple[list[Answer], bool]]:
        """What the system tells of these, in blocks that are taken in together, and whether it was the last.

        Where there is nothing to read, that is one block.
        """
        found: list[Answer] = []
        began = self._block_began = time.monotonic()
        for start in range(0, len(ids), self.connector.batch):
            found += self.connector.read(ids[start : start + self.connector.batch])
            last = start + self.connector.batch >= len(ids)
            if last or len(found) >= AT_ONCE or time.monotonic() - began >= AT_MOST_SECONDS:
                yield self._with_known_colleagues(found), last
                found = []
                began = self._block_began = time.monotonic()
        if not ids:
            yield [], True

    def _with_known_colleagues(self, found: list[Answer]) -> list[Answer]:
        """The same, after the accounts were read again where somebody in it is not known."""
        accounts = accounts_in(found)
        if self._strangers(accounts) and self._is_due(STRANGERS_EVERY):
            self._read_colleagues()
        return found

    def _strangers(self, accounts: set[str]) -> bool:
        if self._employees is None:
            self._employees = frozenset(Employee.objects.values_list("external_id", flat=True))
        return any(known_as(self.connection, raw) not in self._employees for raw in accounts)

    def _is_due(self, every: timedelta) -> bool:
        at = self.connection.colleagues_read_at
        return at is None or self.now - at >= every

    def _read_colleagues(self) -> None:
        told = list(self.connector.colleagues())
        with transaction.atomic():
            take_colleagues(self.connection, told, read_at=self.now)
        self._employees = None


def _count_habits(connection: Connection) -> None:
    """Count what people usually answer, where scorecards came or went; what is open is judged by that."""
    with transaction.atomic():
        workspace = Workspace.objects.select_for_update().get(pk=connection.workspace_id)
        if sum(workspace.habits.get("votes", [])) != Scorecard.objects.count():
            habits.refresh(workspace)
            mark_stale([])
            later("judge_stale", workspace_id=workspace.pk)
