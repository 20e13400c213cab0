"""What the page of somebody named shows of the system for applicants, and what a person says there."""

import html
import re
from datetime import timedelta

import pytest
from django.urls import reverse

from ifnotyou.connectors.ats.calls import Rejected
from ifnotyou.connectors.base import ConnectorError, Trouble
from ifnotyou.jobs.worker import run_due_jobs
from ifnotyou.models import Connection, Filing, Vip
from ifnotyou.playbook.hosting import VipStage
from ifnotyou.services import filing, hosting
from tests.atsfake import broken, fake_ats  # noqa: F401 - a fixture
from tests.company import NOW, clock, house  # noqa: F401 - fixtures
from tests.hosted import at

pytestmark = pytest.mark.django_db

KIM = {"email": "kim@example.net"}
BROKEN_OFF = ConnectorError(Trouble.UNCERTAIN, "The line to Fake ATS broke in the middle.", permanent=True)
REFUSED = Rejected("Fake ATS did not take our call (answer 422).", 422, b"")


@pytest.fixture
def far(house, fake_ats):  # noqa: F811
    fake_ats.connect(house.workspace, writes_back=True, answers={"source": "3"}, colleagues_read_at=NOW)
    return fake_ats


@pytest.fixture
def browser(house, browser_of):  # noqa: F811
    return lambda who="recruiter": browser_of(getattr(house, who))


@pytest.fixture
def recruiter(browser):
    return browser()


@pytest.fixture
def jon(browser):
    return browser("jon")


