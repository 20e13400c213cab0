"""Passkeys without a browser: what is refused, and what pages say. Adding and using one is in tests/journeys."""

import base64
import json

import pytest

pytestmark = pytest.mark.django_db


def is_in(browser):
    return browser.get("/me/").status_code == 200


def answer_of(user_handle):
    """What a browser would send, signed by nobody."""
    none = base64.urlsafe_b64encode(b"x" * 40).decode().rstrip("=")
    said = {"clientDataJSON": none, "authenticatorData": none, "signature": none, "userHandle": user_handle}
    return {"id": none, "rawId": none, "type": "public-key", "response": said, "clientExtensionResults": {}}


def handle(text):
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "credential",
    [
        "",
        "{",
        "7",
        "[]",
        "null",
        "{}",
        '{"response": 7}',
        json.dumps(answer_of(None)),
        json.dumps(answer_of(handle("1"))),
        json.dumps(answer_of(handle("999999999999999999999999999"))),
        json.dumps(answer_of(handle("-1"))),
        json.dumps(answer_of(handle("x"))),
        json.dumps(answer_of("\x00")),
    ],
)
def test_what_no_device_signed_lets_nobody_in(browser_of, member, credential):
    browser = browser_of()
    browser.get("/sign-in/passkey/", headers={"accept": "application/json"})
    answer = browser.post("/sign-in/passkey/", {"credential": credential})
    assert (answer.status_code, answer.url) == (302, "/sign-in/")
    assert not is_in(browser)


def test_passkey_is_bound_to_the_name_in_public_url_whatever_the_request_says(browser_of, settings, member):
    settings.PUBLIC_URL = "https://ask.example.com"
    settings.ALLOWED_HOSTS = ["*"]
    for host in ("ask.example.com", "evil.example", "localhost"):
        browser = browser_of(member)
        page = browser.get("/me/passkeys/add/", headers={"host": host})
        if page.status_code == 302:
            page = browser.post(
                page.url, {"password": "a long walk by the river"}, headers={"host": host}, follow=True
            )
        rp = page.context["js_data"]["creation_options"]["publicKey"]["rp"]
        assert rp["id"] == "ask.example.com"


def test_address_in_numbers_has_none_and_says_why(browser_of, settings, member):
    settings.PUBLIC_URL = "http://127.0.0.1:8000"
    browser = browser_of(member)
    assert "has a number for an address" in browser.get("/me/passkeys/").content.decode()
    assert browser.get("/me/passkeys/add/").url == "/me/passkeys/"
    assert "passkey" not in browser_of().get("/sign-in/").content.decode()
    settings.ALLOWED_HOSTS = ["localhost"]
    at_home = browser_of().get("/sign-in/", headers={"host": "localhost:8000"}).content.decode()
    assert "Sign in with a passkey" in at_home
