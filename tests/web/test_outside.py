"""Every page of people without an account: nothing is kept of who asks, nothing comes from elsewhere."""

import base64
import gettext
import hashlib
import importlib.util
import logging
import re
import sys
from pathlib import Path

import pytest
from django.core.cache import caches
from django.test import Client, RequestFactory
from django.utils import translation

from ifnotyou import counting
from ifnotyou.counting import too_often
from ifnotyou.services import asks
from ifnotyou.web import outside, personal_page
from ifnotyou.web.outside import ForgetWhoAsks, language_of, sender_mark
from tests.company import NOW, WORDS, clock, house  # noqa: F401 - fixtures

ROOT = Path(__file__).parents[2]
LANGUAGES = ("de", "fr", "es", "pt")


def load_tool():
    """The script behind ./run messages."""
    spec = importlib.util.spec_from_file_location("messages_tool", ROOT / "tools" / "messages.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


tool = load_tool()


@pytest.fixture(autouse=True)
def _nothing_counted_yet():
    caches["process"].clear()


@pytest.fixture
def page(house):  # noqa: F811
    """The address of a personal page."""
    ask = house.hand()
    asks.take_along(ask, WORDS, by=house.maya, now=NOW)
    ask.refresh_from_db()
    return f"/r/{ask.page_token}"


# --- Who asks


def passed_through(path, **meta):
    """The request as it is behind the door."""
    request = RequestFactory().get(path, **meta)
    ForgetWhoAsks(lambda _: None)(request)
    return request


TELLING = {
    "REMOTE_ADDR": "192.0.2.7",
    "REMOTE_PORT": "50000",
    "REMOTE_HOST": "laptop.example.org",
    "HTTP_USER_AGENT": "Browser of Noor",
    "HTTP_COOKIE": "ifnotyou=made-up",
    "HTTP_REFERER": "https://mail.example.org/inbox",
    "HTTP_X_FORWARDED_FOR": "192.0.2.8",
    "HTTP_X_REAL_IP": "192.0.2.9",
    "HTTP_FORWARDED": "for=192.0.2.10",
    "HTTP_SEC_CH_UA": "Noor",
    "HTTP_DNT": "1",
}


@pytest.mark.parametrize("path", ["/r/x", "/d/x", "/receipt", "/v/x", "/v/x/talk.ics", "/forget/x"])
def test_who_asks_is_forgotten_at_the_door(path):
    request = passed_through(path, HTTP_ACCEPT_LANGUAGE="de", **TELLING)
    left = " ".join(f"{name}={value}" for name, value in request.META.items())
    for told in TELLING.values():
        assert told == "1" or told not in left
    assert request.COOKIES == {}
    assert request.headers["Accept-Language"] == "de"
    assert set(request.headers) <= {"Accept-Language", "Cookie", "Content-Type", "Content-Length"}


def test_colleagues_pages_know_their_cookie():
    assert passed_through("/declines/", **TELLING).META["HTTP_COOKIE"] == "ifnotyou=made-up"


def test_a_sender_is_counted_by_what_our_proxy_says_and_nobody_else_can_choose(settings):
    def mark(**meta):
        return sender_mark(passed_through("/d/x", **meta))

    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 0
    assert mark(REMOTE_ADDR="192.0.2.1", HTTP_X_FORWARDED_FOR="1") == mark(REMOTE_ADDR="192.0.2.1")
    assert mark(REMOTE_ADDR="192.0.2.1") != mark(REMOTE_ADDR="192.0.2.2")
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    assert mark(HTTP_X_FORWARDED_FOR="6.6.6.6, 192.0.2.1") == mark(HTTP_X_FORWARDED_FOR="192.0.2.1")
    assert b"192.0.2.1" not in mark(HTTP_X_FORWARDED_FOR="192.0.2.1")


def test_counting_ends_with_the_hour(monkeypatch):
    monkeypatch.setattr(counting.time, "time", lambda: 7200.0)
    assert [too_often("it", 2) for _ in range(4)] == [False, False, True, True]
    assert not too_often(b"somebody else", 2)
    monkeypatch.setattr(counting.time, "time", lambda: 10800.0)
    assert not too_often("it", 2)


# --- What an answer carries


@pytest.mark.parametrize("path", [None, "/r/made-up"])
def test_every_answer_is_kept_by_nobody_and_asks_nobody(page, path):
    for answer in (Client().get(path or page), Client().post(path or page, {"do": "name"})):
        source = answer.content.decode()
        style = re.search(r"<style>(.*?)</style>", source, re.DOTALL)[1]
        hashed = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
        assert {part.strip() for part in answer.headers["Content-Security-Policy"].split(";")} == {
            "default-src 'none'",
            f"style-src 'sha256-{hashed}'",
            "img-src data:",
            "form-action 'self'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        }
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"
        assert answer.headers["Content-Language"] == "en"
        assert not answer.cookies
        assert "<script" not in source
        assert "csrf" not in source


def test_the_style_fetches_nothing():
    assert not re.search(r"@import|url\(", (Path(outside.__file__).parent / "outside.css").read_text("utf-8"))


def test_a_form_of_nobodys_is_not_even_read(page):
    answer = Client().post(page, {"do": "name", "who": "Ida Wells", "why": "x" * 20_000})
    assert answer.status_code == 413
    assert "That is too much at once" in answer.content.decode()


@pytest.mark.parametrize("length", ["-1", "x", "1e3"])
def test_a_length_that_is_none_is_too_large(page, length):
    answer = Client().post(page, b"", content_type="application/x-www-form-urlencoded", CONTENT_LENGTH=length)
    assert answer.status_code == 413


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/x-www-form-urlencoded", b"a&" * 2000),
        ("application/x-www-form-urlencoded; charset=utf-7", b"do=name"),
        ("multipart/form-data", b"do=name"),
        ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data; name=a"),
        ("multipart/form-data; boundary=\u00e9", b"x"),
    ],
)
def test_a_form_that_cannot_be_read_is_answered_like_any_other(page, kind, body):
    answer = Client().post(page, body, content_type=kind)
    assert answer.status_code in {400, 413}
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_link_that_opens_something_is_not_in_the_log_of_what_broke(page, monkeypatch, caplog):
    def broken(*_):
        raise RuntimeError("on purpose")

    monkeypatch.setattr(personal_page, "_page", broken)
    with caplog.at_level(logging.DEBUG):
        answer = Client(raise_request_exception=False).get(page)
    assert answer.status_code == 500
    assert caplog.records
    assert page.removeprefix("/r/") not in caplog.text
    assert all(page not in str(vars(record)) for record in caplog.records)


