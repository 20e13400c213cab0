"""Signing in: by password, by a link in a mail, by a link from the console, and with a second factor on top."""

import base64
import hashlib
import hmac
import re
import struct
import threading
import time
from types import SimpleNamespace

import pytest
from django.core import mail
from django.db import connection

from ifnotyou.jobs.worker import run_due_jobs
from ifnotyou.models import AuditEvent, Role, User
from ifnotyou.services.links import console_link, invitation_link, use_up
from tests.web.conftest import PASSWORD

pytestmark = pytest.mark.django_db


def is_in(browser):
    return browser.get("/me/").status_code == 200


def path(link):
    return link.removeprefix("http://testserver")


def link_in_mail():
    return path(re.search(r"http://testserver\S+", mail.outbox[-1].body)[0])


def ask_for_link(browser, email):
    answer = browser.post("/sign-in/link/", {"email": email})
    run_due_jobs()
    return answer


def test_password_signs_in_whatever_the_capitals_of_the_address(browser_of, member):
    browser = browser_of()
    answer = browser.post("/sign-in/", {"login": "MEMBER@example.com", "password": PASSWORD, "next": "/me/"})
    assert answer.url == "/me/"
    assert is_in(browser)


def test_signing_in_leads_only_to_pages_of_ours(browser_of, member):
    answer = browser_of().post(
        "/sign-in/", {"login": member.email, "password": PASSWORD, "next": "https://elsewhere.example/"}
    )
    assert answer.url == "/"


def test_wrong_password_is_told_in_the_same_words_as_an_unknown_address(browser_of, member):
    wrong = browser_of().post("/sign-in/", {"login": member.email, "password": "not it"})
    unknown = browser_of().post("/sign-in/", {"login": "nobody@example.com", "password": "not it"})
    assert "do not belong together" in wrong.content.decode()
    assert "do not belong together" in unknown.content.decode()


def test_too_many_wrong_passwords_are_told_kindly_also_with_the_right_one(browser_of, member):
    browser = browser_of()
    for _ in range(5):
        browser.post("/sign-in/", {"login": member.email, "password": "not it"})
    answer = browser.post("/sign-in/", {"login": member.email, "password": PASSWORD})
    assert "a few tries too many" in answer.content.decode()
    assert not is_in(browser)


def test_rate_limits_are_counted_in_the_database_for_all_processes(browser_of, member):
    browser_of().post("/sign-in/", {"login": member.email, "password": "not it"})
    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM ifnotyou_cache WHERE cache_key LIKE '%%login_failed%%'")
        assert cursor.fetchone()[0] >= 1


def test_sign_out_takes_a_post(browser_of, member):
    browser = browser_of(member)
    browser.get("/sign-out/")
    assert is_in(browser)
    browser.post("/sign-out/")
    assert not is_in(browser)


def test_link_by_mail_signs_in_once(browser_of, member):
    browser = browser_of()
    ask_for_link(browser, member.email)
    link = link_in_mail()
    assert mail.outbox[-1].to == [member.email]
    assert browser.post(link).status_code == 302
    assert is_in(browser)
    again = browser_of()
    again.cookies = browser.cookies
    assert again.post(link).status_code == 410


def test_looking_at_a_link_any_number_of_times_uses_nothing_up(browser_of, member):
    browser = browser_of()
    ask_for_link(browser, member.email)
    link = link_in_mail()
    scanner = browser_of()
    for _ in range(3):
        scanner.get(link)
        scanner.head(link)
        scanner.post(link)
        assert browser.get(link).status_code == 200
        assert browser.head(link).status_code == 200
    assert not is_in(browser)
    assert not is_in(scanner)
    browser.post(link)
    assert is_in(browser)


def test_page_of_a_link_shows_nothing_personal(browser_of, member):
    browser = browser_of()
    ask_for_link(browser, member.email)
    page = browser.get(link_in_mail()).content.decode()
    assert member.email not in page
    assert member.name not in page


def test_link_works_only_in_the_browser_that_asked(browser_of, member):
    ask_for_link(browser_of(), member.email)
    thief = browser_of()
    answer = thief.post(link_in_mail())
    assert answer.status_code == 410
    assert "Get a new link" in answer.content.decode()
    # nor in one that has asked for a link of its own
    ask_for_link(thief, "nobody@example.com")
    assert thief.post(link_in_mail()).status_code == 410


def test_answer_is_the_same_for_a_known_and_an_unknown_address(browser_of, member):
    known = ask_for_link(browser_of(), member.email)
    unknown = ask_for_link(browser_of(), "x@example.com")
    assert known.status_code == unknown.status_code == 200
    token = re.compile(r"[A-Za-z0-9]{64}")  # the form's own secret differs with every page
    words = token.sub("", known.content.decode()).replace(member.email, "x@example.com")
    assert words == token.sub("", unknown.content.decode())
    assert len(mail.outbox) == 1


