"""Ashby, through its stand-in: what every system has to do, and what is Ashby's own."""

import hashlib
import hmac
import json
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from requests.structures import CaseInsensitiveDict

from ifnotyou.connectors.ats.calls import NotAllowed
from ifnotyou.connectors.ats.contract import Dossier, Ending, Gone, LastOffer, Settings, Unread
from ifnotyou.connectors.ats.systems.ashby import Connector
from ifnotyou.connectors.base import ConnectorError, NotFromThem, Trouble, UnreadableCall
from ifnotyou.playbook.offers import Doubt, EndedBy, OfferState, outcome
from ifnotyou.playbook.records import (
    Candidate,
    Interview,
    InterviewStatus,
    Job,
    JobStatus,
    OfferStatus,
    Scorecard,
)
from ifnotyou.sample.ats.ashby import StandIn, moment, uuid_of
from ifnotyou.sample.ats.server import Response, Window
from ifnotyou.sample.ats.world import MeetingStep, OfferStep, Seat, World
from tests.connectors.ats.contract import HERE, AtsContract, CallsContract, PeopleContract, told
from tests.connectors.ats.far import NOW, StandInFar, hiring

SECRET = "the-secret-of-the-hook"
PUBLISHED = Path(__file__).parents[4] / "shared/facts/payloads/ashby"


class AshbyFar(StandInFar):
    """The stand-in, and what is to be read of the one who declined."""

    garbled = "acceptanceStatus"

    def __init__(self, server, there) -> None:
        super().__init__(server, there, uuid_of)
        world = there.world
        one = world.applications[there.declined]
        person, job = world.candidates[one.candidate], world.jobs[one.job]
        talk, called_off, _ = one.meetings
        (card,) = [card for card in one.feedback if card.submitted_at]
        # Whoever refused the invitation is not told apart: Ashby has no field for it.
        seats = [
            (talk, there.met, InterviewStatus.COMPLETED),
            (talk, there.refused, InterviewStatus.COMPLETED),
            (called_off, there.refused, InterviewStatus.CANCELLED),
        ]
        self.expected = Dossier(
            self.declined,
            Candidate(
                uuid_of(person.id),
                "Dana Berg",
                email="dana@berg.example",
                linkedin_url="https://linkedin.com/in/dana-b",
                current_company="Brightwater",
                current_title="Engineer",
            ),
            Job(
                uuid_of(job.id),
                "Staff Engineer",
                "Platform",
                status=JobStatus.OPEN,
                hiring_manager_id=uuid_of(job.hiring_manager),
                recruiter_id=uuid_of(there.recruiter.id),
            ),
            LastOffer(OfferState.DECLINED, "Declined/CandidateRejected", decided_at=one.offer.decided_at),
            Ending(EndedBy.CANDIDATE, one.ended_at, "Accepted another job"),
            tuple(
                Interview(
                    f"{uuid_of(meeting.id, 1)}/{uuid_of(user.id)}",
                    uuid_of(person.id),
                    uuid_of(job.id),
                    uuid_of(user.id),
                    meeting.title,
                    meeting.starts_at,
                    float(meeting.minutes),
                    status,
                )
                for meeting, user, status in seats
            ),
            (
                Scorecard(
                    uuid_of(card.id),
                    uuid_of(person.id),
                    uuid_of(job.id),
                    uuid_of(there.met.id),
                    card.submitted_at,
                    4,
                ),
            ),
        )

    def sign(self, body, secret):
        return body, {"Ashby-Signature": signature(body, secret)}


def signature(body: bytes, secret: str) -> str:
    return f"sha256={hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()}"


class TestAshby(CallsContract, PeopleContract, AtsContract):
    slug = "ashby"

    @pytest.fixture
    def far(self):
        there = hiring()
        with StandIn(there.world) as server:
            yield AshbyFar(server, there)


# --- a small company


class Company:
    """A world with a job and people, the stand-in that tells of it, and the connector."""

    def __init__(self, server: StandIn) -> None:
        self.server, self.world = server, server.world
        self.ann = self.world.hire("Ann", "Engineer")
        self.job = self.world.open_job("Engineer")
        self.answers: dict[str, str] = {}

    def connector(self) -> Connector:
        """As a round of the program makes it."""
        return Connector(Settings(self.server.settings(), self.answers, self.server.url, (SECRET,)), HERE)

    def apply(self, name: str = "Kim", **more) -> int:
        person = self.world.add_candidate(name, "Nur", f"{name}@nur.example".lower(), **more)
        return self.world.apply(person, self.job).id

    def read(self, application: int):
        (answer,) = self.connector().read([uuid_of(application)])
        return answer

    def spoil(self, method: str, change) -> None:
        """The results of a call are changed on their way."""

        def spoil(request, response: Response) -> Response:
            if request.path == f"/{method}" and response.content.get("success"):
                change(response.content["results"])
            return response

        self.server.spoil = spoil

    def asked(self) -> Counter:
        """How often each call was made since the last time."""
        made = Counter(request.path.removeprefix("/") for request in self.server.requests)
        self.server.requests.clear()
        return made


@pytest.fixture
def company():
    with StandIn(World(NOW - timedelta(days=30))) as server:
        yield Company(server)


def first_reading(company) -> dict:
    """Everything read; where to go on."""
    return json.loads(json.dumps(list(company.connector().changes({}, company.world.now))[-1].cursor))


