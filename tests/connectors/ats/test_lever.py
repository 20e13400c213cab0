"""Lever: what every system has to do, and what only this one does."""

import hmac
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from ifnotyou.connectors.ats.calls import NotAllowed
from ifnotyou.connectors.ats.contract import Dossier, Ending, Gone, LastOffer, Settings, Unread
from ifnotyou.connectors.ats.systems.lever import Connector
from ifnotyou.connectors.base import ConnectorError, NotFromThem, Trouble, UnreadableCall
from ifnotyou.playbook.offers import Doubt, EndedBy, OfferState, Outcome, outcome
from ifnotyou.playbook.records import (
    Candidate,
    Interview,
    InterviewStatus,
    Job,
    JobStatus,
    OfferStatus,
    Scorecard,
)
from ifnotyou.sample.ats.lever import HIRED, KEY, Bucket, StandIn, sign, uid
from ifnotyou.sample.ats.world import OfferStep, Reason, Seat, Who, World
from tests.connectors.ats.contract import HERE, AtsContract, CallsContract, PeopleContract, told
from tests.connectors.ats.far import NOW, StandInFar, hiring
from tests.connectors.webserver import Said, WebServer

SAMPLES = Path(__file__).parents[4] / "shared" / "facts" / "payloads" / "lever"
SECRET = "73311ged32110cc40e00c672c2e03e1a"


class LeverFar(StandInFar):
    """The stand-in, and what is to be read of the one who declined."""

    garbled = "contact"

    def __init__(self, server, there):
        super().__init__(server, there, uid)
        world = there.world
        found = world.applications[there.declined]
        talk = found.meetings[0]
        job = world.jobs[found.job]
        ids = {"candidate_id": uid(found.candidate), "job_id": uid(job.id)}
        self.expected = Dossier(
            uid(there.declined),
            Candidate(
                uid(found.candidate),
                "Dana Berg",
                "dana@berg.example",
                "https://linkedin.com/in/dana-b",
                "Brightwater",
            ),
            Job(
                uid(job.id),
                "Staff Engineer",
                "Platform",
                hiring_manager_id=uid(job.hiring_manager),
                recruiter_id=uid(job.recruiter),
            ),
            LastOffer(OfferState.DECLINED, "denied", found.offer.sent_at, found.ended_at),
            Ending(EndedBy.CANDIDATE, found.ended_at, "Accepted another job"),
            # Lever does not tell who only watched: to it they took part.
            tuple(
                Interview(
                    f"{uid(talk.id)}.{uid(user.id)}",
                    employee_id=uid(user.id),
                    kind="Systems",
                    started_at=talk.starts_at,
                    minutes=45,
                    status=InterviewStatus.COMPLETED,
                    **ids,
                )
                for user in (there.met, there.watched)
            ),
            (
                Scorecard(
                    uid(found.feedback[0].id),
                    employee_id=uid(there.met.id),
                    submitted_at=found.feedback[0].submitted_at,
                    overall=4,
                    **ids,
                ),
            ),
        )

    def sign(self, body, secret):
        try:
            spoken = json.loads(body)
        except ValueError:
            spoken = None
        if not isinstance(spoken, dict):
            return body, {}
        return sign(spoken, secret, self.now), {}


class TestLever(CallsContract, PeopleContract, AtsContract):
    slug = "lever"
    signs_everything = False
    cannot_be_tried = frozenset({"opportunities:write:admin", "notes:write:admin"})

    @pytest.fixture
    def far(self):
        there = hiring()
        with StandIn(there.world) as server:
            yield LeverFar(server, there)


@pytest.fixture
def world():
    return World(NOW - timedelta(days=10))


@pytest.fixture
def lever(world):
    with StandIn(world) as server:
        yield server


def connector(server, *, secret=SECRET, perform_as="", **answers):
    values = {**server.settings(), "perform_as": perform_as}
    return Connector(Settings(values, answers, server.url, (secret,)), HERE)


def applied(world, first="Ada", **more):
    """Somebody who has applied, and the job."""
    job = next(iter(world.jobs.values()), None) or world.open_job("Nurse", department="Ward")
    return world.apply(world.add_candidate(first, "Moor", f"{first}@moor.example".lower(), **more), job)


def read(server, application, **answers):
    (found,) = connector(server, **answers).read([uid(application.id)])
    return found


def ended_by(reason, who):
    return {f"ended_by_{uid(reason)}": who}


# --- what became of the offer

NONE, OPEN, DECLINED = Outcome(None), Outcome(OfferStatus.OPEN), Outcome(OfferStatus.DECLINED)
RESCINDED, ACCEPTED = Outcome(OfferStatus.RESCINDED), Outcome(OfferStatus.ACCEPTED)
NOT_UPDATED = Outcome(OfferStatus.DECLINED, Doubt.NOT_UPDATED)
WHO = Outcome(OfferStatus.DECLINED, Doubt.WHO_ENDED_IT)
CONTRADICTION = Outcome(OfferStatus.DECLINED, Doubt.CONTRADICTION)
AFTER_SIGNING = Outcome(OfferStatus.DECLINED, Doubt.LEFT_AFTER_SIGNING)
NOT_KNOWN = Outcome(OfferStatus.DECLINED, Doubt.STATE_UNKNOWN)
WITHDREW, POSITION_CLOSED, TIMING = 5, 7, 9


