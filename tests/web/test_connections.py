"""Connecting a system for applicants, through its pages."""

import html
import importlib
import logging
import re
from datetime import timedelta

import pytest
from django.db import connection as database
from django.test.utils import CaptureQueriesContext
from django_scopes import scope, scopes_disabled

from ifnotyou.connectors.ats import all_systems
from ifnotyou.connectors.ats.calls import NotAllowed
from ifnotyou.connectors.ats.contract import Choice, Question
from ifnotyou.jobs.worker import run_due_jobs
from ifnotyou.models import AuditEvent, Connection, Decline, Delivery, Offer
from ifnotyou.sample.ats.world import OfferStep, Seat, World
from tests.atsfake import broken, call, fake_ats, signed  # noqa: F401 - a fixture
from tests.company import NOW, clock, found, house  # noqa: F401 - fixtures

pytestmark = pytest.mark.django_db
KEY = "hush-kestrel-7731"
FAKE = "/connections/fake/"
TRY = f"{FAKE}try/"


@pytest.fixture
def browser(house, browser_of):  # noqa: F811
    """A browser of somebody of the house."""
    return lambda who="recruiter": browser_of(getattr(house, who))


@pytest.fixture
def recruiter(browser):
    return browser()


@pytest.fixture
def connected(fake_ats, house):  # noqa: F811
    """A connection that has read its history."""
    past = NOW - timedelta(minutes=3)
    return fake_ats.connect(house.workspace, synced_at=past, read_at=past, checked_at=past)


@pytest.fixture
def asks(fake_ats, monkeypatch):  # noqa: F811
    """What the other system's connector has to ask."""

    def ask(*questions):
        monkeypatch.setattr(fake_ats.connector, "questions", lambda _: list(questions), raising=False)

    return ask


def text_of(answer):
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", answer.content.decode())).split())


def kept():
    return Connection._base_manager.get()


def verbs():
    events = AuditEvent._base_manager.filter(noun="connection").order_by("pk")
    return list(events.values_list("verb", flat=True))


def decline_over_there(world, name="Kim"):
    """Somebody over there meets a colleague, gets an offer, and turns it down."""
    colleague = next(iter(world.users.values()), None) or world.hire("Maya", "Chen", "maya@example.org")
    job = next(iter(world.jobs.values()), None) or world.open_job("Pilot")
    there = world.apply(world.add_candidate(name, "Roe", f"{name}@example.net".lower()), job).id
    world.meet(there, Seat(colleague.id, colleague.email))
    world.offer(there)
    world.decide(there, OfferStep.DECLINED)
    world.end(there, 1)
    return there


# --- the list


def test_every_system_stands_in_the_list_with_csv_files_beside(recruiter, fake_ats):  # noqa: F811
    text = text_of(recruiter.get("/connections/"))
    assert "Fake ATS Not connected Connect Fake ATS" in text
    assert "CSV files" in text


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, "Last read 3 minutes ago. Connected"),
        ({"read_at": NOW}, "Last read just now. Connected"),
        ({"paused": True}, "Nothing is read there until somebody lets it go on. Paused"),
        ({"trouble": "Fake ATS does not know this key."}, "Fake ATS does not know this key. Trouble"),
        ({"missing": ["read: everything.", "more: the rest."]}, "read: everything. And 1 more."),
        ({"missing": ["write: filing people."]}, "Last read 3 minutes ago. Connected"),
        (
            {"missing": ["write: filing people."], "writes_back": True},
            "write: filing people. Something is missing",
        ),
        ({"synced_at": None}, "It begins in a moment. Reading its history"),
        (
            {
                "synced_at": None,
                "progress": {"read": 1250, "declined": 9, "reached": "2023-03-05T10:00:00+00:00"},
            },
            "1,250 offers, back to March 2023. Reading its history",
        ),
        ({"synced_at": None, "checked_at": None}, "Try whether the key works. Not tried yet"),
    ],
)
def test_the_state_of_a_connection_is_told_in_words(recruiter, connected, fields, words):
    Connection.objects.filter(pk=connected.pk).update(**fields)
    assert words in text_of(recruiter.get("/connections/"))
    assert words.split(". ")[0] in text_of(recruiter.get(FAKE))


