"""Greenhouse, against its stand-in."""

import hashlib
import hmac
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from requests.structures import CaseInsensitiveDict

from ifnotyou.connectors.ats.contract import (
    Dossier,
    Ending,
    Filed,
    Gone,
    LastOffer,
    Newcomer,
    Settings,
    Standing,
    Unread,
)
from ifnotyou.connectors.ats.systems.greenhouse import Connector
from ifnotyou.connectors.base import ConnectorError, NotFromThem, Trouble, UnreadableCall
from ifnotyou.playbook.offers import Doubt, EndedBy, OfferState, Outcome, outcome
from ifnotyou.playbook.records import (
    Candidate,
    Interview,
    InterviewStatus,
    Job,
    OfferStatus,
    Scorecard,
)
from ifnotyou.sample.ats.greenhouse import StandIn
from ifnotyou.sample.ats.server import Response, Window
from ifnotyou.sample.ats.world import OfferStep, Reason, Seat, Who, World
from tests.connectors.ats.contract import HERE, AtsContract, CallsContract, PeopleContract
from tests.connectors.ats.far import Hiring, StandInFar, hiring


class GreenhouseFar(StandInFar):
    """The stand-in for Greenhouse, told what to break."""

    garbled = "status"

    def __init__(self, server: StandIn, there: Hiring) -> None:
        super().__init__(server, there)
        self.expected = dossier_of_dana(there)

    def sign(self, body, secret):
        call = self.server.signed("any", body, secret)
        return call.body, call.headers


def dossier_of_dana(there: Hiring) -> Dossier:
    """All that is to be read of the one who declined."""
    world = there.world
    application = world.applications[there.declined]
    person, job = str(application.candidate), str(application.job)
    offer, talk = application.offer, application.meetings[0]
    card = next(one for one in application.feedback if one.submitted_at)
    return Dossier(
        str(there.declined),
        Candidate(
            person,
            "Dana Berg",
            "dana@berg.example",
            "https://linkedin.com/in/dana-b",
            "Brightwater",
            "Engineer",
        ),
        Job(
            job,
            "Staff Engineer",
            "Platform",
            hiring_manager_id=str(world.jobs[application.job].hiring_manager),
            recruiter_id=str(there.recruiter.id),
        ),
        LastOffer(
            OfferState.DECLINED,
            "Rejected",
            datetime.combine(offer.sent_at.date(), datetime.min.time(), UTC),
            offer.decided_at,
        ),
        Ending(EndedBy.CANDIDATE, application.ended_at, "Accepted another job"),
        (
            Interview(
                f"{talk.id}-{there.met.id}",
                person,
                job,
                str(there.met.id),
                "Systems",
                talk.starts_at,
                45.0,
                InterviewStatus.COMPLETED,
            ),
        ),
        (Scorecard(str(card.id), person, job, str(there.met.id), card.submitted_at, 4),),
    )


class TestGreenhouse(CallsContract, PeopleContract, AtsContract):
    slug = "greenhouse"
    cannot_be_tried = frozenset(
        {
            "harvest:sources:list",
            "harvest:candidate_tags:list",
            "harvest:notes:list",
            "harvest:candidates:create",
            "harvest:notes:create",
            "harvest:candidate_tags:create",
            "harvest:applied_candidate_tags:create",
            "harvest:applications:update",
        }
    )

    @pytest.fixture
    def far(self):
        there = hiring()
        with StandIn(there.world) as server:
            yield GreenhouseFar(server, there)


# --- what only Greenhouse has ------------------------------------------------------------

HOOK_SECRET = "the-secret-of-the-hook"
PUBLISHED = Path(__file__).parents[4] / "shared" / "facts" / "payloads" / "greenhouse"
FIRST = datetime(2026, 3, 9, 12, tzinfo=UTC)
CANDIDATE, COMPANY, UNCLEAR = 1, 7, 9
"""Reasons of the world: who ended it."""


@pytest.fixture
def world():
    world = World(FIRST)
    world.hire("Ada", "Admin")
    return world


@pytest.fixture
def server(world):
    with StandIn(world) as server:
        yield server


def connector(server, *, secrets=(HOOK_SECRET,), **values) -> Connector:
    return Connector(
        Settings({**server.settings(), **values}, address=server.url, hook_secrets=secrets), HERE
    )


def applied(world, first="Dana", **more):
    job = next(iter(world.jobs.values()), None) or world.open_job("Staff Engineer")
    return world.apply(world.add_candidate(first, "Berg", f"{first}@berg.example".lower(), **more), job)


def offered(world, first="Dana", **more):
    application = applied(world, first, **more)
    world.offer(application.id)
    return application


def declined(world, first="Dana", **more):
    application = offered(world, first, **more)
    world.decide(application.id, OfferStep.DECLINED)
    world.end(application.id, CANDIDATE)
    return application


def read(server, *applications):
    return list(connector(server).read([str(one.id) for one in applications]))


def spoilt(resource, **told):
    """An answer with these fields in every record of a list."""

    def spoil(request, response):
        if request.path != f"/v3/{resource}" or not isinstance(response.content, list):
            return response
        return replace(response, content=[{**row, **told} for row in response.content])

    return spoil


# --- the decision table