@pytest.mark.parametrize(
    ("reason", "answers"),
    [
        (None, {}),
        (WITHDREW, {}),
        (TIMING, ended_by(TIMING, "candidate")),
        (POSITION_CLOSED, {}),
        (WITHDREW, ended_by(WITHDREW, "company")),
        (TIMING, {}),
        (WITHDREW, ended_by(WITHDREW, "unknown")),
    ],
    ids=[
        "open",
        "candidate",
        "candidate, mapped",
        "company",
        "company, mapped",
        "unknown",
        "unknown, mapped",
    ],
)
@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ([OfferStep.DRAFT], (NONE, NONE, NONE, NONE)),
        ([OfferStep.AWAITING_APPROVAL], (NONE, NONE, NONE, NONE)),
        ([OfferStep.APPROVAL_REFUSED], (NONE, NONE, NONE, NONE)),
        ([OfferStep.APPROVED], (OPEN, NOT_UPDATED, RESCINDED, WHO)),
        ([OfferStep.SENT], (OPEN, NOT_UPDATED, RESCINDED, WHO)),
        ([OfferStep.DECLINED], (DECLINED, DECLINED, CONTRADICTION, WHO)),
        ([OfferStep.ACCEPTED], (ACCEPTED, AFTER_SIGNING, ACCEPTED, ACCEPTED)),
        ([OfferStep.SENT, OfferStep.SENT], (OPEN, NOT_UPDATED, RESCINDED, WHO)),
        ([OfferStep.SENT, OfferStep.DRAFT], (OPEN, NOT_UPDATED, RESCINDED, WHO)),
        ([OfferStep.DECLINED, OfferStep.DRAFT], (OPEN, NOT_UPDATED, RESCINDED, WHO)),
        ([OfferStep.DECLINED, OfferStep.SENT], (OPEN, NOT_UPDATED, RESCINDED, WHO)),
        ([OfferStep.SENT, OfferStep.DECLINED], (DECLINED, DECLINED, CONTRADICTION, WHO)),
        ([OfferStep.SENT, OfferStep.WITHDRAWN], (OPEN, NOT_UPDATED, RESCINDED, WHO)),
        (["paused"], (OPEN, NOT_KNOWN, RESCINDED, NOT_KNOWN)),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, list) else "",
)
def test_what_became_of_an_offer_follows_the_decision_table(world, lever, steps, expected, reason, answers):
    application = applied(world)
    for step in steps:
        world.offer(application.id, OfferStep.DRAFT)
        world.decide(application.id, step if isinstance(step, OfferStep) else OfferStep.SENT)
    if not isinstance(steps[0], OfferStep):
        lever.spoil = spelt_otherwise("sent", steps[0])
    if reason is not None:
        world.end(application.id, reason)
    by = said_of(reason, answers)

    found = read(lever, application, **answers)

    assert outcome(found.offer.state, found.ending.by if found.ending else EndedBy.NOBODY) == expected[by]


def said_of(reason, answers):
    """The column of the table: nobody, the candidate, the company, nobody knows."""
    said = dict(zip([None, WITHDREW, POSITION_CLOSED, TIMING], range(4), strict=True))[reason]
    mapped = {"candidate": 1, "company": 2, "unknown": 3}
    return next((mapped[who] for who in answers.values()), said)


def spelt_otherwise(word, other):
    """The stand-in tells the state of an offer in another word."""

    def spoil(request, response):
        if not request.path.endswith("/offers"):
            return response
        rows = [
            {**row, "status": other if row["status"] == word else row["status"]}
            for row in response.content["data"]
        ]
        return replace(response, content={**response.content, "data": rows})

    return spoil


def test_an_offer_that_was_deleted_is_none(world, lever):
    application = applied(world)
    world.offer(application.id)
    world.decide(application.id, OfferStep.WITHDRAWN)
    world.end(application.id, POSITION_CLOSED)

    assert read(lever, application).offer is None


@pytest.mark.parametrize(
    ("reason", "answers", "expected"),
    [
        (11, {}, OfferState.DECLINED),
        (3, {"offer_declined": uid(3)}, OfferState.DECLINED),
        (3, {"offer_declined": f"{uid(11)},{uid(3)}"}, OfferState.DECLINED),
        (11, {"offer_declined": ""}, None),
        (3, {}, None),
        (WITHDREW, {}, None),
    ],
)
def test_an_offer_made_elsewhere_is_known_by_what_the_customer_said_of_the_reason(
    world, lever, reason, answers, expected
):
    world.reasons[11] = Reason(11, "Offer declined", Who.CANDIDATE)
    application = applied(world)
    world.move(application.id, "offer")
    world.end(application.id, reason)

    found = read(lever, application, **answers)

    assert (found.offer.state if found.offer else None) == expected
    if expected:
        assert found.offer.decided_at == application.ended_at
        assert found.ending == Ending(EndedBy.CANDIDATE, application.ended_at, world.reasons[reason].name)
        assert uid(application.id) in told(connector(lever, **answers).changes({}, world.now))


def test_an_offer_that_never_left_and_was_declined_all_the_same_is_looked_at_by_somebody(world, lever):
    world.reasons[11] = Reason(11, "Offer declined", Who.CANDIDATE)
    application = applied(world)
    world.offer(application.id, OfferStep.DRAFT)
    world.end(application.id, 11)

    found = read(lever, application)

    assert (found.offer.state, found.offer.raw) == (OfferState.UNKNOWN, "draft")
    assert outcome(found.offer.state, found.ending.by) == NOT_KNOWN


def test_whoever_was_hired_has_accepted_wherever_the_offer_was_made(world, lever):
    elsewhere, denied = applied(world, "Eva"), applied(world, "Ida")
    world.offer(denied.id)
    world.decide(denied.id, OfferStep.DECLINED)
    for application in (elsewhere, denied):
        application.hired_at = world.now
        found = read(lever, application)
        assert (found.offer.state, found.offer.decided_at, found.ending) == (
            OfferState.ACCEPTED,
            world.now,
            None,
        )


def test_when_an_offer_was_denied_is_not_made_up(world, lever):
    application = applied(world)
    world.offer(application.id)
    world.decide(application.id, OfferStep.DECLINED)
    assert read(lever, application).offer.decided_at is None

    world.end(application.id, 1)
    assert read(lever, application).offer.decided_at == application.ended_at

    world.offer(application.id)
    assert read(lever, application).offer.decided_at is None


def test_our_own_reason_for_ending_it_is_not_told_as_theirs(world, lever):
    application = applied(world)
    world.offer(application.id)
    world.end(application.id, POSITION_CLOSED)

    assert read(lever, application).ending.reason == ""