def test_pages_ask_the_database_as_often_for_many_calls_as_for_none(recruiter, connected, house):  # noqa: F811
    def queries(address):
        with CaptureQueriesContext(database) as seen:
            assert recruiter.get(address).status_code == 200
        return len(seen)

    before = [queries("/connections/"), queries(FAKE)]
    for number in range(30):
        Delivery.objects.create(
            workspace=house.workspace,
            connection=connected,
            key=str(number),
            received_at=NOW,
            state="unreadable",
        )
    assert [queries("/connections/"), queries(FAKE)] == before


# --- connecting


def test_steps_scopes_and_fields_stand_on_the_page(recruiter, fake_ats):  # noqa: F811
    text = text_of(recruiter.get(FAKE))
    for words in ("Make a key.", "read everything", "write filing people", "Connect and try"):
        assert words in text


def test_connecting_tries_at_once_and_begins_to_read(recruiter, fake_ats):  # noqa: F811
    decline_over_there(fake_ats.world)
    answer = recruiter.post(TRY, {"key": KEY}, follow=True)
    assert "It works: nothing is missing. Its history is being read." in text_of(answer)
    assert fake_ats.connector.asked == ["missing"]
    assert kept().checked_at == NOW
    run_due_jobs()
    with scopes_disabled():
        assert Offer.objects.filter(external_id__startswith="fake:").count() == 1
        assert Decline.objects.filter(candidate__name="Kim Roe").count() == 1
    assert "Connected" in text_of(recruiter.get(FAKE))
    assert verbs() == ["connected"]


def test_what_is_missing_is_told_and_nothing_is_read_yet(recruiter, fake_ats):  # noqa: F811
    fake_ats.connector.lacks[:] = ["read: everything is not allowed."]
    text = text_of(recruiter.post(TRY, {"key": KEY}, follow=True))
    assert "something is missing" in text
    assert "read: everything is not allowed." in text
    run_due_jobs()
    assert fake_ats.connector.asked == ["missing"]

    fake_ats.connector.lacks.clear()
    text = text_of(recruiter.post(TRY, {"do": "try"}, follow=True))
    assert "It works: nothing is missing." in text
    assert "is not allowed" not in text


def test_what_is_missing_for_filing_only_stops_nobody_who_does_not_file(recruiter, fake_ats):  # noqa: F811
    fake_ats.connector.lacks[:] = ["write: filing people is not allowed."]
    assert "It works: nothing is missing." in text_of(recruiter.post(TRY, {"key": KEY}, follow=True))
    text = text_of(recruiter.post(f"{FAKE}filing/", {"do": "on"}, follow=True))
    assert "write: filing people is not allowed." in text


def test_sources_that_may_not_be_read_are_missing_where_people_are_filed(recruiter, connected, fake_ats):  # noqa: F811
    fake_ats.connector.fails[:] = [None, NotAllowed("Fake ATS does not allow sources: read.")]
    text = text_of(recruiter.post(f"{FAKE}filing/", {"do": "on"}, follow=True))
    assert "Fake ATS does not allow sources: read." in text
    assert "Trouble" not in text


def test_a_key_that_does_not_work_is_told_in_place(recruiter, fake_ats):  # noqa: F811
    fake_ats.connector.fails[:] = [broken(permanent=True)]
    answer = recruiter.post(TRY, {"key": KEY})
    assert answer.status_code == 409
    assert "Fake ATS does not know this key." in text_of(answer)
    assert kept().checked_at is None

    text = text_of(recruiter.post(TRY, {"key": "another-key"}, follow=True))
    assert "It works" in text
    assert "does not know this key" not in text


def test_without_a_key_nothing_is_kept(recruiter, fake_ats):  # noqa: F811
    answer = recruiter.post(TRY, {"key": " "})
    assert answer.status_code == 400
    assert "required" in text_of(answer)
    assert not Connection._base_manager.exists()


def test_a_key_left_empty_stays(recruiter, connected, fake_ats):  # noqa: F811
    recruiter.post(TRY, {"key": KEY})
    recruiter.post(TRY, {"key": ""})
    assert kept().secrets == f'{{"key": "{KEY}"}}'
    assert verbs() == ["changed"]


