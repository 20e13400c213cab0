"""The page of all doors: what is open, who uses it, what is in trouble, and the way to where each is set up."""

from datetime import timedelta

import pytest
from allauth.socialaccount.models import SocialAccount
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django_scopes import scope

from ifnotyou.connectors.chat import all_chats
from ifnotyou.connectors.mail.providers import all_providers
from ifnotyou.models import (
    Chat,
    ChatAddress,
    Connection,
    Listener,
    MailApp,
    Mailbox,
    Role,
    SignInProvider,
    User,
)
from ifnotyou.services.tokens import make_token, revoke_token
from tests.web.conftest import new_user, new_workspace


@pytest.fixture
def look(admin, browser_of):
    """By its name, what the page says of a door."""
    browser = browser_of(admin)

    def look():
        answer = browser.get(reverse("doors"))
        assert answer.status_code == 200
        rows = [row for _, _, rows in answer.context["groups"] for row in rows]
        return {row.label: (row.word, row.sentence) for row in rows}

    return look


def open_all(user, number=0):
    """Every door that this user can use, and those of the company."""
    company = user.workspace
    with scope(workspace=company.pk):
        Mailbox.objects.create(workspace=company, user=user, kind="gmail", address=user.email)
        ChatAddress.objects.create(workspace=company, user=user, system="slack", their_id=f"U{number}")
        User.objects.filter(pk=user.pk).update(told_by="slack")
        make_token(user, name="a program", scopes=[], days=1, now=timezone.now())
    SocialAccount.objects.create(user=user, provider="alder", uid=f"sub {number}")


@pytest.fixture
def opened(workspace, admin):
    """All that an admin sets up, and nobody who uses it yet."""
    with scope(workspace=workspace.pk):
        workspace.smtp_host = "mail.example.com"
        workspace.save()
        MailApp.objects.create(workspace=workspace, provider="gmail", client_id="c", client_secret="s")
        Chat.objects.create(workspace=workspace, system="slack", secrets="{}", team="T1")
        SignInProvider.objects.create(
            workspace=workspace, slug="alder", label="Alder", issuer="https://alder.example", client_id="c"
        )
        Listener.objects.create(workspace=workspace, url="https://a.example/h", host="a.example", secret="s")
        Connection.objects.create(workspace=workspace, system="greenhouse")
    return workspace


def test_before_anything_is_set_up_every_kind_of_door_is_there(look):
    words = look()

    for one in (*all_providers().values(), *all_chats().values()):
        assert one.label in words
    assert words["Your mail server"] == ("", "Not set up")
    assert words["Gmail"] == ("", "Not set up")
    assert words["Slack"] == ("", "Not set up")
    assert words["Single sign-on"] == ("", "Not set up")
    assert words["Interface for programs"] == ("Open", "No tokens")


def test_what_is_set_up_is_open_and_who_uses_it_is_counted(look, opened, people):
    for number, user in enumerate(people.values()):
        open_all(user, number)

    words = look()

    assert words["Your mail server"] == ("Open", "No mailboxes connected")
    assert words["Gmail"] == ("Open", "4 mailboxes connected")
    assert words["Slack"] == ("Open", "4 people are told there")
    assert words["Single sign-on"] == ("Open", "4 people sign in this way")
    assert words["Interface for programs"] == ("Open", "4 tokens")
    assert words["Webhooks"] == ("Open", "1 program hears of what happens")
    assert words["Applicant tracking systems"] == ("Open", "1 connected")


def test_what_is_in_trouble_says_so(look, opened, member):
    open_all(member)
    with scope(workspace=opened.pk):
        Mailbox.objects.update(lost="Google does not let us in any more.")
        Chat.objects.update(trouble="Slack does not know this key any more.")
        Listener.objects.update(failing_since=timezone.now())
        Connection.objects.update(trouble="Greenhouse does not know this key any more.")

    words = look()

    assert words["Gmail"] == ("1 in trouble", "1 mailbox connected")
    assert words["Slack"] == ("Trouble", "Slack does not know this key any more.")
    assert words["Webhooks"][0] == words["Applicant tracking systems"][0] == "1 in trouble"


def test_what_opens_nothing_any_more_is_not_counted(look, opened, people):
    now = timezone.now()
    with scope(workspace=opened.pk):
        revoked, _ = make_token(people[Role.MEMBER], name="a", scopes=[], days=1, now=now)
        revoke_token(revoked, by=people[Role.MEMBER], now=now)
        make_token(people[Role.MEMBER], name="b", scopes=[], days=1, now=now - timedelta(days=2))
        make_token(people[Role.STEWARD], name="c", scopes=[], days=1, now=now)
        Listener.objects.update(paused=True)
    User.objects.filter(role=Role.STEWARD).update(is_active=False)

    words = look()

    assert words["Interface for programs"] == ("Open", "No tokens")
    assert words["Webhooks"] == ("", "Not set up")


def test_the_doors_of_another_company_are_its_own(look, opened, workspace):
    other = new_workspace("Birch")
    stranger = new_user(other, "ana", Role.ADMIN)
    open_all(stranger)

    words = look()

    assert words["Gmail"] == ("Open", "No mailboxes connected")
    assert words["Single sign-on"] == ("Open", "No people sign in this way")
    assert words["Interface for programs"] == ("Open", "No tokens")


def test_each_door_leads_to_where_it_is_set_up(admin, browser_of):
    browser = browser_of(admin)
    groups = browser.get(reverse("doors")).context["groups"]

    for _, _, rows in groups:
        for row in rows:
            assert browser.get(row.address.partition("#")[0]).status_code == 200, row.label


def test_as_many_queries_for_many_people_as_for_one(look, opened, workspace, member):
    open_all(member)
    look()
    with CaptureQueriesContext(connection) as one:
        look()
    for number in range(1, 6):
        open_all(new_user(workspace, f"member{number}", Role.MEMBER), number)

    with CaptureQueriesContext(connection) as many:
        assert look()["Gmail"] == ("Open", "6 mailboxes connected")

    assert len(many) == len(one)
