"""`ifnotyou doctor`: each thing that is wrong is told with its mend, nothing else, and no secret."""

import json

import pytest

from tests.operations.conftest import KEY, SERVER

GOOD = {"PUBLIC_URL": "https://ask.example.com", "EMAIL_URL": "smtp+tls://me:hush@mail.example.com:587"}
A_WORKER_WAS_HERE = """
from datetime import timedelta
from django.utils import timezone
Schedule.objects.update_or_create(name="t", defaults={"next_at": timezone.now() + timedelta(hours=1)})
from django.db import connection
if connection.vendor == "postgresql":
    connection.cursor().execute("INSERT INTO procrastinate_workers DEFAULT VALUES")
"""


def codes(site, **settings):
    looked = site.run("doctor", "--format", "json", **{**GOOD, **settings})
    found = json.loads(looked.stdout)["problems"]
    assert looked.returncode == (1 if found else 0)
    assert all(problem["text"] and problem["mend"] for problem in found)
    return [problem["code"] for problem in found]


@pytest.fixture
def well(site):
    """A site with nothing to mend."""
    site.look(A_WORKER_WAS_HERE)
    return site


def test_a_site_in_order_gets_a_clean_bill(well):
    looked = well.run("doctor", **GOOD)

    assert (looked.returncode, looked.stdout, looked.stderr) == (0, "All well.\n", "")


@pytest.mark.parametrize(
    ("settings", "code"),
    [
        ({"SECRET_KEY": ""}, "settings"),
        ({"SECRET_KEY": "short"}, "settings"),
        ({"SECRET_KEY": "change-me" * 5}, "secret_key_guessable"),
        ({"SECRET_KEY": f"{KEY},{KEY}"}, "secret_key_twice"),
        ({"PUBLIC_URL": "http://localhost:8000"}, "public_url_loopback"),
        ({"PUBLIC_URL": "http://ask.example.com"}, "no_https"),
        ({"EMAIL_URL": "consolemail://"}, "no_mail"),
        ({"EMAIL_URL": "smtp://me:hush@mail.example.com:25"}, "mail_unencrypted"),
        ({"DATABASE_URL": "postgres://me:hush@127.0.0.1:1/none"}, "database_unreachable"),
    ],
)
def test_a_setting_that_is_wrong_is_told(well, settings, code):
    assert codes(well, **settings) == [code]


def test_the_table_shows_what_and_how_to_mend_it_but_no_secret(site):
    looked = site.run("doctor", **{**GOOD, "EMAIL_URL": "smtp://me:hush@mail.example.com:25"})

    assert looked.returncode == 1
    assert "✗ EMAIL_URL leads to a mail server without encryption.\n  Write smtp+tls://" in looked.stdout
    assert looked.stdout.endswith("to mend.\n")
    assert "hush" not in looked.stdout + looked.stderr
    assert KEY not in looked.stdout + looked.stderr


def test_a_database_before_its_first_migrate(bare):
    missing = "no_database" if not SERVER else "database_older"
    assert codes(bare) == [missing, "static_files_missing"]


LATER_VERSION = """
from django.db.migrations.recorder import MigrationRecorder
from django.db import connection
MigrationRecorder(connection).record_applied("ifnotyou", "9999_later")
"""
NO_CACHE = """
from django.db import connection
connection.cursor().execute("DROP TABLE ifnotyou_cache")
"""
IN_ORDER = """
IN_ORDER = {
    "smtp_host": "mail.example.org",
    "candidate_notice_on": "2026-11-01",
    "privacy_contact": "privacy@example.org",
    "country": "DE",
    "notice": {
        "name": "Acme GmbH",
        "address": "1 Quay",
        "no_officer": True,
        "nobody_else": True,
        "transfers": "none",
        "authority": "The one of the harbour",
    },
    "balancing": {
        "interest": "A",
        "necessity": "B",
        "balance": "C",
        "confirmed_by": "Ana",
        "confirmed_on": "2026-11-01",
    },
}
"""
NO_LETTERBOX = """
from datetime import datetime, timezone
from django.core.cache import cache
from ifnotyou.services import inbound
w = Workspace.objects.create(
    name="Acme", **IN_ORDER, inbound_host="127.0.0.1", inbound_port=1, inbound_security="none", inbound_password="hush"
)
with scope(workspace=w.pk):
    inbound.fetch(w, now=datetime.now(timezone.utc))
"""
FROM_TOMORROW = """
from datetime import timedelta
from django.utils import timezone
tomorrow = timezone.now() + timedelta(days=1)
w = Workspace.objects.create(name="Acme", **IN_ORDER)
AuditEvent.objects.create(workspace=w, verb="did", noun="thing", at=tomorrow)
"""


@pytest.mark.parametrize(
    ("done", "code"),
    [
        (
            'Workspace.objects.create(name="Acme", **IN_ORDER | {"smtp_host": ""})',
            "workspace_without_mail_server",
        ),
        (
            'Workspace.objects.create(name="Acme", **IN_ORDER | {"candidate_notice_on": None})',
            "candidate_notice_unconfirmed",
        ),
        ('Workspace.objects.create(name="Acme", **IN_ORDER | {"privacy_contact": ""})', "no_privacy_contact"),
        ('Workspace.objects.create(name="Acme", **IN_ORDER | {"notice": {}})', "notice_incomplete"),
        ('Workspace.objects.create(name="Acme", **IN_ORDER | {"balancing": {}})', "notice_incomplete"),
        (NO_LETTERBOX, "replies_not_fetched"),
        ("Schedule.objects.all().delete()", "no_worker"),
        ('Schedule.objects.update(next_at="2026-01-01T00:00:00+00:00")', "no_worker"),
        (LATER_VERSION, "database_newer"),
        (NO_CACHE, "database_older"),
        (FROM_TOMORROW, "clock"),
    ],
)
def test_what_the_database_tells(well, done, code):
    well.look(IN_ORDER + done)

    assert codes(well) == [code]


def test_a_company_in_order_gets_a_clean_bill_with_or_without_a_way_for_replies(well):
    well.look(IN_ORDER + 'Workspace.objects.create(name="Acme", **IN_ORDER)')

    assert codes(well) == []


@pytest.mark.where(not SERVER, "about the SQLite file")
def test_a_database_that_others_may_read_is_told(well):
    well.database.chmod(0o644)

    assert codes(well) == ["database_open_to_others"]