def test_links_are_not_mailed_without_end(browser_of, member):
    answers = [browser_of().post("/sign-in/link/", {"email": member.email}).status_code for _ in range(4)]
    assert answers == [200, 200, 200, 429]


def test_link_is_void_after_ten_minutes(browser_of, member, monkeypatch):
    browser = browser_of()
    before = time.time() - 601
    with monkeypatch.context() as patch:
        patch.setattr("sesame.tokens_v2.time", SimpleNamespace(time=lambda: before))
        ask_for_link(browser, member.email)
    answer = browser.get(link_in_mail())
    assert answer.status_code == 410
    assert "ten minutes" in answer.content.decode()


def test_signing_in_by_any_way_ends_older_links(browser_of, member):
    browser = browser_of()
    ask_for_link(browser, member.email)
    browser_of().post("/sign-in/", {"login": member.email, "password": PASSWORD})
    assert browser.get(link_in_mail()).status_code == 410


@pytest.mark.parametrize("token", ["x", "AAAA", "A" * 400, "é", "a:b", "-" * 40])
def test_link_that_was_made_up_explains_itself(browser_of, member, token):
    answer = browser_of().get(f"/sign-in/link/{token}/")
    assert answer.status_code == 410
    assert "does not sign you in" in answer.content.decode()


def test_link_of_somebody_switched_off_is_void(browser_of, member, admin):
    browser = browser_of()
    ask_for_link(browser, member.email)
    User.objects.filter(pk=member.pk).update(is_active=False)
    assert browser.post(link_in_mail()).status_code == 410
    assert ask_for_link(browser, member.email).status_code == 200
    assert len(mail.outbox) == 1


def test_link_from_the_console_works_in_any_browser_once(browser_of, admin):
    link = path(console_link(admin))
    first, second = browser_of(), browser_of()
    assert first.post(link).status_code == 302
    assert is_in(first)
    assert second.post(link).status_code == 410


def test_link_from_the_console_changes_who_is_signed_in(browser_of, people):
    browser = browser_of(people[Role.ADMIN])
    browser.post(path(console_link(people[Role.MEMBER])))
    assert browser.get("/me/").context["user"] == people[Role.MEMBER]
    assert browser.get("/people/").status_code == 403


def test_link_of_one_kind_is_no_link_of_another(browser_of, member):
    token = path(invitation_link(member)).split("/")[-2]
    assert browser_of().post(f"/sign-in/link/{token}/").status_code == 410


def test_links_are_built_with_the_public_address_whatever_the_browser_says(browser_of, member):
    ask_for_link(browser_of(headers={"host": "localhost"}), member.email)
    assert "http://testserver/sign-in/link/" in mail.outbox[-1].body


def test_of_two_who_read_a_link_before_either_used_it_one_wins(admin):
    one, other = User.objects.get(pk=admin.pk), User.objects.get(pk=admin.pk)
    assert [use_up(one), use_up(other)] == [True, False]


@pytest.mark.django_db(transaction=True)
def test_of_many_clicks_at_once_on_one_link_one_signs_in(browser_of, admin):
    link = path(console_link(admin))
    start = threading.Barrier(4)
    browsers = [browser_of() for _ in range(4)]

    def click(browser):
        start.wait()
        try:
            browser.post(link)
        finally:
            connection.close()

    clicks = [threading.Thread(target=click, args=[browser]) for browser in browsers]
    for thread in clicks:
        thread.start()
    for thread in clicks:
        thread.join()
    assert sum(is_in(browser) for browser in browsers) == 1


# --- the second factor


def code_of(secret, at=None):
    """RFC 6238, as an authenticator app does it; now, or at another time."""
    counter = struct.pack(">Q", int(time.time() if at is None else at) // 30)
    digest = hmac.new(base64.b32decode(secret), counter, hashlib.sha1).digest()
    at = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[at : at + 4])[0] & 0x7FFFFFFF) % 1_000_000:06d}"


def turn_on(browser):
    """Turn the second factor on as a person would; returns its key and the recovery codes."""
    browser.post("/me/confirm/", {"password": PASSWORD})
    page = browser.get("/me/second-factor/on/")
    secret = page.context["form"].secret
    answer = browser.post("/me/second-factor/on/", {"code": code_of(secret)}, follow=True)
    return secret, answer.context["unused_codes"]


