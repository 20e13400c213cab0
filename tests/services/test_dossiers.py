"""What a system for applicants tells, as rows: one human being once, nothing of anybody whom it is not for."""

from datetime import timedelta

import pytest
from django.db import transaction
from django_scopes import scope

from ifnotyou.connectors.ats.contract import Gone
from ifnotyou.models import (
    Ask,
    AuditEvent,
    Candidate,
    Claim,
    Decline,
    Delivery,
    Employee,
    Erasure,
    Interview,
    Job,
    Offer,
    OptOut,
    Scorecard,
    User,
)
from ifnotyou.playbook.asking import AskState, Stage
from ifnotyou.playbook.disclosure import Given, Terms
from ifnotyou.playbook.errors import Refusal
from ifnotyou.queries.erased import of_name_only
from ifnotyou.sample.ats.world import OfferStep, Seat
from ifnotyou.services import asks, declines, erasure, once, referrals, restoring, syncing
from ifnotyou.services.connections import connector_of
from ifnotyou.services.dossiers import Taken, take, take_colleagues
from ifnotyou.services.storing import store
from tests.atsfake import fake_ats  # noqa: F401 - a fixture
from tests.company import NOW
from tests.factories import TODAY, Story

ACCEPTED_ANOTHER_JOB, SKILLS, TIMING = 1, 6, 9


@pytest.fixture(autouse=True)
def data_dir(settings, tmp_path):
    settings.DATA_DIR = tmp_path / "data"


class Lab:
    """A company whose own files know five colleagues, and its system, in which Kim was offered a job."""

    def __init__(self, house, fake):
        self.house, self.world, self.fake = house, fake.world, fake
        self.connection = fake.connect(house.workspace)
        self.maya = self.world.hire("Maya", "Chen", "Maya@example.org", title="Engineer")
        self.ada = self.world.hire("Ada", "Newman", "ada@example.org")
        self.job = self.world.open_job("Data Engineer", hiring_manager=self.ada.id, recruiter=self.maya.id)
        self.kim, self.application = self.offered("Kim", "Park", "kim@example.com")

    def offered(self, first, last, *emails, job=None, **more):
        """Somebody who met Maya and Ada, and has an offer."""
        person = self.world.add_candidate(first, last, *emails, **more)
        found = self.world.apply(person, job or self.job)
        meeting = self.world.meet(found.id, Seat(self.maya.id), Seat(self.ada.id), title="Lunch")
        self.world.vote(found.id, self.maya.id, 5, meeting=meeting.id)
        self.world.offer(found.id)
        return person, found

    def decline(self, found=None, reason=ACCEPTED_ANOTHER_JOB):
        found = found or self.application
        self.world.decide(found.id, OfferStep.DECLINED)
        self.world.end(found.id, reason)

    def read(self, *found, minutes=0) -> Taken:
        """Read these applications again, some minutes after noon."""
        ids = [str(one.id) for one in found or (self.application,)]
        self.connection.refresh_from_db()
        return syncing.read_again(self.connection, ids, now=NOW + timedelta(minutes=minutes))

    def told(self, *found):
        """What the system tells now, to be taken in later."""
        return list(self.fake.connector.read(self.reader, [str(one.id) for one in found]))

    @property
    def reader(self):
        return connector_of(self.connection)

    def take(self, found, *, minutes=0) -> Taken:
        with transaction.atomic():
            return take(self.connection, found, read_at=NOW + timedelta(minutes=minutes))

    def offer(self, found=None) -> Offer:
        return Offer.objects.get(external_id=f"fake:{(found or self.application).id}")

    def candidate(self, person=None) -> Candidate:
        return Candidate.objects.get(external_id=f"fake:{(person or self.kim).id}")

    def hand(self, found=None) -> Ask:
        """A card for Maya."""
        decline = Decline.objects.get(offer=self.offer(found))
        return asks.hand_over(decline, self.house.employee("maya"), by=self.house.recruiter, now=NOW)

    def ask(self, found=None) -> Ask:
        ask = self.hand(found)
        asks.start_talking(ask, by=self.house.maya, now=NOW)
        asks.say_asked(ask, by=self.house.maya, now=NOW)
        ask.refresh_from_db()
        return ask


@pytest.fixture
def lab(house, fake_ats):  # noqa: F811 - the fixture
    return Lab(house, fake_ats)