NOT_SENT = [OfferStep.DRAFT, OfferStep.AWAITING_APPROVAL, OfferStep.APPROVAL_REFUSED]
NOBODY, WITHDREW, OURS, UNKNOWN = EndedBy.NOBODY, EndedBy.CANDIDATE, EndedBy.COMPANY, EndedBy.UNKNOWN
MAYBE = {doubt: Outcome(OfferStatus.DECLINED, doubt) for doubt in Doubt}
OPEN, RESCINDED = Outcome(OfferStatus.OPEN), Outcome(OfferStatus.RESCINDED)
ACCEPTED, DECLINED = Outcome(OfferStatus.ACCEPTED), Outcome(OfferStatus.DECLINED)
TABLE = [
    (OfferStep.DECLINED, None, OfferState.DECLINED, NOBODY, DECLINED),
    (OfferStep.DECLINED, CANDIDATE, OfferState.DECLINED, WITHDREW, DECLINED),
    (OfferStep.DECLINED, COMPANY, OfferState.DECLINED, OURS, MAYBE[Doubt.CONTRADICTION]),
    (OfferStep.DECLINED, UNCLEAR, OfferState.DECLINED, UNKNOWN, MAYBE[Doubt.WHO_ENDED_IT]),
    (OfferStep.SENT, None, OfferState.SENT, NOBODY, OPEN),
    (OfferStep.SENT, CANDIDATE, OfferState.SENT, WITHDREW, MAYBE[Doubt.NOT_UPDATED]),
    (OfferStep.SENT, COMPANY, OfferState.SENT, OURS, RESCINDED),
    (OfferStep.SENT, UNCLEAR, OfferState.SENT, UNKNOWN, MAYBE[Doubt.WHO_ENDED_IT]),
    (OfferStep.APPROVED, None, OfferState.APPROVED, NOBODY, OPEN),
    (OfferStep.APPROVED, CANDIDATE, OfferState.APPROVED, WITHDREW, MAYBE[Doubt.NOT_UPDATED]),
    (OfferStep.APPROVED, COMPANY, OfferState.APPROVED, OURS, RESCINDED),
    (OfferStep.APPROVED, UNCLEAR, OfferState.APPROVED, UNKNOWN, MAYBE[Doubt.WHO_ENDED_IT]),
    (OfferStep.ACCEPTED, None, OfferState.ACCEPTED, NOBODY, ACCEPTED),
    (OfferStep.ACCEPTED, CANDIDATE, OfferState.ACCEPTED, WITHDREW, MAYBE[Doubt.LEFT_AFTER_SIGNING]),
    (OfferStep.ACCEPTED, COMPANY, OfferState.ACCEPTED, OURS, ACCEPTED),
    (OfferStep.ACCEPTED, UNCLEAR, OfferState.ACCEPTED, UNKNOWN, ACCEPTED),
    (OfferStep.SUPERSEDED, None, OfferState.SUPERSEDED, NOBODY, OPEN),
    (OfferStep.SUPERSEDED, CANDIDATE, OfferState.SUPERSEDED, WITHDREW, MAYBE[Doubt.NOT_UPDATED]),
    (OfferStep.SUPERSEDED, COMPANY, OfferState.SUPERSEDED, OURS, RESCINDED),
    (OfferStep.SUPERSEDED, UNCLEAR, OfferState.SUPERSEDED, UNKNOWN, MAYBE[Doubt.WHO_ENDED_IT]),
    # Taken back by us, Greenhouse says "Rejected", as if the candidate had: a person looks.
    (OfferStep.WITHDRAWN, COMPANY, OfferState.DECLINED, OURS, MAYBE[Doubt.CONTRADICTION]),
    *(
        (step, reason, OfferState.NOT_SENT, by, Outcome(None))
        for step in NOT_SENT
        for reason, by in ((None, NOBODY), (CANDIDATE, WITHDREW), (COMPANY, OURS), (UNCLEAR, UNKNOWN))
    ),
]


@pytest.mark.parametrize(("step", "reason", "state", "by", "came_of_it"), TABLE)
def test_what_became_of_an_offer(world, server, step, reason, state, by, came_of_it):
    application = applied(world)
    world.offer(application.id, OfferStep.SENT if step in {OfferStep.ACCEPTED, OfferStep.DECLINED} else step)
    world.decide(application.id, step)
    if reason is not None:
        world.end(application.id, reason)

    (dossier,) = read(server, application)

    assert dossier.offer.state == state
    ended_by = dossier.ending.by if dossier.ending else NOBODY
    assert ended_by == by
    assert outcome(dossier.offer.state, ended_by) == came_of_it


@pytest.mark.parametrize(
    ("reason", "came_of_it"),
    [
        (None, OPEN),
        (CANDIDATE, MAYBE[Doubt.STATE_UNKNOWN]),
        (COMPANY, RESCINDED),
        (UNCLEAR, MAYBE[Doubt.STATE_UNKNOWN]),
    ],
)
def test_a_word_that_nobody_knows_is_no_decline(world, server, reason, came_of_it):
    application = offered(world)
    if reason is not None:
        world.end(application.id, reason)
    server.spoil = spoilt("offers", status="Negotiated")

    (dossier,) = read(server, application)

    assert (dossier.offer.state, dossier.offer.raw) == (OfferState.UNKNOWN, "Negotiated")
    assert outcome(dossier.offer.state, dossier.ending.by if dossier.ending else NOBODY) == came_of_it


@pytest.mark.parametrize("word", ["rejected", "Rejected", "REJECTED"])
def test_words_are_read_whatever_the_capitals(world, server, word):
    application = declined(world)
    server.spoil = spoilt("offers", status=word)

    (dossier,) = read(server, application)

    assert dossier.offer.state == OfferState.DECLINED


def test_a_security_concern_is_never_a_decline(world, server):
    application = declined(world)
    server.spoil = spoilt("rejection_reasons", type={"id": 9, "key": "SECURITY_CONCERN", "name": "Security"})

    (dossier,) = read(server, application)

    assert outcome(dossier.offer.state, dossier.ending.by) == RESCINDED
    assert dossier.ending.reason == ""


def test_a_type_of_reason_that_nobody_knows_says_nothing(world, server):
    application = declined(world)
    server.spoil = spoilt("rejection_reasons", type={"id": 3, "name": "They rejected us"})

    (dossier,) = read(server, application)

    assert dossier.ending.by == EndedBy.UNKNOWN


def test_the_newest_version_counts(world, server):
    application = declined(world)
    world.reopen(application.id)
    world.offer(application.id)

    (dossier,) = read(server, application)

    assert (dossier.offer.state, dossier.ending) == (OfferState.SENT, None)


def test_the_newest_version_counts_also_where_older_ones_are_told(world, server):
    application = declined(world)

    def with_an_older_one(request, response):
        if request.path != "/v3/offers":
            return response
        (row,) = response.content
        return replace(
            response, content=[{**row, "version": 2, "status": "Accepted"}, row, {**row, "version": 0}]
        )

    server.spoil = with_an_older_one

    (dossier,) = read(server, application)

    assert dossier.offer.state == OfferState.ACCEPTED


