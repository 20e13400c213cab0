"""What every answer carries, and what no template holds: nothing inline, nothing from elsewhere."""

import logging
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client

import ifnotyou
from ifnotyou.web import errors
from tests.web.conftest import PASSWORD

SOURCE = Path(ifnotyou.__file__).parent
TEMPLATES = sorted((SOURCE / "web" / "templates").rglob("*.html"))
OUTSIDE = SOURCE / "web" / "templates" / "outside"
"""The pages of people without an account: a form there has no cookie behind it, so no token either."""

OWN_STYLE = "<style>{{ style }}</style>"
"""The one style in a page: our file, allowed by its hash (tests/web/test_outside.py)."""

STYLES = [SOURCE / "web" / "static" / "ifnotyou.css", SOURCE / "web" / "outside.css"]

FORBIDDEN = {
    "a script in the page": r"<script(?![^>]*\bsrc=)",
    "a style in the page": r"<style|\sstyle\s*=",
    "a handler in the page": r"\son[a-z]+\s*=|\shx-on",
    "a script as an address": r"javascript:",
    "an address outside": r"(?:src|href|action|url\()\s*=?\s*[\"']?(?:https?:)?//",
    "a text taken as it is": r"\|\s*safe\b|\{%\s*autoescape off",
}


@pytest.mark.parametrize(
    "template", TEMPLATES, ids=lambda path: str(path.relative_to(SOURCE / "web" / "templates"))
)
def test_template_has_nothing_inline_and_nothing_from_outside(template):
    text = template.read_text(encoding="utf-8")
    if template == OUTSIDE / "base.html":
        text = text.replace(OWN_STYLE, "", 1)
    found = [what for what, pattern in FORBIDDEN.items() if re.search(pattern, text, re.IGNORECASE)]
    assert not found


@pytest.mark.parametrize(
    "sample",
    [
        "<script>x</script>",
        '<p style="color: red">',
        "<style>",
        '<a onclick="x()">',
        '<a href="javascript:x()">',
        '<img src="https://elsewhere.example/pixel">',
        '<img src="//elsewhere.example/pixel">',
        "{{ name|safe }}",
    ],
)
def test_the_test_of_templates_would_notice(sample):
    assert any(re.search(pattern, sample, re.IGNORECASE) for pattern in FORBIDDEN.values())


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_every_form_that_posts_proves_where_it_comes_from(template):
    for form in re.findall(
        r"<form\b.*?</form>", template.read_text(encoding="utf-8"), re.DOTALL | re.IGNORECASE
    ):
        if re.search(r"method=[\"']post", form, re.IGNORECASE):
            proves = "csrf_token" in form or "parts/form.html" in form
            assert proves is not template.is_relative_to(OUTSIDE)


@pytest.mark.parametrize("style", STYLES, ids=lambda path: path.name)
def test_style_sheet_fetches_nothing(style):
    assert not re.search(r"@import|url\((?![\"']?data:)", style.read_text(encoding="utf-8"))


POLICY = {
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
}


@pytest.mark.django_db
@pytest.mark.parametrize(
    "page",
    [
        "/sign-in/",
        "/sign-in/link/",
        "/sign-in/link/x/",
        "/nothing/",
        "/me/",
        "/people/",
        "/settings/",
        "/healthz",
    ],
)
def test_every_answer_carries_the_rules(browser_of, admin, page):
    for browser in (browser_of(), browser_of(admin)):
        headers = browser.get(page).headers
        assert {part.strip() for part in headers["Content-Security-Policy"].split(";")} == POLICY
        assert headers["Referrer-Policy"] == "same-origin"
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert "no-store" in headers["Cache-Control"]


@pytest.mark.django_db
def test_cookies_are_out_of_reach_of_scripts_and_of_other_sites(browser_of, admin):
    browser = browser_of()
    browser.post("/sign-in/", {"login": admin.email, "password": PASSWORD})
    browser.get("/me/")
    for cookie in browser.cookies.values():
        assert cookie["httponly"]
        assert cookie["samesite"] == "Lax"
    assert set(browser.cookies) == {"ifnotyou", "csrftoken"}


