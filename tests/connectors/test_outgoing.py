"""Outgoing calls: signed as Standard Webhooks says, to the public internet alone, and without following anybody."""

import base64
import socket
from datetime import UTC, datetime, timedelta

import pytest
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from ifnotyou.connectors import outgoing
from ifnotyou.connectors.base import ConnectorError, Trouble
from tests.connectors.webserver import Said, WebServer

LOOPBACK = ("127.0.0.0/8",)
BODY = b'{"test": 2432232314}'


def test_the_vector_of_the_specification():
    # What the libraries of the specification test themselves with.
    signed = outgoing.signature(
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        datetime.fromtimestamp(1614265330, UTC),
        BODY,
    )

    assert signed == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_the_official_library_takes_what_we_sign_and_nothing_else():
    secret, now = outgoing.new_secret(), datetime.now(UTC)
    headers = outgoing.headers_of([secret], "msg_1", now, BODY)

    assert Webhook(secret).verify(BODY, headers) == {"test": 2432232314}
    for body, told in (
        (BODY + b" ", headers),
        (BODY, headers | {"webhook-id": "msg_2"}),
        (BODY, headers | {"webhook-timestamp": str(int(now.timestamp()) + 1)}),
        (BODY, outgoing.headers_of([secret], "msg_1", now - timedelta(minutes=6), BODY)),
    ):
        with pytest.raises(WebhookVerificationError):
            Webhook(secret).verify(body, told)
    with pytest.raises(WebhookVerificationError):
        Webhook(outgoing.new_secret()).verify(BODY, headers)


def test_while_a_secret_is_changed_either_verifies():
    new, old = outgoing.new_secret(), outgoing.new_secret()
    headers = outgoing.headers_of([new, old], "msg_1", datetime.now(UTC), BODY)

    assert headers["webhook-signature"].count(" ") == 1
    for secret in (new, old):
        assert Webhook(secret).verify(BODY, headers)


def test_a_secret_has_as_many_random_bytes_as_the_specification_wants():
    made = {outgoing.new_secret() for _ in range(20)}

    assert len(made) == 20
    for secret in made:
        assert secret.startswith("whsec_")
        assert 24 <= len(base64.b64decode(secret.removeprefix("whsec_"), validate=True)) <= 64


PRIVATE = [
    "https://127.0.0.1/",
    "https://10.1.2.3/",
    "https://172.16.0.1/",
    "https://192.168.1.1/",
    "https://169.254.169.254/latest/meta-data/",
    "https://100.64.0.1/",
    "https://0.0.0.0/",
    "https://[::1]/",
    "https://[::]/",
    "https://[::ffff:127.0.0.1]/",
    "https://[::ffff:10.0.0.1]/",
    "https://[64:ff9b::7f00:1]/",
    "https://[2002:7f00:1::]/",
    "https://[fd00::1]/",
    "https://[fe80::1]/",
]


@pytest.mark.parametrize("url", PRIVATE)
def test_a_private_address_is_refused_when_it_is_typed_in_and_when_it_is_called(url):
    for attempt in (lambda: outgoing.refuse_unreachable(url, ()), lambda: outgoing.call(url, {}, BODY, ())):
        with pytest.raises(ConnectorError) as refused:
            attempt()
        assert refused.value.reason_code == Trouble.PRIVATE_ADDRESS


@pytest.mark.parametrize(
    "address", ["127.0.0.1", "10.0.0.1", "169.254.169.254", "::1", "::ffff:127.0.0.1", "fd00::1"]
)
def test_a_name_that_leads_to_a_private_address_is_refused_at_each_call(monkeypatch, address):
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    asked = []

    def look_up(host, port, *_, **__):
        asked.append(host)
        return [(family, socket.SOCK_STREAM, 6, "", (address, port))]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)

    assert outgoing.refuse_unreachable("https://hooks.example.com/", ()) == "hooks.example.com"
    with pytest.raises(ConnectorError) as refused:
        outgoing.call("https://hooks.example.com/", {}, BODY, ())
    assert refused.value.reason_code == Trouble.PRIVATE_ADDRESS
    assert asked == ["hooks.example.com"]


def test_a_name_is_looked_up_once_for_a_call(monkeypatch):
    """A second answer, public for the look and private for the call, is never asked for."""
    real, answers = socket.getaddrinfo, iter(["127.0.0.1", "10.0.0.1"])

    def look_up(host, port, *more, **others):
        return real(next(answers), port, *more, **others)

    with WebServer({"POST /": Said(204)}) as server:
        monkeypatch.setattr(socket, "getaddrinfo", look_up)
        url = server.url.replace("127.0.0.1", "localhost") + "/"
        assert outgoing.call(url, {}, BODY, LOOPBACK) == 204
    assert next(answers) == "10.0.0.1"


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("http://hooks.example.com/", Trouble.NOT_ENCRYPTED),
        ("http://localhost/", Trouble.NOT_ENCRYPTED),
        ("http://127.0.0.1/", Trouble.NOT_ENCRYPTED),
        ("ftp://hooks.example.com/", Trouble.BAD_ADDRESS),
        ("file:///etc/passwd", Trouble.BAD_ADDRESS),
        ("https://me:hush@hooks.example.com/", Trouble.BAD_ADDRESS),
        ("https://", Trouble.BAD_ADDRESS),
        ("hooks.example.com", Trouble.BAD_ADDRESS),
        (f"https://{'a' * 254}/", Trouble.BAD_ADDRESS),
    ],
)
def test_what_is_no_address_to_call_is_refused(url, code):
    with pytest.raises(ConnectorError) as refused:
        outgoing.refuse_unreachable(url, ())
    assert refused.value.reason_code == code
    assert "hush" not in refused.value.text


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_nobody_is_followed(status):
    elsewhere = {"Location": "/elsewhere"}
    with WebServer({"POST /": Said(status, headers=elsewhere), "POST /elsewhere": Said(204)}) as server:
        answered = outgoing.call(f"{server.url}/", {}, BODY, LOOPBACK)

    assert answered == status
    assert [heard.path for heard in server.requests] == ["/"]
    assert "Enter that address" in outgoing.trouble_with(answered)


@pytest.mark.parametrize("status", [200, 201, 202, 204, 299])
def test_any_2xx_is_taken(status):
    assert outgoing.trouble_with(status) == ""


@pytest.mark.parametrize("status", [100, 301, 400, 401, 403, 404, 405, 410, 422, 429, 500, 502, 503, 504])
def test_everything_else_is_told_in_a_sentence_with_its_number(status):
    assert str(status) in outgoing.trouble_with(status)


def test_an_answer_that_never_ends_does_not_hold_us():
    endless = Said(200, body=b"x" * 2_000_000)
    with WebServer({"POST /": endless}) as server, pytest.raises(ConnectorError) as refused:
        outgoing.call(f"{server.url}/", {}, BODY, LOOPBACK)

    assert refused.value.reason_code == Trouble.TOO_LARGE
