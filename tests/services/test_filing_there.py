"""Filing somebody in Greenhouse, Ashby and Lever, over the line: what really reaches them, and what comes back."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from ifnotyou.models import Connection, Filing, Referral
from ifnotyou.playbook.disclosure import Terms
from ifnotyou.playbook.hosting import VipStage
from ifnotyou.sample.ats import ashby, greenhouse, lever
from ifnotyou.sample.ats.world import Seat, World
from ifnotyou.services import filing, hosting, vips
from tests.company import NOW
from tests.hosted import CONTACT, at, named

pytestmark = pytest.mark.django_db

STAND_INS = {"greenhouse": greenhouse.StandIn, "ashby": ashby.StandIn, "lever": lever.StandIn}
KIM = {"email": "kim@example.net", "found_at": "https://www.linkedin.com/in/kim"}
CHANGES = {
    "greenhouse": lambda one: one.method == "POST" and one.path.endswith("/candidates"),
    "ashby": lambda one: one.path.endswith("candidate.create"),
    "lever": lambda one: one.method == "POST" and one.path.endswith("/opportunities"),
}
"""By which call somebody is created."""


@pytest.fixture(params=STAND_INS)
def system(request):
    return request.param


@pytest.fixture
def there(house, system, settings):
    """A stand-in that people are filed in: Jon has an account there."""
    settings.REACHABLE_NETWORKS = ("127.0.0.0/8",)
    world = World(NOW)
    world.hire("Rae", "Recruits", "rae@example.org")
    world.hire("Jon", "Park", house.jon.email)
    with STAND_INS[system](world) as server:
        connection = Connection.objects.create(
            workspace=house.workspace,
            system=system,
            address=server.url,
            secrets=json.dumps(server.settings()),
            writes_back=True,
            colleagues_read_at=NOW,
        )
        question = filing.source_question(connection)
        connection.answers = {"source": question.answer}
        connection.save()
        yield server


def look(house, days=0.0, rounds=1):
    for number in range(rounds):
        now = NOW + timedelta(days=days, minutes=10 * number)
        filing.file_due(house.workspace, now=now)
        filing.follow(house.workspace, now=now)


def those(server):
    return [one.name for one in server.world.candidates.values()]


def the():
    return Filing.objects.select_related("vip").get()


def test_they_are_there_once_with_tag_and_note_and_nobody_is_credited(house, there):
    at(house, VipStage.CONTACTED, works_at="Birch", **KIM)
    look(house, rounds=5)
    assert (the().state, the().problem) == ("done", "")
    assert those(there) == ["Kim Park"]
    (person,) = there.world.candidates.values()
    assert (person.tags, len(person.notes)) == (["VIP (ifnotyou)"], 1)
    assert " ".join(filing.note_about(the().vip).split()) in " ".join(person.notes[0].split())


def test_whoever_is_there_already_is_found_by_their_address(house, there):
    there.world.apply(
        there.world.add_candidate("K.", "Park", KIM["email"]), there.world.open_job("Something else")
    )
    at(house, VipStage.CONTACTED, **KIM)
    look(house, rounds=3)
    assert (the().state, those(there)) == ("done", ["K. Park"])


def test_when_the_line_breaks_after_they_were_created_they_are_found(house, there, system):
    def lose(request, response):
        if not CHANGES[system](request):
            return response
        there.spoil = None
        return replace(response, status=502, content={"message": "gateway"})

    there.spoil = lose
    at(house, VipStage.CONTACTED, **KIM)
    look(house)
    assert the().state == "creating"
    assert the().problem.endswith("broke in the middle: it may have been done there, or not.")
    look(house, days=1, rounds=5)
    assert (the().state, those(there)) == ("done", ["Kim Park"])


@pytest.mark.parametrize("terms", [Terms.NAMED, Terms.CONFIDENTIAL, Terms.ANONYMOUS, Terms.INTRODUCE])
def test_nothing_that_was_said_in_confidence_crosses_the_line(house, there, terms):
    """Noor told Maya; Jon hosts. All that the far side is sent, whole."""
    given = Terms.NAMED if terms is Terms.INTRODUCE else terms
    vip = named(house, terms=given, why="She repaired the ferry with me: PLANTED.", works_at="Birch", **KIM)
    Referral.objects.update(terms=terms)
    hosting.take(vip, by=house.jon, now=NOW)
    vips.say_contacted(vip, CONTACT, by=house.jon, now=NOW)
    vip.letters.create(
        workspace=house.workspace, kind="first", by=house.jon, subject="PLANTED", body="PLANTED", state="sent"
    )
    look(house, rounds=3)
    assert the().state == "done"
    sent = " ".join(f"{one.path} {one.query} {one.body.decode()}" for one in there.requests).casefold()
    assert "kim" in sent
    for word in ("planted", "maya", house.employee("maya").email):
        assert word not in sent
    assert ("noor haddad" in sent) == (terms in {Terms.NAMED, Terms.INTRODUCE})
    assert ("noor" in sent) == (terms in {Terms.NAMED, Terms.INTRODUCE})


def test_an_interview_there_moves_them_on_the_board_and_an_end_asks_for_a_goodbye(house, there):
    vip = at(house, VipStage.CONTACTED, **KIM)
    look(house)
    (person,) = there.world.candidates.values()
    theirs = there.world.of_candidate(person.id)
    application = theirs[0] if theirs else there.world.apply(person, there.world.open_job("Data Engineer"))
    there.world.now = NOW + timedelta(days=3)
    there.world.meet(application.id, Seat(max(there.world.users)))
    look(house, days=4)
    vip.refresh_from_db()
    assert vip.stage == VipStage.IN_PROCESS
    there.world.now = NOW + timedelta(days=5)
    there.world.end(application.id, 6)
    look(house, days=6)
    vip.refresh_from_db()
    assert (vip.stage, the().ended_on) == (VipStage.IN_PROCESS, (NOW + timedelta(days=5)).date())
    there.world.delete_candidate(person.id)
    look(house, days=7)
    assert "has no record of them any more" in the().problem