def test_a_reason_that_is_not_listed_any_more_says_nothing(world, lever):
    application = applied(world)
    world.offer(application.id)
    world.end(application.id, WITHDREW)
    del world.reasons[WITHDREW]

    assert read(lever, application).ending == Ending(EndedBy.UNKNOWN, application.ended_at)


# --- questions


@pytest.mark.parametrize(
    ("text", "suggested"),
    [
        ("Offer declined", "candidate"),
        ("Declined our offer", "candidate"),
        ("Withdrew", "candidate"),
        ("Candidate withdrew", "candidate"),
        ("Accepted another offer", "candidate"),
        ("Under- qualified", "company"),
        ("Underqualified", "company"),
        ("Position filled", "company"),
        ("Position closed", "company"),
        ("Offer withdrawn", "unknown"),
        ("Offer rescinded", "company"),
        ("We withdrew the offer", "unknown"),
        ("Timing", "unknown"),
        ("No Response", "unknown"),
        ("Rejected offer", "unknown"),
        ("Culture fit", "unknown"),
    ],
)
def test_who_ended_it_is_suggested_only_by_words_that_cannot_be_mistaken(world, lever, text, suggested):
    world.reasons = {1: Reason(1, text, Who.UNCLEAR)}

    questions = {one.name: one for one in connector(lever).questions()}

    assert questions[f"ended_by_{uid(1)}"].answer == suggested
    assert {choice.value for choice in questions[f"ended_by_{uid(1)}"].choices} == {
        "candidate",
        "company",
        "unknown",
    }


def test_nobody_is_asked_about_hiring_or_about_reasons_that_are_used_no_more(world, lever):
    def spoil(_, response):
        rows = response.content["data"]
        retired = [{**row, "status": "inactive"} if row["id"] == uid(WITHDREW) else row for row in rows]
        return replace(response, content={**response.content, "data": retired})

    lever.spoil = spoil

    questions = {one.name: one for one in connector(lever).questions()}

    assert f"ended_by_{uid(TIMING)}" in questions
    assert {f"ended_by_{uid(WITHDREW)}", f"ended_by_{uid(HIRED)}"}.isdisjoint(questions)
    labels = {choice.value: choice.label for choice in questions["offer_declined"].choices}
    assert labels[uid(WITHDREW)] == "Withdrew (no longer used)"
    assert uid(HIRED) not in labels


def test_the_stages_that_are_called_offer_are_suggested_and_the_customer_may_choose_others(world, lever):
    lever.stages["angebot"] = "Angebot"
    application = applied(world)
    world.move(application.id, "angebot")
    here = connector(lever)

    assert {one.name: one.answer for one in here.questions()}["offer_stages"] == "offer"
    assert told(here.changes({}, world.now)) == set()
    assert told(connector(lever, offer_stages="angebot,offer").changes({}, world.now)) == {
        uid(application.id)
    }


def test_without_an_offer_stage_the_test_of_the_connection_says_so(lever):
    del lever.stages["offer"]

    (missing,) = connector(lever).missing()

    assert "offer" in missing
    assert connector(lever, offer_stages="lead-new").missing() == []


# --- what changed


def test_a_denial_is_found_by_looking_alone(world, lever):
    """Nobody calls about it, and the opportunity does not look changed."""
    application, quiet = applied(world), applied(world, "Bea")
    world.offer(application.id)
    world.offer(quiet.id)
    lever.hook = ("http://127.0.0.1:9", SECRET)
    here = connector(lever)
    cursor = last(here.changes({}, world.now)).cursor
    world.now += timedelta(hours=1)
    cursor = last(here.changes(cursor, world.now)).cursor
    world.now += timedelta(hours=1)

    world.decide(application.id, OfferStep.DECLINED)

    assert lever.outbox == []
    pages = list(here.changes(json.loads(json.dumps(cursor)), world.now))
    assert told(pages) == {uid(application.id)}
    assert told(here.changes(pages[-1].cursor, world.now)) == set()


def test_a_denial_that_was_marked_only_after_the_archiving_is_found(world, lever):
    application = applied(world)
    world.offer(application.id)
    world.end(application.id, WITHDREW)
    here = connector(lever)
    cursor = last(here.changes({}, world.now)).cursor
    for later in (timedelta(), timedelta(hours=1)):
        world.now += later
        cursor = last(here.changes(cursor, world.now)).cursor
    world.now += timedelta(days=3)
    assert told(here.changes(cursor, world.now)) == set()

    world.decide(application.id, OfferStep.DECLINED)

    assert told(here.changes(cursor, world.now)) == {uid(application.id)}


def test_offers_that_cannot_be_understood_stop_no_round(world, lever):
    torn, application = applied(world, "Ada"), applied(world, "Bea")
    here = connector(lever)
    cursor = last(here.changes({}, world.now)).cursor
    for one in (torn, application):
        world.offer(one.id)

    def spoil(request, response):
        if request.path != f"/v1/opportunities/{uid(torn.id)}/offers":
            return response
        return replace(response, content={"data": [{"id": "o", "status": ["neither", "this"]}]})

    lever.spoil = spoil
    found = told(here.changes(cursor, world.now))

    assert found == {uid(torn.id), uid(application.id)}
    assert [type(one) for one in here.read([uid(torn.id), uid(application.id)])] == [Unread, Dossier]


def last(pages):
    return list(pages)[-1]


def test_all_of_many_years_is_read_once_and_the_newest_first(world, lever):
    for years in (9, 5, 2, 1, 0):
        world.now = NOW - timedelta(days=366 * years + 1)
        for number in range(60):
            application = applied(world, f"P{years}x{number}")
            if number % 2:
                world.offer(application.id)
    world.now = NOW

    pages = list(connector(lever).changes({}, NOW))

    order = [id_ for page in pages for id_ in (*page.sure, *page.perhaps)]
    had = [uid(one.id) for one in world.applications.values() if one.offers]
    assert sorted(order) == sorted(uid(one.id) for one in world.applications.values())
    assert told(pages) == set(had)
    began = {uid(one.id): one.created_at.year for one in world.applications.values()}
    years = [began[id_] for id_ in order]
    assert years == sorted(years, reverse=True)
    assert [page.reached for page in pages] == sorted((page.reached for page in pages), reverse=True)


