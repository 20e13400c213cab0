"""Tokens on the pages: made, shown once, revoked by their owner and by the admin."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django_scopes import scopes_disabled

from ifnotyou.models import ApiToken, AuditEvent, Role
from tests.web.conftest import PASSWORD

FORM = {"name": "Nightly report", "scopes": ["asks:read"], "days": "30"}


@pytest.fixture
def signed_in(browser_of):
    """A browser in which somebody has just shown that it is still them."""

    def browser(user):
        client = browser_of(user)
        client.post("/me/confirm/", {"password": PASSWORD})
        return client

    return browser


def made(client):
    page = client.post(reverse("my_token_new"), FORM)
    assert page.status_code == 200, page.content
    return page, re.search(r"ifny_[\w-]{43}", page.content.decode())[0]


def tokens():
    with scopes_disabled():
        return list(ApiToken.objects.order_by("pk"))


def test_a_new_token_is_shown_once_and_opens_the_interface(signed_in, member, client):
    browser = signed_in(member)
    page, secret = made(browser)
    assert page["Cache-Control"] == "no-store"
    me = client.get("/api/v1/me", headers={"Authorization": f"Bearer {secret}"}).json()
    assert me["scopes"] == ["asks:read"]
    listed = browser.get(reverse("my_tokens")).content.decode()
    assert secret not in listed
    assert "Nightly report" in listed
    (token,) = tokens()
    assert timedelta(days=29) < token.expires_at - timezone.now() <= timedelta(days=30)


def test_whoever_signed_in_long_ago_is_asked_once_more(browser_of, member):
    answer = browser_of(member).post(reverse("my_token_new"), FORM)
    assert answer.status_code == 302
    assert answer.url.startswith(reverse("account_reauthenticate"))
    assert tokens() == []


def test_only_what_a_role_may_is_there_to_tick(signed_in, member):
    page = signed_in(member).get(reverse("my_token_new")).content.decode()
    assert "asks:send" in page
    assert "declines:read" not in page
    answer = signed_in(member).post(reverse("my_token_new"), {**FORM, "scopes": ["declines:read"]})
    assert answer.status_code == 400
    assert tokens() == []


@pytest.mark.parametrize(
    "wrong", [{"days": "0"}, {"days": "367"}, {"days": "x"}, {"name": " "}, {"name": "x" * 121}]
)
def test_what_cannot_be_is_refused(signed_in, member, wrong):
    assert signed_in(member).post(reverse("my_token_new"), FORM | wrong).status_code == 400
    assert tokens() == []


def test_its_owner_revokes_it(signed_in, member, client):
    browser = signed_in(member)
    _, secret = made(browser)
    browser.post(reverse("my_token_revoke", args=[tokens()[0].pk]))
    assert client.get("/api/v1/me", headers={"Authorization": f"Bearer {secret}"}).status_code == 401
    page = browser.get(reverse("my_tokens")).content.decode()
    assert "Revoked" in page
    assert reverse("my_token_revoke", args=[tokens()[0].pk]) not in page


def test_nobody_revokes_another_ones_but_the_admin(signed_in, people):
    made(signed_in(people[Role.MEMBER]))
    (token,) = tokens()
    assert (
        signed_in(people[Role.RECRUITER]).post(reverse("my_token_revoke", args=[token.pk])).status_code == 404
    )
    admin = signed_in(people[Role.ADMIN])
    page = admin.get(reverse("tokens")).content.decode()
    assert people[Role.MEMBER].name in page
    admin.post(reverse("token_revoke", args=[token.pk]))
    assert tokens()[0].revoked_at is not None
    with scopes_disabled():
        assert AuditEvent.objects.filter(actor=people[Role.ADMIN], verb="revoked_token").count() == 1


def test_many_tokens_cost_as_many_queries_as_few(signed_in, people):
    admin, counts = signed_in(people[Role.ADMIN]), set()
    admin.get(reverse("tokens"))
    for role in Role:
        made(signed_in(people[role]))
        with CaptureQueriesContext(connection) as queries:
            admin.get(reverse("tokens"))
        counts.add(len(queries))
    assert len(counts) == 1