# --- In their language


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "en"),
        ("de", "de"),
        ("de-AT,de;q=0.9", "de"),
        ("nl, fr-CA;q=0.8, en;q=0.5", "fr"),
        ("pt-BR", "pt"),
        ("es-419", "es"),
        ("en-GB,de;q=0.9", "en"),
        ("ja,zh", "en"),
        ("*", "en"),
        ("nl,*,de;q=0.1", "en"),
        ("x" * 5000, "en"),
        ("de;q=;,,;", "en"),
    ],
)
def test_the_browser_says_which_language(header, language):
    assert language_of(RequestFactory().get("/r/x", HTTP_ACCEPT_LANGUAGE=header)) == language


@pytest.mark.parametrize(
    ("language", "title"),
    [
        ("en", "If not you, who should we talk to?"),
        ("de", "Wenn nicht Sie: mit wem sollten wir sprechen?"),
        ("fr", "Si ce n’est pas vous, à qui devrions-nous parler\u00a0?"),
        ("es", "Si no es usted, ¿con quién deberíamos hablar?"),
        ("pt", "Se não for você, com quem devemos falar?"),
    ],
)
def test_the_page_speaks_it_and_says_so(page, language, title):
    answer = Client(headers={"accept-language": language}).get(page)
    source = answer.content.decode()
    assert answer.headers["Content-Language"] == language
    assert f'<html lang="{language}">' in source
    assert f"<h1>{title}</h1>" in source
    assert "Data Engineer" in source
    assert translation.get_language() == "en"


def test_what_django_says_of_a_field_is_in_their_language_too(page):
    answer = Client(headers={"accept-language": "de"}).post(page, {"do": "name", "who": " "})
    assert "Somebody has to be named" not in answer.content.decode()


@pytest.mark.parametrize("path", ["/sign-in/", "/sign-in/link/", "/me/", "/cards/", "/me/password/"])
def test_colleagues_pages_stay_english(house, page, path):  # noqa: F811
    pages = []
    for language in ("en", "de"):
        client = Client(headers={"accept-language": language})
        client.get(page)
        if path != "/sign-in/":
            client.force_login(house.maya)
        pages.append(without_tokens(client.get(path)) + without_tokens(client.post(path, {"login": "x"})))
    assert pages[0] == pages[1]


def without_tokens(answer):
    return re.sub(r"[A-Za-z0-9]{32,}", "", answer.content.decode())


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_left_untranslated(language):
    wanted = {(message.id, message.context) for message in tool.found() if message.id}
    there = {(message.id, message.context) for message in tool.of(language) if message.id}
    assert len(wanted) > 50
    assert wanted - there == set(), "./run messages, then translate what is new"
    assert there - wanted == set(), "./run messages takes out what is gone"
    assert list(tool.missing(tool.of(language))) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_translations_name_what_the_original_names(language):
    for message in tool.of(language):
        ids = message.id if isinstance(message.id, tuple) else (message.id,)
        texts = message.string if isinstance(message.string, tuple) else (message.string,)
        if message.id:
            wanted = set(re.findall(r"%\(\w+\)s", ids[-1]))
            for text in texts[1:] or texts:
                assert set(re.findall(r"%\(\w+\)s", text)) == wanted, text
            assert set(re.findall(r"%\(\w+\)s", texts[0])) <= wanted, texts[0]


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_compiled_is_what_is_translated(language):
    with tool.place(language).with_suffix(".mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    for message in tool.of(language):
        if isinstance(message.id, tuple):
            told = [compiled.ngettext(*message.id, number) for number in (1, 2)]
            assert told == list(message.string[:2]), "./run messages"
        elif message.id:
            assert compiled.gettext(message.id) == message.string, "./run messages"


def test_a_missing_translation_would_be_noticed():
    catalog = tool.Catalog("de")
    catalog.add("Thank you", "")
    catalog.add("Hello", "Hallo", flags=["fuzzy"])
    catalog.add("Good", "Gut")
    assert list(tool.missing(catalog)) == ["Thank you", "Hello"]