# --- what is kept


def test_a_declined_offer_is_a_card_at_once_with_who_met_them_and_how_it_went(lab):
    lab.decline()
    assert lab.read() == Taken(changed=1, read=1, declined=1)
    offer = lab.offer()
    assert (offer.status, offer.decline_reason, offer.doubt) == ("declined", "Accepted another job", "")
    assert (offer.sent_at, offer.resolved_at, offer.read_at) == (
        lab.application.offer.sent_at,
        lab.application.offer.decided_at,
        NOW,
    )
    assert offer.decline.stage == Stage.TO_ASK
    assert offer.decline.first_asker.external_id == "maya"
    assert {fact.employee.external_id for fact in Interview.objects.filter(candidate=lab.candidate())} == {
        "maya",
        f"fake:{lab.ada.id}",
    }
    card = Scorecard.objects.get(candidate=lab.candidate())
    assert (card.overall, card.external_id.startswith(f"fake:{lab.application.id}/")) == (5, True)
    assert not Decline.objects.filter(judged_on__lt=TODAY).exists()


def test_the_seat_names_its_people_as_we_know_them(lab):
    lab.read()
    job = Job.objects.get(external_id=f"fake:{lab.job.id}")
    assert (job.title, job.hiring_manager_external_id, job.recruiter_external_id) == (
        "Data Engineer",
        f"fake:{lab.ada.id}",
        "maya",
    )


def test_the_same_told_twice_changes_nothing(lab):
    lab.decline()
    lab.read()
    before = rows()
    assert lab.read(minutes=1) == Taken(changed=0, read=1, declined=1)
    assert rows() == before


def test_the_reason_is_told_only_where_it_may_be_theirs(lab):
    lab.decline(reason=SKILLS)
    lab.read()
    offer = lab.offer()
    assert (offer.decline_reason, offer.doubt, offer.decline.stage) == ("", "contradiction", Stage.TO_DECIDE)
    lab.world.reopen(lab.application.id)
    lab.world.end(lab.application.id, TIMING)
    lab.read(minutes=1)
    assert (lab.offer().decline_reason, lab.offer().doubt) == ("Timing", "who_ended_it")


def test_who_leaves_after_signing_declined_when_they_left(lab):
    lab.world.decide(lab.application.id, OfferStep.ACCEPTED)
    lab.read()
    assert lab.offer().status == "accepted"
    assert not Decline.objects.filter(offer=lab.offer()).exists()
    lab.world.end(lab.application.id, ACCEPTED_ANOTHER_JOB)
    lab.read(minutes=1)
    offer = lab.offer()
    assert (offer.status, offer.doubt) == ("declined", "left_after_signing")
    assert offer.resolved_at == lab.application.ended_at
    assert offer.decline.stage == Stage.TO_DECIDE


def test_an_offer_that_nobody_outside_ever_had_is_not_kept(lab):
    draft = lab.world.apply(lab.world.add_candidate("Draft", "Only"), lab.job)
    lab.world.offer(draft.id, OfferStep.AWAITING_APPROVAL)
    none = lab.world.apply(lab.world.add_candidate("No", "Offer"), lab.job)
    assert lab.read(draft, none) == Taken()
    assert not Candidate.objects.filter(external_id__startswith="fake:").exists()


def test_an_offer_that_is_deleted_over_there_was_taken_back(lab):
    lab.decline()
    lab.read()
    lab.world.delete_offer(lab.application.id)
    assert lab.read(minutes=1) == Taken(changed=1, read=1)
    assert (lab.offer().status, lab.offer().decline.stage) == ("rescinded", Stage.NEVER)


def test_what_is_not_told_any_more_goes_and_what_a_person_recorded_stays(lab):
    lab.decline()
    lab.read()
    declines.record_enjoyed(
        Decline.objects.get(offer=lab.offer()), [lab.house.employee("maya")], by=lab.house.recruiter, now=NOW
    )
    meeting, card = lab.application.meetings[0], lab.application.feedback[0]
    lab.world.delete_feedback(lab.application.id, card.id)
    meeting.panel.pop(0)
    lab.read(minutes=1)
    assert [one.employee.external_id for one in Interview.objects.filter(candidate=lab.candidate())] == [
        f"fake:{lab.ada.id}"
    ]
    assert not Scorecard.objects.filter(candidate=lab.candidate()).exists()
    assert lab.offer().decline.first_asker.external_id == "maya"