def test_an_offer_that_was_deleted_is_no_offer(world, server):
    deleted, taken_back = offered(world), offered(world, "Pia")
    world.delete_offer(deleted.id)
    world.decide(taken_back.id, OfferStep.WITHDRAWN)

    assert [dossier.offer for dossier in read(server, deleted, taken_back)] == [None, None]


def test_a_decline_without_a_date_has_that_of_the_end(world, server):
    application = declined(world)
    application.offer.sent_at = application.offer.decided_at = None

    (dossier,) = read(server, application)

    assert dossier.offer.state == OfferState.DECLINED
    assert (dossier.offer.sent_at, dossier.offer.decided_at) == (None, application.ended_at)


def test_a_reason_of_the_company_is_not_told(world, server):
    application = offered(world)
    world.end(application.id, COMPANY)

    (dossier,) = read(server, application)

    assert dossier.ending.reason == ""


def test_a_reason_that_is_new_is_asked_for(world, server):
    first, second = declined(world), declined(world, "Pia")
    here = connector(server)
    list(here.read([str(first.id)]))
    world.reasons[11] = Reason(11, "Moves to the sea", Who.CANDIDATE)
    second.reason = 11

    (dossier,) = here.read([str(second.id)])

    assert dossier.ending.reason == "Moves to the sea"


# --- who, and with whom


def test_merged_records_are_one_candidate_with_the_addresses_of_both(world, server):
    application, other = declined(world), world.add_candidate("D.", "Berg", "work@berg.example")
    world.merge(application.candidate, other.id)

    (dossier,) = read(server, application)

    assert dossier.candidate.id == str(other.id)


def test_whoever_was_anonymised_or_deleted_is_gone(world, server):
    anonymised, deleted, there = (declined(world, name) for name in ("Ann", "Del", "Theo"))
    world.anonymise(anonymised.candidate)
    world.delete_candidate(deleted.candidate)

    answers = read(server, anonymised, deleted, there)

    assert answers[:2] == [Gone(str(anonymised.id)), Gone(str(deleted.id))]
    assert isinstance(answers[2], Dossier)


@pytest.mark.parametrize("name", ["", "Anonymised", "(Anonymized)"])
def test_whoever_has_no_name_left_is_gone(world, server, name):
    application = declined(world)
    server.spoil = spoilt("candidates", first_name=name, last_name="")

    assert read(server, application) == [Gone(str(application.id))]


def test_what_is_confidential_or_private_is_hidden_shown_to_us_or_not(world, server):
    private, confidential = declined(world, private=True), declined(world, "Cleo")
    confidential.job = world.open_job("Secret", confidential=True).id
    unseen = declined(world, "Una")
    unseen.job = world.open_job("Not even listed").id
    del world.jobs[unseen.job]
    faceless = declined(world, "Fay")
    del world.candidates[faceless.candidate]

    answers = read(server, private, confidential, unseen, faceless)

    assert [one.hidden for one in answers] == [
        "private candidate",
        "confidential job",
        "confidential job",
        "private candidate",
    ]
    assert {one.candidate.name for one in answers} == {""}
    assert {one.job.title for one in answers} == {""}


def test_whoever_must_not_be_written_to_is_told(world, server):
    application = declined(world)
    world.forbid_contact(application.candidate)

    (dossier,) = read(server, application)

    assert dossier.candidate.do_not_contact


@pytest.mark.parametrize(
    ("preferred", "name"),
    [(None, "Dana Berg"), ("Dani", "Dani Berg"), ("Dani van den Berg", "Dani van den Berg")],
)
def test_people_are_called_as_they_wish(world, server, preferred, name):
    application = declined(world)
    server.spoil = spoilt("candidates", preferred_name=preferred)

    (dossier,) = read(server, application)

    assert dossier.candidate.name == name


def test_a_private_address_goes_before_one_from_work(world, server):
    application = declined(world)
    addresses = [
        {"value": "dana@work.example", "type": "work"},
        {"value": "dana@home.example", "type": "personal"},
    ]
    pages = [{"value": "https://dana.example"}, {"value": "https://www.LinkedIn.com/in/dana"}]
    server.spoil = spoilt("candidates", email_addresses=addresses, website_addresses=pages)

    (dossier,) = read(server, application)

    assert dossier.candidate.email == "dana@home.example"
    assert dossier.candidate.linkedin_url == "https://www.LinkedIn.com/in/dana"


def test_a_guest_from_outside_is_nobody_of_ours_and_nobody_counts_twice(world, server):
    application, user = declined(world), world.hire("Mara", "Met")
    world.meet(application.id, Seat(None, "guest@elsewhere.example"), Seat(user.id), Seat(user.id))

    (dossier,) = read(server, application)

    assert [talk.employee_id for talk in dossier.interviews] == [str(user.id)]


@pytest.mark.parametrize(
    ("told", "begun", "minutes"),
    [
        (
            {"starts_at": None, "ends_at": None, "all_day_start_on": "2026-03-02"},
            [datetime(2026, 3, 2, tzinfo=UTC)],
            [30.0],
        ),
        ({"starts_at": None, "ends_at": None}, [], []),
        ({"starts_at": "2026-03-02T09:00:00Z", "ends_at": None}, [datetime(2026, 3, 2, 9, tzinfo=UTC)], [30.0]),
        ({"status": "awaiting_feedback", "starts_at": "2026-03-02T09:00:00Z", "ends_at": "2026-03-02T09:40:00Z"},
         [datetime(2026, 3, 2, 9, tzinfo=UTC)], [40.0]),
        ({"status": "scheduled"}, [], []),
        ({"status": "to_be_scheduled"}, [], []),
        ({"status": "a new word"}, [], []),
    ],
)  # fmt: skip
def test_only_conversations_that_took_place_are_told(world, server, told, begun, minutes):
    application, user = declined(world), world.hire("Mara", "Met")
    world.meet(application.id, Seat(user.id))
    server.spoil = spoilt("interviews", **told)

    (dossier,) = read(server, application)

    assert [talk.started_at for talk in dossier.interviews] == begun
    assert [talk.minutes for talk in dossier.interviews] == minutes


