"""Learning from the candidates' own answers: what the page says, and who decides."""

import html
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from ifnotyou.models import AuditEvent, Decline, Workspace
from ifnotyou.playbook.policy import WEIGHTS
from ifnotyou.queries.learning import choices_in, proposal_from
from ifnotyou.queries.policy import policy_of
from ifnotyou.services.declines import judge_stale
from ifnotyou.services.learning import fingerprint
from tests.company import TODAY, clock, found, house, usual_story  # noqa: F401 - two are fixtures

PAGE = "/settings/learning/"


@pytest.fixture
def admin(house):  # noqa: F811
    client = Client()
    client.force_login(house.admin)
    return client


def answers(count):
    """Candidates who met both, and mostly named the one who did not feel that the two clicked."""
    story = usual_story()
    for number in range(count):
        key = f"c{number}"
        story.candidate(key, email=f"{key}@example.com").offer(f"o{number}", candidate=key)
        warm, cool = ("maya", "jon") if number % 2 else ("jon", "maya")
        story.met("maya", candidate=key, minutes=45).met("jon", candidate=key, minutes=45, days=13)
        story.clicked(warm, 5, candidate=key).clicked(cool, 2, candidate=key)
        story.enjoyed(warm if number % 4 == 0 else cool, candidate=key)
    return story


