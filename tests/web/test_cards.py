"""The asker's card, as they see it."""

import html

import pytest
from django.core.cache import caches
from django.test import Client

from ifnotyou.models import Ask, Claim
from ifnotyou.playbook.asking import AskState
from ifnotyou.services import asks, referrals
from ifnotyou.services.declines import plan_of
from tests.chance import without_chance
from tests.company import NOTE, NOW, WORDS, clock, house, usual_story  # noqa: F401 - two are fixtures
from tests.connectors.mailserver import mail_server  # noqa: F401 - a fixture
from tests.factories import TODAY


@pytest.fixture
def maya(house):  # noqa: F811
    client = Client()
    client.force_login(house.maya)
    return client


def test_the_card_says_why_you_and_what_to_say(house, maya):  # noqa: F811
    text = html.unescape(maya.get(f"/cards/{house.hand().pk}/").content.decode())

    for words in (
        "Noor Haddad",
        "You said that you two clicked",
        "Lunch, 5 June 2026, 60 minutes",
        "If not you, who",
    ):
        assert words in text


def test_the_card_holds_nothing_of_other_peoples_scorecards_nor_of_the_reason(house, maya):  # noqa: F811
    story = usual_story(reason="Accepted another job", notes="Their wife is ill, and the salary was too low.")
    story.met("sam", minutes=50).voted("sam", 1).met("ana", minutes=50, days=11).voted("ana", 3)
    house.tell(story)
    text = without_chance(maya.get(f"/cards/{house.hand().pk}/").content.decode())

    for secret in ("Jon", "Sam", "Ana", "wife", "salary", "voted", "pairing", "Accepted another job"):
        assert secret not in text


def test_a_card_is_its_askers_alone(house, maya):  # noqa: F811
    ask = house.hand("jon")
    for suffix in ("", "write/", "preview/", "note.eml"):
        assert maya.get(f"/cards/{ask.pk}/{suffix}").status_code == 404
    for suffix in ("talk/", "send/", "take-along/", "pass-on/", "say/asked/", "answer/", "tone/", "write/"):
        assert maya.post(f"/cards/{ask.pk}/{suffix}", {"body": NOTE}).status_code == 404
    assert Ask.objects.get().state == AskState.WAITING


def test_the_recruiter_who_handed_it_over_cannot_act_for_the_asker(house):  # noqa: F811
    ask = house.hand()
    client = Client()
    client.force_login(house.recruiter)
    assert client.post(f"/cards/{ask.pk}/talk/").status_code == 404


def test_asking_in_conversation_and_keeping_the_name(house, maya):  # noqa: F811
    ask = house.hand()
    text = html.unescape(maya.post(f"/cards/{ask.pk}/talk/", follow=True).content.decode())
    for words in (
        "If not you, who should we talk to",
        "No need to answer now",
        "may I say that it came from you",
    ):
        assert words in text
    maya.post(f"/cards/{ask.pk}/answer/", {"name": "Ida Wells"})

    ask.refresh_from_db()
    (name,) = referrals.names_of(ask)
    assert (ask.state, name.vip.name, name.terms) == (AskState.ASKED, "Ida Wells", "confidential")


@pytest.mark.parametrize("name", ["Ida, Jo, Kim, Lee", "a; b; c; d", "A and B and C and D"])
def test_a_list_of_names_is_turned_away(house, maya, name):  # noqa: F811
    ask = house.hand()
    maya.post(f"/cards/{ask.pk}/talk/")
    answer = maya.post(f"/cards/{ask.pk}/answer/", {"name": name})

    assert (answer.status_code, Ask.objects.get().state) == (400, AskState.TALKING)
    assert "One to three names" in answer.content.decode()


def test_the_draft_knows_two_names_and_the_role(house, maya):  # noqa: F811
    form = maya.get(f"/cards/{house.hand().pk}/write/").context["form"]

    assert form["body"].value().startswith("Hi Noor,")
    assert "the Data Engineer role" in form["body"].value()
    assert form["quiet"].value() == ["reply", "page", "anonymous", "free"]


def test_the_tone_is_checked_as_one_types_and_nothing_is_kept(house, maya):  # noqa: F811
    ask = house.hand()
    answer = maya.post(
        f"/cards/{ask.pk}/tone/",
        {"body": NOTE + "There is a referral bonus."},
        headers={"hx-request": "true"},
    )

    text = answer.content.decode()
    assert "<html" not in text
    assert "referral bonus" in text
    assert "This holds the note back." in text
    assert Ask.objects.get().body == ""


def test_the_preview_is_what_arrives(house, maya, mail_server):  # noqa: F811
    house.connect(house.maya, mail_server)
    before = len(mail_server.messages("noor@example.com"))
    ask = house.hand()
    saved = maya.post(
        f"/cards/{ask.pk}/write/", {"subject": WORDS.subject, "body": NOTE, "quiet": ["free"]}, follow=True
    )
    previewed = saved.context["body"]
    assert "please leave it if anything you have signed" in previewed
    maya.post(f"/cards/{ask.pk}/send/")

    mails = mail_server.messages("noor@example.com")[before:]
    assert [mail.get_content().replace("\r\n", "\n").strip() for mail in mails] == [previewed.strip()]