def later(company, cursor) -> tuple[set[str], set[str], dict]:
    """What is surely and what is perhaps of interest, and where to go on then."""
    pages = list(company.connector().changes(cursor, company.world.now))
    return told(pages), {id_ for page in pages for id_ in page.perhaps}, dict(pages[-1].cursor)


# --- the decision table

CANDIDATE, COMPANY, UNCLEAR, OPEN = 1, 6, 9, None
NO_DOUBT = None


@pytest.mark.parametrize(
    ("step", "reason", "status", "doubt"),
    [
        (OfferStep.DECLINED, OPEN, OfferStatus.DECLINED, NO_DOUBT),
        (OfferStep.DECLINED, CANDIDATE, OfferStatus.DECLINED, NO_DOUBT),
        (OfferStep.DECLINED, COMPANY, OfferStatus.DECLINED, Doubt.CONTRADICTION),
        (OfferStep.DECLINED, UNCLEAR, OfferStatus.DECLINED, Doubt.WHO_ENDED_IT),
        (OfferStep.SENT, OPEN, OfferStatus.OPEN, NO_DOUBT),
        (OfferStep.SENT, CANDIDATE, OfferStatus.DECLINED, Doubt.NOT_UPDATED),
        (OfferStep.SENT, COMPANY, OfferStatus.RESCINDED, NO_DOUBT),
        (OfferStep.SENT, UNCLEAR, OfferStatus.DECLINED, Doubt.WHO_ENDED_IT),
        (OfferStep.APPROVED, OPEN, OfferStatus.OPEN, NO_DOUBT),
        (OfferStep.APPROVED, CANDIDATE, OfferStatus.DECLINED, Doubt.NOT_UPDATED),
        (OfferStep.APPROVED, COMPANY, OfferStatus.RESCINDED, NO_DOUBT),
        (OfferStep.APPROVED, UNCLEAR, OfferStatus.DECLINED, Doubt.WHO_ENDED_IT),
        (OfferStep.ACCEPTED, OPEN, OfferStatus.ACCEPTED, NO_DOUBT),
        (OfferStep.ACCEPTED, CANDIDATE, OfferStatus.DECLINED, Doubt.LEFT_AFTER_SIGNING),
        (OfferStep.ACCEPTED, COMPANY, OfferStatus.ACCEPTED, NO_DOUBT),
        (OfferStep.ACCEPTED, UNCLEAR, OfferStatus.ACCEPTED, NO_DOUBT),
        (OfferStep.WITHDRAWN, OPEN, OfferStatus.RESCINDED, NO_DOUBT),
        (OfferStep.WITHDRAWN, CANDIDATE, OfferStatus.RESCINDED, NO_DOUBT),
        (OfferStep.WITHDRAWN, COMPANY, OfferStatus.RESCINDED, NO_DOUBT),
        (OfferStep.SUPERSEDED, OPEN, OfferStatus.OPEN, NO_DOUBT),
        (OfferStep.SUPERSEDED, CANDIDATE, OfferStatus.DECLINED, Doubt.NOT_UPDATED),
        (OfferStep.SUPERSEDED, COMPANY, OfferStatus.RESCINDED, NO_DOUBT),
        (OfferStep.DRAFT, OPEN, None, NO_DOUBT),
        (OfferStep.DRAFT, CANDIDATE, None, NO_DOUBT),
        (OfferStep.AWAITING_APPROVAL, CANDIDATE, None, NO_DOUBT),
        (OfferStep.APPROVAL_REFUSED, OPEN, None, NO_DOUBT),
        (OfferStep.APPROVAL_REFUSED, CANDIDATE, None, NO_DOUBT),
        (OfferStep.APPROVAL_REFUSED, COMPANY, None, NO_DOUBT),
    ],
)
def test_what_became_of_an_offer_is_told_apart(company, step, reason, status, doubt):
    one = company.apply()
    company.world.offer(one, OfferStep.AWAITING_APPROVAL)
    company.world.decide(one, step)
    if reason is not None:
        company.world.end(one, reason)

    dossier = company.read(one)

    ended_by = dossier.ending.by if dossier.ending else EndedBy.NOBODY
    assert outcome(dossier.offer.state, ended_by) == (status, doubt)


def test_whoever_never_had_an_offer_has_none(company):
    one = company.apply()
    company.world.end(one, CANDIDATE)

    assert company.read(one).offer is None
    assert told(list(company.connector().changes({}, NOW))) == set()


def test_an_offer_that_was_deleted_is_none(company):
    one = company.apply()
    company.world.offer(one)
    company.world.delete_offer(one)

    assert company.read(one).offer is None


def test_a_new_version_after_a_no_takes_the_no_back(company):
    one = company.apply()
    company.world.offer(one)
    company.world.decide(one, OfferStep.DECLINED)
    company.world.offer(one, OfferStep.AWAITING_APPROVAL)

    assert company.read(one).offer.state is OfferState.SUPERSEDED

    company.world.decide(one, OfferStep.SENT)
    assert company.read(one).offer.state is OfferState.SENT