def test_a_page_that_lever_has_forgotten_is_read_from_the_beginning(world, lever):
    ids = set()
    for number in range(130):
        application = applied(world, f"P{number}")
        world.offer(application.id)
        ids.add(uid(application.id))
    first, *_ = connector(lever).changes({}, world.now)
    assert first.cursor["offset"]

    pages = list(connector(lever).changes({**first.cursor, "offset": "long gone"}, world.now))

    assert told(pages) == ids


def test_a_later_round_that_broke_off_goes_on_from_any_page(world, lever):
    here = connector(lever)
    cursor = last(here.changes({}, world.now)).cursor
    world.now += timedelta(days=1)
    several = [applied(world, f"P{number}") for number in range(105)]
    for application in several:
        world.offer(application.id)
    over, lost = applied(world, "Over"), applied(world, "Lost")
    world.offer(over.id)
    world.end(over.id, WITHDREW)
    world.delete_application(lost.id)
    pages = list(here.changes(cursor, world.now))
    expected = {uid(one.id) for one in (*several, over)}
    assert told(pages) == expected
    assert any(uid(lost.id) in page.perhaps for page in pages)

    for read_so_far, page in enumerate(pages[:-1], start=1):
        rest = list(connector(lever).changes(json.loads(json.dumps(page.cursor)), world.now))
        assert told(pages[:read_so_far]) | told(rest) == expected
        assert rest[-1].cursor == pages[-1].cursor


@pytest.mark.parametrize("verb", ["end", "reopen", "move", "rename", "forbid_contact", "anonymise", "hire"])
def test_whatever_happens_to_one_with_an_offer_is_seen_in_the_next_round(world, lever, verb):
    application = applied(world)
    world.offer(application.id)
    if verb == "reopen":
        world.end(application.id, WITHDREW)
    here = connector(lever)
    cursor = last(here.changes({}, world.now)).cursor
    world.now += timedelta(hours=1)
    cursor = last(here.changes(cursor, world.now)).cursor
    world.now += timedelta(hours=1)

    {
        "end": lambda: world.end(application.id, WITHDREW),
        "reopen": lambda: world.reopen(application.id),
        "move": lambda: world.move(application.id, "check"),
        "rename": lambda: world.rename(application.candidate, "Ada", "Lake"),
        "forbid_contact": lambda: world.forbid_contact(application.candidate),
        "anonymise": lambda: world.anonymise(application.candidate),
        "hire": lambda: world.decide(application.id, OfferStep.ACCEPTED),
    }[verb]()

    assert told(here.changes(cursor, world.now)) == {uid(application.id)}


def test_nobody_without_an_offer_is_sure_and_nothing_about_them_is_read(world, lever):
    application = applied(world)
    world.end(application.id, WITHDREW)

    pages = list(connector(lever).changes({}, world.now))

    assert told(pages) == set()
    assert uid(application.id) in {id_ for page in pages for id_ in page.perhaps}
    assert {request.path for request in lever.requests} == {
        "/v1/stages",
        "/v1/archive_reasons",
        "/v1/opportunities",
    }


def test_what_is_confidential_is_not_even_listed(world, lever):
    application = world.apply(world.add_candidate("Cleo", "Moor"), world.open_job("Chief", confidential=True))
    world.offer(application.id)

    pages = list(connector(lever).changes({}, world.now))

    assert not [id_ for page in pages for id_ in (*page.sure, *page.perhaps)]


def test_pages_that_lead_in_a_circle_end(world, lever):
    lever.spoil = lambda request, response: (
        replace(response, content={**response.content, "hasNext": True, "next": "0.same"})
        if request.path == "/v1/users"
        else response
    )
    lever.world.hire("Only", "One")

    with pytest.raises(ConnectorError) as failed:
        list(connector(lever).colleagues())

    assert "circle" in failed.value.text


# --- reading


def test_what_we_do_not_need_is_not_asked_for(world, lever):
    application = applied(world)
    world.offer(application.id)

    read(lever, application)

    asked = {
        request.path.rpartition("/")[2]: set(request.query.get("include", [])) for request in lever.requests
    }
    assert asked["offers"] == {"id", "status", "createdAt", "sentAt"}
    assert "note" not in asked["interviews"]
    assert {"phones", "resume", "owner"}.isdisjoint(asked[uid(application.id)])
    assert "salaryRange" not in asked[uid(application.job)]
    assert "notes" not in asked


def test_who_declined_an_invitation_was_not_there_and_other_schedulers_count(world, lever):
    here, absent, outside = (world.hire(name, "Moor") for name in ("Here", "Absent", "Outside"))
    application = applied(world)
    world.meet(
        application.id, Seat(here.id), Seat(absent.id, response="declined"), Seat(None, "guest@moor.example")
    )
    lever.outside.add(world.meet(application.id, Seat(outside.id), title="Coffee").id)
    world.offer(application.id)

    found = read(lever, application)

    assert [(one.employee_id, one.kind) for one in found.interviews] == [
        (uid(here.id), "Interview"),
        (uid(outside.id), "Coffee"),
    ]
    assert len({one.id for one in found.interviews}) == 2


def test_what_was_called_off_is_to_come_or_was_a_debrief_is_no_interview(world, lever):
    somebody = world.hire("Some", "Body")
    application = applied(world)
    off = world.meet(application.id, Seat(somebody.id), title="Off")
    world.cancel_meeting(application.id, off.id)
    world.meet(
        application.id, Seat(somebody.id), title="To come", starts_at=datetime.now(UTC) + timedelta(days=2)
    )
    world.meet(application.id, Seat(somebody.id), title="Debrief with all")
    alone = world.meet(application.id, Seat(somebody.id), title="Cancelled as a panel")
    world.offer(application.id)

    def spoil(request, response):
        if not request.path.endswith("/panels"):
            return response
        rows = [
            {**row, "canceledAt": 1423187000000 if row["interviews"][0]["id"] == uid(alone.id) else None}
            for row in response.content["data"]
        ]
        return replace(response, content={**response.content, "data": rows})

    lever.spoil = spoil

    assert read(lever, application).interviews == ()