def text_of(answer):
    """What a page says, without the frame around it."""
    found_text = re.search(r"<main.*</main>", answer.content.decode(), re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", found_text[0])).split())


def shown_on(answer):
    """What the page would send back."""
    return html.unescape(re.search(r'name="shown" value="([^"]+)"', answer.content.decode())[1])


def weights_of(house):  # noqa: F811
    return policy_of(Workspace.objects.get(pk=house.workspace.pk)).askers.weights


def test_before_twenty_answers_the_page_says_how_many_there_are_and_what_helps(house, admin):  # noqa: F811
    text = text_of(admin.get(PAGE))
    assert "0 answers so far , and 20 more to go" in text
    assert "ask it with the thanks" in text
    assert text.count("default") > len(WEIGHTS)

    house.tell(answers(19))
    page = admin.get(PAGE)
    assert "19 answers so far , and 1 more to go" in text_of(page)
    assert "Adopt" not in text_of(page)


def test_a_proposal_tells_what_would_change_and_how_sure_that_is(house, admin):  # noqa: F811
    house.tell(answers(40))
    text = text_of(admin.get(PAGE))

    assert "A proposal from 40 answers" in text
    assert re.search(r"enjoyed meeting most in \d+ of 40", text)
    assert "foreseen from the others, never from itself" in text
    click = re.search(
        r"They felt that the two clicked 0\.35 default (0\.\d\d) proposed, nine times in ten between "
        r"0\.00 and (0\.\d\d); 40 answers tell of it",
        text,
    )
    assert float(click[1]) < 0.2
    assert float(click[1]) < float(click[2])
    assert "Stays: an answer cannot foretell itself." in text
    assert "Stays: the answers say too little about it." in text
    assert "Stays: it keeps the asks fair" in text


def test_no_name_of_a_colleague_or_candidate_stands_there(house, admin):  # noqa: F811
    house.tell(answers(40))
    text = text_of(admin.get(PAGE))
    for name in ("Maya", "Jon", "Noor", "C3 Example", "c3@"):
        assert name not in text


def test_adopted_weights_count_from_then_on_and_every_decline_is_judged_anew(house, admin):  # noqa: F811
    house.tell(answers(40))
    before = weights_of(house)
    assert Decline.objects.get(offer__external_id="offer").first_asker.external_id == "maya"
    judged = Decline.objects.values_list("judged_on", flat=True)
    assert set(judged) == {TODAY}

    answer = admin.post(f"{PAGE}adopt/", {"shown": shown_on(admin.get(PAGE))}, follow=True)

    text = text_of(answer)
    assert "Adopted. Every decline is judged anew" in answer.content.decode()
    assert "Adopted on 17 June 2026, learned from 40 answers." in text
    assert "Nothing to change" in text
    after = weights_of(house)
    assert after["click"] < before["click"]
    assert {code for code in WEIGHTS if after[code] == before[code]} >= {"candidate_named", "mail"}
    event = AuditEvent.objects.get(verb="adopted_weights")
    assert event.actor == house.admin
    assert event.detail["answers"] == 40
    assert f"click={after['click']:.2f}" in event.detail["weights"]
    workspace = Workspace.objects.get(pk=house.workspace.pk)
    assert judge_stale(workspace, TODAY) == Decline.objects.count()


def test_only_what_was_shown_is_adopted(house, admin):  # noqa: F811
    house.tell(answers(40))
    shown = shown_on(admin.get(PAGE))
    house.tell(answers(50))

    answer = admin.post(f"{PAGE}adopt/", {"shown": shown})

    assert answer.status_code == 409
    assert "changed since you opened this page" in text_of(answer)
    assert "A proposal from 50 answers" in text_of(answer)
    assert weights_of(house) == WEIGHTS
    assert not AuditEvent.objects.filter(verb="adopted_weights").exists()


@pytest.mark.parametrize("shown", ["", "record=9.00 answers=40", "x" * 5000])
def test_made_up_weights_are_refused(house, admin, shown):  # noqa: F811
    house.tell(answers(40))
    assert admin.post(f"{PAGE}adopt/", {"shown": shown}).status_code == 409
    assert weights_of(house) == WEIGHTS


def test_adopting_the_same_twice_is_refused_the_second_time(house, admin):  # noqa: F811
    house.tell(answers(40))
    shown = shown_on(admin.get(PAGE))
    admin.post(f"{PAGE}adopt/", {"shown": shown})
    assert admin.post(f"{PAGE}adopt/", {"shown": shown}).status_code == 409
    assert AuditEvent.objects.filter(verb="adopted_weights").count() == 1


def test_what_is_set_by_hand_wins_over_what_was_learned(house, admin):  # noqa: F811
    house.tell(answers(40))
    admin.post(f"{PAGE}adopt/", {"shown": shown_on(admin.get(PAGE))})
    house.workspace.refresh_from_db()
    house.workspace.policy = "[askers.weights]\nclick = 0.9\n"
    house.workspace.save()

    weights = weights_of(house)
    assert weights["click"] == 0.9
    text = text_of(admin.get(PAGE))
    assert (
        "They felt that the two clicked 0.90 set by hand Stays: you set it by hand in the playbook." in text
    )


def test_frozen_nothing_is_proposed_and_what_was_adopted_stays(house, admin):  # noqa: F811
    house.tell(answers(40))
    shown = shown_on(admin.get(PAGE))
    admin.post(f"{PAGE}adopt/", {"shown": shown})
    adopted = weights_of(house)
    house.tell(answers(80))

    text = text_of(admin.post(f"{PAGE}freeze/", {"frozen": "yes"}, follow=True))
    assert "80 answers wait for the day you let it learn again." in text
    assert "Adopt" not in text.replace("Adopted", "")
    assert "nine times in ten" not in text
    assert admin.post(f"{PAGE}adopt/", {"shown": shown}).status_code == 409
    assert weights_of(house) == adopted

    text = text_of(admin.post(f"{PAGE}freeze/", {"frozen": "no"}, follow=True))
    assert "80 answers" in text
    verbs = list(
        AuditEvent.objects.filter(verb__contains="learning").order_by("pk").values_list("verb", flat=True)
    )
    assert verbs == ["froze_learning", "resumed_learning"]


def test_reset_goes_back_to_the_defaults(house, admin):  # noqa: F811
    house.tell(answers(40))
    admin.post(f"{PAGE}adopt/", {"shown": shown_on(admin.get(PAGE))})
    judge_stale(house.workspace, TODAY)
    assert weights_of(house) != WEIGHTS

    text = text_of(admin.post(f"{PAGE}reset/", follow=True))
    assert "A proposal from 40 answers" in text
    assert weights_of(house) == WEIGHTS
    assert AuditEvent.objects.filter(verb="reset_weights").count() == 1
    assert not Decline.objects.filter(judged_on=TODAY).exists()
    admin.post(f"{PAGE}reset/")
    assert AuditEvent.objects.filter(verb="reset_weights").count() == 1


def test_a_factor_that_the_playbook_no_longer_has_does_no_harm(house, admin):  # noqa: F811
    house.workspace.learned = {
        "weights": {"astrology": 3.0, "mail": 0.3},
        "answers": 30,
        "adopted_at": "2026-06-01",
    }
    house.workspace.save()
    assert weights_of(house) == WEIGHTS | {"mail": 0.3}
    assert "Adopted on 1 June 2026" in text_of(admin.get(PAGE))


def test_the_page_takes_as_many_queries_for_many_answers_as_for_few(house, admin):  # noqa: F811
    numbers = []
    for count in (20, 80):
        house.tell(answers(count))
        with CaptureQueriesContext(connection) as captured:
            admin.get(PAGE)
        numbers.append(len(captured))
    assert numbers[0] == numbers[1]


def test_only_the_latest_answers_count(house, monkeypatch):  # noqa: F811
    monkeypatch.setattr("ifnotyou.queries.learning.MOST_ANSWERS", 25)
    house.tell(answers(40))
    assert len(choices_in(house.workspace)) == 25


def test_an_answer_that_somebody_records_by_hand_counts(house):  # noqa: F811
    before = len(choices_in(house.workspace))
    client = Client()
    client.force_login(house.recruiter)
    decline = Decline.objects.get()
    answer = client.post(f"/declines/{decline.pk}/enjoyed/", {"place0": house.employee("jon").pk})
    assert answer.status_code == 302, answer.content.decode()
    assert len(choices_in(house.workspace)) == before + 1


def test_another_company_learns_nothing_from_it(house, admin):  # noqa: F811
    house.tell(answers(40))
    from django_scopes import scope, scopes_disabled  # noqa: PLC0415 - only this test leaves the scope

    with scopes_disabled():
        other = found("Birch")
    with scope(workspace=other.workspace.pk):
        assert choices_in(other.workspace) == []


@pytest.mark.parametrize("role", ["recruiter", "steward", "maya"])
def test_it_is_the_admins_page(house, role):  # noqa: F811
    client = Client()
    client.force_login(getattr(house, role))
    assert client.get(PAGE).status_code == 403
    for way in ("adopt", "reset", "freeze"):
        assert client.post(f"{PAGE}{way}/").status_code == 403


def test_reading_the_page_changes_nothing(house, admin):  # noqa: F811
    house.tell(answers(40))
    admin.get(PAGE)
    house.workspace.refresh_from_db()
    assert house.workspace.learned == {}
    for way in ("adopt", "reset", "freeze"):
        assert admin.get(f"{PAGE}{way}/").status_code == 405


def test_the_same_answers_make_the_same_proposal(house):  # noqa: F811
    house.tell(answers(40))
    lines = {fingerprint(proposal_from(choices_in(house.workspace), house.workspace)) for _ in range(3)}
    assert len(lines) == 1