def test_a_key_goes_to_no_other_place_than_it_was_typed_in_for(recruiter, connected, settings):
    settings.REACHABLE_NETWORKS = ("127.0.0.0/8",)
    answer = recruiter.post(TRY, {"key": "", "where": "https://elsewhere.example.com"})
    assert answer.status_code == 400
    assert "has to be typed in again" in text_of(answer)
    assert kept().address == ""
    recruiter.post(TRY, {"key": KEY, "where": "https://elsewhere.example.com/"})
    assert (kept().address, kept().secrets) == ("https://elsewhere.example.com", f'{{"key": "{KEY}"}}')
    assert "is no address" in text_of(recruiter.post(TRY, {"key": KEY, "where": "elsewhere"}))


def test_an_address_is_not_taken_where_nobody_set_networks(recruiter, connected):
    recruiter.post(TRY, {"key": KEY, "where": "https://elsewhere.example.com"})
    assert kept().address == ""


def test_trying_is_limited(recruiter, connected, settings):
    answers = [recruiter.post(TRY, {"do": "try"}).status_code for _ in range(21)]
    assert answers[-2:] == [302, 429]


def test_an_unknown_system_is_not_there(recruiter, fake_ats):  # noqa: F811
    assert recruiter.get("/connections/paperhire/").status_code == 404
    assert recruiter.post("/connections/paperhire/try/", {"key": KEY}).status_code == 404


@pytest.mark.parametrize(
    "act", ["answers", "calls", "read", "pause", "filing", "remove", "calls/again", "progress", "try"]
)
def test_of_another_company_nothing_is_seen_and_nothing_done(connected, browser_of, act):
    other = found("Birch")
    stranger = browser_of(other.recruiter)
    assert "Not connected" in text_of(stranger.get("/connections/"))
    assert "How it stands" not in text_of(stranger.get(FAKE))
    if act in {"answers", "progress"}:
        assert stranger.get(f"{FAKE}{act}/").status_code == 404
    if act != "progress":
        assert stranger.post(f"{FAKE}{act}/", {"do": "try"}).status_code == 404
    with scope(workspace=connected.workspace_id):
        before = Connection.objects.get()
        assert (before.pk, before.paused, before.writes_back) == (connected.pk, False, False)


@pytest.mark.parametrize("who", ["maya", "steward"])
def test_only_those_who_recruit_connect(browser, fake_ats, who):  # noqa: F811
    assert browser(who).get("/connections/").status_code == 403
    assert browser(who).post(TRY, {"key": KEY}).status_code == 403


# --- reading


def test_progress_is_a_part_of_the_page_and_leads_to_the_missed_ones(recruiter, fake_ats, house):  # noqa: F811
    fake_ats.connect(house.workspace, checked_at=NOW, progress={"read": 60})
    part = recruiter.get(f"{FAKE}progress/", headers={"HX-Request": "true"})
    assert "60 offers." in text_of(part)
    assert "<html" not in part.content.decode()
    assert recruiter.get(f"{FAKE}progress/").status_code == 302
    Connection.objects.update(synced_at=NOW)
    done = recruiter.get(f"{FAKE}progress/", headers={"HX-Request": "true"})
    assert done.headers["HX-Redirect"] == FAKE


def test_missed_declines_of_the_first_reading_are_counted(recruiter, fake_ats):  # noqa: F811
    fake_ats.world.now = NOW - timedelta(days=200)
    decline_over_there(fake_ats.world)
    decline_over_there(fake_ats.world, "Lee")
    recruiter.post(TRY, {"key": KEY})
    run_due_jobs()
    page = recruiter.get(FAKE)
    assert "Missed declines 2" in text_of(page)
    assert 'href="/declines/?stage=missed"' in page.content.decode()


def test_read_now_reads_and_a_paused_one_does_not(recruiter, connected, fake_ats):  # noqa: F811
    assert "It is being read." in text_of(recruiter.post(f"{FAKE}read/", follow=True))
    run_due_jobs()
    assert "changes" in fake_ats.connector.asked

    fake_ats.connector.asked.clear()
    assert "Paused." in text_of(recruiter.post(f"{FAKE}pause/", {"do": "pause"}, follow=True))
    assert "Let it go on first." in text_of(recruiter.post(f"{FAKE}read/", follow=True))
    run_due_jobs()
    assert fake_ats.connector.asked == []

    recruiter.post(f"{FAKE}pause/", {"do": "go_on"})
    run_due_jobs()
    assert "changes" in fake_ats.connector.asked
    assert verbs() == ["read", "paused", "went_on"]