@pytest.mark.parametrize(
    ("fields", "vote"),
    [
        ([{"type": "score-system", "value": "4 - Strong Hire"}], 5),
        ([{"type": "score-system", "value": "3 - Hire"}], 4),
        ([{"type": "score-system", "value": "2 - No Hire"}], 2),
        ([{"type": "score-system", "value": "1 - Strong No Hire"}], 1),
        ([{"type": "score-system", "value": None}], 3),
        ([{"type": "score-system", "value": "Splendid"}], 3),
        ([{"type": "score", "value": 4}, {"type": "score-system", "value": "2 - No Hire"}], 2),
        ([{"type": "score", "value": 4}], 5),
        ([{"type": "score", "value": 4}, {"type": "score", "value": 1}], 3),
        ([{"type": "textarea", "value": "4 of us agree"}], 3),
        ([], 3),
    ],
)
def test_the_rating_is_read_and_nothing_that_was_written(world, lever, fields, vote):
    somebody = world.hire("Some", "Body")
    application = applied(world)
    world.offer(application.id)
    world.vote(application.id, somebody.id, 4)

    def spoil(request, response):
        if not request.path.endswith("/feedback"):
            return response
        rows = [{**row, "fields": fields} for row in response.content["data"]]
        return replace(response, content={**response.content, "data": rows})

    lever.spoil = spoil

    assert [one.overall for one in read(lever, application).scorecards] == [vote]


def test_feedback_that_was_deleted_or_not_sent_off_is_none(world, lever):
    somebody = world.hire("Some", "Body")
    application = applied(world)
    world.offer(application.id)
    world.vote(application.id, somebody.id, 4).submitted_at = None
    world.vote(application.id, somebody.id, 5)

    def spoil(request, response):
        if not request.path.endswith("/feedback"):
            return response
        rows = [{**row, "deletedAt": 1423187000000} for row in response.content["data"]]
        return replace(response, content={**response.content, "data": rows})

    assert len(read(lever, application).scorecards) == 1
    lever.spoil = spoil
    assert read(lever, application).scorecards == ()


def test_whoever_may_not_be_written_to_is_marked(world, lever):
    application = applied(world)
    world.offer(application.id)
    assert not read(lever, application).candidate.do_not_contact

    world.forbid_contact(application.candidate)
    assert read(lever, application).candidate.do_not_contact


def test_whose_data_may_not_be_kept_is_hidden(world, lever):
    application = applied(world)
    world.offer(application.id)
    protection = {"store": {"allowed": False}, "contact": {"allowed": True}}
    lever.spoil = lambda _, response: (
        replace(response, content={"data": {**response.content["data"], "dataProtection": protection}})
        if isinstance(response.content["data"], dict)
        else response
    )

    found = read(lever, application)

    assert found.hidden
    assert "Moor" not in repr(found)


def test_whoever_was_anonymised_or_deleted_is_gone(world, lever):
    anonymised, deleted = applied(world, "Ada"), applied(world, "Bea")
    applied(world, "Still there")
    for application in (anonymised, deleted):
        world.offer(application.id)
    world.anonymise(anonymised.candidate)
    world.delete_candidate(deleted.candidate)

    ids = [uid(anonymised.id), uid(deleted.id)]

    assert list(connector(lever).read(ids)) == [Gone(id_) for id_ in ids]


def test_where_nothing_is_to_be_seen_nobody_is_said_to_be_gone(lever):
    with pytest.raises(ConnectorError) as failed:
        list(connector(lever).read([uid(4711)]))

    assert failed.value.reason_code == Trouble.NOT_FOUND


@pytest.mark.parametrize("sees", [True, False])
def test_what_is_confidential_is_hidden_whatever_the_key_may_see(world, lever, sees):
    application = world.apply(
        world.add_candidate("Cleo", "Moor", "cleo@moor.example"), world.open_job("Chief", confidential=True)
    )
    world.offer(application.id)
    lever.sees_confidential = sees

    found = read(lever, application)

    assert found.hidden
    assert "Moor" not in repr(found)
    assert "Chief" not in repr(found)
    assert not [request for request in lever.requests if request.path.endswith("/offers")]


def test_a_scope_that_is_missing_is_no_confidential_record(world, lever):
    application = applied(world)
    world.offer(application.id)
    for scope in ("postings:read:admin", "offers:read:admin", "opportunities:read:admin"):
        lever.denied = {scope}
        with pytest.raises(NotAllowed):
            read(lever, application)


def test_an_opportunity_without_a_posting_is_read_too(world, lever):
    application = applied(world)
    world.offer(application.id)
    lever.spoil = lambda _, response: (
        replace(response, content={"data": {**response.content["data"], "applications": []}})
        if isinstance(response.content["data"], dict)
        else response
    )

    found = read(lever, application)

    assert found.job == Job("none", "No posting in Lever")
    assert found.offer.state == OfferState.SENT


def test_a_posting_that_is_closed_or_deleted_is_closed(world, lever):
    application = applied(world)
    world.offer(application.id)
    world.jobs[application.job].open = False
    assert read(lever, application).job.status is JobStatus.CLOSED

    del world.jobs[application.job]
    found = read(lever, application)
    assert (found.job.id, found.job.status) == (uid(application.job), JobStatus.CLOSED)


def test_merged_contacts_are_one_candidate(world, lever):
    one, other = applied(world, "Ada"), applied(world, "Adda")
    for application in (one, other):
        world.offer(application.id)
    world.merge(other.candidate, one.candidate)

    found = list(connector(lever).read([uid(one.id), uid(other.id)]))

    assert {dossier.candidate.id for dossier in found} == {uid(one.candidate)}


