"""Each secret is unreadable: in the files of the database, in every table, and in whatever is logged.

Every encrypted column of every table is filled with something that we would know again, the program is run with all
of it, against systems that do not answer and with everything that can be typed wrongly; then we look for it.
"""

import base64
import json
import re
import signal
import time
from urllib.parse import quote

import psycopg
import pytest
import requests
from django.apps import apps
from django.db import models

from ifnotyou.models.secret import SecretText
from tests.operations.conftest import SERVER, answer_of, migrated, port, site  # noqa: F401 - fixtures

SOUNDS_SECRET = re.compile(r"(^|_)(password|secret|secrets|token|tokens|key|hash)$")
NO_SECRETS = {
    # What only finds something again: hashes of what is random or keyed with the workspace's own key.
    *("Ask.page_hash Vip.forget_hash RolePage.token_hash Referral.receipt_hash Reply.message_hash".split()),
    *("Claim.key OptOut.key Erasure.key VipMark.key ApiToken.key_hash ChatCall.key".split()),
    # Argon2, not to be turned back.
    "User.password",
    # Names that other systems, files or programs give to their own things.
    *("Interview.key Scorecard.key Message.key Pulse.key Delivery.key ApiAnswer.key".split()),
    # Rows that point to rows.
    "ApiAnswer.token",
}

PLANTED = """
import itertools
from datetime import timedelta
from django.apps import apps
from django.db import models as fields
from django.utils import timezone
from ifnotyou.jobs import tasks
from ifnotyou.models.secret import SecretText
from ifnotyou.services.tokens import make_token

now, numbers, made = timezone.now(), itertools.count(1), {{}}

def value(field):
    if field.is_relation:
        return row(field.related_model)
    if isinstance(field, fields.DateTimeField):
        return now
    if isinstance(field, fields.DateField):
        return now.date()
    if isinstance(field, fields.BinaryField):
        return b"x"
    if isinstance(field, (fields.IntegerField, fields.FloatField)):
        return next(numbers)
    return f"{{field.name[:4]}}{{next(numbers)}}"

def row(model):
    if model not in made:
        wanted = [
            field for field in model._meta.concrete_fields
            if not field.primary_key and not field.null and not field.has_default() and not field.blank
            and not isinstance(field, SecretText)
        ]
        made[model] = model(**{{field.name: value(field) for field in wanted}})
        if model is User:
            made[model].set_password({password!r})
        for field in model._meta.concrete_fields:
            if isinstance(field, SecretText):
                setattr(made[model], field.name, f"{mark}-{{model.__name__}}-{{field.name}}-{mark}")
        made[model].save(force_insert=True)
    return made[model]

for model in apps.get_app_config("ifnotyou").get_models():
    if any(isinstance(field, SecretText) for field in model._meta.concrete_fields):
        row(model)
user, workspace = made[User], made[Workspace]
User.objects.filter(pk=user.pk).update(email="maya@example.com", role="admin")
Workspace.objects.update(
    smtp_host="127.0.0.1", smtp_port={closed}, smtp_security="none", imap_host="127.0.0.1", imap_port={closed},
    imap_security="none", inbound_host="127.0.0.1", inbound_port={closed}, inbound_security="none",
    inbound_username="maya", inbound_service="mailgun",
)
Connection.objects.update(system="greenhouse", address="http://127.0.0.1:{closed}", secrets={keys!r})
Chat.objects.update(system="slack", secrets={chat!r})
Calendar.objects.update(kind="feed", url="http://127.0.0.1:{closed}/{mark}-Calendar-url-{mark}")
Listener.objects.update(url="http://127.0.0.1:{closed}/{mark}-Listener-url-{mark}", kinds=[])
user.refresh_from_db()
with scope(workspace=workspace.pk):
    token, api = make_token(user, name="a program", scopes=["asks:read"], days=3, now=now)
connection = Connection.objects.get()
for task in (tasks.fetch_replies, tasks.sync_all, tasks.wake_listeners):
    task.enqueue()
answer = {{
    "api": api, "connection": connection.pk, "hook": connection.hook_token, "listener": Listener.objects.get().pk,
    "chat": Chat.objects.get().pk,
}}
"""
MARK = "Xq7vKzPw3RtN"
"""So long that no chance writes it."""
PASSWORD = "correct horse Xq7vKzPw3RtN battery"
NOBODY_LISTENS = 9
"""The port for throwing away."""
WRONG = "wrong horse Xq7vKzPw3RtN battery"