def test_votes_are_those_of_who_interviewed_and_no_decision_is_none(world, server):
    application = declined(world)
    voters = [world.hire("V", str(vote)) for vote in range(1, 6)]
    for vote, voter in enumerate(voters, start=1):
        world.vote(application.id, voter.id, vote)
    server.spoil = spoilt("scorecards", submitter_id=world.hire("Typed", "It").id)

    (dossier,) = read(server, application)

    assert {(card.employee_id, card.overall) for card in dossier.scorecards} == {
        (str(voter.id), vote) for vote, voter in enumerate(voters, start=1) if vote != 3
    }


def test_agencies_are_no_colleagues(world, server):
    world.hire("Agnes", "Agency", agency=True)

    assert [one.name for one in connector(server).colleagues()] == ["Ada Admin"]


def test_a_full_batch_is_read_whole(world, server):
    user = world.hire("Mara", "Met")
    applications = [declined(world, f"D{number}") for number in range(50)]
    for application in applications:
        for _ in range(3):
            world.meet(application.id, Seat(user.id))

    answers = read(server, *applications)

    assert [one.application_id for one in answers] == [str(one.id) for one in applications]
    assert {len(one.interviews) for one in answers} == {3}


@pytest.mark.parametrize("application_id", [None, ["7"], True])
def test_a_record_of_nobody_knows_whom_makes_all_of_the_batch_unread(world, server, application_id):
    applications = [declined(world), declined(world, "Pia")]
    server.spoil = spoilt("interviews", application_id=application_id)
    for application in applications:
        world.meet(application.id, Seat(min(world.users)))

    answers = read(server, *applications)

    assert [one.application_id for one in answers] == [str(one.id) for one in applications]
    assert all(isinstance(one, Unread) for one in answers)


def test_a_prospect_has_no_job_and_is_read_all_the_same(world, server):
    filed = connector(server).create(NEWCOMER)
    (application,) = world.of_candidate(int(filed.candidate_id))

    (dossier,) = read(server, application)

    assert (dossier.job.id, dossier.offer, dossier.hidden) == ("", None, "")


def test_whoever_had_no_offer_is_not_looked_into(world, server):
    application, user = applied(world), world.hire("Mara", "Met")
    world.meet(application.id, Seat(user.id))
    world.vote(application.id, user.id, 5)

    (dossier,) = read(server, application)

    assert (dossier.offer, dossier.interviews, dossier.scorecards) == (None, (), ())


def test_pay_notes_and_custom_fields_are_never_asked_for(world, server):
    application, user = declined(world), world.hire("Mara", "Met")
    world.meet(application.id, Seat(user.id))
    world.vote(application.id, user.id, 5)
    here = connector(server)
    cursor = list(here.changes({}, FIRST))[-1].cursor
    list(here.changes(cursor, FIRST))
    list(here.colleagues())
    list(here.read([str(application.id)]))

    asked = [request for request in server.requests if request.path.startswith("/v3/")]

    assert all("fields" in request.query for request in asked)
    fields = {name for request in asked for name in request.one("fields").split(",")}
    assert not [name for name in fields if "note" in name or "custom" in name or "phone" in name]
    assert not [request.path for request in asked if "note" in request.path or "question" in request.path]


def test_of_those_without_an_offer_no_more_is_asked_for_than_that_they_changed(world, server):
    declined(world)
    here = connector(server)
    cursor = list(here.changes({}, world.now))[-1].cursor
    applied(world, "Nora")
    server.requests.clear()

    list(here.changes(cursor, world.now))

    assert {name for request in server.requests for name in request.one("fields").split(",")} <= {
        "id",
        "application_id",
        "created_at",
        "updated_at",
        "last_activity_at",
    }


# --- nothing to be seen


def test_where_nothing_can_be_seen_nothing_is_gone(world, server):
    application = declined(world)
    server.admin = False

    with pytest.raises(ConnectorError, match="Site Admin") as failed:
        read(server, application)
    assert failed.value.reason_code == Trouble.NOT_ALLOWED
    assert len(connector(server).missing()) == 1
    assert "Site Admin" in connector(server).missing()[0]


def test_a_user_who_is_no_site_admin_is_told(world, server):
    server.spoil = spoilt("users", site_admin=False)

    assert ["Site Admin" in text for text in connector(server).missing()] == [True]


def test_a_scope_that_is_taken_away_is_named_wherever_it_is_missed(world, server):
    application = declined(world)
    server.denied.add("harvest:scorecards:list")

    with pytest.raises(ConnectorError, match="harvest:scorecards:list"):
        read(server, application)


@pytest.mark.parametrize(
    "told", [{"sub": "4711"}, {"sub": "Ada"}, {"client_secret": "wrong"}, {"client_id": ""}]
)
def test_a_credential_that_is_wrong_is_told(server, told):
    with pytest.raises(ConnectorError) as failed:
        connector(server, **told).missing()
    assert failed.value.reason_code == Trouble.SIGN_IN_REFUSED


# --- tokens, pages, limits


def test_a_token_that_ends_in_the_middle_is_renewed_once(world, server):
    application = declined(world)
    here = connector(server)
    list(here.read([str(application.id)]))
    server.end_tokens()

    (dossier,) = here.read([str(application.id)])

    assert dossier.offer.state == OfferState.DECLINED
    assert [request.path for request in server.requests].count("/token") == 2


def test_a_token_lasts_as_long_as_is_said(world, server):
    application = declined(world)
    here = connector(server)
    server.token_life = 600.0  # renewed a minute before its end
    list(here.read([str(application.id)]))
    before = [request.path for request in server.requests].count("/token")
    server.token_life = 30.0
    short = connector(server)
    list(short.read([str(application.id)]))

    assert before == 1
    assert [request.path for request in server.requests].count("/token") > before + 1


def many(world, count=1100):
    return [str(declined(world, f"D{number}").id) for number in range(count)]


def test_all_pages_are_read_newest_first(world, server):
    applications = many(world)

    pages = list(connector(server).changes({}, world.now))

    assert [one for page in pages for one in page.sure] == applications[::-1]
    reached = [page.reached for page in pages]
    assert reached == sorted(reached, reverse=True)
    offers = [request for request in server.requests if request.path == "/v3/offers"]
    assert [sorted(request.query) for request in offers] == [
        ["current_only", "fields", "per_page"],
        ["cursor"],
        ["cursor"],
    ]