def test_an_id_cannot_lead_elsewhere(world, lever):
    applied(world)

    (found,) = connector(lever).read(["../users?x="])

    assert found == Gone("../users?x=")
    assert not [request for request in lever.requests if request.path == "/v1/users"]


def test_more_calls_than_lever_takes_in_a_second_are_waited_for(world):
    applications = [applied(world, f"P{number}") for number in range(12)]
    for application in applications:
        world.offer(application.id)
    limit = Bucket(rate=20)
    while limit.take()[0]:
        pass  # somebody else has just used it up
    with StandIn(world, limit=limit) as server:
        found = list(connector(server).read([uid(one.id) for one in applications]))
        refused = len(server.requests) > 12 * 5 + 2

    assert all(isinstance(one, Dossier) for one in found)
    assert refused


# --- calls of theirs

AT = 1_773_057_600_000  # the far side's NOW, as milliseconds
TOKEN = "be58f711f349c7780e4579cd7c63341ac6f881e4dccc3154"
OPPORTUNITY = "3410c8b9-5c31-4bab-b7e9-9f710206d647"
# As openssl signs it: token and time, with SECRET as the key.
SIGNATURE = "ea0454ad73ce936d330129bd2605f9fc4aaba6298ae21fc5077886bf4aeda972"


def call(**changes):
    spoken = {
        "triggeredAt": AT,
        "event": "candidateArchiveChange",
        "data": {"opportunityId": OPPORTUNITY, "contactId": "05c248f9-ccb1-435f-bab5-0ec608aec263"},
        "signature": SIGNATURE,
        "token": TOKEN,
        **changes,
    }
    return json.dumps({name: value for name, value in spoken.items() if value is not ...}).encode()


def here(*secrets):
    return Connector(Settings({"key": KEY}, hook_secrets=secrets or (SECRET,)), HERE)


def test_a_signed_call_tells_the_opportunity_and_nothing_else():
    hint = here().read_call(call(), {}, NOW)

    assert (hint.event, hint.applications, hint.candidates) == ("candidateArchiveChange", (OPPORTUNITY,), ())
    assert here("a new one", SECRET).read_call(call(), {}, NOW) == hint
    assert hint.key != here().read_call(sign({"data": {}}, SECRET, NOW), {}, NOW).key


@pytest.mark.parametrize(
    "changes",
    [
        {"signature": ...},
        {"token": ...},
        {"triggeredAt": ...},
        {"signature": ""},
        {"signature": None},
        {"signature": SIGNATURE.upper()},
        {"signature": SIGNATURE[:-1]},
        {"signature": SIGNATURE + "0"},
        {"signature": "ü\ud800"},
        {"token": TOKEN[:-1]},
        {"token": ""},
        {"token": "\ud800"},
        {"token": [TOKEN]},
        {"triggeredAt": AT + 1},
        {"triggeredAt": float(AT)},
        {"triggeredAt": str(AT)},
        {"triggeredAt": None},
        {"triggeredAt": True},
        {"token": TOKEN + "1", "triggeredAt": 773_057_600_000},
    ],
    ids=repr,
)
def test_whatever_is_not_rightly_signed_is_not_from_them(changes):
    if changes.get("token") == TOKEN + "1":  # the same words to sign, cut elsewhere: theirs, and far too old
        assert here().read_call(call(**changes), {}, NOW).applications == ()
        return
    with pytest.raises(NotFromThem):
        here().read_call(call(**changes), {}, NOW)


def test_without_a_secret_nothing_is_believed():
    nobody = Connector(Settings({"key": KEY}), HERE)
    for secret in ("", "x"):
        with pytest.raises(NotFromThem):
            nobody.read_call(sign({"data": {}}, secret, NOW), {}, NOW)
    with pytest.raises(NotFromThem):
        here("").read_call(sign({"data": {}}, "", NOW), {}, NOW)


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"null", b"\xff\xfe", b"[" * 100_000, b'{"token": 1e999}']
)
def test_what_is_no_call_at_all_is_not_from_them(body):
    with pytest.raises(NotFromThem):
        here().read_call(body, {}, NOW)


@pytest.mark.parametrize("late", [timedelta(minutes=16), timedelta(days=400), timedelta(minutes=-16)])
def test_an_old_call_is_thanked_for_and_not_believed(late):
    hint = here().read_call(call(), {}, NOW + late)

    assert (hint.applications, hint.candidates) == ((), ())
    assert hint.key == here().read_call(call(), {}, NOW).key


@pytest.mark.parametrize(
    ("changes", "applications", "candidates"),
    [
        ({"data": {}}, (), ()),
        ({"data": ...}, (), ()),
        ({"event": "offerDenied"}, (OPPORTUNITY,), ()),
        ({"event": ["x"]}, (OPPORTUNITY,), ()),
        ({"event": "somethingElse", "data": {"requisitionId": "r"}}, (), ()),
        ({"event": "contactUpdated", "data": {"contactId": "c-1"}}, (), ("c-1",)),
        ({"event": "candidateHired", "data": {"candidateId": "o-1"}}, ("o-1",), ()),
        ({"event": "candidateDeleted", "data": {"opportunityId": "o-1", "contactId": None}}, ("o-1",), ()),
    ],
)
def test_a_call_about_what_we_do_not_need_is_done_with(changes, applications, candidates):
    hint = here().read_call(call(**changes), {}, NOW)

    assert (hint.applications, hint.candidates) == (applications, candidates)
    assert hint.event in {
        "candidateArchiveChange",
        "contactUpdated",
        "candidateHired",
        "candidateDeleted",
        "unknown",
    }


@pytest.mark.parametrize(
    "data",
    [
        {"other": 1},
        ["x"],
        "x",
        {"opportunityId": 17},
        {"opportunityId": "../users"},
        {"opportunityId": "x" * 65},
        {"contactId": {"a": 1}},
    ],
)
def test_a_call_of_theirs_that_we_do_not_understand_is_kept(data):
    with pytest.raises(UnreadableCall):
        here().read_call(call(data=data), {}, NOW)