def ours():
    return apps.get_app_config("ifnotyou").get_models()


def test_whatever_sounds_like_a_secret_is_encrypted_or_a_hash():
    found = {
        f"{model.__name__}.{field.name}"
        for model in ours()
        for field in model._meta.concrete_fields
        if SOUNDS_SECRET.search(field.name) and not isinstance(field, SecretText)
    }

    assert found == NO_SECRETS


def test_no_model_of_ours_keeps_a_secret_within_json():
    named = {"settings", "answers", "options", "headers"}
    found = {
        f"{model.__name__}.{field.name}"
        for model in ours()
        for field in model._meta.concrete_fields
        if isinstance(field, models.JSONField) and SOUNDS_SECRET.search(field.name)
    }

    assert found == set(), f"only what is no secret may stand in {named}"


@pytest.fixture
def opened(site, port):  # noqa: F811 - the fixtures
    """A site with every secret that there can be, and nobody who answers at the other end."""
    site.environment |= {"REACHABLE_NETWORKS": "127.0.0.0/8", "EMAIL_URL": "dummymail://"}
    keys = json.dumps({"key": f"{MARK}-Connection-secrets-{MARK}"})
    here = f"http://127.0.0.1:{NOBODY_LISTENS}"
    chat = json.dumps({"token": f"xoxb-{MARK}", "signing_secret": MARK, "address": here})
    given = {"mark": MARK, "password": PASSWORD, "closed": NOBODY_LISTENS, "keys": keys, "chat": chat}
    return site, port, site.look(PLANTED.format(**given))


def test_no_secret_is_readable_in_the_database_nor_in_a_log(opened):
    site, port, known = opened  # noqa: F811
    web, worker = site.start("serve", "--port", port), site.start("worker")
    try:
        answer_of(port, while_runs=web)
        use_everything(f"http://127.0.0.1:{port}", known, site)
        site.run("sync", "greenhouse")
        told = site.run("doctor")
        waited_for_tries(site)
    finally:
        for process in (worker, web):
            process.send_signal(signal.SIGTERM)
            process.wait(600)

    surfaces = {
        **everything_kept(site),
        "log": site.log.encode(),
        "doctor": (told.stdout + told.stderr).encode(),
    }
    assert b"fetch_replies done" in surfaces["log"]
    assert_sees_what_is_readable(surfaces)
    for name, content in surfaces.items():
        assert places(MARK, content) == [], name
        for secret in (known["api"], known["api"].removeprefix("ifny_"), known["hook"]):
            assert places(secret, content) == [], name


