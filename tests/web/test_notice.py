"""The settings of the privacy notice: what is missing, what is kept, the test to be confirmed, and how it reads."""

import html
import re

import pytest
from django.test import Client

from ifnotyou.models import AuditEvent, Workspace
from ifnotyou.services import notice
from tests.company import clock, house  # noqa: F401 - fixtures

PAGE = "/settings/notice/"
FIELDS = {
    "do": "keep",
    "name": "Acme GmbH",
    "address": "1 Quay\r\n20457 Hamburg",
    "country": "DE",
    "contact": "privacy@acme.example",
    "officer": "Ana Lund, dpo@acme.example",
    "authority": "The Hamburg commissioner",
    "to_hosting": "on",
    "to_hosting_name": "Birch Hosting",
    "transfers": "some",
    "transfers_to": "Birch Inc., USA",
    "safeguards": ["dpf", "clauses"],
}
TEST = {"do": "confirm", "interest": "A", "necessity": "B", "balance": "C", "read": "on"}


@pytest.fixture
def browser_of_role(house):  # noqa: F811
    def browser(role):
        client = Client()
        client.force_login(getattr(house, role))
        return client

    return browser


def text_of(answer):
    found = re.search(r"<main.*</main>", answer.content.decode(), re.DOTALL)
    return " ".join(html.unescape(found[0]).split())


@pytest.mark.parametrize("role", ["admin", "steward"])
def test_it_is_filled_in_and_confirmed_and_then_complete(house, browser_of_role, role):  # noqa: F811
    browser = browser_of_role(role)
    page = text_of(browser.get(PAGE))
    for sentence in notice.lacking(house.workspace):
        assert sentence in page
    page = text_of(browser.post(PAGE, FIELDS, follow=True))
    assert "That is kept." in page
    assert notice.MISSING["balancing"] in page
    assert notice.MISSING["address"] not in page
    page = text_of(browser.post(PAGE, TEST, follow=True))
    assert "Complete" in page
    assert f"Confirmed by {role.title()} on 17 June 2026." in page
    workspace = Workspace.objects.get()
    assert notice.lacking(workspace) == []
    assert notice.company_of(workspace).address == "1 Quay\n20457 Hamburg"
    assert workspace.privacy_contact == "privacy@acme.example"
    assert set(AuditEvent.objects.values_list("verb", flat=True)) >= {"changed_notice", "confirmed_balancing"}


@pytest.mark.parametrize("role", ["recruiter", "maya"])
def test_nobody_else_may(browser_of_role, role):
    assert browser_of_role(role).get(PAGE).status_code == 403
    assert browser_of_role(role).post(PAGE, FIELDS).status_code == 403


def test_what_is_kept_stands_in_the_form_again(browser_of_role):
    browser = browser_of_role("admin")
    browser.post(PAGE, FIELDS)
    before = Workspace.objects.values().get()
    page = browser.get(PAGE).content.decode()
    for value in ("Acme GmbH", "Birch Hosting", "Birch Inc., USA", "Ana Lund"):
        assert value in page
    assert len(re.findall(r"<input[^>]*checked", page)) == 4
    assert Workspace.objects.values().get() == before


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"no_officer": "on"}, "Either name an officer, or say that none is required."),
        ({"nobody_else": "on"}, "Somebody is ticked who does: take one of the two away."),
        ({"to_mail_name": "Birch Mail"}, "Tick it too, or take the name away."),
        ({"transfers": "perhaps"}, "Select a valid choice"),
        ({"safeguards": ["prayer"]}, "Select a valid choice"),
        ({"country": "XX"}, "Select a valid choice"),
        ({"address": "x" * 501}, "at most 500 characters"),
        ({"name": "a\x00b"}, "Null characters are not allowed."),
    ],
)
def test_what_contradicts_itself_or_cannot_be_is_refused_in_words(browser_of_role, changes, words):
    answer = browser_of_role("admin").post(PAGE, FIELDS | changes)
    assert answer.status_code == 400
    assert words in text_of(answer)
    assert Workspace.objects.get().notice == {}


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"read": ""}, "Read it first, and tick this"),
        ({"balance": " "}, "This field is required."),
        ({"interest": "x" * 4001}, "at most 4000 characters"),
    ],
)
def test_the_test_is_confirmed_only_once_it_was_read(browser_of_role, changes, words):
    answer = browser_of_role("steward").post(PAGE, TEST | changes)
    assert answer.status_code == 400
    assert words in text_of(answer)
    assert Workspace.objects.get().balancing == {}


def test_a_button_that_there_is_none_changes_nothing(browser_of_role):
    assert browser_of_role("admin").post(PAGE, {"do": "else"}).status_code == 400
    assert Workspace.objects.get().notice == {}


def test_the_preview_is_in_each_language_and_says_which(browser_of_role):
    browser = browser_of_role("admin")
    browser.post(PAGE, FIELDS)
    page = browser.get(PAGE).content.decode()
    for code in notice.LANGUAGES:
        assert f'lang="{code}"' in page
    assert "Ihr Recht auf Widerspruch" in page


def test_what_a_company_types_is_shown_as_text(browser_of_role):
    browser = browser_of_role("admin")
    browser.post(PAGE, FIELDS | {"name": "<script>alert(1)</script>"})
    assert "<script>alert" not in browser.get(PAGE).content.decode()