def test_lever_calls_about_stages_and_the_archive_and_never_about_an_offer(world, lever):
    lever.hook = ("http://127.0.0.1:9", SECRET)
    application = applied(world)
    somebody = world.hire("Some", "Body")
    world.move(application.id, "onsite")
    world.meet(application.id, Seat(somebody.id))
    world.vote(application.id, somebody.id, 4)
    world.offer(application.id)
    world.decide(application.id, OfferStep.DECLINED)
    world.end(application.id, 1)
    world.reopen(application.id)
    world.offer(application.id)
    world.decide(application.id, OfferStep.ACCEPTED)
    world.rename(application.candidate, "Ada", "Lake")
    world.delete_candidate(application.candidate)

    calls = lever.outbox

    assert [one.event for one in calls] == [
        "applicationCreated",
        "candidateStageChange",
        "interviewUpdated",
        "candidateStageChange",
        "candidateArchiveChange",
        "candidateArchiveChange",
        "candidateHired",
        "candidateArchiveChange",
        "contactUpdated",
        "candidateDeleted",
    ]
    for one in calls:
        hint = here().read_call(one.body, one.headers, world.now)
        assert hint.applications == (uid(application.id),) or hint.candidates == (uid(application.candidate),)


# --- filing somebody

NEWCOMER = replace(StandInFar.newcomer, source="Referral")


@pytest.fixture
def host(world):
    return world.hire("Hedda", "Host", NEWCOMER.owner_email)


def person_of(world, filed):
    return next(one for one in world.candidates.values() if uid(one.id) == filed.candidate_id)


def test_somebody_is_filed_as_referred_by_nobody_and_owned_by_the_host(world, lever, host):
    job = world.open_job("Nurse")

    filed = connector(lever).create(replace(NEWCOMER, job_id=uid(job.id)))

    person = person_of(world, filed)
    (request,) = [one for one in lever.requests if one.method == "POST"]
    assert request.json == {
        "name": "Noa Lind",
        "headline": "Brightwater",
        "emails": ["noa@lind.example"],
        "links": ["https://www.linkedin.com/in/noa-lind"],
        "tags": ["ifnotyou-vip"],
        "sources": ["Referral"],
        "origin": "referred",
        "owner": uid(host.id),
        "postings": [uid(job.id)],
    }
    assert request.query == {"perform_as": [uid(host.id)]}
    assert (person.owner, person.credited_to, world.sources[person.source]) == (host.id, None, "Referral")
    assert filed.link.startswith("https://hire.lever.co/candidates/")


def test_where_the_host_has_no_account_somebody_else_files(world, lever):
    clerk = world.hire("Cleo", "Clerk", "cleo@lanternworks.example")
    left = world.hire("Lena", "Left", NEWCOMER.owner_email, active=False)

    filed = connector(lever, perform_as="cleo@lanternworks.example").create(NEWCOMER)

    assert person_of(world, filed).owner == clerk.id != left.id


@pytest.mark.parametrize("perform_as", ["", "nobody@lanternworks.example"])
def test_where_nobody_can_file_nothing_is_filed_and_the_mend_is_named(world, lever, perform_as):
    before = len(world.candidates)

    with pytest.raises(ConnectorError) as failed:
        connector(lever, perform_as=perform_as).create(NEWCOMER)

    assert "who files people" in failed.value.text
    assert len(world.candidates) == before


def test_whoever_is_in_the_archive_only_gets_a_new_opportunity_as_the_same_contact(world, lever, host):
    known = world.add_candidate("Noa", "Lind", "NOA@lind.example")
    before = world.apply(known, world.open_job("Nurse"))
    assert connector(lever).find(NEWCOMER).candidate_id == uid(known.id)
    world.end(before.id, POSITION_CLOSED)
    assert connector(lever).find(NEWCOMER) is None

    filed = connector(lever).create(NEWCOMER)

    assert filed.candidate_id == uid(known.id)
    assert connector(lever).find(NEWCOMER).candidate_id == uid(known.id)
    assert len(world.of_candidate(known.id)) == 2


def test_without_an_address_they_are_found_by_profile_among_those_we_filed(world, lever, host):
    newcomer = replace(NEWCOMER, email="")
    assert connector(lever).find(newcomer) is None

    filed = connector(lever).create(newcomer)

    assert connector(lever).find(replace(newcomer, profile="linkedin.com/in/Noa-Lind/")) == filed
    assert connector(lever).find(replace(newcomer, profile="https://linkedin.com/in/noa")) is None
    assert connector(lever).find(replace(newcomer, profile="")) is None


def test_the_note_is_secret_and_calls_nobody(world, lever, host):
    newcomer = replace(NEWCOMER, note="Ask @hedda about\nthis.")
    here_ = connector(lever)
    filed = here_.create(newcomer)

    here_.complete(filed, newcomer)
    here_.complete(filed, newcomer)

    person = person_of(world, filed)
    assert person.notes == ["Ask (at)hedda about this."]
    assert lever.secret_notes == {(person.id, person.notes[0])}
    assert person.tags == ["ifnotyou-vip"]


def test_whoever_was_there_is_tagged_and_their_source_and_owner_stay(world, lever, host):
    owner = world.hire("Olga", "Owner")
    known = world.add_candidate("Noa", "Lind", "noa@lind.example", source=2, owner=owner.id, tags=["Berlin"])
    here_ = connector(lever)

    here_.complete(here_.find(NEWCOMER), NEWCOMER)

    assert (known.source, known.owner, known.tags) == (2, owner.id, ["Berlin", "ifnotyou-vip"])
    assert len(known.notes) == 1


