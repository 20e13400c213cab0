"""What somebody named, and whoever hosts them, can be told that we hold; and that it goes with them."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from ifnotyou.models import Calendar, Letter, Talk, Vip
from ifnotyou.playbook.disclosure import Given, Terms
from ifnotyou.playbook.hosting import LetterKind, LetterState, VipStage
from ifnotyou.services import hosting, referrals
from tests.company import NOW, clock, house  # noqa: F401 - fixtures
from tests.web.test_hosting import at_stage
from tests.web.test_names import give

KIM = {"email": "kim@example.net", "works_at": "Harbour & Sons", "why": "Calm."}


@pytest.fixture(autouse=True)
def data_dir(settings, tmp_path):
    settings.DATA_DIR = tmp_path / "data"


@pytest.fixture
def steward(house):  # noqa: F811
    client = Client()
    client.force_login(house.steward)
    return client


def words(answer):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def asked_for(steward, who="kim@example.net"):
    """The page, and the document."""
    shown = words(steward.post("/privacy/person/", {"who": who}))
    return shown, steward.post("/privacy/person/", {"who": who, "download": "json"}).json()


def hosted(house, terms=Terms.NAMED):  # noqa: F811
    """Kim and their host have written, and are to talk."""
    vip = at_stage(house, VipStage.TALKING, terms=terms, **KIM)
    hosting.plan(
        vip, "Send the reading list", NOW + timedelta(days=2), theirs=False, by=house.recruiter, now=NOW
    )
    hosting.keep_in_touch(vip, "Yes, write to me again.", "2026-11", now=NOW)
    about = {"workspace": house.workspace, "vip": vip, "by": house.recruiter}
    Letter.objects.create(
        **about,
        kind=LetterKind.FIRST,
        state=LetterState.SENT,
        subject="From one lighthouse keeper to another",
        body="Dear Kim, about the ferry.",
        sent_at=NOW,
    )
    Letter.objects.create(**about, kind=LetterKind.GOODBYE, body="It was good to meet you.")
    Talk.objects.create(
        workspace=house.workspace,
        vip=vip,
        host=house.recruiter,
        starts_at=datetime(2026, 6, 22, 9, tzinfo=UTC),
        minutes=30,
        place="The harbour café",
        uid="u1",
    )
    return vip


def test_somebody_named_reads_how_far_it_has_come_and_all_that_was_written(house, steward):  # noqa: F811
    hosted(house)
    shown, told = asked_for(steward)
    for part in (
        "your host Recruiter",
        "we are talking",
        "Send the reading list",
        "Yes, write to me again.",
        "From one lighthouse keeper to another",
        "Dear Kim, about the ferry.",
        "It was good to meet you.",
        "a draft, not sent",
        "The harbour café",
        "Noor Haddad suggested you",
    ):
        assert part in shown, part
    (named,) = told["named"]
    assert (named["by"], named["talked_with_about"]) == ("2026-06-19T12:00+00:00", "Data Engineer")
    assert [letter["stands"] for letter in told["letters"]].count("sent") == 1
    assert told["talks"] == [
        {
            "when": "2026-06-22T09:00+00:00",
            "minutes": 30,
            "where": "The harbour café",
            "with": "Recruiter",
            "called_off": False,
        }
    ]


@pytest.mark.parametrize("terms", [Terms.CONFIDENTIAL, Terms.ANONYMOUS])
def test_who_named_them_stays_within_the_terms(house, steward, terms):  # noqa: F811
    hosted(house, terms)
    shown, told = asked_for(steward)
    for secret in ("Noor", "Maya"):
        assert secret not in shown
        assert secret not in str(told)


def test_of_a_draft_it_is_not_told_who_writes_it(house, steward):  # noqa: F811
    vip = at_stage(house, VipStage.CONTACTED, **KIM)
    Letter.objects.create(
        workspace=house.workspace, vip=vip, kind=LetterKind.GOODBYE, body="Well.", by=house.jon
    )
    _, told = asked_for(steward)
    assert told["letters"] == [
        {
            "what": "a goodbye",
            "stands": "a draft, not sent",
            "by": "",
            "sent": "",
            "language": "",
            "notice": "",
            "subject": "",
            "text": "Well.",
        }
    ]


def test_a_name_that_was_set_aside_says_why(house, steward):  # noqa: F811
    vip = at_stage(house, VipStage.NAMED, **KIM)
    hosting.set_aside(vip, "off_limits", by=house.recruiter, now=NOW)
    shown, _ = asked_for(steward)
    assert "nobody writes to you because of where you work" in shown


def test_whoever_hosts_reads_what_is_kept_of_their_hours(house, steward):  # noqa: F811
    at_stage(house, VipStage.TALKING, host=house.jon, **KIM)
    Calendar.objects.create(
        workspace=house.workspace, user=house.jon, kind="feed", url="https://cal.example/secret-key.ics"
    )
    house.jon.country, house.jon.work_days = "DE", "0124"
    house.jon.save()
    shown, told = asked_for(steward, "jon@acme.example.org")
    (account,) = told["account"]
    assert account["works_on"] == ["Monday", "Tuesday", "Wednesday", "Friday"]
    assert (account["people_whom_you_host"], account["a_calendar_is_connected"]) == (1, True)
    assert "secret-key" not in shown + str(told)
    assert "Kim" not in shown


def test_an_introduction_that_arrived_is_told_to_both_of_its_sides(house, steward):  # noqa: F811
    referral = give(house, "", Terms.INTRODUCE)
    who = Given("Lee Fox", email="lee@example.net")
    referrals.introduction_arrived(referral, who, by=house.maya, now=NOW)
    _, lee = asked_for(steward, "lee@example.net")
    assert (lee["suggestions"][0]["introduced_to_us"], lee["named"][0]["name"]) == ("2026-06-17", "Lee Fox")
    _, noor = asked_for(steward, "noor@example.com")
    (given,) = noor["names_you_gave"]
    assert (given["name"], given["introduction_arrived"]) == ("Lee Fox", "2026-06-17")


def test_with_the_person_their_letters_and_talks_go(house, steward):  # noqa: F811
    vip = hosted(house)
    answer = steward.post("/privacy/erase/", {"who": f"name:{vip.pk}", "sure": "yes"})
    assert answer.status_code in {200, 302}
    assert (Vip.objects.count(), Letter.objects.count(), Talk.objects.count()) == (0, 0, 0)


def test_whoever_uses_their_own_link_takes_the_letters_along(house):  # noqa: F811
    vip = hosted(house)
    assert Client().post(f"/forget/{vip.forget_token}", {"sure": "1"}).status_code == 200
    assert (Vip.objects.count(), Letter.objects.count(), Talk.objects.count()) == (0, 0, 0)