def test_a_held_back_note_cannot_be_sent_by_a_crafted_request(house, maya, mail_server):  # noqa: F811
    house.connect(house.maya, mail_server)
    before = len(mail_server.messages("noor@example.com"))
    ask = house.hand()
    bad = NOTE + "You owe us that much after all the time we spent."
    text = maya.post(f"/cards/{ask.pk}/write/", {"subject": "x", "body": bad}, follow=True).content.decode()
    assert "Send it now" not in text

    for suffix in ("send/", "take-along/"):
        assert maya.post(f"/cards/{ask.pk}/{suffix}").status_code == 409
    assert len(mail_server.messages("noor@example.com")) == before
    assert not Claim.objects.exists()


def test_a_note_with_the_open_gap_does_not_leave(house, maya):  # noqa: F811
    ask = house.hand()
    form = maya.get(f"/cards/{ask.pk}/write/").context["form"]
    maya.post(f"/cards/{ask.pk}/write/", {"subject": form["subject"].value(), "body": form["body"].value()})
    answer = maya.post(f"/cards/{ask.pk}/take-along/")
    assert answer.status_code == 409
    assert "Fill the gap" in answer.content.decode()


def test_what_was_sent_to_somebody_else_before_is_recognised(house, maya):  # noqa: F811
    story = (
        usual_story().candidate("lee", name="Lee Brown", email="lee@example.com").offer("o2", candidate="lee")
    )
    story.met("maya", candidate="lee", minutes=60, kind="lunch")
    house.tell(story)
    asks.take_along(house.hand(offer="o2"), WORDS, by=house.maya, now=NOW)
    ask = house.hand()

    text = maya.post(f"/cards/{ask.pk}/tone/", {"body": NOTE}).content.decode()
    assert "ferry timetables" in text


def test_to_ones_own_mail_program_and_back(house, maya):  # noqa: F811
    ask = house.hand()
    maya.post(f"/cards/{ask.pk}/write/", {"subject": WORDS.subject, "body": NOTE})
    assert maya.get(f"/cards/{ask.pk}/note.eml").status_code == 404  # nothing to take before it is claimed
    text = maya.post(f"/cards/{ask.pk}/take-along/", follow=True).content.decode()
    assert 'href="mailto:noor@example.com?' in text
    file = maya.get(f"/cards/{ask.pk}/note.eml")
    assert b"X-Unsent: 1" in file.content
    maya.post(f"/cards/{ask.pk}/say/asked/")
    assert Ask.objects.get().state == AskState.ASKED
    assert "mailto:" not in maya.get(f"/cards/{ask.pk}/").content.decode()


@pytest.mark.parametrize("suffix", ["talk/", "send/", "take-along/", "pass-on/", "say/not-asked/", "write/"])
def test_once_asked_no_button_and_no_crafted_request_leads_back(house, maya, suffix):  # noqa: F811
    ask = house.hand()
    asks.start_talking(ask, by=house.maya, now=NOW)
    asks.say_asked(ask, by=house.maya, now=NOW)
    maya.post(f"/cards/{ask.pk}/{suffix}", {"subject": "x", "body": NOTE})

    assert Ask.objects.get().state == AskState.ASKED
    assert Claim.objects.filter(ask=ask).exists()


@pytest.mark.parametrize("state", sorted(set(AskState) - {AskState.PASSED, AskState.WITHDRAWN}))
def test_every_state_of_a_card_has_a_page(house, maya, state):  # noqa: F811
    ask = house.hand()
    Ask.objects.filter(pk=ask.pk).update(
        state=state, claimed_at=NOW, subject="s", body="b", message_id="<x@y.example>"
    )
    assert maya.get(f"/cards/{ask.pk}/").status_code == 200
    assert maya.get("/cards/").status_code == 200


def test_looking_changes_nothing_however_often(house, maya):  # noqa: F811
    ask = house.hand()
    asks.take_along(ask, WORDS, by=house.maya, now=NOW)
    for path in ("", "write/", "preview/", "note.eml"):
        maya.get(f"/cards/{ask.pk}/{path}")
        maya.head(f"/cards/{ask.pk}/{path}")
    assert Ask.objects.get().state == AskState.TAKEN
    for path in ("talk/", "send/", "take-along/", "pass-on/", "say/asked/", "answer/", "tone/"):
        assert maya.get(f"/cards/{ask.pk}/{path}").status_code == 405


def test_a_program_that_posts_without_end_is_told_to_slow_down(house, maya, settings):  # noqa: F811
    caches["process"].clear()
    settings.MOST_FORMS = 3
    ask = house.hand()
    answers = [maya.post(f"/cards/{ask.pk}/tone/", {"body": NOTE}).status_code for _ in range(8)]
    assert answers[0] == 200  # a new minute may begin in between
    assert 429 in answers


def test_a_card_encourages_what_speaks_against_stays_with_the_recruiter(house, maya):  # noqa: F811
    house.tell(usual_story().voted("maya", 3, days=10))
    assert "cooler" in str(plan_of(house.decline(), house.workspace, TODAY).connections.askers)

    assert "cooler" not in maya.get(f"/cards/{house.hand().pk}/").content.decode()