def test_facts_of_people_without_an_account_are_left_out(lab):
    stranger = lab.world.hire("Agent", "Outside", agency=True)
    lab.world.vote(lab.application.id, stranger.id, 1)
    lab.decline()
    lab.read()
    assert Scorecard.objects.filter(candidate=lab.candidate()).count() == 1
    assert not Employee.objects.filter(name="Agent Outside").exists()


def test_two_accounts_of_one_colleague_in_one_meeting_are_there_once(lab):
    second = lab.world.hire("Maya", "Chen", "maya@example.org")
    lab.application.meetings[0].panel.append(Seat(second.id))
    lab.read()
    assert Interview.objects.filter(employee__external_id="maya", candidate=lab.candidate()).count() == 1


# --- earlier and later


def test_what_was_read_later_is_not_overwritten_by_what_was_read_before(lab):
    early = lab.told(lab.application)
    lab.decline()
    lab.world.rename(lab.kim.id, "Kimberly", "Park")
    lab.read(minutes=5)
    before = rows()
    assert lab.take(early, minutes=1) == Taken()
    assert rows() == before


def test_people_and_seats_read_later_by_way_of_another_application_stay(lab):
    second = lab.world.apply(lab.kim, lab.job)
    lab.world.offer(second.id)
    early = lab.told(lab.application)
    lab.world.rename(lab.kim.id, "Kimberly", "Park")
    lab.job.open = False
    lab.read(second, minutes=5)
    assert lab.take(early, minutes=1).read == 1
    assert (lab.candidate().name, lab.offer().job.status) == ("Kimberly Park", "closed")


def test_whoever_is_gone_is_not_brought_back_by_an_earlier_reading(lab):
    early = lab.told(lab.application)
    lab.read()
    lab.world.delete_application(lab.application.id)
    assert lab.read(minutes=5).gone == 1
    assert lab.take(early, minutes=1) == Taken()
    lab.take([Gone(str(lab.application.id))], minutes=6)
    assert not Offer.objects.filter(external_id__startswith="fake:").exists()
    unknown = lab.offered("Un", "Known")[1]
    early = lab.told(unknown)
    lab.take([Gone(str(unknown.id))], minutes=3)
    assert lab.take(early, minutes=2) == Taken()


def test_a_late_word_of_somebody_gone_does_not_take_away_what_is_there_again(lab):
    lab.read(minutes=5)
    assert lab.take([Gone(str(lab.application.id))], minutes=1) == Taken()
    assert lab.offer().status == "open"


# --- not for us


def test_confidential_jobs_and_private_people_are_left_out_and_counted(lab):
    secret = lab.world.open_job("Chief of Something", confidential=True)
    _, one = lab.offered("Con", "Fidential", job=secret)
    _, two = lab.offered("Pri", "Vate", private=True)
    assert lab.read(one, two) == Taken(hidden=2)
    assert not Candidate.objects.filter(name__in=["Con Fidential", "Pri Vate"]).exists()
    assert not Job.objects.filter(title="Chief of Something").exists()


def test_what_becomes_private_goes_and_what_stops_being_so_comes_back(lab):
    lab.decline()
    lab.read()
    lab.kim.private = True
    assert lab.read(minutes=1) == Taken(hidden=1)
    assert not Offer.objects.filter(external_id__startswith="fake:").exists()
    assert not Candidate.objects.filter(name="Kim Park").exists()
    assert not Interview.objects.filter(external_id__startswith="fake:").exists()
    assert not Erasure.objects.exists()
    lab.kim.private = False
    lab.read(minutes=2)
    assert lab.offer().decline.stage == Stage.TO_ASK


# --- gone


def test_what_is_deleted_there_is_deleted_here(lab):
    lab.decline()
    lab.read()
    lab.hand()
    lab.world.delete_candidate(lab.kim.id)
    assert lab.read(minutes=1) == Taken(gone=1)
    for model in (Offer, Candidate, Interview, Scorecard):
        names = "key" if model in (Interview, Scorecard) else "external_id"
        assert not model.objects.filter(**{f"{names}__startswith": "fake:"}).exists()
    assert not Ask.objects.exists()
    assert not OptOut.objects.exists()
    assert AuditEvent.objects.filter(verb="erased_gone", detail={"records": 1}).exists()
    assert Decline.objects.count() == 1  # Noor's