def text_of(answer):
    main = re.search(r"<main.*</main>", answer.content.decode(), re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", main[0])).split())


def page(client, vip, status=200):
    answer = client.get(f"/names/{vip.pk}/")
    assert answer.status_code == status
    return text_of(answer)


def say(client, vip, said, **more):
    one = Filing.objects.first()
    return client.post(f"/names/{vip.pk}/filing/", {"filing": one.pk if one else 0, "say": said, **more})


def look(house, days=0.0):  # noqa: F811
    now = NOW + timedelta(days=days)
    filing.file_due(house.workspace, now=now)
    filing.follow(house.workspace, now=now)


def contacted(house, **about):  # noqa: F811
    return at(house, VipStage.CONTACTED, "Kim Park", **about)


def uncertain(house, far):  # noqa: F811
    vip = contacted(house)
    far.connector.fails += [None, BROKEN_OFF]
    look(house)
    look(house, 1)
    return vip


def test_without_a_connection_there_is_nothing_to_read(house, fake_ats, recruiter):  # noqa: F811
    assert "Fake ATS" not in page(recruiter, contacted(house))
    fake_ats.connect(house.workspace, answers={"source": "3"})
    assert "Fake ATS" not in page(recruiter, Vip.objects.get())


@pytest.mark.parametrize("stage", [VipStage.NAMED, VipStage.TAKEN, VipStage.HIRED, VipStage.PARTED])
def test_who_does_not_go_there_is_not_announced(house, far, recruiter, stage):  # noqa: F811
    assert "Fake ATS" not in page(recruiter, at(house, stage))


def test_without_a_source_nobody_goes_there_and_the_page_says_so(house, far, recruiter, jon):  # noqa: F811
    Connection.objects.update(answers={})
    vip = contacted(house)
    told = "Not there yet: somebody has to choose first under which source people come"
    assert told in page(recruiter, vip)
    assert 'href="/connections/fake/"' in recruiter.get(f"/names/{vip.pk}/").content.decode()
    assert told in page(jon, vip)
    assert 'href="/connections/fake/"' not in jon.get(f"/names/{vip.pk}/").content.decode()


def test_from_the_first_message_to_there_the_page_tells_where_they_are(house, far, recruiter, jon):  # noqa: F811
    vip = contacted(house, **KIM)
    assert "They go there within minutes" in page(jon, vip)
    far.connector.fails += [broken()]
    look(house)
    assert "Not there yet. Fake ATS has trouble of its own. We try again by ourselves." in page(jon, vip)
    far.connector.fails += [None, None, None, broken()]
    look(house, 1)
    assert "They are there, but tag, host and note are not yet." in page(jon, vip)
    look(house, 2)
    (person,) = far.world.candidates.values()
    far.world.apply(person, far.world.open_job("Data Engineer"))
    look(house, 2)
    shown = page(jon, vip)
    assert "They are there, since 19 June 2026." in shown
    assert "Stage there: applied (looked at on 19 June 2026)." in shown
    link = f'<a href="https://fake.example.com/people/{person.id}" rel="noreferrer">'
    assert link in jon.get(f"/names/{vip.pk}/").content.decode()
    assert "Try again now" not in shown


def test_that_it_ended_there_asks_for_a_goodbye_and_sends_nothing(house, far, recruiter, jon, mailoutbox):  # noqa: F811
    vip = contacted(house, **KIM)
    look(house)
    (person,) = far.world.candidates.values()
    application = far.world.apply(person, far.world.open_job("Data Engineer"))
    far.world.now = NOW + timedelta(days=2)
    far.world.end(application.id, 6)
    look(house, 3)
    ended = "In Fake ATS their application ended on 19 June 2026."
    assert f"{ended} Write them a goodbye: nobody is let go by a form." in page(jon, vip)
    assert f"{ended} Jon writes them a goodbye: nobody is let go by a form." in page(recruiter, vip)
    assert mailoutbox == []
    vip.refresh_from_db()
    hosting.part(vip, now=NOW)
    vip.save()
    assert "goodbye" not in page(recruiter, vip)


def test_that_somebody_deleted_them_there_is_told(house, far, jon):  # noqa: F811
    vip = contacted(house, **KIM)
    look(house)
    far.world.candidates.clear()
    look(house, 1)
    shown = page(jon, vip)
    assert (
        "Fake ATS has no record of them any more: somebody deleted it there, or joined it with another. "
        "What we hold of them here" in shown
    )
    assert "They are there" not in shown


def test_what_was_refused_is_tried_again_by_whoever_recruits(house, far, recruiter, jon):  # noqa: F811
    vip = contacted(house, **KIM)
    far.connector.fails += [None, REFUSED]
    look(house)
    assert "Not done. Fake ATS did not take our call (answer 422)." in page(recruiter, vip)
    assert "Try again now" not in page(jon, vip)
    assert say(jon, vip, "again").status_code == 403
    assert say(recruiter, vip, "again").status_code == 302
    assert "We try it again within minutes" in page(recruiter, vip)
    look(house, 1)
    assert Filing.objects.get().state == "done"
    again = say(recruiter, vip, "again")
    assert (again.status_code, "That is settled already" in text_of(again)) == (409, True)


def test_where_nobody_can_tell_a_person_looks(house, far, recruiter, jon):  # noqa: F811
    vip = uncertain(house, far)
    shown = page(recruiter, vip)
    assert "Are they in Fake ATS? We cannot tell, so we do nothing: nobody is created twice." in shown
    assert "Please look there for their name." in shown
    assert "Whoever recruits looks there for their name." in page(jon, vip)
    assert say(recruiter, vip, "not_there").status_code == 302
    assert "Kept: they are not in Fake ATS. Within minutes they are" in page(recruiter, vip)
    look(house, 2)
    assert [one.name for one in far.world.candidates.values()] == ["Kim Park"]


@pytest.mark.parametrize(
    ("where", "kept"),
    [
        ("", ("done", "", "")),
        (" 1007 ", ("completing", "1007", "")),
        ("https://fake.example.com/people/7?a=b", ("done", "", "https://fake.example.com/people/7?a=b")),
    ],
)
def test_they_are_there_and_where(house, far, recruiter, where, kept):  # noqa: F811
    vip = uncertain(house, far)
    assert (
        say(recruiter, vip, "there", **{f"filing-{Filing.objects.get().pk}-where": where}).status_code == 302
    )
    assert "Good: they are in Fake ATS." in page(recruiter, vip)
    one = Filing.objects.get()
    assert (one.state, one.person, one.link) == kept


def test_an_id_that_was_not_right_is_put_right(house, far, recruiter):  # noqa: F811
    vip = uncertain(house, far)
    field = f"filing-{Filing.objects.get().pk}-where"
    say(recruiter, vip, "there", **{field: "wrong"})
    far.connector.fails += [REFUSED]
    look(house, 2)
    assert "That is not their record there" in page(recruiter, vip)
    right = far.world.add_candidate("Kim", "Park")
    assert say(recruiter, vip, "there", **{field: str(right.id)}).status_code == 302
    look(house, 3)
    assert (Filing.objects.get().state, len(right.notes)) == ("done", 1)


@pytest.mark.parametrize(
    "where",
    [
        "javascript:alert(1)//",
        "http://fake.example.com/7",
        "two words",
        "x" * 101,
        "/people/7",
        "https://x" + "y" * 500,
    ],
)
def test_what_is_neither_link_nor_id_is_said_at_the_field(house, far, recruiter, where):  # noqa: F811
    vip = uncertain(house, far)
    answer = say(recruiter, vip, "there", **{f"filing-{Filing.objects.get().pk}-where": where})
    assert answer.status_code == 400
    assert "aria-invalid" in answer.content.decode()
    assert Filing.objects.get().state == "uncertain"


def test_what_makes_no_sense_changes_nothing(house, far, recruiter):  # noqa: F811
    vip = uncertain(house, far)
    other = at(house, VipStage.CONTACTED, "Lee Fox")
    for form, status in (
        ({"say": "there"}, 404),
        ({"say": "there", "filing": "x"}, 404),
        ({"say": "there", "filing": "9" * 40}, 404),
        ({"filing": Filing.objects.get().pk}, 409),
        ({"filing": Filing.objects.get().pk, "say": "nothing"}, 409),
    ):
        assert recruiter.post(f"/names/{vip.pk}/filing/", form).status_code == status
    answer = recruiter.post(
        f"/names/{other.pk}/filing/", {"filing": Filing.objects.get().pk, "say": "not_there"}
    )
    assert answer.status_code == 404
    assert recruiter.get(f"/names/{vip.pk}/filing/").status_code == 405
    assert Filing.objects.get().state == "uncertain"


def test_the_steward_reads_that_there_is_a_record_elsewhere(house, far, browser):  # noqa: F811
    vip = contacted(house, **KIM)
    look(house)
    (person,) = far.world.candidates
    steward, who = browser("steward"), {"who": f"name:{vip.pk}"}
    answer = steward.post("/privacy/person/", who)
    told = "There is, or may be, a record of them in Fake ATS as well, which erasing them here does not reach"
    assert told in text_of(answer)
    assert f'href="https://fake.example.com/people/{person}"' in answer.content.decode()
    sure = dict.fromkeys(re.findall(r'type="checkbox" name="([a-z_]+)"', answer.content.decode()), "on")
    assert steward.post("/privacy/erase/", {**who, **sure}).status_code == 302
    assert told in " ".join(html.unescape(steward.get("/privacy/").content.decode()).split())
    assert not Filing.objects.exists()


def test_who_presses_forget_me_is_told_of_the_record_and_the_steward_which_it_is(
    house,  # noqa: F811
    far,
    browser_of,
    mailoutbox,
    settings,
    tmp_path,
):
    settings.DATA_DIR = tmp_path
    vip = contacted(house, **KIM)
    told = "There may also be a record of you in the system in which Acme keeps applications."
    nobody = browser_of()
    address = reverse("forget_me", args=[vip.forget_token])
    plain = nobody.get(address).content.decode()
    assert "nobody is told that you did" in plain
    assert told not in plain
    look(house)
    (person,) = far.world.candidates
    shown = nobody.get(address).content.decode()
    assert "nobody is told that you did" not in shown
    assert told in shown
    assert told in nobody.post(address).content.decode()
    run_due_jobs()
    (mail,) = [one for one in mailoutbox if "forgotten" in one.subject]
    assert mail.to == [house.steward.email]
    assert f"- Fake ATS {person} https://fake.example.com/people/{person}" in mail.body
    assert "Kim" not in mail.body + mail.subject
    assert not Filing.objects.exists()
