"""The program as those who run it meet it: commands as processes, on a database of their own."""

import json
import os
import re
import secrets
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from tests.ports import free_ports

SERVER = os.environ["DATABASE_URL"] if os.environ["DATABASE_URL"].startswith("postgres") else ""
KEY = "k7Qx2mZr9LbT4vWn8HcJ5sDf3GpYa6Eu1Ri0"
IN_DJANGO = """
import json
from ifnotyou.cli.django_start import start_django
start_django()
from django_scopes import scope, scopes_disabled
from ifnotyou.models import *
from ifnotyou.models.jobs import *
with scopes_disabled():
"""


@dataclass
class Site:
    """One installation: a folder, a database, an environment."""

    folder: Path
    environment: dict[str, str]

    def run(self, *words, **settings):
        """Run a command to its end."""
        return subprocess.run(
            [sys.executable, "-m", "ifnotyou.cli", *map(str, words)],
            env={**self.environment, **settings},
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=600,  # a busy machine is not a hanging command
            check=False,
        )

    def start(self, *words):
        """Start a command that stays."""
        with (self.folder / "log.txt").open("a") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "ifnotyou.cli", *map(str, words)],
                env=self.environment,
                cwd=self.folder,
                stdout=log,
                stderr=log,
            )

    def look(self, statements):
        """Run Python lines in Django outside every workspace; returns what they left in `answer`."""
        lines = "".join(f"    {line}\n" for line in statements.strip().splitlines())
        done = subprocess.run(
            [sys.executable, "-c", f"{IN_DJANGO}    answer = None\n{lines}print(json.dumps(answer))"],
            env=self.environment,
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=600,
            check=True,
        )
        return json.loads(done.stdout)

    @property
    def log(self):
        """What the commands that stay have written."""
        file = self.folder / "log.txt"
        return file.read_text() if file.exists() else ""

    @property
    def database(self):
        """The SQLite file."""
        return self.folder / "site.sqlite3"


@pytest.fixture(scope="session")
def migrated(tmp_path_factory):
    """An installation to be copied: its folder, and the name of its database where that is on a server."""
    folder = tmp_path_factory.mktemp("migrated")
    if not SERVER:
        make_site(folder, f"sqlite:///{folder}/site.sqlite3").run("migrate").check_returncode()
        yield folder, ""
        return
    name = f"migrated_{secrets.token_hex(4)}"
    on_server("CREATE DATABASE {}", name)
    make_site(folder, address_of(name)).run("migrate").check_returncode()
    yield folder, name
    drop(name)


@pytest.fixture
def bare(tmp_path):
    """An installation before its first `ifnotyou migrate`."""
    if not SERVER:
        yield make_site(tmp_path, f"sqlite:///{tmp_path}/site.sqlite3")
        return
    name = f"bare_{secrets.token_hex(4)}"
    on_server("CREATE DATABASE {}", name)
    yield make_site(tmp_path, address_of(name))
    drop(name)


@pytest.fixture
def site(tmp_path, migrated):
    """An installation that is ready to serve."""
    folder, template = migrated
    shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
    if not SERVER:
        one = make_site(tmp_path, f"sqlite:///{tmp_path}/site.sqlite3")
        yield one
        print(one.log)  # pytest shows it where the test failed
        return
    name = f"site_{secrets.token_hex(4)}"
    on_server("CREATE DATABASE {} TEMPLATE {}", name, template)
    one = make_site(tmp_path, address_of(name))
    yield one
    print(one.log)
    drop(name)


def make_site(folder, database):
    environment = {
        "DATABASE_URL": database,
        "DATA_DIR": str(folder),
        "SECRET_KEY": KEY,
        "PUBLIC_URL": "http://127.0.0.1:8000",
    }
    unwanted = {"DJANGO_SETTINGS_MODULE", "EMAIL_URL"}
    return Site(folder, {k: v for k, v in os.environ.items() if k not in unwanted} | environment)


def address_of(name):
    return re.sub(r"/[^/?]*\?", f"/{name}?", SERVER, count=1)


def on_server(statement, *names):
    """Not by template1: of a database to which somebody is connected the server makes no copy."""
    with psycopg.connect(address_of("postgres"), autocommit=True) as server:
        server.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


def drop(name):
    """Drop a database and what restoring has put beside it."""
    with psycopg.connect(address_of("postgres"), autocommit=True) as server:
        rows = server.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [name])
        for (found,) in rows.fetchall():
            server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(found)))


@pytest.fixture
def port():
    """A port that nobody listens on."""
    return free_ports(1)[0]


def answer_of(port, path="/healthz", *, while_runs):
    """What the server says, once it says something; fails when its process ends before."""
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    while while_runs.poll() is None:
        try:
            with direct.open(f"http://127.0.0.1:{port}{path}", timeout=300) as response:
                return response.read().decode()
        except urllib.error.HTTPError:
            raise
        except OSError:
            time.sleep(0.1)
    raise AssertionError(f"ended with {while_runs.returncode} before it answered")