@pytest.mark.parametrize("kill_after", [1, 2])
@pytest.mark.parametrize("forgotten", [True, False])
def test_a_first_reading_goes_on_where_it_was_killed(world, server, kill_after, forgotten):
    applications = many(world)
    begun = connector(server).changes({}, world.now)
    before = [next(begun) for _ in range(kill_after)]
    if forgotten:
        server.forget_cursors()
    world.offer(int(applications[0]))

    after = list(connector(server).changes(json.loads(json.dumps(before[-1].cursor)), world.now))

    assert set(applications[1:]) <= {one for page in (*before, *after) for one in page.sure}
    later = list(connector(server).changes(after[-1].cursor, world.now))
    assert applications[0] in {one for page in later for one in page.sure}


def test_a_cursor_that_is_refused_on_the_way_costs_no_reading(world, server):
    applications = many(world)
    told = []
    for page in connector(server).changes({}, world.now):
        told += page.sure
        server.forget_cursors()

    assert told == applications[::-1]


def test_cursors_that_are_always_refused_are_trouble(world, server):
    many(world, 600)

    def forget(request, response):
        server.forget_cursors()
        return response

    server.spoil = forget

    with pytest.raises(ConnectorError):
        list(connector(server).changes({}, world.now))


def test_pages_in_a_circle_are_trouble(world, server):
    many(world, 600)

    def circle(request, response):
        if request.path != "/v3/offers":
            return response
        return Response(200, [], {"Link": f'<{server.url}/v3/offers?cursor=again>; rel="next"'})

    server.spoil = circle

    with pytest.raises(ConnectorError, match="circle"):
        list(connector(server).changes({}, world.now))


def test_a_link_to_another_server_is_not_followed(world, server):
    many(world, 600)
    server.next_page_at = "http://127.0.0.2:9"

    with pytest.raises(ConnectorError) as failed:
        list(connector(server).changes({}, world.now))
    assert failed.value.reason_code == Trouble.LEADS_ELSEWHERE


@pytest.mark.parametrize("link", ['<{}/v3/offers>; rel="next"', '<{}/v3/offers?cursor=>; rel="next"'])
def test_a_link_without_a_cursor_is_trouble(world, server, link):
    declined(world)
    server.spoil = lambda _, response: replace(response, headers={"Link": link.format(server.url)})

    with pytest.raises(ConnectorError, match="cursor"):
        list(connector(server).changes({}, world.now))


@pytest.mark.parametrize("content", [{"offers": []}, "offers", None, [17], [{"id": 1}]])
def test_a_page_of_another_shape_is_trouble_and_not_the_end(world, server, content):
    declined(world)
    server.spoil = lambda request, response: (
        replace(response, content=content) if request.path == "/v3/offers" else response
    )

    with pytest.raises(ConnectorError):
        list(connector(server).changes({}, world.now))


class Counting(StandIn):
    """Counts the calls that were too many."""

    refused = 0

    def too_many(self, left, ends):
        self.refused += 1
        return super().too_many(left, ends)


def test_the_window_of_the_rate_limit_is_kept_by_its_headers(world):
    application = declined(world)
    with Counting(world, limit=Window(9, 0.5)) as server:
        (dossier,) = read(server, application)

    assert dossier.offer.state == OfferState.DECLINED
    assert len(server.requests) > 9
    assert server.refused == 0


def test_a_call_too_many_waits_as_long_as_it_is_told(world):
    class Silent(Counting):
        def headers_about(self, left, ends):
            return {}

    application = declined(world)
    with Silent(world, limit=Window(9, 0.5)) as server:
        (dossier,) = read(server, application)

    assert dossier.offer.state == OfferState.DECLINED
    assert server.refused > 0


def test_an_answer_without_a_token_is_trouble(server):
    server.spoil = lambda _, response: replace(response, content={"token_type": "Bearer"})

    with pytest.raises(ConnectorError, match="token"):
        connector(server).missing()


def test_links_to_other_places_are_no_next_page(world, server):
    application = declined(world)
    link = f'<{server.url}/v3/offers?cursor=0>; rel="prev"'
    server.spoil = lambda _, response: replace(response, headers={"Link": link})

    (page,) = connector(server).changes({}, world.now)

    assert page.sure == (str(application.id),)


# --- what changed


def told(reading):
    pages = list(reading)
    return {one for page in pages for one in page.sure}, {one for page in pages for one in page.perhaps}


@pytest.mark.parametrize("minutes", [5, 60 * 24 + 5])
def test_later_only_what_changed_is_told(world, server, minutes):
    user = world.hire("Mara", "Met")
    names = ["still", "offered", "ended", "voted", "met", "silent", "merged"]
    by = {name: offered(world, name) for name in names}
    world.now += timedelta(days=30)
    new = applied(world, "new")
    declined(world, "Lately")
    cursor = list(connector(server).changes({}, world.now))[-1].cursor
    cursor = list(connector(server).changes(cursor, world.now))[-1].cursor
    quiet = told(connector(server).changes(cursor, world.now))
    world.now += timedelta(minutes=minutes)

    world.offer(by["offered"].id)
    world.end(by["ended"].id, CANDIDATE)
    world.vote(by["voted"].id, user.id, 4)
    world.meet(by["met"].id, Seat(user.id))
    world.forbid_contact(by["silent"].candidate)
    world.merge(by["merged"].candidate, world.add_candidate("The", "Same").id)
    world.offer(new.id)
    pages = list(connector(server).changes(cursor, world.now))

    assert quiet == (set(), set())
    sure, perhaps = told(pages)
    assert sure >= {str(by["offered"].id), str(new.id)}
    assert perhaps >= {str(by[name].id) for name in ("ended", "voted", "met", "silent", "merged")}
    assert str(by["still"].id) not in sure | perhaps
    assert told(connector(server).changes(pages[-1].cursor, world.now)) == (set(), set())


def test_a_candidate_who_changed_brings_their_applications(world, server):
    application = declined(world)
    world.now += timedelta(days=30)
    declined(world, "Lately")
    cursor = list(connector(server).changes({}, world.now))[-1].cursor
    world.now += timedelta(days=1, minutes=1)
    who = world.candidates[application.candidate]
    who.may_contact, who.updated_at = False, world.now

    assert str(application.id) in told(connector(server).changes(cursor, world.now))[1]


