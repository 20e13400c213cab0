"""Being forgotten, by the link of the first message: at once, by the button only, without an account."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from django_scopes import scopes_disabled

from ifnotyou.models import Ask, AuditEvent, Candidate, DataRequest, OptOut, Referral, Vip
from ifnotyou.playbook.disclosure import Given, Terms
from ifnotyou.queries.humans import vip_keys
from ifnotyou.services import asks, referrals
from tests.chance import without_chance
from tests.company import NOW, TODAY, clock, house, usual_story  # noqa: F401 - fixtures

KIM = Given("Kim Park", email="kim@example.net", works_at="Harbour & Sons", why="Calm, and always right.")


@pytest.fixture(autouse=True)
def data_dir(settings, tmp_path):
    settings.DATA_DIR = tmp_path / "data"
    return settings.DATA_DIR


@pytest.fixture
def kim(house):  # noqa: F811
    ask = house.hand()
    asks.start_talking(ask, by=house.maya, now=NOW)
    asks.say_asked(ask, by=house.maya, now=NOW)
    referral = referrals.give(ask, KIM, Terms.NAMED, now=NOW)
    Vip.objects.update(contacted_at=NOW)
    return Vip.objects.get(pk=referral.vip_id)


@pytest.fixture
def page(kim):
    return reverse("forget_me", args=[kim.forget_token])


def words(answer):
    return re.sub(
        r"\s+", " ", re.sub(r"<(style).*?</\1>|<[^>]+>", " ", answer.content.decode(), flags=re.DOTALL)
    )


@pytest.fixture
def browser():
    return Client(enforce_csrf_checks=True)


def test_opening_it_does_nothing_and_names_nobody(browser, page, kim):
    with scopes_disabled():
        before = list(Vip.objects.values()), list(Referral.objects.values()), AuditEvent.objects.count()
    for method in (browser.get, browser.head, browser.get):
        answer = method(page)
        assert answer.status_code == 200
    assert "Shall Acme forget you?" in words(browser.get(page))
    for private in ("Kim", "Noor", "Maya", "Data Engineer", "Harbour"):
        assert private not in browser.get(page).content.decode()
    with scopes_disabled():
        assert before == (
            list(Vip.objects.values()),
            list(Referral.objects.values()),
            AuditEvent.objects.count(),
        )
    assert not answer.cookies
    assert answer.headers["Referrer-Policy"] == "no-referrer"


def test_the_button_forgets_at_once_and_for_good(browser, page, kim, house):  # noqa: F811
    keys = set(vip_keys(kim, house.workspace))
    answer = browser.post(page)
    assert (answer.status_code, "You are forgotten" in words(answer)) == (200, True)
    assert (Vip.objects.count(), Referral.objects.count()) == (0, 0)
    assert set(OptOut.objects.values_list("key", flat=True)) == keys
    assert referrals.give(Ask.objects.get(), KIM, Terms.NAMED, now=NOW) is None  # nobody names them again
    line = AuditEvent.objects.get(verb="forgotten")
    assert (line.actor, line.noun, line.detail) == (None, "workspace", {"names": 1})


def test_pressed_again_or_mistyped_the_page_explains_itself_and_is_the_same(browser, page, kim):
    unknown = browser.get("/forget/made-up")
    browser.post(page)
    for answer in (browser.post(page), browser.get(page), browser.post("/forget/made-up")):
        assert (answer.status_code, answer.content) == (404, unknown.content)
    assert "leads nowhere any more" in words(unknown)
    with scopes_disabled():
        assert AuditEvent.objects.filter(verb="forgotten").count() == 1


def test_their_own_wish_needs_no_answer_first(browser, page, kim, house):  # noqa: F811
    DataRequest.objects.create(workspace=house.workspace, vip=kim, opened_on=TODAY, due_on=TODAY)
    browser.post(page)
    assert not Vip.objects.exists()


def test_as_a_candidate_they_are_left_in_peace_but_not_erased(browser, page, house):  # noqa: F811
    house.tell(usual_story().candidate("kim", name="Kim Park", email="kim@example.net"))
    browser.post(page)
    assert Candidate.objects.get(external_id="kim").do_not_contact


def test_the_recruiter_only_sees_that_the_name_is_gone(browser, page, house, mailoutbox):  # noqa: F811
    browser.post(page)
    recruiter = Client()
    recruiter.force_login(house.recruiter)
    assert "Kim" not in without_chance(recruiter.get("/names/").content.decode())
    assert not mailoutbox


def test_it_is_in_the_language_of_the_reader(browser, page):
    answer = browser.get(page, headers={"accept-language": "de-AT,en;q=0.5"})
    assert answer.headers["Content-Language"] == "de"
    assert '<html lang="de">' in answer.content.decode()


def test_nobody_is_forgotten_where_it_cannot_be_kept(browser, page, data_dir):
    data_dir.mkdir()
    (data_dir / "erased.txt").mkdir()
    browser.raise_request_exception = False
    assert browser.post(page).status_code == 500
    assert Vip.objects.exists()
