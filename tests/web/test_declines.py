"""The inbox and the page of a decline, as those who recruit see them."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django_scopes import scope

from ifnotyou.models import Ask, AuditEvent, Candidate, Decline, Interview, Job, Offer
from ifnotyou.playbook.asking import AskState, Stage
from ifnotyou.playbook.disclosure import Given, Terms
from ifnotyou.queries.erased import of_gone, of_name_only
from ifnotyou.queries.humans import keyed
from ifnotyou.queries.person import find
from ifnotyou.services import asks, erasure, referrals
from tests.chance import without_chance
from tests.company import NOW, clock, found, house, usual_story  # noqa: F401 - two are fixtures


@pytest.fixture
def recruiter(house):  # noqa: F811
    client = Client()
    client.force_login(house.recruiter)
    return client


def page(house, suffix="", offer="offer"):  # noqa: F811
    return f"/declines/{house.decline(offer).pk}/{suffix}"


def many(count):
    """A story with so many declines, each with a connection."""
    story = usual_story()
    for number in range(count):
        key = f"c{number}"
        story.candidate(key, name=f"Candidate {number:03}", email=f"{key}@example.com")
        story.offer(f"o{number}", candidate=key, days=1 + number % 30).met("jon", candidate=key, days=40)
    return story


def test_the_inbox_shows_what_deserves_an_ask_with_who_and_why(recruiter):
    answer = recruiter.get("/declines/")

    text = answer.content.decode()
    assert answer.status_code == 200
    for words in ("Noor Haddad", "Data Engineer", "for another opportunity", "Maya Chen", "12 Jun 2026"):
        assert words in text


def test_the_newest_comes_first(house, recruiter):  # noqa: F811
    house.tell(many(5))
    listed = recruiter.get("/declines/?stage=to_ask").context["page"].rows
    assert [d.declined_at for d in listed] == sorted((d.declined_at for d in listed), reverse=True)


def test_every_decline_stands_in_one_part_of_the_inbox(house, recruiter):  # noqa: F811
    story = many(3)
    story.offer("old", candidate="c1", days=300).candidate("gone", do_not_contact=True).offer(
        "x", candidate="gone"
    )
    house.tell(story)
    shown = [d.pk for stage in Stage for d in recruiter.get(f"/declines/?stage={stage}").context["page"].rows]
    assert sorted(shown) == sorted(Decline.objects.values_list("pk", flat=True))


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("?q=haddad", ["Noor Haddad"]),
        ("?q=noor+engineer", ["Noor Haddad"]),
        ("?q=nobody", []),
        ("?reason=other_offer&q=noor", ["Noor Haddad"]),
        ("?reason=founding&q=noor", []),
        ("?stage=never", []),
        ("?page=2", []),
    ],
)
def test_search_and_filters(recruiter, query, names):
    assert [d.candidate for d in recruiter.get(f"/declines/{query}").context["page"].rows] == names


@pytest.mark.parametrize(
    "query",
    [
        "?page=-1",
        "?page=x",
        "?page=99999999999999",
        "?stage=%00",
        "?reason=';--",
        "?reason=%00",
        "?q=%00",
        "?q=" + "a" * 5000,
    ],
)
def test_nonsense_in_the_address_is_no_error(recruiter, query):
    assert recruiter.get(f"/declines/{query}").status_code == 200


def test_the_inbox_asks_the_database_as_often_for_many_declines_as_for_one(house, recruiter):  # noqa: F811
    def queries():
        with CaptureQueriesContext(connection) as seen:
            assert recruiter.get("/declines/").status_code == 200
        return len(seen)

    few = queries()
    house.tell(many(40))
    assert queries() == few <= 6


def test_a_decline_asks_the_database_as_often_for_many_facts_as_for_few(house, recruiter):  # noqa: F811
    def queries():
        recruiter.get(page(house))  # the first look of the day goes into the book
        with CaptureQueriesContext(connection) as seen:
            assert recruiter.get(page(house)).status_code == 200
        return len(seen)

    few = queries()
    story = many(40)
    for number in range(20):
        story.met("maya", days=14 + number, hour=8).employee(f"other{number}", email=f"o{number}@example.org")
        story.met(f"other{number}", days=12, hour=9 + number % 8)
    house.tell(story)
    assert queries() == few


def test_handing_over_from_the_page(house, recruiter):  # noqa: F811
    answer = recruiter.post(page(house, "hand-over/"), {"employee": "maya"}, follow=True)

    assert "Maya Chen has the card now." in answer.content.decode()
    assert Ask.objects.get().asker == house.employee("maya")


@pytest.mark.parametrize(("employee", "status"), [("sam", 409), ("nobody", 404), ("", 404)])
def test_whoever_did_not_meet_them_cannot_be_chosen_by_a_crafted_request(house, recruiter, employee, status):  # noqa: F811
    assert recruiter.post(page(house, "hand-over/"), {"employee": employee}).status_code == status
    assert not Ask.objects.exists()


def test_a_double_click_hands_over_once_and_says_so(house, recruiter):  # noqa: F811
    recruiter.post(page(house, "hand-over/"), {"employee": "maya"})
    again = recruiter.post(page(house, "hand-over/"), {"employee": "jon"})

    assert again.status_code == 409
    assert "A colleague has this card already." in again.content.decode()


def test_taking_the_card_back_is_possible_only_before_anything_was_said(house, recruiter):  # noqa: F811
    ask = house.hand()
    asks.start_talking(ask, by=house.maya, now=NOW)
    assert recruiter.post(page(house, "take-back/")).status_code == 409
    asks.say_not_asked(ask, by=house.maya, now=NOW)
    assert recruiter.post(page(house, "take-back/")).status_code == 302
    assert Ask.objects.get().state == AskState.WITHDRAWN


def test_a_critique_asks_a_person_with_the_words_in_front_of_them(house, recruiter):  # noqa: F811
    house.tell(usual_story(notes="The process was disorganised and nobody answered my questions."))

    text = recruiter.get(page(house)).content.decode()
    assert "The process was disorganised" in text
    assert "Hand the card" not in text
    assert recruiter.post(page(house, "decide/"), {"answer": "yes", "reason": ""}).status_code == 400
    recruiter.post(page(house, "decide/"), {"answer": "yes", "reason": "They laughed about it since."})
    text = recruiter.get(page(house)).content.decode()
    assert "They laughed about it since." in text
    assert "Hand the card to Maya Chen" in text


def test_a_decline_is_recorded_by_hand_with_two_fields(house, recruiter):  # noqa: F811
    form = {"name": "Ida Wells", "job_title": "data engineer", "declined_on": "2026-06-17", "minutes": "30"}
    answer = recruiter.post("/declines/record/", form, follow=True)

    decline = Decline.objects.get(candidate__name="Ida Wells")
    assert answer.redirect_chain[-1][0] == f"/declines/{decline.pk}/"
    assert (decline.job.external_id, decline.stage) == ("job", Stage.TO_DECIDE)


def test_who_talked_with_them_may_ask(house, recruiter):  # noqa: F811
    form = {
        "name": "Ida Wells",
        "job_title": "Data Engineer",
        "declined_on": "2026-06-17",
        "talked_with": house.employee("jon").pk,
        "minutes": "30",
        "reason": "She founds something of her own",
        "email": "ida@example.com",
    }
    recruiter.post("/declines/record/", form)

    decline = Decline.objects.get(candidate__name="Ida Wells")
    assert (decline.stage, decline.first_asker, decline.category) == (
        Stage.TO_ASK,
        house.employee("jon"),
        "founding",
    )


def test_the_same_address_is_the_same_person(house, recruiter):  # noqa: F811
    form = {
        "name": "N. H.",
        "job_title": "Data Engineer",
        "declined_on": "2026-06-16",
        "email": "N.oor@Example.com",
    }
    recruiter.post("/declines/record/", form | {"email": "noor@example.com"})

    assert Decline.objects.filter(candidate__external_id="noor").count() == 2


def test_nobody_records_whoever_asked_to_be_forgotten(house, recruiter, settings, tmp_path):  # noqa: F811
    settings.DATA_DIR = tmp_path
    (noor,) = find("noor@example.com", house.workspace)
    erasure.erase(noor, house.workspace, by=house.steward, now=NOW)
    form = {"name": "Noor", "job_title": "Nurse", "declined_on": "2026-06-17", "email": "Noor@Example.com"}
    answer = recruiter.post("/declines/record/", form)

    assert answer.status_code == 409
    text = answer.content.decode()
    assert "They asked to be forgotten: nothing is recorded about them." in text
    assert 'value="Nurse"' in text
    for model in (Candidate, Offer, Decline, Interview):
        assert not model.objects.exists()
    assert not Job.objects.filter(title="Nurse").exists()


def test_a_forgotten_name_is_no_erased_candidate_but_who_another_system_deleted_is(house, recruiter):  # noqa: F811
    (key,) = keyed(["mailbox:noor@example.com"], house.workspace)
    erasure.bring_back(house.workspace, erased=[(of_name_only(key), NOW.date())], opted_out=[])
    form = {"name": "Noor", "job_title": "Nurse", "declined_on": "2026-06-17", "email": "noor@example.com"}
    assert recruiter.post("/declines/record/", form).status_code == 302
    Candidate.objects.all().delete()
    assert recruiter.post("/declines/record/", form).status_code == 302
    erasure.bring_back(house.workspace, erased=[(of_gone(key), NOW.date())], opted_out=[])
    Candidate.objects.all().delete()
    assert recruiter.post("/declines/record/", form).status_code == 409


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("job_title", ""),
        ("declined_on", "2027-01-01"),
        ("declined_on", "soon"),
        ("email", "no address"),
    ],
)
def test_a_bad_form_says_so_beside_the_field_and_keeps_the_rest(recruiter, field, value):
    form = {"name": "Ida Wells", "job_title": "Engineer", "declined_on": "2026-06-17"} | {field: value}
    answer = recruiter.post("/declines/record/", form)

    assert answer.status_code == 400
    assert answer.context["form"].errors.keys() == {field}
    assert Decline.objects.count() == 1


def test_whom_they_enjoyed_meeting_is_kept(house, recruiter):  # noqa: F811
    recruiter.post(
        page(house, "enjoyed/"), {"place0": house.employee("jon").pk, "place1": house.employee("maya").pk}
    )

    assert house.decline().first_asker == house.employee("jon")


def test_never_contact_them(house, recruiter):  # noqa: F811
    recruiter.post(page(house, "opt-out/"))

    assert house.decline().stage == Stage.NEVER
    assert recruiter.post(page(house, "hand-over/"), {"employee": "maya"}).status_code == 409


def test_looking_is_in_the_book_once_a_day(house, recruiter):  # noqa: F811
    recruiter.get(page(house))
    recruiter.get(page(house))
    assert AuditEvent.objects.filter(verb="saw", noun="decline", actor=house.recruiter).count() == 1


def test_a_name_in_confidence_is_not_shown_to_the_recruiter(house, recruiter):  # noqa: F811
    ask = house.hand()
    asks.start_talking(ask, by=house.maya, now=NOW)
    referrals.give(ask, Given("Ida Wells"), Terms.CONFIDENTIAL, by=house.maya, now=NOW)
    shown = without_chance(recruiter.get(page(house)).content.decode())
    assert "Ida" not in shown
    assert "in confidence" not in shown  # nor that there is one: it would tell who gave it


def test_another_company_sees_nothing_of_it(house, recruiter):  # noqa: F811
    other = found("Other")
    with scope(workspace=other.workspace.pk):
        theirs = other.decline()
        assert Decline.objects.count() == 1
        assert Interview.objects.count() == 2
    for suffix in ("", "hand-over/", "decide/", "take-back/", "enjoyed/", "opt-out/"):
        method = recruiter.post if suffix else recruiter.get
        assert method(f"/declines/{theirs.pk}/{suffix}", {"employee": "maya"}).status_code == 404
    assert [d.pk for d in recruiter.get("/declines/?stage=").context["page"].rows] == [house.decline().pk]