@pytest.mark.parametrize(
    ("acceptance", "status", "approval", "state"),
    [
        ("Declined", "CandidateRejected", "Approved", OfferState.DECLINED),
        ("Declined", None, "Approved", OfferState.DECLINED),
        ("WaitingOnResponse", "CandidateRejected", "Approved", OfferState.DECLINED),
        ("Declined", "WaitingOnCandidateResponse", "Approved", OfferState.DECLINED),
        ("Declined", "CandidateAccepted", "Approved", OfferState.UNKNOWN),
        ("Accepted", "CandidateRejected", "Approved", OfferState.UNKNOWN),
        ("Declined", "OfferCancelled", "Approved", OfferState.UNKNOWN),
        ("Declined", "WaitingOnOfferApproval", "WaitingOnApprovals", OfferState.SUPERSEDED),
        ("Declined", "CandidateRejected", "Declined", OfferState.UNKNOWN),
        ("Created", "WaitingOnOfferApproval", "Declined", OfferState.NOT_SENT),
        ("Refused", "CandidateRejected", "Approved", OfferState.UNKNOWN),
        ("Declined", "RejectedBySomebody", "Approved", OfferState.UNKNOWN),
        ("", None, "Approved", OfferState.UNKNOWN),
        ("Pending", "WaitingOnCandidateResponse", "Approved", OfferState.SENT),
        ("Cancelled", "WaitingOnOfferApproval", "WaitingOnApprovals", OfferState.WITHDRAWN),
    ],
)
def test_two_words_that_do_not_agree_never_make_a_decline(company, acceptance, status, approval, state):
    one = company.apply()
    company.world.offer(one)

    def change(offers):
        offers[0].update(acceptanceStatus=acceptance, offerStatus=status)
        offers[0]["latestVersion"]["approvalStatus"] = approval

    company.spoil("offer.list", change)

    offer = company.read(one).offer

    assert offer.state is state
    assert offer.raw == "/".join(word for word in (acceptance, status) if word)


def test_of_several_offers_the_newest_counts(company):
    one = company.apply()
    company.world.offer(one)
    company.world.decide(one, OfferStep.ACCEPTED)

    def change(offers):
        older = json.loads(json.dumps(offers[0]))
        older.update(id=uuid_of(77), acceptanceStatus="Declined", offerStatus="CandidateRejected")
        older["latestVersion"]["createdAt"] = moment(NOW - timedelta(days=900))
        offers.insert(0, older)

    company.spoil("offer.list", change)

    assert company.read(one).offer.state is OfferState.ACCEPTED


@pytest.mark.parametrize(
    ("kind", "by", "reason"),
    [
        ("RejectedByCandidate", EndedBy.CANDIDATE, "Their words"),
        ("RejectedByOrg", EndedBy.COMPANY, ""),
        ("Other", EndedBy.UNKNOWN, "Their words"),
        ("RejectedBySomebody", EndedBy.UNKNOWN, "Their words"),
        (None, EndedBy.UNKNOWN, ""),
    ],
)
def test_who_ended_it_is_told_by_the_type_of_the_reason(company, kind, by, reason):
    one = company.apply()
    company.world.offer(one)
    company.world.end(one, CANDIDATE)

    def change(application):
        application["archiveReason"] = kind and {"text": "Their words", "reasonType": kind}

    company.spoil("application.info", change)

    assert company.read(one).ending == Ending(by, company.world.applications[one].ended_at, reason)


# --- whom they met


def test_whoever_watched_did_not_meet_them_and_whoever_led_did(company):
    one, other = company.apply(), company.world.hire("Bo", "Learner")
    company.world.meet(one, Seat(company.ann.id, shadow=True), Seat(other.id))

    def change(schedules):
        schedules[0]["interviewEvents"][0]["interviewers"][1]["trainingRole"] = "Reverse-Shadow"

    company.spoil("interviewSchedule.list", change)

    assert [talk.employee_id for talk in company.read(one).interviews] == [uuid_of(other.id)]


def test_talks_among_ourselves_and_talks_to_come_are_left_out(company):
    one, seat = company.apply(), Seat(company.ann.id)
    company.world.meet(one, seat, title="Debrief", debrief=True)
    company.world.meet(
        one, seat, title="To come", step=MeetingStep.PLANNED, starts_at=NOW + timedelta(days=40_000)
    )
    company.world.meet(one, seat, title="Never marked as done", step=MeetingStep.PLANNED)
    company.world.meet(one, seat, title="Done")

    assert [(talk.kind, talk.status) for talk in company.read(one).interviews] == [
        ("Never marked as done", InterviewStatus.COMPLETED),
        ("Done", InterviewStatus.COMPLETED),
    ]


def test_a_talk_whose_kind_was_deleted_counts_for_nothing(company):
    one = company.apply()
    company.world.meet(one, Seat(company.ann.id))
    gone = {"success": False, "errors": ["interview_not_found"]}
    company.server.spoil = lambda request, response: (
        Response(200, gone) if request.path == "/interview.info" else response
    )

    assert company.read(one).interviews == ()


@pytest.mark.parametrize("status", ["OnHold", "NeedsScheduling", "Unknown", "Something new"])
def test_a_talk_of_which_nobody_knows_whether_it_took_place_is_left_out(company, status):
    one = company.apply()
    company.world.meet(one, Seat(company.ann.id))
    company.spoil("interviewSchedule.list", lambda schedules: schedules[0].update(status=status))

    assert company.read(one).interviews == ()