def test_second_factor_is_asked_for_after_the_password_and_after_a_link(browser_of, member):
    _, codes = turn_on(browser_of(member))
    by_password = browser_of()
    answer = by_password.post("/sign-in/", {"login": member.email, "password": PASSWORD})
    assert answer.url == "/sign-in/code/"
    assert not is_in(by_password)
    by_password.post("/sign-in/code/", {"code": codes[0]})
    assert is_in(by_password)

    by_link = browser_of()
    answer = by_link.post(path(console_link(User.objects.get(pk=member.pk))))
    assert answer.url == "/sign-in/code/"
    assert not is_in(by_link)
    wrong = by_link.post("/sign-in/code/", {"code": "000000"})
    assert "This code is not right" in wrong.content.decode()
    # a code that turned the factor on is not taken a second time, a recovery code is, once
    by_link.post("/sign-in/code/", {"code": codes[0]})
    assert not is_in(by_link)
    by_link.post("/sign-in/code/", {"code": codes[1]})
    assert is_in(by_link)


def test_a_code_is_taken_for_as_long_as_it_takes_to_type_and_no_longer(browser_of, member, monkeypatch):
    now = time.time()
    monkeypatch.setattr("allauth.mfa.totp.internal.auth.time", SimpleNamespace(time=lambda: now))
    secret, _ = turn_on(browser_of(member))
    browser = browser_of()
    browser.post("/sign-in/", {"login": member.email, "password": PASSWORD})
    for seconds in (-60, 60):
        browser.post("/sign-in/code/", {"code": code_of(secret, now - seconds)})
        assert not is_in(browser)
    browser.post("/sign-in/code/", {"code": code_of(secret, now - 30)})
    assert is_in(browser)


def test_link_of_somebody_with_a_second_factor_ends_the_session_of_whoever_was_here(browser_of, people):
    admin, member = people[Role.ADMIN], people[Role.MEMBER]
    turn_on(browser_of(admin))
    browser = browser_of(member)
    answer = browser.post(path(console_link(User.objects.get(pk=admin.pk))))
    assert answer.url == "/sign-in/code/"
    assert browser.get("/sign-in/code/").status_code == 200
    assert not is_in(browser)


def test_link_is_used_up_even_if_the_second_factor_is_never_given(browser_of, member):
    turn_on(browser_of(member))
    link = path(console_link(User.objects.get(pk=member.pk)))
    browser_of().post(link)
    assert browser_of().post(link).status_code == 410


def test_second_factor_is_kept_encrypted(browser_of, member):
    secret, _ = turn_on(browser_of(member))
    with connection.cursor() as cursor:
        cursor.execute("SELECT data FROM mfa_authenticator")
        kept = str(cursor.fetchall())
    assert kept != "[]"
    assert secret not in kept


def test_second_factor_can_be_turned_off_again_with_a_confirmation(browser_of, member):
    browser = browser_of(member)
    turn_on(browser)
    fresh = browser_of(member)
    assert fresh.post("/me/second-factor/off/").url.startswith("/me/confirm/")
    browser.post("/me/second-factor/off/")
    assert "Turn it on" in browser.get("/me/second-factor/").content.decode()


def test_every_page_of_the_second_factor_is_in_our_frame(browser_of, member):
    browser = browser_of(member)
    turn_on(browser)
    for page in ("", "off/", "codes/", "codes/new/"):
        answer = browser.get(f"/me/second-factor/{page}")
        assert answer.status_code == 200
        assert '<main id="main"' in answer.content.decode()
    download = browser.get("/me/second-factor/codes/file/")
    assert download.headers["Content-Type"].startswith("text/plain")


# --- passwords


def test_changing_the_password_signs_other_browsers_out_and_is_written_down(browser_of, member):
    here, elsewhere = browser_of(member), browser_of(member)
    answer = here.post(
        "/me/password/",
        {"oldpassword": PASSWORD, "password1": "a new walk by the sea", "password2": "a new walk by the sea"},
    )
    assert answer.url == "/me/"
    assert is_in(here)
    assert not is_in(elsewhere)
    assert AuditEvent._base_manager.filter(verb="password_changed", noun_id=member.pk).count() == 1


def test_somebody_without_a_password_can_set_one(browser_of, member):
    member.set_password(None)
    member.save()
    browser = browser_of(member)
    assert browser.get("/me/password/").url == "/me/password/first/"
    browser.post(
        "/me/password/first/", {"password1": "a new walk by the sea", "password2": "a new walk by the sea"}
    )
    member.refresh_from_db()
    assert member.check_password("a new walk by the sea")


def test_there_is_no_sign_up_and_no_reset_by_allauth(browser_of, workspace):
    browser = browser_of()
    for page in (
        "/accounts/signup/",
        "/signup/",
        "/sign-up/",
        "/accounts/password/reset/",
        "/accounts/email/",
    ):
        assert browser.get(page).status_code == 404