def test_cookies_and_transport_are_secure_where_the_public_address_is():
    code = (
        "from ifnotyou import settings as s; "
        "print(s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.SECURE_HSTS_SECONDS > 0, s.DEBUG)"
    )
    environment = os.environ | {"PUBLIC_URL": "https://ask.example.com", "SECRET_KEY": "k" * 40}
    run = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    assert run.stdout.split() == ["True", "True", "True", "False"]


@pytest.mark.django_db
def test_form_without_its_token_changes_nothing_and_says_so_calmly(browser_of, admin):
    answer = browser_of(admin, enforce_csrf_checks=True).post("/me/", {"name": "Mallory"})
    assert answer.status_code == 403
    assert "open for too long" in answer.content.decode()
    admin.refresh_from_db()
    assert admin.name == "Admin"


@pytest.mark.django_db
def test_htmx_sends_the_token_from_the_page(browser_of, admin):
    browser = browser_of(admin, enforce_csrf_checks=True)
    token = re.search(r'"x-csrftoken": "(\w+)"', browser.get("/me/").content.decode())[1]
    answer = browser.post("/me/", {"name": "Ida"}, headers={"x-csrftoken": token, "hx-request": "true"})
    assert answer.status_code == 302


@pytest.mark.django_db
def test_fragment_asked_for_after_the_session_ended_leads_the_whole_page_to_signing_in(browser_of, workspace):
    answer = browser_of().get("/me/", headers={"hx-request": "true"})
    assert answer.headers["HX-Redirect"] == "/sign-in/"


@pytest.mark.django_db
def test_page_that_is_not_there_and_page_of_another_role_keep_calm(browser_of, member):
    missing = browser_of(member).get("/nothing/")
    assert (missing.status_code, "There is nothing here" in missing.content.decode()) == (404, True)
    other = browser_of(member).get("/people/")
    assert (other.status_code, "not yours to open" in other.content.decode()) == (403, True)


def test_page_for_our_own_fault_asks_no_database_and_shows_no_trace(rf):
    # no mark for the database: a query would fail the test
    with pytest.raises(RuntimeError):
        connection.cursor()
    page = errors.our_fault(rf.get("/"))
    assert page.status_code == 500
    assert "it is our fault" in page.content.decode()
    assert "Traceback" not in page.content.decode()


@pytest.mark.django_db
def test_error_of_ours_shows_that_page(admin, monkeypatch):
    logging.getLogger("django.request").setLevel(logging.CRITICAL)
    monkeypatch.setattr("ifnotyou.web.settings_pages.held_about", None)
    monkeypatch.setattr("ifnotyou.web.settings_pages.MeForm", None)
    browser = Client(raise_request_exception=False)
    browser.force_login(admin)
    answer = browser.get("/me/")
    logging.getLogger("django.request").setLevel(logging.ERROR)
    assert answer.status_code == 500
    assert "it is our fault" in answer.content.decode()
    assert "NoneType" not in answer.content.decode()


@pytest.mark.django_db
def test_navigation_shows_each_role_only_where_it_may_go(people, browser_of):
    for role, user in people.items():
        page = browser_of(user).get("/me/").content.decode()
        places = set(re.findall(r"<li><a href=\"(/\w+/)\"", page.split("</nav>")[0]))
        assert (
            places
            == {
                "member": {"/board/", "/cards/"},
                "recruiter": {"/declines/", "/board/", "/cards/", "/insights/", "/connections/", "/imports/"},
                "steward": {"/board/", "/cards/", "/privacy/", "/audit/"},
                "admin": {
                    "/declines/",
                    "/board/",
                    "/cards/",
                    "/insights/",
                    "/connections/",
                    "/imports/",
                    "/people/",
                    "/settings/",
                    "/privacy/",
                    "/audit/",
                },
            }[role.value]
        )


@pytest.mark.django_db
def test_what_people_type_is_shown_as_text(browser_of, admin):
    admin.name = "<b>Ida</b>"
    admin.save()
    page = browser_of(admin).get("/people/").content.decode()
    assert "<b>Ida</b>" not in page
    assert "&lt;b&gt;Ida&lt;/b&gt;" in page