def test_an_ask_that_was_made_stays_made(lab):
    lab.decline()
    lab.read()
    ask = lab.ask()
    names = referrals.give(ask, Given("Lee Novak", email="lee@example.com"), Terms.NAMED, now=NOW)
    lab.world.anonymise(lab.kim.id)
    lab.read(minutes=1)
    assert not Ask.objects.exists()
    names.refresh_from_db()
    assert names.vip.name == "Lee Novak"
    assert names.ask is None
    assert Claim.objects.filter(ask=None).count() == 2


def test_of_whom_another_application_remains_that_stays(lab):
    second = lab.world.apply(lab.kim, lab.job)
    lab.world.offer(second.id)
    lab.decline()
    lab.read(lab.application, second)
    assert {why["code"] for why in lab.offer().decline.because} >= {"offer_open"}
    lab.world.delete_application(second.id)
    assert lab.read(second, minutes=1) == Taken(gone=1)
    assert lab.offer().decline.stage == Stage.TO_ASK
    assert Interview.objects.filter(candidate=lab.candidate()).count() == 2


def test_no_file_brings_back_who_was_deleted_but_the_system_itself_does(lab):
    lab.decline()
    lab.read()
    lab.world.delete_application(lab.application.id)
    lab.read(minutes=1)
    old_export = (
        Story().candidate("old", name="Kim Park", email="KIM@example.com").offer("o", candidate="old")
    )
    lab.house.tell(old_export)
    assert not Candidate.objects.filter(external_id="old").exists()
    found = lab.world.apply(lab.kim, lab.job)
    lab.world.offer(found.id)
    lab.decline(found)
    lab.read(found, minutes=2)
    assert lab.offer(found).decline.stage == Stage.TO_DECIDE  # nobody met them for this one
    assert not Erasure.objects.exists()
    assert not erasure.written_down()


def test_a_restored_backup_loses_who_was_deleted_since(lab):
    lab.decline()
    lab.read()
    with transaction.atomic():
        lab.world.delete_candidate(lab.kim.id)
        lab.read(minutes=1)
        assert len(erasure.written_down()) == 2  # record and address
        transaction.set_rollback(True)
    assert lab.candidate().name == "Kim Park"
    assert restoring.erase_again(restoring.Lists()) == 1
    with scope(workspace=lab.house.workspace):
        assert not Candidate.objects.filter(name="Kim Park").exists()
        assert not OptOut.objects.exists()


def test_who_asked_to_be_forgotten_here_is_not_brought_back_by_the_system(lab):
    lab.decline()
    lab.read()
    erasure.erase(erasure.Person([lab.candidate()]), lab.house.workspace, by=lab.house.steward, now=NOW)
    assert lab.read(minutes=1).changed == 0
    assert not Candidate.objects.filter(external_id__startswith="fake:").exists()


def test_while_a_note_is_leaving_it_waits(lab):
    lab.decline()
    lab.read()
    ask = lab.hand()
    Ask.objects.filter(pk=ask.pk).update(state=AskState.SENDING, claimed_at=NOW)
    lab.world.delete_candidate(lab.kim.id)
    lab.read(minutes=1)
    assert lab.candidate().name == "Kim Park"
    waiting = Delivery.objects.get(key=f"record:{lab.application.id}")
    assert (waiting.state, waiting.applications) == ("reading", [str(lab.application.id)])
    Ask.objects.filter(pk=ask.pk).update(state=AskState.ASKED, asked_at=NOW)
    lab.read(minutes=2)
    assert not Candidate.objects.filter(name="Kim Park").exists()


# --- not understood


def test_what_cannot_be_read_is_kept_loudly_until_it_can(lab):
    lab.fake.connector.unreadable.add(lab.application.id)
    assert lab.read() == Taken(unread=1)
    kept = Delivery.objects.get()
    assert (kept.key, kept.state, kept.applications) == (
        f"record:{lab.application.id}",
        "unreadable",
        [str(lab.application.id)],
    )
    assert "a moment that is none" in kept.problem
    lab.read(minutes=1)
    assert Delivery.objects.count() == 1
    lab.fake.connector.unreadable.clear()
    assert lab.read(minutes=2).read == 1
    kept.refresh_from_db()
    assert (kept.state, kept.problem) == ("done", "")