def use_everything(address, known, site):  # noqa: F811
    """Right and wrong, by every door at which somebody has to prove something."""
    browser = requests.Session()
    for password in (WRONG, PASSWORD):
        page = browser.get(f"{address}/sign-in/").text
        form = {"csrfmiddlewaretoken": hidden(page), "login": "maya@example.com", "password": password}
        came = browser.post(f"{address}/sign-in/", data=form, headers={"Referer": f"{address}/sign-in/"})
    assert "/sign-in/" not in came.url

    for page in (
        "me/",
        "settings/",
        "settings/doors/",
        "connections/greenhouse/",
        "settings/webhooks/",
        "audit/",
    ):
        seen = browser.get(f"{address}/{page}")
        assert seen.status_code == 200, (page, site.log)
        assert MARK not in seen.text.replace(known["hook"], ""), (
            page
        )  # the hook's address is there to be copied
    for door in (
        "me/mailbox/try/",
        "me/calendar/try/",
        "connections/greenhouse/try/",
        "settings/chat/slack/try/",
    ):
        form = {"csrfmiddlewaretoken": browser.cookies["csrftoken"]}
        seen = browser.post(f"{address}/{door}", data=form, headers={"Referer": address})
        assert seen.status_code not in {404, 500}, (door, site.log)
        assert MARK not in seen.text.replace(known["hook"], ""), door

    for token in (known["api"], f"ifny_{WRONG}", "", WRONG):
        for headers in ({"Authorization": f"Bearer {token}"}, {"Authorization": f"Basic {token}"}, {}):
            called = requests.get(
                f"{address}/api/v1/asks", headers=headers, params={"limit": "1"}, timeout=300
            )
            assert called.status_code in {200, 401}, site.log
        requests.get(f"{address}/api/v1/{token}", timeout=300)
    hook = f"{address}/hooks/greenhouse/{known['connection']}"
    for token in (known["hook"], WRONG):
        body = json.dumps({"action": "candidate_hired", "secret": MARK})
        requests.post(f"{hook}/{token}/", data=body, headers={"Signature": f"sha256 {MARK}"}, timeout=300)
    requests.post(
        f"{address}/hooks/chat/slack/{known['chat']}/",
        data={"payload": MARK},
        headers={"X-Slack-Signature": f"v0={MARK}", "X-Slack-Request-Timestamp": "1"},
        timeout=300,
    )
    requests.post(f"{address}/hooks/mail/1/mailgun/", data={"token": MARK, "signature": MARK}, timeout=300)
    for path in ("r", "d", "v", "forget", "sign-in/link", "invitation"):
        requests.get(f"{address}/{path}/{MARK}", timeout=300)


def hidden(page):
    return re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[1]


def waited_for_tries(site):  # noqa: F811
    """Until the worker has tried what does not answer: all that was enqueued, and what came of it."""
    until = time.monotonic() + 600
    tasks = ("fetch_replies", "sync_all", "sync_connection", "wake_listeners")
    while missing := [task for task in tasks if f".{task} done" not in site.log]:
        assert time.monotonic() < until, f"never done: {missing}"
        time.sleep(0.2)


def everything_kept(site):  # noqa: F811
    """By name: every file, and every table where the database is a server's."""
    kept = {
        str(file.relative_to(site.folder)): file.read_bytes()
        for file in site.folder.rglob("*")
        if file.is_file() and file.name != "log.txt" and "static" not in file.parts
    }
    if not SERVER:
        assert "site.sqlite3" in kept
        return kept
    with psycopg.connect(site.environment["DATABASE_URL"]) as server:
        tables = server.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        for (table,) in tables:
            with server.cursor().copy(f'COPY "{table}" TO STDOUT') as rows:  # names of our own
                kept[table] = b"".join(bytes(row) for row in rows)
    return kept


def assert_sees_what_is_readable(surfaces):
    """That we look where things are: what is no secret is found."""
    assert any(places("maya@example.com", content) for content in surfaces.values())


def places(secret, content):
    """Where it stands, as it is or as programs write things: quoted, in hexadecimal, in Base64 wherever it begins."""
    forms = {secret, quote(secret), secret.encode().hex(), json.dumps(secret)[1:-1]}
    for shift in range(3):
        padded = base64.b64encode(b"\0" * shift + secret.encode())
        # Only those characters that nothing but the secret decides.
        forms.add(padded[(8 * shift + 5) // 6 : len(secret) * 8 // 6 + (8 * shift) // 6 - 1].decode())
    forms = {form for form in forms if len(form) >= 6}
    return sorted(form for form in forms if form.encode() in content)