@pytest.mark.parametrize(
    ("value", "label", "vote"),
    [
        ("strong_no", "", 1),
        ("definitely_not", "", 1),
        ("1 - Strong No Hire", "", 1),
        ("2 - No Hire", "", 2),
        ("no", "", 2),
        ("mixed", "", 3),
        ("no_decision", "", 3),
        ("Yes", "", 4),
        ("3 - Hire", "", 4),
        ("strong_hire", "", 5),
        ("4 - Strong Hire", "", 5),
        ("4", "Strong Hire", 5),
        ("b7c1", "No Hire", 2),
        ("purple", "Purple", None),
        ("purple", "", None),
        ("", "", None),
        (4, "", None),
    ],
)
def test_recommendations_are_read_where_their_words_are_clear(company, value, label, vote):
    one = company.apply()
    company.world.vote(one, company.ann.id, 1)

    def change(cards):
        cards[0]["submittedValues"]["overall_recommendation"] = value
        choices = [{"label": label, "value": value}] if label else []
        cards[0]["formDefinition"]["sections"][0]["fields"][0]["field"]["selectableValues"] = choices

    company.spoil("applicationFeedback.list", change)

    assert [card.overall for card in company.read(one).scorecards] == ([] if vote is None else [vote])


# --- what is not for us


def test_the_account_of_an_agency_is_no_colleague(company):
    company.world.hire("Ag", "Ency", agency=True)

    assert [one.name for one in company.connector().colleagues()] == ["Ann Engineer"]


def test_a_confidential_job_is_hidden_and_nobody_asks_about_the_person(company):
    company.job.confidential = True
    one = company.apply()
    company.world.offer(one)

    dossier = company.read(one)

    assert dossier.hidden
    assert (dossier.candidate.name, dossier.job.title) == ("", "")
    assert set(company.asked()) == {"application.info", "job.info"}


def test_what_the_key_may_not_see_is_gone(company):
    seen = company.world.open_job("Seen")
    company.job.confidential = True
    company.server.sees_confidential = False
    one = company.apply()
    company.world.offer(one)

    assert company.read(one) == Gone(uuid_of(one))
    assert seen.title == "Seen"


def test_where_nothing_at_all_is_seen_any_more_nothing_counts_as_gone(company):
    one = company.apply()
    company.world.jobs.clear()
    company.world.applications.clear()

    with pytest.raises(ConnectorError, match="nothing at all") as failed:
        company.read(one)
    assert failed.value.reason_code == Trouble.NOT_ALLOWED


def test_whoever_was_anonymised_or_deleted_is_gone(company):
    deleted, anonymised = company.apply("Del"), company.apply("Ano")
    for one in (deleted, anonymised):
        company.world.offer(one)
    company.world.delete_candidate(company.world.applications[deleted].candidate)
    company.world.anonymise(company.world.applications[anonymised].candidate)

    both = [uuid_of(deleted), uuid_of(anonymised)]
    assert list(company.connector().read([*both, both[0]])) == [Gone(id_) for id_ in [*both, both[0]]]
    assert company.read(anonymised) == Gone(uuid_of(anonymised))


def test_after_a_merge_the_application_is_of_the_one_who_is_left(company):
    one, other = company.apply("Kim"), company.apply("Kimberly")
    gone, left = (company.world.applications[each].candidate for each in (one, other))
    company.world.merge(gone, left)

    assert company.read(one).candidate.id == uuid_of(left)
    assert company.read(one).candidate == company.read(other).candidate


def test_a_tag_means_that_somebody_is_not_to_be_contacted(company):
    one = company.apply(may_contact=False, tags=["Fan of tea"])

    assert company.read(one).candidate.do_not_contact
    (question,) = company.connector().questions()
    tags = {choice.label: choice.value for choice in question.choices}
    assert question.answer == tags["Do not contact"]

    company.answers = {question.name: ""}
    assert not company.read(one).candidate.do_not_contact
    company.answers = {question.name: tags["Fan of tea"]}
    assert company.read(one).candidate.do_not_contact


# --- reading on


def test_later_only_what_changed_is_read(company):
    quiet, moved = company.apply("Quiet"), company.apply("Moved")
    for one in (quiet, moved):
        company.world.offer(one)
    cursor = first_reading(company)
    company.asked()

    assert later(company, cursor)[:2] == (set(), set())
    assert company.asked() == {
        "offer.list": 2,
        "application.list": 1,
        "candidate.list": 1,
        "interviewSchedule.list": 1,
        "applicationFeedback.list": 1,
    }

    company.world.decide(moved, OfferStep.DECLINED)
    sure, perhaps, cursor = later(company, cursor)
    assert (sure, perhaps) == ({uuid_of(moved)}, {uuid_of(moved)})
    assert later(company, cursor)[:2] == (set(), set())


@pytest.mark.parametrize(
    "happen",
    [
        lambda company, one: company.world.end(one, CANDIDATE),
        lambda company, one: company.world.meet(one, Seat(company.ann.id)),
        lambda company, one: company.world.vote(one, company.ann.id, 5),
        lambda company, one: company.world.rename(company.world.applications[one].candidate, "K", "N"),
    ],
)
def test_what_bears_on_an_application_is_perhaps_of_interest(company, happen):
    one, _ = company.apply(), company.apply("Quiet")
    cursor = first_reading(company)

    happen(company, one)

    assert later(company, cursor)[:2] == (set(), {uuid_of(one)})


def test_where_somebody_went_to_school_is_read(company):
    one = company.apply()
    company.spoil("candidate.info", lambda person: person.update(school="Elm Street"))

    assert company.read(one).candidate.schools == ("Elm Street",)


def test_a_job_that_cannot_be_seen_is_confidential(company):
    one = company.apply()
    company.world.offer(one)
    gone = {"success": False, "errors": ["job_not_found"]}
    company.server.spoil = lambda request, response: (
        Response(200, gone) if request.path == "/job.info" else response
    )

    assert company.read(one).hidden