@pytest.mark.parametrize("scope", ["opportunities:write:admin", "notes:write:admin"])
def test_a_scope_that_filing_needs_is_named(world, lever, host, scope):
    here_ = connector(lever)
    lever.denied = {scope}

    with pytest.raises(NotAllowed) as failed:
        here_.complete(here_.create(NEWCOMER), NEWCOMER)

    assert scope in failed.value.text


def test_whether_somebody_was_created_may_be_uncertain(world, lever, host):
    lever.spoil = lambda request, response: (
        replace(response, status=500) if request.method == "POST" else response
    )

    with pytest.raises(ConnectorError) as failed:
        connector(lever).create(NEWCOMER)

    assert failed.value.reason_code == Trouble.UNCERTAIN
    assert len([one for one in lever.requests if one.method == "POST"]) == 1
    assert connector(lever).find(NEWCOMER) is not None


def test_how_far_somebody_has_come(world, lever, host):
    job = world.open_job("Nurse")
    filed = connector(lever).create(replace(NEWCOMER, job_id=uid(job.id)))
    person = person_of(world, filed)
    (application,) = world.of_candidate(person.id)

    def standing():
        (found,) = connector(lever).standings([filed.candidate_id])
        assert found.candidate_id == filed.candidate_id
        return found.stage, found.met_at, found.hired_at, found.ended_at

    assert standing() == ("New applicant", None, None, None)
    meeting = world.meet(application.id, Seat(host.id))
    world.move(application.id, "onsite")
    assert standing() == ("On-site interview", meeting.starts_at, None, None)
    world.end(application.id, POSITION_CLOSED)
    assert standing() == ("On-site interview", meeting.starts_at, None, application.ended_at)
    world.reopen(application.id)
    world.offer(application.id)
    world.decide(application.id, OfferStep.ACCEPTED)
    assert standing() == ("Offer", meeting.starts_at, application.hired_at, None)
    world.anonymise(person.id)
    assert list(connector(lever).standings([filed.candidate_id])) == []


# --- where it is


@pytest.mark.parametrize(
    ("region", "base"),
    [
        ("global", "https://api.lever.co/v1"),
        ("eu", "https://api.eu.lever.co/v1"),
        ("", "https://api.lever.co/v1"),
    ],
)
def test_the_region_says_where_to_call(region, base):
    assert Connector(Settings({"key": KEY, "region": region}), HERE)._calls.base == base


# --- what Lever itself has published


def published(name):
    return json.loads((SAMPLES / f"{name}.json").read_text())


@pytest.mark.where(SAMPLES.is_dir(), "the published samples lie beside the project")
@pytest.mark.parametrize("opportunity", ["api_opportunity_retrieve", "recorded_opportunity_archived"])
def test_the_published_samples_are_read(opportunity):
    row = published(opportunity)["data"]
    id_ = row["id"]
    row["applications"] = [{"id": row["applications"][0], "posting": "p-1", "company": None}]
    at = f"/v1/opportunities/{id_}"
    deleted = published("api_feedback_retrieve")["data"]
    answers = {
        at: {"data": row},
        "/v1/opportunities": {"data": [row]},
        f"{at}/offers": published("api_offers_list"),
        f"{at}/interviews": published("api_interviews_list"),
        f"{at}/panels": published("api_panels_list"),
        f"{at}/feedback": {"data": [deleted, {**deleted, "id": "not-deleted", "deletedAt": None}]},
        "/v1/postings/p-1": {"data": {"id": "p-1", "text": "Office Manager", "state": "published"}},
        "/v1/stages": published("recorded_stages"),
        "/v1/archive_reasons": published("recorded_archive_reasons"),
        "/v1/users": published("api_users_list"),
        "/v1/sources": published("api_sources_list"),
    }
    with Recorded(answers) as server:
        there = Connector(Settings({"key": KEY}, address=server.url), HERE)
        (found,) = there.read([id_])
        colleagues = {one.name: one.active for one in there.colleagues()}
        suggested = {one.label: one.answer for one in there.questions()}
        sources = [one.value for one in there.sources()]

    assert isinstance(found, Dossier), found
    # The newest of the two published offers is a draft; the one before it had been signed.
    assert (found.offer.state, found.offer.raw) == (OfferState.SUPERSEDED, "draft")
    assert len(found.interviews) == 2
    assert [(one.id, one.overall) for one in found.scorecards] == [("not-deleted", 5)]
    assert found.candidate.do_not_contact is (opportunity == "api_opportunity_retrieve")
    assert (found.ending is None) is (opportunity == "api_opportunity_retrieve")
    assert colleagues == {"Chandler Bing": False, "Rachel Green": True}
    assert suggested["“Offer declined”: who ended it?"] == "candidate"
    assert suggested["“Under- qualified”: who ended it?"] == "company"
    assert suggested["“No Response”: who ended it?"] == "unknown"
    assert "Referral" in sources


@pytest.mark.where(SAMPLES.is_dir(), "the published samples lie beside the project")
@pytest.mark.parametrize("name", ["webhook_candidateStageChange", "webhook_test_request"])
def test_the_published_calls_are_read_once_they_are_signed(name):
    """With our own signature: the keys of the published ones are not known."""
    spoken = published(name)
    with pytest.raises(NotFromThem):
        here().read_call(json.dumps(spoken).encode(), {}, NOW)
    message = f"{spoken['token']}{spoken['triggeredAt']}".encode()
    spoken["signature"] = hmac.new(SECRET.encode(), message, "sha256").hexdigest()

    hint = here().read_call(
        json.dumps(spoken).encode(), {}, datetime.fromtimestamp(spoken["triggeredAt"] / 1000, UTC)
    )

    expected = spoken["data"].get("opportunityId")
    assert hint.applications == ((expected,) if expected else ())


class Recorded(WebServer):
    """Answers by the path alone, whatever was asked of it."""

    def __init__(self, answers):
        super().__init__({})
        self._answers = Paths(answers)


class Paths(dict):
    def get(self, asked, default=None):
        method, _, path = asked.partition(" ")
        found = super().get(urlsplit(path).path)
        return default if found is None or method != "GET" else Said(200, json.dumps(found))