def test_trouble_of_a_reading_stands_on_the_page(recruiter, connected, fake_ats):  # noqa: F811
    fake_ats.connector.fails[:] = [broken(permanent=True)]
    recruiter.post(f"{FAKE}read/")
    run_due_jobs()
    assert "Fake ATS does not know this key." in text_of(recruiter.get(FAKE))


# --- questions

WHO = Question(
    "reason-1", "Too far", (Choice("candidate", "The candidate"), Choice("company", "We")), "candidate"
)
STAGES = Question(
    "stages", "Which stages are offers?", (Choice("a", "A"), Choice("b", "B"), Choice("c", "C")), many=True
)


def test_questions_come_from_the_system_and_are_kept(recruiter, connected, asks):
    asks(WHO, STAGES)
    page = recruiter.get(f"{FAKE}answers/")
    assert "Too far" in text_of(page)
    recruiter.post(f"{FAKE}answers/", {"reason-1": "company", "stages": ["a", "c"]})
    assert kept().answers == {"reason-1": "company", "stages": "a,c"}
    shown = recruiter.get(f"{FAKE}answers/").content.decode()
    assert '<option value="company" selected>' in shown
    assert shown.count("checked") == 2
    assert verbs() == ["answered"]


def test_the_first_time_the_questions_come_next(recruiter, fake_ats, asks):  # noqa: F811
    asks(WHO)
    assert recruiter.post(TRY, {"key": KEY}).headers["Location"] == f"{FAKE}answers/"
    Connection.objects.update(synced_at=NOW)
    assert recruiter.post(TRY, {"do": "try"}).headers["Location"] == FAKE


def test_another_answer_reads_everything_again(recruiter, connected, asks, fake_ats):  # noqa: F811
    decline_over_there(fake_ats.world)
    Connection.objects.update(cursor={"since": "2030-01-01T00:00:00+00:00"})
    asks(WHO)
    text = text_of(recruiter.post(f"{FAKE}answers/", {"reason-1": "candidate"}, follow=True))
    assert "read once more" not in text, "that is what it was taken for"
    text = text_of(recruiter.post(f"{FAKE}answers/", {"reason-1": "company"}, follow=True))
    assert "Everything is read once more" in text
    assert "since" not in kept().cursor
    run_due_jobs()
    assert "since" in kept().cursor
    with scopes_disabled():
        assert Offer.objects.filter(external_id__startswith="fake:").count() == 1


def test_questions_that_cannot_be_asked_for_are_told(recruiter, connected, fake_ats, monkeypatch):  # noqa: F811
    def fails(_):
        raise broken()

    monkeypatch.setattr(fake_ats.connector, "questions", fails, raising=False)
    answer = recruiter.get(f"{FAKE}answers/")
    assert answer.status_code == 409
    assert "Fake ATS has trouble of its own." in text_of(answer)


def test_a_made_up_answer_is_refused(recruiter, connected, asks):
    asks(WHO)
    assert recruiter.post(f"{FAKE}answers/", {"reason-1": "nobody"}).status_code == 400
    assert kept().answers == {}


def test_no_question_is_said_too(recruiter, connected):
    assert "leaves no question open" in text_of(recruiter.get(f"{FAKE}answers/"))


def test_the_source_is_asked_where_people_are_filed(recruiter, connected, fake_ats):  # noqa: F811
    assert "Nobody is filed before you have chosen the source." not in text_of(recruiter.get(FAKE))
    text = text_of(recruiter.post(f"{FAKE}filing/", {"do": "on"}, follow=True))
    assert "Nobody is filed before you have chosen the source." in text
    assert "source" in recruiter.get(f"{FAKE}answers/").content.decode()
    text = text_of(recruiter.post(f"{FAKE}answers/", {"source": "3"}, follow=True))
    assert "Nobody is filed before" not in text
    assert "read once more" not in text
    assert (kept().writes_back, kept().answers) == (True, {"source": "3"})
    recruiter.post(f"{FAKE}filing/", {"do": "off"})
    assert kept().writes_back is False
    assert verbs() == ["began_filing", "answered", "ended_filing"]