def test_where_there_are_no_tags_nothing_is_asked(company):
    company.spoil("candidateTag.list", lambda tags: tags.clear())

    assert company.connector().questions() == []


def test_a_status_that_we_never_met_is_no_ending(company):
    one = company.apply()
    company.world.offer(one)
    company.spoil("application.info", lambda application: application.update(status="Paused"))

    assert company.read(one).ending is None


def test_a_talk_alone_is_told_by_the_schedules_and_feedback_alone_by_its_list(company):
    one = company.apply()
    talk = company.world.meet(one, Seat(company.ann.id))
    card = company.world.vote(one, company.ann.id, 5)
    cursor = first_reading(company)

    for row in (talk, card):
        company.world.now += timedelta(minutes=1)
        row.updated_at = company.world.now
        _, perhaps, cursor = later(company, cursor)
        assert perhaps == {uuid_of(one)}


def test_a_tag_alone_is_told_by_the_candidates(company):
    one, _ = company.apply(), company.apply("Quiet")
    cursor = first_reading(company)
    person = company.world.candidates[company.world.applications[one].candidate]
    company.world.now += timedelta(minutes=1)
    person.may_contact, person.updated_at = False, company.world.now

    assert later(company, cursor)[:2] == (set(), {uuid_of(one)})


def test_without_a_token_what_is_new_is_found_by_time(company):
    one = company.apply()
    company.world.offer(one)
    company.world.now += timedelta(days=2)

    def no_token(request, response):
        return replace(response, content={**response.content, "syncToken": None})

    company.server.spoil = no_token
    cursor = first_reading(company)
    company.world.now += timedelta(days=2)
    new = company.apply("New")

    assert later(company, cursor)[:2] == ({uuid_of(one)}, {uuid_of(new)})


def test_a_moment_in_the_cursor_that_is_none_starts_the_list_over(company):
    one = company.apply()
    company.world.offer(one)
    cursor = first_reading(company)
    cursor["offers"]["since"] = "yesterday"

    assert later(company, cursor)[0] == {uuid_of(one)}


def test_tokens_that_are_not_known_any_more_start_the_lists_over(company):
    one = company.apply()
    company.world.offer(one)
    company.world.now += timedelta(days=3)
    cursor = first_reading(company)
    company.server.expire()
    company.world.now += timedelta(days=3)
    quiet = company.apply("Later")

    sure, perhaps, cursor = later(company, cursor)

    assert sure == {uuid_of(one)}
    assert perhaps == {uuid_of(quiet)}
    assert later(company, cursor)[:2] == (set(), set())


def test_a_place_in_a_list_that_is_not_known_any_more_starts_that_list_over(company):
    ids = set()
    for number in range(230):
        one = company.apply(f"N{number}")
        company.world.offer(one)
        ids.add(uuid_of(one))
    pages = list(company.connector().changes({}, company.world.now))
    assert told(pages) == ids
    middle = next(page.cursor for page in pages if page.cursor["offers"]["cursor"])
    company.server.expire()

    assert told(list(company.connector().changes(middle, company.world.now))) == ids


def test_a_place_that_is_lost_among_changes_costs_only_the_changes(company):
    quiet = company.apply("Quiet")
    company.world.offer(quiet)
    cursor = first_reading(company)
    ids = set()
    for number in range(230):
        one = company.apply(f"N{number}")
        company.world.offer(one)
        ids.add(uuid_of(one))
    pages = company.connector().changes(cursor, company.world.now)
    middle = next(page.cursor for page in pages if page.cursor["offers"]["cursor"])
    company.server.expire_cursors()

    assert told(list(company.connector().changes(middle, company.world.now))) == ids


def test_where_no_token_ever_holds_it_is_said_and_does_not_turn_in_circles(company):
    company.apply()
    cursor = first_reading(company)
    codes = {"success": False, "errors": ["sync_token_invalid"]}
    company.server.spoil = lambda request, response: Response(400, codes)

    with pytest.raises(ConnectorError) as failed:
        later(company, cursor)
    assert not failed.value.permanent


def test_the_declined_are_told_first_and_nobody_twice(company):
    for number in range(120):
        one = company.apply(f"N{number}")
        company.world.offer(one)
        if number % 3 == 0:
            company.world.decide(one, OfferStep.DECLINED)

    pages = list(company.connector().changes({}, company.world.now))

    assert len(pages[0].sure) == 40
    all_of_them = [id_ for page in pages for id_ in page.sure]
    assert len(all_of_them) == len(set(all_of_them)) == 120
    assert all(older.reached <= newer.reached for newer, older in pairwise(pages[1:3]))


def test_a_broken_off_first_reading_goes_on_at_its_page_and_not_before(company):
    for number in range(230):
        company.world.offer(company.apply(f"N{number}"))
    reading = company.connector().changes({}, company.world.now)
    pages = [next(reading) for _ in range(3)]  # none declined, then two pages of offers
    company.asked()

    rest = list(company.connector().changes(pages[-1].cursor, company.world.now))

    assert len(told(pages) | told(rest)) == 230
    assert len(told(rest)) == 30
    assert company.asked()["offer.list"] == 2


def test_the_feedback_and_schedules_of_before_are_nobodys_business(company):
    one = company.apply()
    company.world.meet(one, Seat(company.ann.id))
    company.world.vote(one, company.ann.id, 5)
    company.world.now += timedelta(days=2)
    shown = []
    for method in ("interviewSchedule.list", "applicationFeedback.list"):
        company.spoil(method, shown.extend)
        first_reading(company)

    assert shown == []