@pytest.mark.parametrize(
    "change",
    [
        lambda world, one: world.offer(one.id),
        lambda world, one: world.vote(one.id, world.hire("Mara", "Met").id, 4),
        lambda world, one: world.forbid_contact(one.candidate),
    ],
    ids=["application", "scorecard", "candidate"],
)
def test_what_changes_again_while_we_read_is_told_again(world, server, change):
    application = declined(world)
    world.now += timedelta(days=30)
    declined(world, "Lately")
    cursor = list(connector(server).changes({}, world.now))[-1].cursor
    world.now += timedelta(minutes=5)
    world.offer(application.id)
    world.now += timedelta(minutes=5)

    reading = connector(server).changes(cursor, world.now)
    first = next(reading)
    world.now += timedelta(seconds=5)
    change(world, application)
    rest = list(reading)

    assert str(application.id) in first.sure
    assert str(application.id) in {one for page in rest for one in page.perhaps}
    after = list(connector(server).changes(rest[-1].cursor, world.now))  # its new offer is seen now
    assert told(connector(server).changes(after[-1].cursor, world.now)) == (set(), set())


def test_an_import_of_candidates_does_not_hold_up_what_matters(world, server):
    old = declined(world)
    world.now += timedelta(days=30)
    declined(world, "Lately")
    cursor = list(connector(server).changes({}, world.now))[-1].cursor
    world.candidates[old.candidate].updated_at = world.now
    for number in range(2500):
        world.add_candidate("Imported", str(number))
    changed = str(declined(world, "Pia").id)
    server.requests.clear()

    soon = told(connector(server).changes(cursor, world.now))
    calls = len(server.requests)
    a_day_later = told(connector(server).changes(cursor, world.now + timedelta(days=1)))

    assert changed in soon[0]
    assert calls < 60
    assert str(old.id) in a_day_later[1]


def test_a_later_reading_that_was_killed_begins_again(world, server):
    declined(world)
    cursor = list(connector(server).changes({}, world.now))[-1].cursor
    world.now += timedelta(minutes=5)
    changed = str(declined(world, "Pia").id)

    first = next(connector(server).changes(cursor, world.now))

    assert changed in told(connector(server).changes(first.cursor, world.now))[0]


def test_a_day_later_two_days_are_looked_through_again(world, server):
    early = declined(world)
    world.now += timedelta(hours=20)
    declined(world, "Pia")
    cursor = list(connector(server).changes({}, world.now))[-1].cursor

    soon = told(connector(server).changes(cursor, world.now + timedelta(hours=1)))
    a_day_later = told(connector(server).changes(cursor, world.now + timedelta(hours=25)))

    assert str(early.id) not in soon[0]
    assert str(early.id) in a_day_later[0]


# --- calls that Greenhouse makes


def signed(body, secret=HOOK_SECRET):
    return f"sha256 {hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()}"


def heard(server, body, signature, **more):
    headers = CaseInsensitiveDict({"signature": signature, **more})
    return connector(server, secrets=(HOOK_SECRET, "the one before")).read_call(body, headers, FIRST)


BODY = b'{"action": "offer_updated", "payload": {"id": 3, "application_id": 7, "notes": "\\u003cb\\u003e"}}'


@pytest.mark.parametrize(
    "signature",
    [
        signed(BODY),
        signed(BODY).upper().replace("SHA256", "sha256"),
        f" {signed(BODY)} ",
        signed(BODY, "the one before"),
    ],
)
def test_signatures_that_are_right(server, signature):
    assert heard(server, BODY, signature).applications == ("7",)


@pytest.mark.parametrize(
    "signature",
    [
        "",
        signed(BODY).removeprefix("sha256 "),
        signed(BODY).replace("sha256 ", "sha256="),
        signed(BODY).replace("sha256", "sha1"),
        signed(BODY)[:-1],
        signed(BODY) + "0",
        signed(json.dumps(json.loads(BODY)).encode()),
        signed(BODY, "another"),
        signed(BODY, ""),
        "sha256 " + "é" * 64,
        "sha256 ",
    ],
)
def test_signatures_that_are_not(server, signature):
    with pytest.raises(NotFromThem):
        heard(server, BODY, signature)


def test_without_a_secret_no_call_is_genuine(server):
    with pytest.raises(NotFromThem):
        connector(server, secrets=()).read_call(BODY, {"Signature": signed(BODY, "")}, FIRST)


def test_the_id_of_the_delivery_is_not_signed_and_changes_nothing(server):
    keys = {heard(server, BODY, signed(BODY), **{"Greenhouse-Event-ID": id_}).key for id_ in ("1", "2")}

    assert len(keys) == 1


@pytest.mark.parametrize(
    "call",
    [
        {"action": "offer_updated"},
        {"action": "offer_updated", "payload": {}},
        {"action": "offer_updated", "payload": {"application_id": "7; drop"}},
        {"action": "reject_candidate", "payload": {"application": []}},
        {"action": "reject_candidate", "payload": {"application": {"id": True}}},
        {"action": 7},
        {"payload": {}},
        [],
        "text",
    ],
)
def test_a_genuine_call_that_makes_no_sense_is_kept(server, call):
    body = json.dumps(call).encode()

    with pytest.raises(UnreadableCall):
        heard(server, body, signed(body))


@pytest.mark.parametrize("action", ["ping", "interview_deleted", "job_created", "something_new"])
def test_what_does_not_concern_us_is_no_trouble(server, action):
    body = json.dumps({"action": action, "payload": {"job": {"id": 3}}}).encode()

    hint = heard(server, body, signed(body))

    assert (hint.event, hint.applications, hint.candidates) == (action, (), ())


@pytest.mark.parametrize("nested", [True, False])
def test_both_shapes_of_a_deleted_offer_are_read(server, nested):
    offer = {"id": 3, "application_id": 7}
    body = json.dumps({"action": "offer_deleted", "payload": {"offer": offer} if nested else offer}).encode()

    assert heard(server, body, signed(body)).applications == ("7",)


