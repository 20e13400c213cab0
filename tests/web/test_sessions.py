"""Where somebody is signed in, and ending it."""

import html
import re
from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core import mail
from django.utils import timezone
from django_scopes import scope

from ifnotyou.jobs.worker import run_due_jobs
from ifnotyou.models import AuditEvent
from ifnotyou.services import sessions
from tests.web.conftest import PASSWORD

pytestmark = pytest.mark.django_db

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"
SAFARI = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/18.1 Mobile/15E148 Safari/604.1"
)


def signed_in(browser_of, user, agent=FIREFOX, **options):
    browser = browser_of(**options)
    browser.defaults["HTTP_USER_AGENT"] = agent
    assert browser.post("/sign-in/", {"login": user.email, "password": PASSWORD}).status_code == 302
    return browser


def is_in(browser):
    return browser.get("/me/").status_code == 200


def words(answer):
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode())))


def test_page_says_which_browsers_in_plain_words(browser_of, member):
    here = signed_in(browser_of, member)
    signed_in(browser_of, member, SAFARI)
    page = words(here.get("/me/sessions/"))
    assert "Firefox on Linux This one" in page
    assert "Safari on iPhone" in page


@pytest.mark.parametrize(
    ("agent", "said"),
    [
        (FIREFOX, "Firefox on Linux"),
        (SAFARI, "Safari on iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/140.0 Safari/537.36 Edg/140.0", "Edge on Windows"),
        ("Mozilla/5.0 (Linux; Android 15) Chrome/140.0 Mobile Safari/537.36", "Chrome on Android"),
        ("curl/8.0", "A browser we do not know"),
        ("<script>alert(1)</script> on the loose", "A browser we do not know"),
        ("", "A browser we do not know"),
    ],
)
def test_browser_is_told_by_words_of_ours_alone(agent, said):
    assert sessions.browser_in_words(agent) == said


@pytest.mark.parametrize("agent", [FIREFOX, "a very own one 7c1f on earth"])
def test_neither_address_nor_the_browsers_own_name_is_kept(browser_of, member, agent):
    browser = signed_in(browser_of, member, agent, REMOTE_ADDR="203.0.113.77")
    browser.get("/me/")
    browser.post(
        "/me/password/",
        {
            "oldpassword": PASSWORD,
            "password1": "quite another long walk",
            "password2": "quite another long walk",
        },
    )
    for row in UserSession.objects.all():
        assert row.ip == sessions.NOBODY
        assert agent not in row.user_agent
        assert row.data == {}
        assert (row.last_seen_at.hour, row.last_seen_at.minute) == (0, 0)
    for session in Session.objects.all():
        assert "203.0.113" not in str(session.get_decoded())


def test_one_is_ended_from_another(browser_of, member):
    here, there = signed_in(browser_of, member), signed_in(browser_of, member, SAFARI)
    row = UserSession.objects.get(user_agent="Safari on iPhone")
    here.post("/me/sessions/", {"session": row.pk})
    assert is_in(here)
    assert not is_in(there)
    assert here.post("/me/sessions/", {"session": row.pk}).status_code == 409
    assert here.post("/me/sessions/", {"session": "x"}).status_code == 400


def test_nobody_ends_somebody_elses(browser_of, member, admin):
    mine, theirs = signed_in(browser_of, member), signed_in(browser_of, admin)
    row = UserSession.objects.get(user=admin)
    assert mine.post("/me/sessions/", {"session": row.pk}).status_code == 409
    assert is_in(theirs)
    mine.post("/me/sessions/end/", {"where": "everywhere"})
    assert is_in(theirs)


def test_everywhere_else(browser_of, member):
    here, there = signed_in(browser_of, member), signed_in(browser_of, member, SAFARI)
    here.post("/me/sessions/end/", {"where": "elsewhere"})
    assert is_in(here)
    assert not is_in(there)
    with scope(workspace=member.workspace_id):
        assert AuditEvent.objects.get(verb="ended_sessions").detail == {"number": 1}


def test_everywhere(browser_of, member):
    here, there = signed_in(browser_of, member), signed_in(browser_of, member, SAFARI)
    assert here.post("/me/sessions/end/", {"where": "everywhere"}).url == "/sign-in/"
    assert not is_in(here)
    assert not is_in(there)


def test_session_without_a_row_beside_it_ends_too(browser_of, member):
    here, there = signed_in(browser_of, member), signed_in(browser_of, member, SAFARI)
    UserSession.objects.all().delete()
    here.post("/me/sessions/end/", {"where": "elsewhere"})
    assert not is_in(there)


def test_session_from_before_there_were_rows_gets_one(browser_of, member):
    browser = signed_in(browser_of, member)
    UserSession.objects.all().delete()
    session = browser.session
    del session[sessions.SEEN]
    session.save()
    assert "Firefox on Linux This one" in words(browser.get("/me/sessions/"))


def test_admin_signs_somebody_out_everywhere_and_links_under_way_are_void(browser_of, member, admin):
    there = signed_in(browser_of, member)
    asking = browser_of()
    asking.post("/sign-in/link/", {"email": member.email})
    run_due_jobs()
    link = re.search(r"http://testserver(\S+)", mail.outbox[-1].body)[1]
    browser_of(admin).post(f"/people/{member.pk}/sign-out/")
    assert not is_in(there)
    assert asking.post(link).status_code == 410
    assert is_in(signed_in(browser_of, member))


def test_changing_the_password_ends_the_others(browser_of, member):
    here, there = signed_in(browser_of, member), signed_in(browser_of, member, SAFARI)
    new = {"password1": "quite another long walk", "password2": "quite another long walk"}
    assert here.post("/me/password/", {"oldpassword": PASSWORD, **new}).status_code == 302
    assert is_in(here)
    assert not is_in(there)
    assert "Safari" not in words(here.get("/me/sessions/"))


def test_number_of_queries_does_not_grow(browser_of, member, django_assert_max_num_queries):
    here = signed_in(browser_of, member)
    for _ in range(6):
        signed_in(browser_of, member, SAFARI)
    with django_assert_max_num_queries(8):
        here.get("/me/sessions/")


def test_what_is_left_of_ended_sessions_is_forgotten(browser_of, member):
    browser = signed_in(browser_of, member)
    gone = signed_in(browser_of, member, SAFARI)
    Session.objects.filter(session_key=gone.session.session_key).update(
        expire_date=timezone.now() - timedelta(days=1)
    )
    UserSession.objects.update(last_seen_at=timezone.now() - timedelta(days=3))
    sessions.forget_ended(now=timezone.now())
    assert UserSession.objects.count() == Session.objects.count() == 1
    assert is_in(browser)