# --- what Ashby says where it does not do what we ask


def test_a_permission_that_lacks_is_named(company):
    company.server.denied.add("interviewsRead")

    with pytest.raises(NotAllowed, match='"interviewsRead"'):
        company.read(company.apply())


def test_a_key_that_was_switched_off_is_no_lacking_permission(company):
    company.server.spoil = lambda request, response: Response(403, {"success": False, "errors": ["disabled"]})

    with pytest.raises(NotAllowed, match="switched on"):
        list(company.connector().colleagues())


@pytest.mark.parametrize(
    "errors",
    [
        {"errors": ["missing_endpoint_permission"]},
        {"errors": [{"message": "missing_endpoint_permission"}]},
        {"errors": None, "errorInfo": {"code": "missing_endpoint_permission", "message": "x"}},
    ],
)
@pytest.mark.parametrize("status", [200, 403])
def test_trouble_within_a_good_answer_is_trouble(company, status, errors):
    company.server.spoil = lambda request, response: Response(status, {"success": False, **errors})

    with pytest.raises(NotAllowed, match='"organizationRead"'):
        list(company.connector().colleagues())


@pytest.mark.parametrize(
    ("status", "errors", "trouble"),
    [
        (200, ["rate_limit_exceeded"], Trouble.TOO_OFTEN),
        (200, ["invalid_input"], Trouble.NOT_UNDERSTOOD),
        (400, "torn", Trouble.NOT_UNDERSTOOD),
        (403, None, Trouble.NOT_ALLOWED),
    ],
)
def test_other_trouble_is_told_apart(company, status, errors, trouble):
    company.server.spoil = lambda request, response: Response(status, {"success": False, "errors": errors})

    with pytest.raises(ConnectorError) as failed:
        list(company.connector().colleagues())
    assert failed.value.reason_code == trouble


@pytest.mark.parametrize("content", [{}, {"success": "yes"}, {"success": False}, [], None, "text"])
def test_an_answer_that_does_not_say_success_is_none(company, content):
    company.server.spoil = lambda request, response: Response(200, content)

    with pytest.raises(ConnectorError):
        list(company.connector().colleagues())


@pytest.mark.parametrize(
    ("status", "content"),
    [(404, {"message": "no such page"}), (404, {"success": False, "errors": ["not_found"]})],
)
def test_a_server_that_is_not_ashby_makes_nothing_gone(company, status, content):
    company.server.spoil = lambda request, response: Response(status, content)

    assert isinstance(company.read(company.apply()), Unread)


def test_not_found_counts_whatever_the_status_is(company):
    one = company.apply()
    company.world.delete_application(one)
    company.server.spoil = lambda request, response: (
        replace(response, status=404) if request.path == "/application.info" else response
    )

    assert company.read(one) == Gone(uuid_of(one))


def test_more_pages_without_a_way_to_them_are_said_aloud(company):
    company.server.spoil = lambda request, response: Response(
        200, {"success": True, "results": [], "moreDataAvailable": True}
    )

    with pytest.raises(ConnectorError, match="nextCursor"):
        list(company.connector().colleagues())


def test_too_many_calls_are_waited_out(company):
    company.server.limit = Window(4, 0.2)
    one = company.apply()
    company.world.offer(one)

    assert company.read(one).offer.state is OfferState.SENT
    assert len(company.server.requests) > 6


# --- its calls


def heard(company, body: bytes, how: str | None = None):
    headers = {} if how == "" else {"ashby-signature": how or signature(body, SECRET)}
    return company.connector().read_call(body, CaseInsensitiveDict(headers), NOW)


def body_of(event: str, data, **more) -> bytes:
    return json.dumps({"action": event, "data": data, **more}).encode()


def test_only_a_call_that_is_signed_with_our_secret_is_theirs(company):
    body = body_of("ping", {}, webhookActionId="a")
    right = signature(body, SECRET)

    assert heard(company, body, right).event == "ping"
    for wrong in (
        "",
        right.removeprefix("sha256="),
        right.upper(),
        right[:-1],
        right.replace("=", " "),
        signature(body, "another"),
        signature(body, ""),
        hmac.new(SECRET.encode(), body, hashlib.sha512).hexdigest(),
        "sha256=Schlüssel",
    ):
        with pytest.raises(NotFromThem):
            heard(company, body, wrong)


def test_without_a_secret_of_ours_no_call_is_theirs(company):
    here = Connector(Settings(company.server.settings(), {}, company.server.url, ()), HERE)

    with pytest.raises(NotFromThem):
        here.read_call(b"{}", {"Ashby-Signature": signature(b"{}", "")}, NOW)