def test_whatever_happens_the_right_calls_are_made_and_understood(world, server):
    server.hook = ("http://127.0.0.1:9", HOOK_SECRET)
    user, job = world.hire("Mara", "Met"), world.open_job("Staff Engineer")
    application = world.apply(world.add_candidate("Dana", "<Berg>"), job)
    id_, person = application.id, application.candidate
    other = world.add_candidate("D.", "Berg")
    talk = world.meet(id_, Seat(user.id))
    card = world.vote(id_, user.id, 4)
    steps = [
        (lambda: world.move(id_, "offer"), ["candidate_stage_change"]),
        (lambda: world.offer(id_, OfferStep.AWAITING_APPROVAL), ["offer_created"]),
        (lambda: world.decide(id_, OfferStep.APPROVED), ["offer_approved"]),
        (lambda: world.decide(id_, OfferStep.SENT), ["offer_updated"]),
        (lambda: world.decide(id_, OfferStep.DECLINED), ["offer_updated"]),
        (lambda: world.end(id_, CANDIDATE), ["reject_candidate"]),
        (lambda: world.reopen(id_), ["unreject_candidate"]),
        (lambda: world.offer(id_), ["offer_updated", "offer_created"]),
        (lambda: world.decide(id_, OfferStep.ACCEPTED), ["offer_updated", "hire_candidate"]),
        (lambda: world.delete_offer(id_), ["offer_deleted"]),
        (lambda: world.delete_meeting(id_, talk.id), ["interview_deleted"]),
        (lambda: world.delete_feedback(id_, card.id), ["scorecard_deleted"]),
        (lambda: world.merge(person, other.id), ["merge_candidate"]),
        (lambda: world.anonymise(other.id), ["candidate_anonymized"]),
        (lambda: world.delete_application(id_), ["delete_application"]),
        (lambda: world.delete_candidate(other.id), ["delete_candidate"]),
    ]
    server.outbox.clear()
    for step, actions in steps:
        step()
        calls, server.outbox = server.outbox, []
        assert [call.event for call in calls] == actions
        for call in calls:
            assert b"<" not in call.body
            hint = heard(server, call.body, call.headers["Signature"])
            about = {*hint.applications, *hint.candidates}
            assert about & {str(id_), str(person), str(other.id)} or actions == ["interview_deleted"]
            assert hint.event == call.event

    ping = server.ping(HOOK_SECRET)
    assert heard(server, ping.body, ping.headers["Signature"]).event == "ping"


def test_the_applications_of_a_deleted_candidate_are_named(world, server):
    application = declined(world)
    server.hook = ("http://127.0.0.1:9", HOOK_SECRET)
    world.delete_candidate(application.candidate)
    (call,) = server.outbox

    hint = heard(server, call.body, call.headers["Signature"])

    assert hint.applications == (str(application.id),)


@pytest.mark.where(PUBLISHED.is_dir(), reason="the published samples are not beside the project")
@pytest.mark.parametrize("sample", sorted(PUBLISHED.glob("webhook_*.json")), ids=lambda path: path.stem)
def test_published_calls_are_understood(server, sample):
    body = sample.read_bytes()

    hint = heard(server, body, signed(body))

    assert hint.event == sample.stem.removeprefix("webhook_")
    assert hint.applications or hint.candidates or hint.event == "interview_deleted"


@pytest.mark.where(PUBLISHED.is_dir(), reason="the published samples are not beside the project")
def test_no_field_or_filter_is_asked_for_that_is_not_documented(world, server):
    documented = json.loads((PUBLISHED / "v3_fields_by_endpoint.json").read_text())
    application, user = declined(world), world.hire("Mara", "Met")
    offered(world, "Pia").offer.sent_at = None
    world.meet(application.id, Seat(user.id))
    here = connector(server)
    list(here.changes(list(here.changes({}, world.now))[-1].cursor, world.now))
    list(here.colleagues())
    list(here.read([str(application.id)]))
    filed = here.create(NEWCOMER)
    here.find(NEWCOMER)
    here.complete(filed, NEWCOMER)
    list(here.standings([filed.candidate_id]))

    for request in server.requests:
        if request.method != "GET" or request.path == "/v3/candidate_tags":
            continue
        known = documented[request.path]
        fields = {one.split(":")[0] for one in known["response_fields"]}
        assert set(request.query) <= {one.split(":")[0] for one in known["query_parameters"]}, request.path
        assert set(filter(None, request.one("fields").split(","))) <= fields, request.path


# --- filing people

NEWCOMER = Newcomer(
    key="6c7f",
    name="Noa van Lind",
    email="Noa@Lind.example",
    profile="https://www.linkedin.com/in/noa-lind/",
    company="Brightwater",
    job_id="",
    owner_email="hedda.host@lanternworks.example",
    source="3",
    tag="ifnotyou-vip",
    note="Suggested by somebody  who knows our work.\nBy Hedda Host.",
)


def filed_by(server, newcomer):
    here = connector(server)
    filed = here.create(newcomer)
    here.complete(filed, newcomer)
    world = server.world
    person = world.candidates[int(filed.candidate_id)]
    return person, world.of_candidate(person.id)[0]


def test_somebody_named_for_a_job_is_filed_with_source_owner_tag_and_note(world, server):
    host, job = world.hire("Hedda", "Host"), world.open_job("Staff Engineer")

    person, application = filed_by(server, replace(NEWCOMER, job_id=str(job.id)))

    assert (person.first_name, person.last_name, person.company) == ("Noa van", "Lind", "Brightwater")
    assert (person.emails, person.linkedin) == (["Noa@Lind.example"], NEWCOMER.profile)
    assert (person.tags, person.notes, person.credited_to) == (["ifnotyou-vip"], [NEWCOMER.note], None)
    assert (application.job, application.source, application.recruiter) == (job.id, 3, host.id)
    bodies = [request.json for request in server.requests if request.method in {"POST", "PATCH"}]
    assert "referrer" not in json.dumps(bodies)
    assert [body["visibility"] for body in bodies if body and "visibility" in body] == ["private"]