# --- one human being


def test_merged_candidates_are_one_human_being_with_one_ask(lab):
    lab.decline()
    twin, other = lab.offered("Kim", "Park", "kim.park@work.example")
    lab.decline(other)
    lab.read(lab.application, other)
    ask = lab.ask()
    assert not Claim.objects.filter(key__in=keys(lab, twin)).exists()
    lab.world.merge(lab.kim.id, twin.id)
    assert lab.read(lab.application, other, minutes=1).gone == 0
    assert not Candidate.objects.filter(external_id=f"fake:{lab.kim.id}").exists()
    ask.refresh_from_db()
    survivor = lab.candidate(twin)
    assert (ask.candidate, ask.state) == (survivor, AskState.ASKED)
    assert {decline.stage for decline in survivor.declines.all()} == {Stage.ASKED, Stage.NEVER}
    assert set(keys(lab, twin)) <= set(Claim.objects.values_list("key", flat=True))
    with pytest.raises(Refusal):
        lab.hand(other)


def test_two_cards_for_whom_turns_out_to_be_one_make_one_ask(lab):
    lab.decline()
    twin, other = lab.offered("Kim", "Park", "kim.park@work.example")
    lab.decline(other)
    lab.read(lab.application, other)
    first, second = lab.hand(), lab.hand(other)
    lab.world.merge(lab.kim.id, twin.id)
    lab.read(lab.application, other, minutes=1)
    asks.start_talking(first, by=lab.house.maya, now=NOW)
    with pytest.raises(Refusal):
        asks.start_talking(second, by=lab.house.maya, now=NOW)


def test_who_asked_not_to_be_contacted_has_asked_for_the_one_they_are_merged_into(lab):
    twin, other = lab.offered("Kim", "Park", "kim.park@work.example")
    lab.decline(other)
    lab.decline()
    lab.read(lab.application, other)
    once.opt_out(lab.candidate(), lab.house.workspace)
    lab.world.merge(lab.kim.id, twin.id)
    lab.read(lab.application, other, minutes=1)
    assert lab.candidate(twin).do_not_contact
    assert OptOut.objects.filter(key__in=keys(lab, twin)).count() == 2
    assert {decline.stage for decline in lab.candidate(twin).declines.all()} == {Stage.NEVER}


def test_what_another_source_knows_of_the_same_person_counts_at_once(lab):
    lab.decline()
    lab.read()
    other = Story().candidate("csv", name="K. Park", email="kim@example.com").offer("o", "csv", "open")
    store(other.records())
    lab.read(minutes=1)
    second = lab.world.apply(lab.kim, lab.job)
    lab.world.offer(second.id)
    lab.read(second, minutes=2)
    assert "offer_open" in {why["code"] for why in lab.offer().decline.because}


def test_a_new_record_of_the_same_name_and_employer_makes_it_a_persons_decision(lab):
    lab.kim.company = "Harbour Ltd"
    lab.decline()
    lab.read()
    assert lab.offer().decline.stage == Stage.TO_ASK
    _, other = lab.offered("Kim", "Park", "someone@else.example", company="Harbour")
    lab.decline(other)
    lab.read(other, minutes=1)
    assert "perhaps_same_person" in {why["code"] for why in lab.offer().decline.because}


def test_a_seat_that_closes_closes_it_for_everybody_who_declined_it(lab, django_capture_on_commit_callbacks):
    _, other = lab.offered("Lu", "Other", "lu@example.com")
    lab.decline()
    lab.decline(other)
    lab.read(lab.application, other)
    lab.job.open = False
    lab.read(lab.application, minutes=1)
    assert lab.offer().decline.verdict == "missed"
    declines.judge_stale(lab.house.workspace, TODAY)
    assert lab.offer(other).decline.verdict == "missed"


# --- colleagues


def people(lab, minutes=0) -> bool:
    lab.connection.refresh_from_db()
    with transaction.atomic():
        return take_colleagues(
            lab.connection, list(lab.reader.colleagues()), read_at=NOW + timedelta(minutes=minutes)
        )


