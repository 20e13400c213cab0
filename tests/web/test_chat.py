"""The company's chat on its page, and how each of us is told on theirs."""

import html
import re

import pytest
from django.db import connection as database
from django.test.utils import CaptureQueriesContext

from ifnotyou.models import AuditEvent, Chat, ChatAddress, User
from tests.chatserver import (
    SIGNING_SECRET,
    TEAM,
    TOKEN,
    WORKFLOW,
    chat_server,  # noqa: F401 - a fixture
    choose,
    connect_slack,
    words_of,
)
from tests.company import clock, house  # noqa: F401 - fixtures
from tests.connectors.webserver import Said

pytestmark = pytest.mark.django_db
SLACK = "/settings/chat/slack/"
ME = "/me/telling/"


@pytest.fixture
def admin(house, browser_of):  # noqa: F811
    return browser_of(house.admin)


@pytest.fixture
def maya(house, browser_of):  # noqa: F811
    return browser_of(house.maya)


def text_of(answer):
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", answer.content.decode())).split())


def told_by(user):
    return User.objects.get(pk=user.pk).told_by


def verbs():
    return list(AuditEvent.objects.filter(noun="chat").order_by("pk").values_list("verb", flat=True))


# --- the company's


def test_connecting_slack_from_the_first_click_to_the_last(admin, chat_server):  # noqa: F811
    assert "Begin" in text_of(admin.get(SLACK))
    assert "request_url" not in text_of(admin.get(SLACK))
    begun = text_of(admin.post(f"{SLACK}try/", {"do": "begin"}, follow=True))
    chat = Chat.objects.get()
    assert f"request_url: http://testserver/hooks/chat/slack/{chat.pk}/" in begun
    assert "- chat:write - users:read.email - users:read" in begun

    typed = {"token": TOKEN, "signing_secret": SIGNING_SECRET, "where": chat_server.api}
    answer = admin.post(f"{SLACK}try/", typed, follow=True)

    assert "It works. Everybody can choose it now" in text_of(answer)
    assert "Nobody has chosen it yet." in text_of(answer)
    assert Chat.objects.get().team == TEAM
    assert verbs() == ["began_chat", "connected_chat"]
    assert [one.path for one in chat_server.requests] == ["/api/auth.test"], "nobody was written to"


def test_secrets_are_shown_nowhere_and_stay_where_they_were_left_empty(admin, house, chat_server):  # noqa: F811
    connect_slack(house, chat_server)
    answer = admin.post(f"{SLACK}try/", {"where": chat_server.api}, follow=True)

    assert "It works." in text_of(answer)
    for address in (SLACK, "/audit/", "/settings/"):
        content = admin.get(address).content.decode()
        assert TOKEN not in content
        assert SIGNING_SECRET not in content


def test_at_another_address_the_token_has_to_be_typed_in_again(admin, house, chat_server):  # noqa: F811
    connect_slack(house, chat_server)
    chat_server.requests.clear()
    answer = admin.post(f"{SLACK}try/", {"where": "https://elsewhere.example.com"})

    assert answer.status_code == 400
    assert "this has to be typed in again" in text_of(answer)
    assert chat_server.requests == []


def test_a_wrong_token_is_told_on_the_page(admin, chat_server):  # noqa: F811
    typed = {"token": "xoxb-another", "signing_secret": SIGNING_SECRET, "where": chat_server.api}
    answer = admin.post(f"{SLACK}try/", typed)

    assert answer.status_code == 409
    assert "Slack does not know this token." in text_of(answer)
    assert Chat.objects.get().team == ""


def test_what_is_missing_is_named(admin, house, chat_server):  # noqa: F811
    connect_slack(house, chat_server)
    chat_server.scopes = "chat:write,users:read"

    answer = admin.post(f"{SLACK}try/", {"do": "try"}, follow=True)
    assert "users:read.email: to find a person" in text_of(answer)


def test_removing_it_brings_everybody_back_to_mail(admin, house, chat_server):  # noqa: F811
    connect_slack(house, chat_server)
    choose(house.maya, "slack", chat_server)
    assert "1 person is told there" in text_of(admin.get(SLACK))
    answer = admin.post(f"{SLACK}remove/", follow=True)

    assert "told by mail again" in text_of(answer)
    assert not Chat.objects.exists()
    assert not ChatAddress.objects.exists()
    assert told_by(house.maya) == "mail"
    assert verbs()[-1] == "removed_chat"


def test_teams_has_no_secret_of_the_company(admin):
    text = text_of(admin.get("/settings/chat/teams/"))
    assert "Everybody opens it for themselves" in text
    assert "When a Teams webhook request is received" in text
    assert admin.post("/settings/chat/teams/try/", {"do": "begin"}).status_code == 404


def test_a_chat_that_there_is_not_is_not_there(admin):
    assert admin.get("/settings/chat/pigeon/").status_code == 404


