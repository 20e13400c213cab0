"""Mail services hand over what came in: only the one of the settings, only with its proof, and nothing is lost."""

import base64
import hashlib
import hmac
import json
import logging

import pytest
from django.db import DatabaseError
from django.test import Client
from django_scopes import scope

from ifnotyou.connectors.mail.services import SERVICES
from ifnotyou.models import Reply
from tests.company import clock, found  # noqa: F401 - a fixture
from tests.services.broken import without_table

SECRET = "c0ffee-c0ffee-c0ffee-c0ffee"
WORDS = "Talk to Kim Park. Grüße, Noor"
SENDER = "maya@acme.example.org"
RAW = (
    f"From: Maya <{SENDER}>\r\nTo: replies@acme.example.org\r\nMessage-ID: <one@example.org>\r\n"
    f"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n{WORDS}\r\n"
)
HEADERS = {"From": f"Maya <{SENDER}>", "To": "replies@acme.example.org", "Message-ID": "<one@example.org>"}
JSON = "application/json"


def signed(key, *parts):
    return hmac.new(key.encode(), b"".join(parts), hashlib.sha256).hexdigest()


def by_password(payload, secret, content_type=JSON):
    """What a service sends that knows nothing but https://name:password@…"""
    body = (
        {"data": payload}
        if content_type is None
        else {"data": json.dumps(payload), "content_type": content_type}
    )
    return body | {
        "headers": {"Authorization": "Basic " + base64.b64encode(f"ifnotyou:{secret}".encode()).decode()}
    }


def brevo(secret, **more):
    item = {
        "Headers": HEADERS,
        "RawTextBody": WORDS,
        "RawHtmlBody": None,
        "Attachments": [{"Name": "cv.pdf"}],
    }
    return by_password({"items": [item | more]}, secret)


def mailersend(secret):
    data = json.dumps({"type": "inbound.message", "data": {"id": "1", "raw": RAW}})
    return {"data": data, "content_type": JSON, "headers": {"Signature": signed(secret, data.encode())}}


def mailgun(secret):
    return {
        "data": {
            "token": "t" * 50,
            "timestamp": "1700000000",
            "signature": signed(secret, b"1700000000", b"t" * 50),
            "sender": SENDER,
            "message-headers": json.dumps(list(HEADERS.items())),
            "body-plain": WORDS,
        }
    }


def mailgun_raw(secret):
    call = mailgun(secret)
    del call["data"]["message-headers"], call["data"]["body-plain"]
    call["data"]["body-mime"] = RAW
    return call


def mailjet(secret):
    return by_password({"Sender": SENDER, "Headers": HEADERS, "Text-part": WORDS, "Parts": []}, secret)


def postmark(secret):
    headers = [{"Name": name, "Value": value} for name, value in HEADERS.items() if name == "Message-ID"]
    full = {"Name": "Maya", "Email": SENDER}
    return by_password(
        {"FromFull": full, "Headers": headers, "TextBody": WORDS, "HtmlBody": "<p>no</p>"}, secret
    )


def sendgrid(secret):
    headers = "".join(f"{name}: {value}\n" for name, value in HEADERS.items())
    return by_password({"headers": headers, "text": WORDS, "charsets": '{"text": "UTF-8"}'}, secret, None)


def sparkpost(secret):
    content = {"email_rfc822": RAW, "email_rfc822_is_base64": False}
    return by_password([{"msys": {"relay_message": {"protocol": "smtp", "content": content}}}], secret)


CALLS = [brevo, mailersend, mailgun, mailgun_raw, mailjet, postmark, sendgrid, sparkpost]
slug_of = {call: call.__name__.removesuffix("_raw") for call in CALLS}


@pytest.fixture
def house(db, clock):  # noqa: F811 - the fixture
    return found()


def setup(house, service, secret=SECRET):
    workspace = house.workspace
    workspace.inbound_service, workspace.inbound_secret = service, secret
    workspace.save()
    return f"/hooks/mail/{workspace.pk}/{service}/"


def texts(house):
    with scope(workspace=house.workspace.pk):
        return [(reply.user, reply.text) for reply in Reply.objects.all()]


def test_every_service_is_tried_here():
    assert set(slug_of.values()) == set(SERVICES)


@pytest.mark.parametrize("call", CALLS)
def test_mail_is_put_before_its_asker(house, call):
    answer = Client().post(setup(house, slug_of[call]), **call(SECRET))

    assert (answer.status_code, answer.content) == (200, b"")
    assert texts(house) == [(house.maya, WORDS)]
    assert not answer.cookies


@pytest.mark.parametrize("call", CALLS)
def test_same_call_again_is_the_same_reply(house, call):
    address = setup(house, slug_of[call])
    for _ in range(2):
        assert Client().post(address, **call(SECRET)).status_code == 200

    assert len(texts(house)) == 1


@pytest.mark.parametrize("call", CALLS)
def test_without_the_right_proof_nothing_is_kept(house, call):
    address = setup(house, slug_of[call])

    wrong = Client().post(address, **call("another-secret-altogether"))
    missing = Client().post(address, **(call(SECRET) | {"headers": {}}))

    assert wrong.status_code == 403
    if slug_of[call] != "mailgun":  # its proof is in the form
        assert missing.status_code == 403
        assert texts(house) == []
    else:
        unsigned = call(SECRET)
        del unsigned["data"]["signature"]
        assert Client().post(address, **unsigned).status_code == 403


