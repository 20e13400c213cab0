"""`ifnotyou doctor`: each thing that is wrong is told with its mend, nothing else, and no secret.

Without trying any door; tests/operations/test_doctor_tries.py does.
"""

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
    looked = site.run("doctor", "--offline", "--format", "json", **{**GOOD, **settings})
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
    looked = well.run("doctor", "--offline", **GOOD)

    said = "The doors to other systems were not tried (--offline).\nAll well.\n"
    assert (looked.returncode, looked.stdout, looked.stderr) == (0, said, "")


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
    looked = site.run("doctor", "--offline", **{**GOOD, "EMAIL_URL": "smtp://me:hush@mail.example.com:25"})

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


A_CONNECTION = """
from datetime import datetime, timedelta, timezone
from ifnotyou.connectors.ats import all_systems
now = datetime.now(timezone.utc)
kind = next(iter(all_systems().values()))
def connected(**fields):
    secret = {"secrets": '{"key": "hush"}', "hook_secret": "hush", "hook_token": "hush"}
    read = {"system": kind.slug, "checked_at": now, "synced_at": now, "read_at": now}
    w = Workspace.objects.create(name="Acme", **IN_ORDER)
    return Connection.objects.create(workspace=w, **{**secret, **read, **fields})
"""
IN_TROUBLE = """
connected(trouble="The key is not known there.")
connected(missing=["Allow it: jobs.", "Allow it: offers."])
connected(synced_at=None, read_at=None)
connected(read_at=now - timedelta(hours=2))
connected(refused=3, refused_at=now - timedelta(days=1))
c = connected()
Delivery.objects.create(workspace=c.workspace, connection=c, state="unreadable", received_at=now)
connected(system="paperhire", trouble="Trouble.")
"""
ALL_WELL = """
connected()
connected(refused=3, refused_at=now - timedelta(days=8))
connected(paused=True, trouble="Trouble.", read_at=now - timedelta(hours=2))
connected(missing=[f"Not allowed: {scope.name}." for scope in kind.scopes if scope.writing])
"""


def test_what_is_wrong_with_connections_is_told_each_missing_scope_by_its_name(well):
    well.look(IN_ORDER + A_CONNECTION + IN_TROUBLE)

    looked = well.run("doctor", "--offline", "--format", "json", **GOOD)
    assert [(one["code"], one["mend"] != "") for one in json.loads(looked.stdout)["problems"]] == [
        ("calls_refused", True),
        ("calls_unreadable", True),
        ("connection_history", True),
        ("connection_in_trouble", True),
        ("connection_in_trouble", True),
        ("connection_lacks", True),
        ("connection_lacks", True),
        ("connection_not_read", True),
    ]
    for words in ("The key is not known there.", "paperhire cannot be read", "it: jobs.", "it: offers."):
        assert words in looked.stdout
    assert "hush" not in looked.stdout + looked.stderr


LISTENERS = """
from datetime import datetime, timezone
since = {"failing_since": datetime.now(timezone.utc), "trouble": "Something is wrong over there (500)."}
w = Workspace.objects.create(name="Acme", **IN_ORDER)
def listens(host, **fields):
    Listener.objects.create(workspace=w, url="https://hush", host=host, secret="hush", **fields)
listens("new.example.com", **since)
listens("old.example.com", paused=True, **since)
listens("well.example.com")
listens("rests.example.com", paused=True)
"""


def test_webhooks_that_are_not_taken_are_told_by_the_name_of_their_server(well):
    well.look(IN_ORDER + LISTENERS)

    looked = well.run("doctor", "--offline", "--format", "json", **GOOD)
    problems = json.loads(looked.stdout)["problems"]
    assert {one["code"] for one in problems} == {"listener_failing", "listener_given_up"}
    assert "new.example.com is not taken. Something is wrong over there (500)." in looked.stdout
    assert "old.example.com is told nothing any more." in looked.stdout
    assert "well.example.com" not in looked.stdout
    assert "rests.example.com" not in looked.stdout
    assert "hush" not in looked.stdout + looked.stderr


OTHER_DOORS = """
from datetime import timedelta
from django.utils import timezone
now = timezone.now()
w = Workspace.objects.create(name="Acme", **IN_ORDER)
def person(n, **fields):
    return User.objects.create_user(f"u{n}@example.org", name=f"Planted {n}", workspace=w, **fields)
def token(n, days, used=1, **fields):
    moment = now + timedelta(days=days)
    used_on = (now - timedelta(days=used)).date()
    rest = {"name": "hush", "key_hash": str(n), "expires_at": moment, "used_on": used_on}
    ApiToken.objects.create(workspace=w, user=person(n), **rest | fields)
"""
OTHER_DOORS_SHUT = """
Mailbox.objects.create(workspace=w, user=person(1), kind="gmail", address="a@example.org", lost="It is gone.")
Mailbox.objects.create(workspace=w, user=person(2), kind="gmail", address="b@example.org")
Chat.objects.create(workspace=w, system="slack", secrets="hush", trouble="The token was taken back.")
ChatAddress.objects.create(workspace=w, user=person(3), system="teams", secret="hush", trouble="It is gone.")
token(4, 3)
token(5, 6)
"""
OTHER_DOORS_OPEN = """
Mailbox.objects.create(
    workspace=w, user=person(1, is_active=False), kind="gmail", address="a@example.org", lost="It is gone."
)
Chat.objects.create(workspace=w, system="slack", secrets="hush")
ChatAddress.objects.create(workspace=w, user=person(3), system="teams", secret="hush")
token(4, 9)
token(5, 3, used=40)
token(6, 3, revoked_at=now)
token(7, -1)
"""


def test_what_was_kept_of_the_other_doors_is_told_by_numbers_and_not_by_names(well):
    well.look(IN_ORDER + OTHER_DOORS + OTHER_DOORS_SHUT)

    looked = well.run("doctor", "--offline", "--format", "json", **GOOD)
    texts = {one["code"]: one["text"] for one in json.loads(looked.stdout)["problems"]}
    assert texts == {
        "chat_in_trouble": "Slack does not work: people get mails instead. The token was taken back.",
        "chat_people_unreached": "1 of the people who want to be told in Microsoft Teams are not reached there: they "
        "get mails instead.",
        "mailboxes_lost": "1 of 2 mailboxes are connected no more: their provider does not let us in.",
        "tokens_end_soon": "2 tokens that programs use end within a week: those programs will stop.",
    }
    for planted in ("hush", "Planted", "@example.org"):
        assert planted not in looked.stdout + looked.stderr


def test_other_doors_in_order_get_a_clean_bill(well):
    well.look(IN_ORDER + OTHER_DOORS + OTHER_DOORS_OPEN)

    assert codes(well) == []


def test_connections_in_order_get_a_clean_bill(well):
    well.look(IN_ORDER + A_CONNECTION + ALL_WELL)

    assert codes(well) == []


@pytest.mark.where(not SERVER, "about the SQLite file")
def test_a_database_that_others_may_read_is_told(well):
    well.database.chmod(0o644)

    assert codes(well) == ["database_open_to_others"]
