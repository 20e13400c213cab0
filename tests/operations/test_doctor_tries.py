"""`ifnotyou doctor` tries every door: one that is shut is told with its mend, and nothing is sent."""

import json

import pytest

from tests.chatserver import ChatServer
from tests.connectors.mailserver import mail_server
from tests.connectors.webserver import Said, WebServer
from tests.operations.test_doctor import A_WORKER_WAS_HERE, GOOD, IN_ORDER
from tests.ports import free_ports

__all__ = ["mail_server"]

SHUT = "wrong-" * 8
A_COMPANY = """
import json
from datetime import datetime, timedelta, timezone
now = datetime.now(timezone.utc)
host, smtp, imap, chat, web, token, password, calendar = json.loads(GIVEN)
w = Workspace.objects.create(
    name="Acme", **IN_ORDER | {"smtp_host": host, "smtp_port": smtp, "smtp_security": "none"},
    imap_host=host, imap_port=imap, imap_security="none",
    inbound_host=host, inbound_port=imap, inbound_security="none",
    inbound_address="maria@example.org", inbound_username="maria@example.org", inbound_password=password,
)
scoping = scope(workspace=w.pk)
scoping.__enter__()
def person(name):
    return User.objects.create_user(name.lower() + "@example.org", name=name + " Planted", workspace=w)
for name, secret in (("Maria", "sesame"), ("Noor", password)):
    address = name.lower() + "@example.org"
    Mailbox.objects.create(workspace=w, user=person(name), address=address, username=address, password=secret)
Calendar.objects.create(workspace=w, user=User.objects.get(name="Maria Planted"), kind="feed", url=web + calendar)
MailApp.objects.create(
    workspace=w, provider="gmail", client_id="me", client_secret=password, options={"address": web}
)
Chat.objects.create(
    workspace=w, system="slack", team="T0ALDER",
    secrets=json.dumps({"token": token, "signing_secret": "s" * 32, "address": chat}),
)
SignInProvider.objects.create(
    workspace=w, slug="okta", label="Okta", issuer=web, client_id="me", client_secret=password
)
Listener.objects.create(workspace=w, url=web, host="x", secret=password)
"""


@pytest.fixture
def well(site):
    site.look(A_WORKER_WAS_HERE)
    return site


@pytest.fixture
def slack():
    with ChatServer() as server:
        yield server


@pytest.fixture
def web():
    """Google's token endpoint, a provider of sign-in, and a calendar."""

    def token(heard):
        error = "invalid_client" if SHUT.encode() in heard.body else "invalid_grant"
        return Said(400, json.dumps({"error": error}), {"Content-Type": "application/json"})

    def provider(_):
        parts = ("authorization_endpoint", "token_endpoint", "jwks_uri")
        told = {"issuer": server.url, **dict.fromkeys(parts, f"{server.url}/keys")}
        return Said(200, json.dumps(told))

    calendar = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nEND:VCALENDAR\r\n"
    answers = {
        "POST /token": token,
        "GET /.well-known/openid-configuration": provider,
        "GET /keys": Said(200, json.dumps({"keys": [{"kty": "RSA"}]})),
        "GET /mine.ics": Said(200, calendar),
    }
    with WebServer(answers) as server:
        yield server


def doctor(site, mail_server, *words):
    password = f"{mail_server.user.replace('@', '%40')}:{mail_server.password}"
    settings = {
        **GOOD,
        "EMAIL_URL": f"smtp://{password}@{mail_server.host}:{mail_server.smtp_port}",
        "REACHABLE_NETWORKS": "127.0.0.0/8",
    }
    looked = site.run("doctor", "--format", "json", *words, **settings)
    assert looked.stderr == "", looked.stderr
    return {one["code"]: one for one in json.loads(looked.stdout)["problems"]}, looked.stdout


def furnish(site, *, smtp, imap, slack, web, token, password, calendar="/mine.ics"):
    given = json.dumps(["127.0.0.1", smtp, imap, slack.api, web.url, token, password, calendar])
    site.look(f"GIVEN = {given!r}\n{IN_ORDER}{A_COMPANY}")


def test_doors_that_open_are_not_told_and_nothing_is_sent(well, mail_server, slack, web):
    ports = {"smtp": mail_server.smtp_port, "imap": mail_server.imap_port}
    furnish(well, **ports, slack=slack, web=web, token=slack.token, password=mail_server.password)
    before = len(mail_server.messages(mail_server.user))

    found, _ = doctor(well, mail_server)

    assert found == {}
    assert {one.path for one in slack.requests} == {"/api/auth.test"}
    assert {one.path for one in web.requests} == {
        "/token",
        "/.well-known/openid-configuration",
        "/keys",
        "/mine.ics",
    }
    assert len(mail_server.messages(mail_server.user)) == before