def test_somebody_named_for_no_job_is_a_prospect_with_source_and_owner(world, server):
    host = world.hire("Hedda", "Host")

    person, application = filed_by(server, NEWCOMER)

    assert (application.job, application.source, application.recruiter) == (0, 3, host.id)
    assert person.owner == host.id
    assert person.credited_to is None


@pytest.mark.parametrize("active", [None, False])
def test_a_host_without_an_account_owns_nobody_and_no_one_else_does(world, server, active):
    if active is False:
        world.hire("Hedda", "Host", active=False)
    job = world.open_job("Staff Engineer")

    person, application = filed_by(server, replace(NEWCOMER, job_id=str(job.id)))

    assert (application.recruiter, person.owner) == (None, None)


def test_without_an_address_of_the_host_or_a_source_there_is_neither(world, server):
    job = world.open_job("Staff Engineer")

    _, application = filed_by(
        server, replace(NEWCOMER, job_id=str(job.id), owner_email="", source="Referral")
    )

    assert (application.recruiter, application.source) == (None, None)


def test_one_name_alone_is_filed_too(world, server):
    person, _ = filed_by(
        server, replace(NEWCOMER, name="Noa", email="", profile="https://noa.example", source="")
    )

    assert person.first_name == "Noa"


def test_people_are_found_by_address_whatever_the_capitals_and_by_profile_without_one(world, server):
    world.add_candidate("Somebody", "Else", "noa@lind.example.org")
    here = connector(server)
    nameless = replace(NEWCOMER, email="")
    assert here.find(NEWCOMER) is None
    assert here.find(nameless) is None

    there = world.add_candidate(
        "Noa", "Lind", "noa@lind.example", linkedin="linkedin.com/in/Noa-Lind", tags=["ifnotyou-vip"]
    )
    world.add_candidate("Noa", "Again", "noa@lind.example")

    assert here.find(NEWCOMER).candidate_id == here.find(nameless).candidate_id == str(there.id)
    assert here.find(replace(nameless, profile="")) is None
    assert here.find(NEWCOMER).link == f"{server.url}/people/{there.id}"


def test_whoever_has_another_address_is_not_taken_for_them(world, server):
    world.add_candidate("Noa", "Lind", "noa@lind.example")
    server.spoil = spoilt(
        "candidates", email_addresses=[{"value": "noa@lind.example.org", "type": "personal"}]
    )

    assert connector(server).find(NEWCOMER) is None


def test_what_is_created_later_is_found_then(world, server):
    server.later = True
    here = connector(server)

    assert here.create(NEWCOMER) is None
    assert here.find(NEWCOMER) is not None


def test_whoever_was_there_before_keeps_source_and_owner(world, server):
    world.hire("Hedda", "Host")
    ada = min(world.users)
    known = applied(world, "Noa")
    known.source, known.recruiter = 2, ada
    filed = Filed(str(known.candidate))

    connector(server).complete(filed, NEWCOMER)

    assert (known.source, known.recruiter) == (2, ada)
    assert world.candidates[known.candidate].tags == ["ifnotyou-vip"]
    assert world.candidates[known.candidate].notes == [NEWCOMER.note]


def test_whoever_applied_several_times_keeps_what_is_there(world, server):
    world.hire("Hedda", "Host")
    known = applied(world, "Noa")
    again = world.apply(world.candidates[known.candidate], world.open_job("Another"))

    connector(server).complete(Filed(str(known.candidate)), NEWCOMER)

    assert (known.source, known.recruiter, again.source, again.recruiter) == (None, None, None, None)


def test_a_tag_that_is_there_is_not_made_again(world, server):
    world.add_candidate("Some", "Body", tags=["IfNotYou-VIP"])
    known = applied(world, "Noa")

    for _ in range(2):
        connector(server).complete(Filed(str(known.candidate)), NEWCOMER)

    assert world.candidates[known.candidate].tags == ["IfNotYou-VIP"]
    assert len(world.candidates[known.candidate].notes) == 1


@pytest.mark.parametrize(
    "scope",
    [
        "harvest:candidates:create",
        "harvest:notes:list",
        "harvest:notes:create",
        "harvest:applications:update",
    ],
)
def test_a_scope_for_filing_that_is_missing_is_named(world, server, scope):
    world.hire("Hedda", "Host")
    server.denied.add(scope)

    with pytest.raises(ConnectorError, match=scope) as failed:
        filed_by(server, NEWCOMER)
    assert failed.value.reason_code == Trouble.NOT_ALLOWED


def test_a_line_that_breaks_while_somebody_is_created_leaves_it_uncertain(world, server):
    here = connector(server)
    here.sources()

    def break_it(request, response):
        return replace(response, status=502) if request.method == "POST" else response

    server.spoil = break_it

    with pytest.raises(ConnectorError) as failed:
        here.create(NEWCOMER)
    assert failed.value.reason_code == Trouble.UNCERTAIN
    assert [one.name for one in world.candidates.values()] == ["Noa van Lind"]


def test_how_far_people_have_come(world, server):
    user = world.hire("Mara", "Met")
    new, met, hired, ended = (applied(world, name) for name in ("New", "Met", "Hired", "Ended"))
    talk = world.meet(met.id, Seat(user.id))
    world.move(met.id, "onsite")
    world.offer(hired.id)
    world.decide(hired.id, OfferStep.ACCEPTED)
    world.end(ended.id, COMPANY)
    gone = applied(world, "Gone")
    world.anonymise(gone.candidate)
    alone = world.add_candidate("No", "Application")
    ids = [str(one.candidate) for one in (new, met, hired, ended, gone)]

    standings = list(connector(server).standings([*ids, str(alone.id), "99999999"]))

    assert sorted(standings, key=lambda one: one.candidate_id) == [
        Standing(ids[0], "applied"),
        Standing(ids[1], "onsite", met_at=talk.starts_at),
        Standing(ids[2], "offer", hired_at=hired.hired_at),
        Standing(ids[3], "applied", ended_at=ended.ended_at),
        Standing(str(alone.id)),
    ]


def test_whoever_has_another_application_open_has_not_ended(world, server):
    ended = applied(world)
    world.end(ended.id, COMPANY)
    world.apply(world.candidates[ended.candidate], world.open_job("Another"))

    (standing,) = connector(server).standings([str(ended.candidate)])

    assert standing.ended_at is None