# --- calls


def test_a_secret_is_made_up_and_shown_once(recruiter, fake_ats, house):  # noqa: F811
    fake_ats.connect(house.workspace, hook_secret="")
    assert "none yet: every call is refused" in text_of(recruiter.get(FAKE))
    page = recruiter.post(f"{FAKE}calls/").content.decode()
    assert kept().hook_secret in page
    assert len(kept().hook_secret) >= 32
    assert kept().hook_secret not in recruiter.get(FAKE).content.decode()
    assert f"http://testserver/hooks/fake/{kept().pk}/{kept().hook_token}/".partition("/hooks")[2] in page
    first = kept().hook_secret
    assert "The one before counts for seven days more." in text_of(recruiter.post(f"{FAKE}calls/"))
    assert kept().hook_secret_before == first
    assert kept().hook_secret_changed_at == NOW


def test_calls_to_the_address_that_is_shown_are_shown_too(recruiter, fake_ats, house, client):  # noqa: F811
    fake_ats.connect(house.workspace, hook_secret="")
    page = recruiter.post(f"{FAKE}calls/").content.decode()
    address, secret = re.search(r"http://testserver(/hooks/\S+/)<", page)[1], kept().hook_secret
    for proof in (signed(call("1"), secret), "guessed"):
        client.post(address, call("1"), content_type="application/json", headers={"Fake-Signature": proof})
    text = text_of(recruiter.get(FAKE))
    assert "changed 17 June 2026, 12:00:00 UTC Not about an offer" in text
    assert "Refused 1, the last one on 17 June 2026, 12:00 UTC" in text


def test_a_secret_of_theirs_is_typed_in(recruiter, connected, fake_ats, monkeypatch):  # noqa: F811
    monkeypatch.setattr(fake_ats.connector, "makes_secret", True, raising=False)
    assert recruiter.post(f"{FAKE}calls/", {"secret": "short"}).status_code == 400
    answer = recruiter.post(f"{FAKE}calls/", {"secret": f"{KEY}-theirs"}, follow=True)
    assert "That is kept." in text_of(answer)
    assert KEY not in answer.content.decode()
    assert kept().hook_secret == f"{KEY}-theirs"


def test_the_last_calls_are_shown_with_what_became_of_them(recruiter, connected, house):  # noqa: F811
    assert "No call has come yet." in text_of(recruiter.get(FAKE))
    rows = {"workspace": house.workspace, "connection": connected, "received_at": NOW}
    Delivery.objects.create(**rows, key="1", event="offer.changed", state="done")
    Delivery.objects.create(**rows, key="2", event="ping", state="of_no_interest")
    Delivery.objects.create(
        **rows, key="record:7", state="unreadable", problem="It tells of a moment that is none."
    )
    Connection.objects.update(refused=3, refused_at=NOW)
    text = text_of(recruiter.get(FAKE))
    assert "offer.changed 17 June 2026, 12:00:00 UTC Read" in text
    assert "ping 17 June 2026, 12:00:00 UTC Not about an offer" in text
    assert "a record It tells of a moment that is none. 17 June 2026, 12:00:00 UTC Not understood" in text
    assert "1 was not understood. It is kept" in text
    assert "3, the last one on 17 June 2026, 12:00 UTC" in text


def test_what_was_not_understood_is_tried_again(recruiter, connected, fake_ats, house):  # noqa: F811
    there = decline_over_there(fake_ats.world)
    rows = {"workspace": house.workspace, "connection": connected, "received_at": NOW}
    Delivery.objects.create(**rows, key=f"record:{there}", applications=[str(there)], state="unreadable")
    answer = recruiter.post(f"{FAKE}calls/again/", follow=True)
    assert "could be understood now" in text_of(answer)
    run_due_jobs()
    with scopes_disabled():
        assert Offer.objects.filter(external_id=f"fake:{there}").exists()


# --- removing


def test_removing_forgets_the_key_and_keeps_what_was_read(recruiter, fake_ats):  # noqa: F811
    decline_over_there(fake_ats.world)
    recruiter.post(TRY, {"key": KEY})
    run_due_jobs()
    answer = recruiter.post(f"{FAKE}remove/", follow=True)
    assert "What was read stays." in text_of(answer)
    assert not Connection._base_manager.exists()
    with scopes_disabled():
        assert Offer.objects.filter(external_id__startswith="fake:").count() == 1
    assert verbs() == ["connected", "removed"]