def test_doors_that_are_shut_are_told_in_words_each_with_the_mend_and_nobody_is_named(
    well, mail_server, slack, web
):
    ports = {"smtp": mail_server.smtp_port, "imap": mail_server.imap_port}
    furnish(well, **ports, slack=slack, web=web, token="xoxb-0", password=SHUT, calendar="/gone.ics")
    well.look('SignInProvider.objects.update(issuer="http://127.0.0.1:1")')

    found, said = doctor(well, mail_server)

    assert {code: one["text"] for code, one in found.items()} == {
        "calendars": "1 of 1 calendars cannot be read. They are told: “127.0.0.1 knows nothing at this address. "
        "Copy it once more; a secret address that was reset is gone.”",
        "chat_in_trouble": found["chat_in_trouble"]["text"],
        "mail_app": found["mail_app"]["text"],
        "mailboxes": found["mailboxes"]["text"],
        "replies_not_fetched": found["replies_not_fetched"]["text"],
        "sign_in_provider": "Signing in with Okta: 127.0.0.1 did not answer. Check the address, or try again in some "
        "minutes.",
    }
    assert found["mailboxes"]["text"].startswith(
        "1 of 2 mailboxes do not let us in. They are told: “Your mail server"
    )
    assert found["chat_in_trouble"]["text"].startswith("Slack does not work: people get mails instead.")
    assert found["mail_app"]["text"].startswith("The client at Gmail: ")
    assert all(one["mend"] for one in found.values())
    for planted in (SHUT, "xoxb-0", "Planted", "noor@example.org", "maria@example.org", "gone.ics"):
        assert planted not in said


def test_a_mail_server_that_is_gone_is_told_once_and_not_by_every_mailbox(well, mail_server, slack, web):
    smtp, imap = free_ports(2)
    furnish(
        well, smtp=smtp, imap=imap, slack=slack, web=web, token=slack.token, password=mail_server.password
    )

    found, _ = doctor(well, mail_server)

    assert set(found) == {"mail_server", "replies_not_fetched", "sent_folders"}
    assert f"The mail server 127.0.0.1, port {smtp} did not answer." in found["mail_server"]["text"]


@pytest.mark.parametrize(
    ("server", "words"),
    [
        ("smtp://127.0.0.1:1", "127.0.0.1, port 1 did not answer"),
        ("smtp://maria%40example.org:hush@127.0.0.1:{smtp}", "did not accept this user name and password"),
        ("smtp+tls://127.0.0.1:{smtp}", "The certificate of the mail server"),
    ],
)
def test_the_mail_server_for_notifications_is_tried(well, mail_server, server, words):
    address = server.format(smtp=mail_server.smtp_port)
    looked = well.run("doctor", "--format", "json", **{**GOOD, "EMAIL_URL": address})

    (one,) = json.loads(looked.stdout)["problems"]
    assert (looked.returncode, one["code"]) == (1, "notification_server")
    assert words in one["text"]
    assert "hush" not in looked.stdout + looked.stderr


def test_offline_tries_nothing_and_says_so(well, mail_server, slack, web):
    smtp, imap = free_ports(2)
    furnish(well, smtp=smtp, imap=imap, slack=slack, web=web, token="xoxb-0", password=SHUT)

    found, said = doctor(well, mail_server, "--offline")

    assert (found, json.loads(said)["tried"]) == ({}, False)
    assert slack.requests + web.requests == []


A_TRACKING_SYSTEM = """
from ifnotyou.connectors.ats import all_systems
w = Workspace.objects.create(name="Acme", **IN_ORDER)
Connection.objects.create(
    workspace=w, system="greenhouse", address="http://127.0.0.1:1", settings={},
    secrets='{"client_id": "hush", "client_secret": "hush"}',
)
Connection.objects.create(workspace=w, system="lever", address="http://127.0.0.1:1", paused=True)
"""


def test_a_tracking_system_is_tried_unless_it_is_paused(well, mail_server):
    well.look(IN_ORDER + A_TRACKING_SYSTEM + 'Workspace.objects.update(smtp_host="")')

    found, said = doctor(well, mail_server)

    assert "Greenhouse cannot be read." in found["connection_in_trouble"]["text"]
    assert "Lever" not in said
    assert "hush" not in said