def test_the_page_asks_the_database_as_often_for_many_people_as_for_none(admin, house, chat_server):  # noqa: F811
    connect_slack(house, chat_server)

    def queries():
        with CaptureQueriesContext(database) as seen:
            assert admin.get(SLACK).status_code == 200
        return len(seen)

    before = queries()
    for user in (house.maya, house.jon, house.recruiter):
        choose(user, "slack", chat_server)
    assert queries() == before


# --- mine


def test_by_mail_is_where_everybody_begins(maya):
    content = maya.get("/me/").content.decode()
    assert re.search(r'value="mail"[^>]*checked', content)
    assert 'value="slack"' not in content, "not connected"


def test_choosing_slack_finds_me_and_says_a_first_word(maya, house, chat_server):  # noqa: F811
    connect_slack(house, chat_server)
    chat_server.know(house.maya.email, "U0MAYA")
    answer = maya.post(ME, {"told_by": "slack"}, follow=True)

    assert "a first word is on its way to you in Slack" in text_of(answer)
    assert told_by(house.maya) == "slack"
    (said,) = chat_server.posted
    assert said["channel"] == "U0MAYA"
    assert "From now on you hear from us here" in words_of(said)
    event = AuditEvent.objects.filter(verb="changed_own_settings").last()
    assert event.detail == {"fields": ["told_by"], "told_by": "slack"}


def test_whoever_slack_does_not_know_stays_with_mail(maya, house, chat_server):  # noqa: F811
    connect_slack(house, chat_server)
    answer = maya.post(ME, {"told_by": "slack"})

    assert answer.status_code == 409
    assert "knows nobody of your company with the address" in text_of(answer)
    assert told_by(house.maya) == "mail"


def test_two_who_are_the_same_person_there_are_refused(maya, house, chat_server):  # noqa: F811
    connect_slack(house, chat_server)
    choose(house.jon, "slack", chat_server)
    chat_server.know(house.maya.email, "U0JON")
    answer = maya.post(ME, {"told_by": "slack"})

    assert answer.status_code == 409
    assert told_by(house.maya) == "mail"


def test_choosing_teams_wants_the_address_of_my_workflow(maya, house, chat_server):  # noqa: F811
    answer = maya.post(ME, {"told_by": "teams"})
    assert answer.status_code == 400
    assert "Paste the address here." in text_of(answer)

    answer = maya.post(ME, {"told_by": "teams", "teams": chat_server.workflow}, follow=True)
    assert told_by(house.maya) == "teams"
    assert len(chat_server.cards) == 1
    assert WORKFLOW not in answer.content.decode()
    assert "Kept; leave it empty" in text_of(answer)

    assert maya.post(ME, {"told_by": "teams"}, follow=True).status_code == 200
    assert len(chat_server.cards) == 2


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("nonsense", "begin with https://"),
        ("http://example.com/workflow?sig=1", "Without encryption"),
        ("https://name:password@example.com/", "Leave user name and password out"),
    ],
)
def test_an_address_that_must_not_be_asked_is_told_in_words(maya, house, address, words):  # noqa: F811
    answer = maya.post(ME, {"told_by": "teams", "teams": address})
    assert answer.status_code == 400
    assert words in text_of(answer)
    assert told_by(house.maya) == "mail"


def test_an_address_within_our_own_network_is_not_asked(maya, house):  # noqa: F811
    answer = maya.post(ME, {"told_by": "teams", "teams": "https://127.0.0.1:9/workflow?sig=1"})
    assert answer.status_code == 409
    assert "not on the public internet" in text_of(answer)


def test_a_workflow_that_does_not_answer_changes_nothing(maya, house, chat_server):  # noqa: F811
    chat_server.fail(Said(404))
    answer = maya.post(ME, {"told_by": "teams", "teams": chat_server.workflow})

    assert answer.status_code == 409
    assert "Your workflow did not take the message" in text_of(answer)
    assert told_by(house.maya) == "mail"


def test_not_at_all_forgets_where_i_am(maya, house, chat_server):  # noqa: F811
    choose(house.maya, "teams", chat_server)
    answer = maya.post(ME, {"told_by": ""}, follow=True)

    assert "no nudges any more" in text_of(answer)
    assert told_by(house.maya) == ""
    assert not ChatAddress.objects.exists()


@pytest.mark.parametrize("form", [{}, {"told_by": "pigeon"}, {"told_by": "slack"}])
def test_what_is_no_choice_changes_nothing(maya, house, form):  # noqa: F811
    assert maya.post(ME, form).status_code == 400
    assert told_by(house.maya) == "mail"


def test_trouble_in_the_chat_is_told_on_my_page(maya, house, chat_server):  # noqa: F811
    connect_slack(house, chat_server)
    choose(house.maya, "slack", chat_server)
    ChatAddress.objects.update(trouble="Slack does not find you any more.")

    text = text_of(maya.get("/me/"))
    assert "The last word for you came by mail instead. Slack does not find you any more." in text
    ChatAddress.objects.all().delete()
    assert "We do not know any more where you are there." in text_of(maya.get("/me/"))