# --- secrets


@pytest.mark.parametrize("error", [None, broken(), broken(permanent=True)])
def test_a_secret_stands_on_no_page_in_no_log_and_in_no_book(browser, fake_ats, house, caplog, error):  # noqa: F811
    caplog.set_level(logging.DEBUG)
    recruiter, steward = browser(), browser("steward")
    fake_ats.connector.fails[:] = [error]
    pages = [
        recruiter.post(TRY, {"key": KEY}, follow=True),
        recruiter.post(TRY, {"key": KEY + "\0"}),
        recruiter.post(f"{FAKE}calls/"),
    ]
    secret = kept().hook_secret
    assert secret in pages.pop().content.decode()
    run_due_jobs()
    addresses = ("/connections/", FAKE, f"{FAKE}answers/", f"{FAKE}progress/", "/declines/", "/imports/")
    pages += [recruiter.get(address, follow=True) for address in addresses]
    pages.append(steward.get("/audit/"))
    told = [page.content.decode() for page in pages] + [caplog.text, str(kept()), repr(kept())]
    told += [str(event.detail) for event in AuditEvent._base_manager.all()]
    assert not [text for text in told if KEY in text or secret in text]
    with database.cursor() as cursor:
        cursor.execute("SELECT * FROM ifnotyou_connection")
        row = str(cursor.fetchall())
    assert KEY not in row
    assert secret not in row


# --- the real ones, before stand-ins for them


@pytest.fixture(params=["greenhouse", "ashby", "lever"])
def stand_in(request, house, settings):  # noqa: F811
    """A stand-in for a system, with a decline in it."""
    settings.REACHABLE_NETWORKS = ("127.0.0.0/8",)
    world = World(NOW - timedelta(days=4))
    decline_over_there(world)
    module = importlib.import_module(f"ifnotyou.sample.ats.{request.param}")
    with module.StandIn(world) as there:
        yield there


def test_a_real_system_is_connected_read_and_asked_about(stand_in, recruiter):
    page = f"/connections/{stand_in.slug}/"
    answer = recruiter.post(f"{page}try/", {**stand_in.settings(), "where": stand_in.url}, follow=True)
    assert "It works: nothing is missing. Its history is being read." in text_of(answer)
    run_due_jobs()
    assert "Connected" in text_of(recruiter.get(page))
    with scopes_disabled():
        assert Decline.objects.filter(candidate__name="Kim Roe").count() == 1
    assert recruiter.get(f"{page}answers/").status_code == 200
    recruiter.post(f"{page}filing/", {"do": "on"})
    assert 'name="source"' in recruiter.get(f"{page}answers/").content.decode()


def test_each_missing_scope_of_a_real_system_is_told_by_its_name(stand_in, recruiter):
    page = f"/connections/{stand_in.slug}/"
    needed = [scope.name for scope in all_systems()[stand_in.slug].scopes if not scope.writing]
    stand_in.denied = {needed[0], needed[-1]}
    answer = recruiter.post(f"{page}try/", {**stand_in.settings(), "where": stand_in.url}, follow=True)
    told = re.search(r"What the key may not do yet:(.*?)Allow it there", text_of(answer))[1]
    assert {name for name in needed if re.search(rf"{name}\b", told)} == stand_in.denied
    stand_in.denied = set()
    assert "nothing is missing" in text_of(recruiter.post(f"{page}try/", {"do": "try"}, follow=True))


def test_a_wrong_key_for_a_real_system_is_told_in_words_without_it(stand_in, recruiter):
    page = f"/connections/{stand_in.slug}/"
    secret = {field.name for field in all_systems()[stand_in.slug].fields if field.secret}
    typed = {**stand_in.settings(), **dict.fromkeys(secret, KEY), "where": stand_in.url}
    answer = recruiter.post(f"{page}try/", typed)
    assert answer.status_code == 409
    assert f"{all_systems()[stand_in.slug].label} does not know this" in text_of(answer)
    assert KEY not in answer.content.decode()