@pytest.mark.parametrize(
    ("event", "data", "applications", "candidates"),
    [
        ("offerCreate", {"offer": {"id": "o", "applicationId": "a"}}, ("a",), ()),
        ("offerUpdate", {"offer": {"id": "o", "applicationId": "a"}}, ("a",), ()),
        ("offerDelete", {"offer": {"id": "o", "applicationId": "a"}}, ("a",), ()),
        ("applicationUpdate", {"application": {"id": "a"}}, ("a",), ()),
        ("candidateStageChange", {"application": {"id": "a"}}, ("a",), ()),
        ("candidateHire", {"application": {"id": "a"}, "offer": {"id": "o"}}, ("a",), ()),
        ("interviewScheduleCreate", {"interviewSchedule": {"id": "s", "applicationId": "a"}}, ("a",), ()),
        ("interviewScheduleUpdate", {"interviewSchedule": {"id": "s", "applicationId": "a"}}, ("a",), ()),
        ("candidateDelete", {"candidate": {"id": "c"}}, (), ("c",)),
        (
            "candidateMerge",
            {"deletedCandidate": {"id": "c"}, "mergedCandidate": {"id": "d"}},
            (),
            ("c", "d"),
        ),
        ("ping", {"webhookActionType": "ping"}, (), ()),
        ("jobUpdate", {"job": {"id": "j"}}, (), ()),
        ("somethingNew", None, (), ()),
    ],
)
def test_a_call_says_whom_or_what_it_is_about(company, event, data, applications, candidates):
    hint = heard(company, body_of(event, data))

    assert (hint.event, hint.applications, hint.candidates) == (event, applications, candidates)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{}",
        b'{"action": 7.5}',
        body_of("offerUpdate", {}),
        body_of("offerUpdate", {"offer": {"id": "o"}}),
        body_of("offerUpdate", {"offer": ["a"]}),
        body_of("candidateMerge", {"deletedCandidate": {"id": "c"}}),
        b"\xff\xfe",
        b"[" * 100_000,
    ],
)
def test_a_call_that_is_theirs_and_makes_no_sense_is_kept(company, body):
    with pytest.raises(UnreadableCall):
        heard(company, body)


def test_calls_that_belong_together_share_an_id_and_are_two_all_the_same(company):
    one = company.apply()
    company.server.hook = ("http://127.0.0.1:9", SECRET)
    company.world.end(one, CANDIDATE)
    calls = company.server.outbox

    assert [call.event for call in calls] == ["candidateStageChange", "applicationUpdate"]
    assert len({json.loads(call.body)["webhookActionId"] for call in calls}) == 1
    assert len({heard(company, call.body).key for call in calls}) == 2


def test_without_an_id_the_same_call_is_known_by_what_it_says(company):
    before = body_of("offerUpdate", {"offer": {"id": "o", "applicationId": "a", "offerStatus": "x"}})
    after = body_of("offerUpdate", {"offer": {"id": "o", "applicationId": "a", "offerStatus": "y"}})

    assert heard(company, before).key == heard(company, before).key != heard(company, after).key


def test_every_call_that_the_stand_in_makes_is_understood(company):
    company.server.hook = ("http://127.0.0.1:9", SECRET)
    one, two, three = company.apply("A"), company.apply("B"), company.apply("C")
    company.world.meet(one, Seat(company.ann.id))
    company.world.offer(one)
    company.world.decide(one, OfferStep.ACCEPTED)
    company.world.delete_offer(one)
    company.world.end(one, CANDIDATE)
    company.world.reopen(one)
    first, second, third = (company.world.applications[each].candidate for each in (one, two, three))
    company.world.merge(second, first)
    company.world.delete_candidate(third)
    calls = [*company.server.outbox, company.server.ping(SECRET)]

    hints = {hint.event: hint for call in calls for hint in [heard(company, call.body)]}

    assert hints["offerUpdate"].applications == hints["offerDelete"].applications == (uuid_of(one),)
    assert hints["candidateHire"].applications == (uuid_of(one),)
    assert hints["interviewScheduleUpdate"].applications == (uuid_of(one),)
    assert hints["candidateMerge"].candidates == (uuid_of(second), uuid_of(first))
    assert hints["candidateDelete"].candidates == (uuid_of(third),)
    assert hints["applicationSubmit"].applications == ()
    assert hints["ping"].applications == ()


# --- filing somebody


@pytest.fixture
def newcomer(company):
    return replace(
        AshbyFar.newcomer, job_id=uuid_of(company.job.id), source=company.connector().sources()[0].value
    )


def test_somebody_filed_is_considered_for_the_job_with_source_tag_and_note(company, newcomer):
    here = company.connector()
    filed = here.create(newcomer)

    for _ in range(2):
        here.complete(filed, newcomer)

    (person,) = company.world.candidates.values()
    (application,) = company.world.applications.values()
    assert (person.name, person.emails, person.linkedin) == ("Noa Lind", [newcomer.email], newcomer.profile)
    assert person.tags == [newcomer.tag]
    assert len(person.notes) == 1
    assert "Host: hedda.host@lanternworks.example" in person.notes[0]
    assert (application.job, application.source, person.source) == (company.job.id, 1, 1)
    assert person.credited_to is None
    assert filed.link.startswith("https://app.ashbyhq.com/")
    made = [
        json.loads(request.body) for request in company.server.requests if "create" in request.path.lower()
    ]
    assert not [body for body in made if "creditedToUserId" in body]
    assert "referral.create" not in {request.path.removeprefix("/") for request in company.server.requests}


def test_a_note_that_ashby_marked_up_is_known_again(company, newcomer):
    here = company.connector()
    filed = here.create(newcomer)
    (person,) = company.world.candidates.values()
    person.notes.append(f"<p>{newcomer.note.replace(': ', ':&nbsp;')}</p>".replace(" by", "<br/>by"))

    here.complete(filed, newcomer)

    assert len(person.notes) == 1


def test_an_existing_tag_needs_no_right_to_make_one(company, newcomer):
    company.connector().complete(company.connector().create(newcomer), newcomer)
    company.server.denied.add("hiringProcessMetadataWrite")
    other = replace(newcomer, name="Ida Roe", email="ida@roe.example", profile="")

    company.connector().complete(company.connector().create(other), other)

    assert [one.tags for one in company.world.candidates.values()] == [[newcomer.tag]] * 2


