"""The steward's pages: what we hold about somebody, what goes when, and forgetting them."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from ifnotyou.models import AuditEvent, Candidate, DataRequest, Referral, Vip
from ifnotyou.playbook.disclosure import Given, Terms
from ifnotyou.services import asks, referrals
from tests.chance import without_chance
from tests.company import NOW, TODAY, clock, house, usual_story  # noqa: F401 - fixtures

KIM = Given("Kim Park", email="kim@example.net", works_at="Harbour & Sons", why="Calm, and always right.")


@pytest.fixture(autouse=True)
def data_dir(settings, tmp_path):
    settings.DATA_DIR = tmp_path / "data"


@pytest.fixture
def ask(house):  # noqa: F811
    ask = house.hand()
    asks.start_talking(ask, by=house.maya, now=NOW)
    asks.say_asked(ask, by=house.maya, now=NOW)
    return ask


@pytest.fixture
def kim(house, ask):  # noqa: F811
    """Named in confidence, and announced."""
    referral = referrals.give(ask, KIM, Terms.CONFIDENTIAL, now=NOW)
    referrals.announce(house.workspace, now=NOW)
    return Vip.objects.get(pk=referral.vip_id)


@pytest.fixture
def steward(house):  # noqa: F811
    client = Client()
    client.force_login(house.steward)
    return client


def words(answer):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def test_somebody_is_found_and_all_that_is_held_is_shown(steward, ask):
    answer = steward.post("/privacy/person/", {"who": "noor@example.com"})
    shown = words(answer)
    assert answer.status_code == 200
    for part in ("All that we hold about Noor Haddad", "Accepted another job", "Maya Chen", "strong yes"):
        assert part in shown
    assert AuditEvent.objects.filter(verb="saw", noun="candidate").count() == 1


def test_no_name_stands_in_an_address(steward, ask):
    assert steward.get("/privacy/person/?who=noor@example.com").url == "/privacy/"
    shown = steward.post("/privacy/person/", {"who": "noor@example.com"}).content.decode()
    addresses = re.findall(r'(?:href|action)="([^"]+)"', shown)
    assert not [address for address in addresses if "noor" in address.lower()]


def test_who_gave_a_name_in_confidence_is_on_no_page(steward, ask, kim):
    pages = [
        steward.get("/privacy/"),
        steward.post("/privacy/person/", {"who": "kim@example.net"}),
        steward.post("/privacy/person/", {"who": "kim@example.net", "download": "json"}),
    ]
    for page in pages:
        assert page.status_code == 200
        told = without_chance(page.content.decode())
        assert "Noor" not in told
        assert "Maya" not in told


def test_it_can_be_saved_as_a_file_and_the_book_says_so(steward, kim):
    answer = steward.post("/privacy/person/", {"who": f"name:{kim.pk}", "download": "json"})
    assert answer.headers["Content-Disposition"] == f'attachment; filename="what-we-hold-{TODAY}.json"'
    assert answer.json()["named"][0]["name"] == "Kim Park"
    assert AuditEvent.objects.get(verb="exported").noun_id == kim.pk


def test_where_several_may_be_meant_they_are_listed(house, steward, kim):  # noqa: F811
    house.tell(usual_story().candidate("kim", name="Kim Park", email="other@example.com"))
    shown = steward.post("/privacy/person/", {"who": "Kim Park"}).content.decode()
    references = re.findall(r'name="who" value="(\w+:\d+)"', shown)
    assert len(references) == 2
    for reference in references:
        assert "All that we hold about Kim Park" in words(
            steward.post("/privacy/person/", {"who": reference})
        )


@pytest.mark.parametrize(("who", "status"), [("nobody@example.com", 200), ("", 400), ("x" * 501, 400)])
def test_nobody_found_is_said(steward, who, status):
    answer = steward.post("/privacy/person/", {"who": who})
    assert (answer.status_code, "Nobody is found by that" in words(answer)) == (status, True)


def test_a_request_has_a_month_and_freezes_until_it_is_answered(steward, house, kim):  # noqa: F811
    assert steward.post("/privacy/request/", {"who": f"name:{kim.pk}"}).status_code == 302
    asked = DataRequest.objects.get()
    assert (asked.vip, asked.due_on.isoformat(), asked.opened_by) == (kim, "2026-07-17", house.steward)
    shown = words(steward.get("/privacy/"))
    assert "17 July 2026" in shown
    assert "kept until their request is answered" in shown

    again = steward.post("/privacy/request/", {"who": "kim@example.net"})
    assert (again.status_code, "on the list already" in words(again)) == (409, True)

    for _ in range(2):  # a double click
        assert steward.post(f"/privacy/request/{asked.pk}/answered/").status_code == 302
    asked.refresh_from_db()
    assert asked.answered_on == TODAY
    assert "Nobody waits for an answer." in words(steward.get("/privacy/"))
    verbs = AuditEvent.objects.filter(verb__startswith="request_").values_list("verb", flat=True)
    assert sorted(verbs) == ["request_answered", "request_opened"]


def test_an_overdue_request_says_so(steward, house, clock, kim):  # noqa: F811
    steward.post("/privacy/request/", {"who": f"name:{kim.pk}"})
    clock(NOW + timedelta(days=40))
    steward.force_login(house.steward)
    assert "overdue" in words(steward.get("/privacy/"))


def test_a_colleague_has_a_page_of_their_own_for_that(steward, house):  # noqa: F811
    answer = steward.post("/privacy/request/", {"who": "maya@example.org"})
    assert (answer.status_code, "their own page" in words(answer)) == (409, True)


def test_the_calendar_tells_what_goes_when(steward, kim):
    shown = words(steward.get("/privacy/"))
    assert "13 July 2026 Kim Park nobody has been in touch" in shown
    Vip.objects.update(contacted_at=NOW, retain_until=TODAY + timedelta(days=59))
    assert "Kim Park no answer" in words(steward.get("/privacy/"))
    Vip.objects.update(retain_until=TODAY + timedelta(days=61))
    assert "Kim Park" not in words(steward.get("/privacy/"))


def test_asks_that_go_are_counted(steward, house, ask, clock):  # noqa: F811
    asks.say_nobody(ask, by=house.maya, now=NOW)
    assert "0 asks" in words(steward.get("/privacy/"))
    clock(NOW + timedelta(days=150))
    steward.force_login(house.steward)
    assert "1 ask, with what it rests on" in words(steward.get("/privacy/"))


def test_a_name_that_nobody_may_see_yet_is_not_there(steward, ask):
    referrals.give(ask, KIM, Terms.CONFIDENTIAL, now=NOW)
    assert "Kim" not in words(steward.get("/privacy/"))
    assert "Nobody is found" in words(steward.post("/privacy/person/", {"who": "Kim Park"}))
    pk = Vip.objects.get().pk
    assert steward.post("/privacy/request/", {"who": f"name:{pk}"}).status_code == 404
    assert steward.post("/privacy/erase/", {"who": f"name:{pk}", "sure": "on"}).status_code == 404


def test_erasing_wants_a_yes(steward, kim):
    answer = steward.post("/privacy/erase/", {"who": f"name:{kim.pk}"})
    assert (answer.status_code, "Tick this first" in words(answer)) == (400, True)
    assert Vip.objects.exists()

    answer = steward.post("/privacy/erase/", {"who": f"name:{kim.pk}", "sure": "on"}, follow=True)
    assert "Erased: 1 name that was given to us." in words(answer)
    assert (Vip.objects.count(), Referral.objects.count()) == (0, 0)
    assert "Kim" not in words(answer)
    assert re.search(r"Steward erased .*names: 1", words(answer))

    # Pressed twice, or too late.
    assert steward.post("/privacy/erase/", {"who": f"name:{kim.pk}", "sure": "on"}).status_code == 404


def test_a_candidate_is_erased_from_here_too(steward, ask):
    steward.post("/privacy/erase/", {"who": "noor", "sure": "on"})
    assert not Candidate.objects.exists()


def test_a_colleague_is_not_erased_and_it_is_said_why(steward, house):  # noqa: F811
    shown = words(steward.post("/privacy/person/", {"who": "maya@example.org"}))
    assert "They work here" in shown
    assert "Erase for good" not in shown
    answer = steward.post("/privacy/erase/", {"who": "maya@example.org", "sure": "on"})
    assert (answer.status_code, "They work here" in words(answer)) == (409, True)


def test_every_step_wants_a_post(steward, kim):
    for address in ("/privacy/request/", "/privacy/erase/"):
        assert steward.get(address).status_code == 405
    assert steward.post("/privacy/").status_code == 405


def test_its_questions_do_not_grow(steward, house, ask):  # noqa: F811
    def questions(look):
        with CaptureQueriesContext(connection) as seen:
            look()
        return len(seen)

    def more(first, last):
        for number in range(first, last):
            given = Given(f"Kim {number}", email=f"kim{number}@example.net")
            vip = referrals.intake(given, ask.decline.job, Terms.ANONYMOUS, TODAY)
            referrals.keep(vip, ask.decline.job, Terms.ANONYMOUS, "", TODAY, receipt_hash="a" * 64)
            referrals.announce(house.workspace, now=NOW)
            steward.post("/privacy/request/", {"who": f"name:{vip.pk}"})

    def look():
        steward.get("/privacy/")

    more(0, 1)
    look()
    one = questions(look)
    more(1, 4)
    assert questions(look) == one

    def noor():
        steward.post("/privacy/person/", {"who": "noor"})

    noor()
    one = questions(noor)
    house.tell(
        usual_story()
        .met("sam", days=8)
        .met("ana", days=8)
        .voted("sam", 3)
        .wrote("sam", days=7)
        .enjoyed("sam")
    )
    assert questions(noor) == one