def test_whom_the_files_know_is_that_colleague_and_only_ever_leaves(lab):
    Employee.objects.filter(external_id="maya").update(level=5)
    assert people(lab)
    assert lab.connection.colleagues == {str(lab.maya.id): "maya"}
    maya, ada = lab.house.employee("maya"), Employee.objects.get(name="Ada Newman")
    assert (maya.title, maya.level, maya.active) == ("", 5, True)
    assert ada.external_id == f"fake:{lab.ada.id}"
    assert not people(lab)
    lab.world.deactivate(lab.maya.id)
    lab.world.deactivate(lab.ada.id)
    assert people(lab)
    assert not Employee.objects.filter(name__in=["Maya Chen", "Ada Newman"], active=True).exists()
    lab.world.users[lab.maya.id].active = True
    people(lab)
    assert not lab.house.employee("maya").active


def test_who_has_left_is_nobodys_asker_any_more(lab):
    lab.decline()
    lab.read()
    assert lab.offer().decline.first_asker.external_id == "maya"
    lab.world.deactivate(lab.maya.id)
    people(lab, minutes=1)
    declines.judge_stale(lab.house.workspace, TODAY)
    decline = Decline.objects.get(offer=lab.offer())
    assert decline.first_asker is None or decline.first_asker.name == "Ada Newman"


def test_a_file_that_comes_later_knows_ada_and_she_is_one_colleague(lab):
    lab.decline()
    lab.read()
    user = User.objects.create_user("ada@us.example", name="Ada", workspace=lab.house.workspace)
    user.employee = Employee.objects.get(name="Ada Newman")
    user.save()
    lab.house.tell(Story().employee("e77", name="Ada M. Newman", email="ADA@example.org"))
    assert people(lab, minutes=1)
    ada = Employee.objects.get(email__iexact="ada@example.org")
    user.refresh_from_db()
    assert (ada.external_id, ada.name, user.employee) == ("e77", "Ada M. Newman", ada)
    assert Interview.objects.filter(candidate=lab.candidate(), employee=ada).count() == 1
    assert Job.objects.get(external_id=f"fake:{lab.job.id}").hiring_manager_external_id == "e77"
    lab.read(minutes=2)
    assert Interview.objects.filter(candidate=lab.candidate()).count() == 2


def test_of_an_account_nothing_goes_when_it_is_not_told_any_more(lab):
    people(lab)
    del lab.world.users[lab.ada.id]
    assert not people(lab)
    assert Employee.objects.get(name="Ada Newman").active


def keys(lab, person):
    """The keyed hashes of a record of the system."""
    return once.human_keys(lab.candidate(person), lab.house.workspace)


def rows():
    """Every row that a reading may change, but for when it was read."""
    tables = (Candidate, Job, Offer, Interview, Scorecard, Employee, Decline)
    return {
        table: [
            {k: v for k, v in row.items() if k != "read_at"} for row in table.objects.order_by("pk").values()
        ]
        for table in tables
    }


def test_an_empty_reading_changes_nothing(lab):
    before = rows()
    assert lab.take([]) == Taken()
    assert rows() == before


def test_where_another_source_knows_them_too_only_the_record_is_off_limits(lab):
    lab.decline()
    lab.read()
    with_another = (
        Story().candidate("csv", name="Kim Park", email="kim@example.com").offer("o", "csv", "accepted")
    )
    lab.house.tell(with_another)
    lab.world.delete_candidate(lab.kim.id)
    lab.read(minutes=1)
    assert [row.external_id for row in Candidate.objects.filter(name="Kim Park")] == ["csv"]
    assert Erasure.objects.count() == 1
    lab.house.tell(with_another.candidate("csv", current_title="Pilot"))
    assert Candidate.objects.get(external_id="csv").current_title == "Pilot"


def test_whoever_had_us_forget_that_they_were_named_stays_forgotten_under_every_address(lab):
    twin, other = lab.offered("Kim", "Park", "kim.park@work.example")
    lab.decline(other)
    lab.decline()
    lab.read(lab.application, other)
    noor = lab.house.hand()
    asks.start_talking(noor, by=lab.house.maya, now=NOW)
    named = referrals.give(noor, Given("Kim Park", email="kim@example.com"), Terms.NAMED, now=NOW)
    erasure.forget_named(named.vip, now=NOW)
    lab.world.merge(lab.kim.id, twin.id)
    lab.read(lab.application, other, minutes=1)
    listed = set(Erasure.objects.values_list("key", flat=True))
    assert {of_name_only(key) for key in keys(lab, twin)} <= listed
    assert lab.candidate(twin).do_not_contact