def test_whoever_is_there_is_found_by_address_or_by_profile_and_not_by_name_alone(company, newcomer):
    here = company.connector()
    namesake = company.world.add_candidate("Noa", "Lind", "another@noa.example", company="Brightwater")
    assert here.find(newcomer) is None

    namesake.linkedin = "linkedin.com/in/Noa-Lind/"
    assert here.find(newcomer).candidate_id == uuid_of(namesake.id)

    same = company.world.add_candidate("N.", "L.", "first@l.example", "NOA@lind.example")
    assert here.find(newcomer).candidate_id == uuid_of(same.id)
    assert here.find(replace(newcomer, email="", profile="")) is None


@pytest.mark.parametrize(
    ("profile", "name", "value"),
    [
        ("https://www.linkedin.com/in/noa", "linkedInUrl", "https://www.linkedin.com/in/noa"),
        ("linkedin.com/in/noa", "linkedInUrl", "https://linkedin.com/in/noa"),
        ("noa.example/about", "website", "https://noa.example/about"),
        ("nothing at all", "website", None),
    ],
)
def test_a_public_profile_goes_where_it_belongs(company, newcomer, profile, name, value):
    company.connector().create(replace(newcomer, profile=profile))

    (made,) = [
        json.loads(request.body) for request in company.server.requests if request.path == "/candidate.create"
    ]
    assert made.get(name) == value


def test_how_far_they_have_come_is_told(company, newcomer):
    here = company.connector()
    filed = here.create(newcomer)
    here.complete(filed, newcomer)
    (one,) = company.world.applications
    world = company.world

    def standing():
        (found,) = company.connector().standings([filed.candidate_id])
        return found

    assert (standing().stage, standing().met_at) == ("Applied", None)
    talk = world.meet(one, Seat(company.ann.id))
    assert standing().met_at == talk.starts_at
    world.end(one, COMPANY)
    assert (standing().stage, standing().ended_at) == ("Archived", world.applications[one].ended_at)
    world.reopen(one)
    world.offer(one)
    world.decide(one, OfferStep.ACCEPTED)
    assert (standing().hired_at, standing().ended_at) == (world.applications[one].hired_at, None)


def test_of_several_applications_the_one_that_came_furthest_counts_and_a_confidential_one_does_not(company):
    ended = company.apply()
    person = company.world.candidates[company.world.applications[ended].candidate]
    company.world.end(ended, COMPANY)
    open_one = company.world.apply(person, company.world.open_job("Another"))
    secret = company.world.apply(person, company.world.open_job("Secret", confidential=True))
    company.world.move(secret.id, "offer")

    (standing,) = company.connector().standings([uuid_of(person.id)])

    assert (standing.stage, standing.ended_at) == ("Applied", None)
    company.world.delete_application(open_one.id)
    (standing,) = company.connector().standings([uuid_of(person.id)])
    assert standing.ended_at == company.world.applications[ended].ended_at


def test_an_application_that_is_not_seen_does_not_count(company):
    one = company.apply()
    person = company.world.candidates[company.world.applications[one].candidate]
    secret = company.world.apply(person, company.world.open_job("Secret", confidential=True))
    company.world.move(secret.id, "offer")
    company.server.sees_confidential = False

    (standing,) = company.connector().standings([uuid_of(person.id)])

    assert standing.stage == "Applied"


def test_whoever_was_anonymised_stands_nowhere(company):
    one = company.apply()
    candidate = company.world.applications[one].candidate
    company.world.anonymise(candidate)

    assert list(company.connector().standings([uuid_of(candidate)])) == []


# --- the samples that Ashby and others have published


@pytest.mark.where(PUBLISHED.is_dir(), "the published samples are beside the project")
def test_the_published_samples_are_understood(company):
    def sample(name: str):
        return json.loads((PUBLISHED / name).read_text())

    answers = {
        "/application.info": sample("recorded_application_info_archived.json"),
        "/offer.list": sample("assembled/api_offer_list.json"),
        "/interviewSchedule.list": sample("assembled/api_interviewSchedule_list.json"),
        "/applicationFeedback.list": {
            "success": True,
            "results": sample("spec_applicationFeedback_list_results.json"),
        },
        "/candidate.info": sample("recorded_candidate_create.json"),
        "/job.info": {"success": True, "results": {"id": "j", "title": "Engineer", "status": "Closed"}},
        "/user.list": sample("recorded_user_list_3of14.json"),
        "/source.list": sample("recorded_source_list.json"),
        "/application.list": sample("recorded_application_list_2of20.json"),
    }
    company.server.spoil = lambda request, response: Response(
        200, answers.get(request.path, response.content)
    )
    here = company.connector()

    (dossier,) = here.read(["an application"])

    assert dossier.offer.state is OfferState.DECLINED
    assert dossier.ending.by is EndedBy.COMPANY
    assert dossier.ending.reason == ""
    assert dossier.job.status is JobStatus.CLOSED
    assert [card.overall for card in dossier.scorecards] == [4]
    assert len(list(here.colleagues())) == 3
    assert "Referral" in {source.label for source in here.sources()}
    for path in sorted(PUBLISHED.glob("assembled/webhook_*.json")):
        body = path.read_bytes()
        hint = heard(company, body)
        assert hint.event == path.stem.removeprefix("webhook_")
        assert hint.applications or hint.candidates or hint.event == "ping"