@pytest.mark.parametrize(
    "headers", [{"Authorization": "Basic"}, {"Authorization": "Basic ???"}, {"Authorization": "Bearer x"}]
)
def test_odd_proofs_are_refused(house, headers):
    answer = Client().post(setup(house, "postmark"), **(postmark(SECRET) | {"headers": headers}))

    assert answer.status_code == 403


def test_changed_words_are_not_those_that_were_signed(house):
    call = mailersend(SECRET)
    call["data"] = call["data"].replace("Kim", "Tom")

    assert Client().post(setup(house, "mailersend"), **call).status_code == 403
    assert texts(house) == []


@pytest.mark.parametrize("secret", ["", SECRET])
@pytest.mark.parametrize("call", CALLS)
def test_without_a_secret_nobody_is_let_in(house, call, secret):
    address = setup(house, slug_of[call], secret="")

    assert Client().post(address, **call(secret)).status_code == 404
    assert texts(house) == []


def test_another_service_or_workspace_is_not_there(house):
    address = setup(house, "postmark")
    other = found("Birch").workspace.pk

    for wrong in (
        address.replace("postmark", "mailjet"),
        address.replace("postmark", "nothing"),
        f"/hooks/mail/{other}/postmark/",
        "/hooks/mail/999999/postmark/",
    ):
        assert Client().post(wrong, **postmark(SECRET)).status_code == 404
    assert texts(house) == []


def test_whoever_is_signed_in_elsewhere_changes_nothing(house):
    browser = Client()
    browser.force_login(found("Birch").maya)

    assert browser.post(setup(house, "postmark"), **postmark(SECRET)).status_code == 200
    assert texts(house) == [(house.maya, WORDS)]


def test_mail_of_a_stranger_is_taken_off_their_hands_and_not_kept(house):
    call = by_password({"Headers": HEADERS | {"From": "x@example.net"}, "Text-part": WORDS}, SECRET)

    assert Client().post(setup(house, "mailjet"), **call).status_code == 200
    assert texts(house) == []


def test_what_is_not_stored_is_not_answered_with_yes(house):
    address = setup(house, "postmark")
    browser = Client(raise_request_exception=False)

    with without_table("ifnotyou_reply"):
        assert browser.post(address, **postmark(SECRET)).status_code == 500
    assert texts(house) == []

    assert browser.post(address, **postmark(SECRET)).status_code == 200
    assert texts(house) == [(house.maya, WORDS)]


def test_of_several_mails_in_a_call_all_are_stored_or_none(house, monkeypatch):
    items = [
        {"Headers": HEADERS | {"Message-ID": f"<{number}@example.org>"}, "RawTextBody": WORDS}
        for number in range(3)
    ]
    stored = []
    save = Reply.save

    def third_fails(reply, *args, **kwargs):
        if len(stored) == 2:
            raise DatabaseError("the disk is full")
        stored.append(reply)
        save(reply, *args, **kwargs)

    monkeypatch.setattr(Reply, "save", third_fails)
    address = setup(house, "brevo")
    answer = Client(raise_request_exception=False).post(address, **by_password({"items": items}, SECRET))

    assert answer.status_code == 500
    assert texts(house) == []
    monkeypatch.setattr(Reply, "save", save)
    assert Client().post(address, **by_password({"items": items}, SECRET)).status_code == 200
    assert len(texts(house)) == 3


@pytest.mark.parametrize(
    "payload", ["not json", "[]", "{}", "null", '{"items": [1]}', '{"Headers": 3}', "[{}]", '"x"', "\udcff"]
)
@pytest.mark.parametrize("service", ["brevo", "mailjet", "postmark", "sparkpost"])
def test_what_cannot_be_read_is_not_answered_with_yes(house, service, payload):
    call = by_password({}, SECRET) | {"data": payload.encode("utf-8", "surrogateescape")}

    answer = Client().post(setup(house, service), **call)

    nothing_was_handed_over = service == "sparkpost" and payload in {"[]", "{}"}
    assert answer.status_code == (200 if nothing_was_handed_over else 400)
    assert texts(house) == []


def test_tracking_call_is_told_apart(house):
    assert (
        Client().post(setup(house, "postmark"), **by_password({"RecordType": "Open"}, SECRET)).status_code
        == 400
    )


def test_large_mail_is_read_and_a_huge_one_refused(house):
    address = setup(house, "postmark")
    attachment = {"ContentType": "application/pdf", "Name": "cv.pdf", "Content": "A" * 4_000_000}
    payload = json.loads(postmark(SECRET)["data"]) | {"Attachments": [attachment]}

    assert Client().post(address, **by_password(payload, SECRET)).status_code == 200
    assert texts(house) == [(house.maya, WORDS)]

    payload["Attachments"] = [attachment] * 4
    assert Client().post(address, **by_password(payload, SECRET)).status_code == 413


def test_looking_writes_nothing(house):
    address = setup(house, "postmark")

    assert Client().head(address).status_code == 200
    assert Client().get(address).status_code == 405
    assert texts(house) == []


@pytest.mark.parametrize("call", CALLS)
def test_nothing_personal_reaches_the_logs(house, call, caplog):
    caplog.set_level(logging.DEBUG)
    address = setup(house, slug_of[call])
    broken = call(SECRET)
    broken["data"] = {"x": WORDS} if isinstance(broken["data"], dict) else json.dumps([WORDS, SENDER])

    Client().post(address, **call(SECRET))
    Client().post(address, **call("wrong"))
    Client().post(address, **broken)

    logged = "\n".join(line for line in caplog.text.splitlines() if "django.db.backends" not in line)
    for word in ("Kim", "Maya", SENDER, SECRET):
        assert word not in logged
