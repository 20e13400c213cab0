"""Somebody named goes into the system for applicants: once, never before their host was in touch, and with nothing
that was said in confidence; and the board follows them.
"""

import dataclasses
import random
import threading
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.db import connection as database
from django_scopes import scope

from ifnotyou.connectors.ats.calls import NotAllowed, NotThere, Rejected
from ifnotyou.connectors.ats.fields import UnreadableRecord
from ifnotyou.connectors.base import ConnectorError, Trouble
from ifnotyou.jobs import tasks
from ifnotyou.models import AuditEvent, Candidate, Connection, Filing, FilingState, Job, Referral, Vip
from ifnotyou.playbook.disclosure import Terms
from ifnotyou.playbook.errors import Refusal
from ifnotyou.playbook.hosting import VipStage
from ifnotyou.queries.ats import exportable
from ifnotyou.queries.names import has_opted_out
from ifnotyou.queries.person import Person
from ifnotyou.sample.ats.world import OfferStep
from ifnotyou.services import ats, erasure, filing, hosting, vips
from ifnotyou.services.person_data import document
from ifnotyou.services.restoring import mark_restored
from tests.atsfake import broken, fake_ats  # noqa: F401 - a fixture
from tests.company import NOW, TODAY, found
from tests.hosted import CONTACT, at, give, named

pytestmark = pytest.mark.django_db

ROUND = timedelta(minutes=10)
KIM = {"email": "kim@example.net", "found_at": "https://www.linkedin.com/in/kim"}
UNCERTAIN = ConnectorError(Trouble.UNCERTAIN, "The line to Fake ATS broke in the middle.", permanent=True)
PERSON_THERE = "https://fake.example.com/people/"


class Killed(BaseException):
    """The process is gone: nothing of ours runs after it."""


def connect(house, there):
    there.connect(house.workspace, writes_back=True, answers={"source": "3"}, colleagues_read_at=NOW)


@pytest.fixture
def far(house, fake_ats):  # noqa: F811
    """The system for applicants, into which people go as "ifnotyou"."""
    connect(house, fake_ats)
    return fake_ats


@pytest.fixture
def told(far, monkeypatch):
    """Everything that the far side is told of people, in the order of the calls."""
    heard = []
    for call in ("find", "create", "complete"):
        whole = getattr(far.connector, call)

        def listen(self, *about, whole=whole):
            heard.append(about[-1])
            return whole(self, *about)

        monkeypatch.setattr(far.connector, call, listen)
    return heard


def file(house, rounds=1, begin=NOW):
    for number in range(rounds):
        filing.file_due(house.workspace, now=begin + number * ROUND)


def people(far):
    return [one.name for one in far.world.candidates.values()]


def the():
    return Filing.objects.select_related("vip").get()


def contacted(house, name="Kim Park", **about):
    return at(house, VipStage.CONTACTED, name, **about)


# --- Whoever is due goes there


def test_whom_a_host_has_written_to_is_there_with_owner_tag_source_and_note(house, far):
    far.world.hire("Jon", "Park", house.jon.email)
    vip = contacted(house, works_at="Birch", **KIM)
    file(house)
    (one,) = far.world.candidates.values()
    assert (one.name, one.emails, one.linkedin, one.company) == (
        "Kim Park",
        [KIM["email"]],
        KIM["found_at"],
        "Birch",
    )
    assert (far.world.sources[one.source], one.tags) == ("ifnotyou", ["VIP (ifnotyou)"])
    assert far.world.users[one.owner].email == house.jon.email
    note = (
        "Kim was suggested to us, and did not apply by a form. Jon is their host and has been in touch with them since "
        "17 June 2026.\n\n"
        "What we tell Kim about how we know of them: “Your name came to us through our anonymous page for Data "
        "Engineer; by design we cannot trace who gave it.” No colleague is to be credited with a referral.\n\n"
        "The same stages and the same bar as for everybody, please, and quick answers. Nobody who was suggested to us "
        "is turned down by a form: talk with Jon before this application ends.\n\n"
        f"Their page, for those who sign in: {settings.PUBLIC_URL}/names/{vip.pk}/"
    )
    assert one.notes == [note]
    assert (the().state, the().person, the().link) == ("done", str(one.id), f"{PERSON_THERE}{one.id}")
    assert AuditEvent.objects.get(verb="filed").noun_id == vip.pk


def test_it_is_said_once_however_often_we_look(house, far):
    contacted(house, **KIM)
    file(house, rounds=20)
    assert people(far) == ["Kim Park"]
    assert far.connector.asked == ["find", "create", "created", "complete"]


def test_the_task_files_and_follows_in_every_workspace(house, far):
    contacted(house, **KIM)
    tasks.file_people.func()
    assert far.connector.asked == ["find", "create", "created", "complete", "standings"]


def test_whoever_is_there_already_is_not_created_but_completed(house, far):
    far.world.add_candidate("Kim", "P", KIM["email"])
    contacted(house, **KIM)
    file(house)
    assert people(far) == ["Kim P"]
    assert [one.tags for one in far.world.candidates.values()] == [["VIP (ifnotyou)"]]
    assert the().state == "done"


def test_who_was_filed_counts_as_handed_over_and_the_file_tells_the_day(house, far, clock, monkeypatch):
    monkeypatch.setattr(filing, "time", SimpleNamespace(monotonic=lambda: 0))
    vip = contacted(house, **KIM)
    file(house, begin=NOW + timedelta(days=1))
    vip.refresh_from_db()
    assert vip.exported_at == NOW + timedelta(days=1)
    assert exportable(house.recruiter) == [vip]
    assert ats.hand_over(house.recruiter, now=NOW + timedelta(days=3))[0][-1] == "2026-06-18"


def test_the_role_goes_along_where_it_is_open_and_comes_from_there(house, told):
    contacted(house, "Kim Park", **KIM)
    Job.objects.update(external_id="fake:77")
    file(house)
    Job.objects.update(status="closed")
    for kind, raw in (("open", "other:77"), ("closed", "fake:77")):
        Filing.objects.all().delete()
        Vip.objects.update(exported_at=None)
        Job.objects.update(status=kind, external_id=raw)
        file(house)
    assert [one.job_id for one in told] == ["77", "77", "77", "", "", "", ""]


def test_a_work_address_stays_with_us(house, told):
    """Nobody is written to at work, and the other system writes to whatever address it has."""
    contacted(house, works_at="Birch", email="kim@birch.com")
    file(house)
    assert [one.email for one in told] == ["", "", ""]


# --- Nobody else does


def opt_out(house, vip):
    Candidate.objects.get_or_create(
        workspace=house.workspace, external_id=f"k{vip.pk}", mailbox=vip.mailbox, do_not_contact=True
    )


def not_now(house, vip):
    hosting.say_not_now(vip, now=NOW)


def hire(house, vip):
    employee = house.employee("sam")
    employee.email = KIM["email"].upper()
    employee.save()


def take_the_word_back(house, vip):
    Referral.objects.filter(vip=vip).update(announced_on=None)


def change(**fields):
    return lambda _house, _vip: Connection.objects.update(**fields)


@pytest.mark.parametrize("stage", [VipStage.NAMED, VipStage.TAKEN, VipStage.PARTED, VipStage.HIRED])
def test_nobody_goes_there_before_a_host_was_in_touch_nor_after_it_ended(house, far, stage):
    at(house, stage, **KIM)
    file(house, rounds=3)
    assert (far.connector.asked, people(far), list(Filing.objects.all())) == ([], [], [])


@pytest.mark.parametrize(
    "why",
    [
        opt_out,
        not_now,
        hire,
        take_the_word_back,
        change(paused=True),
        change(writes_back=False),
        change(answers={}),
        change(answers={"source": ""}),
        change(colleagues_read_at=None),
    ],
)
def test_nobody_goes_there_who_must_not(house, far, why):
    why(house, contacted(house, **KIM))
    file(house, rounds=3)
    assert (far.connector.asked, people(far)) == ([], [])


def test_nobody_of_another_company_goes_there(house, far):
    contacted(house, **KIM)
    other = found("Other")
    with scope(workspace=other.workspace.pk):
        filing.file_due(other.workspace, now=NOW)
        filing.follow(other.workspace, now=NOW)
    assert far.connector.asked == []


def test_who_changes_their_mind_while_we_look_is_not_created(house, far, monkeypatch):
    vip = contacted(house, **KIM)

    def find(self, newcomer):
        opt_out(house, vip)

    monkeypatch.setattr(far.connector, "find", find)
    file(house, rounds=5)
    assert people(far) == []


@pytest.mark.parametrize("seed", range(12))
def test_whatever_hosts_do_in_whatever_order_nobody_is_there_too_early(house, far, monkeypatch, seed):
    """Rule 7, tried hard: at each call about somebody they have a host who was in touch, and may be written to."""
    dice = random.Random(seed)
    hers = [named(house, f"Ada {number}", email=f"a{number}@example.net") for number in range(3)]
    too_early = []

    def look(newcomer):
        vip = Vip.objects.get(pk=newcomer.key.removeprefix("ifnotyou-"))
        early = not vip.host or not vip.contacted_at or vip.stage in {"named", "taken"}
        if early or vip.set_aside or has_opted_out(vip, house.workspace):
            too_early.append(vip.stage)

    for call in ("find", "create", "complete"):
        whole = getattr(far.connector, call)

        def listen(self, *about, whole=whole):
            look(about[-1])
            return whole(self, *about)

        monkeypatch.setattr(far.connector, call, listen)
    deeds = [
        lambda vip, by, now: hosting.take(vip, by=by, now=now),
        lambda vip, by, now: hosting.give_back(vip, by=by, now=now),
        lambda vip, by, now: hosting.hand_on(vip, house.maya, by=by, now=now),
        lambda vip, by, now: hosting.set_aside(vip, dice.choice(["", "off_limits"]), by=by, now=now),
        lambda vip, by, now: vips.say_contacted(vip, CONTACT, by=by, now=now),
        lambda vip, by, now: hosting.say_answered(vip, by=by, now=now),
        lambda vip, by, now: hosting.say_not_now(vip, now=now),
        lambda vip, by, now: opt_out(house, vip),
        lambda vip, by, now: filing.file_due(house.workspace, now=now),
        lambda vip, by, now: filing.follow(house.workspace, now=now),
    ]
    likely = [3, 1, 1, 1, 5, 2, 1, 1, 6, 2]
    for step in range(40):
        far.connector.fails.append(dice.choice([None, None, None, UNCERTAIN, broken()]))
        (deed,), vip = dice.choices(deeds, likely), Vip.objects.get(pk=dice.choice(hers).pk)
        try:
            deed(vip, dice.choice([house.jon, house.maya]), NOW + step * ROUND)
        except Refusal:
            continue
    far.connector.fails.clear()
    file(house, rounds=3, begin=NOW + 40 * ROUND)
    assert too_early == []
    assert len(people(far)) == len(set(people(far)))
    there = {vip.name for vip in Vip.objects.filter(contacted_at__isnull=False)}
    assert set(people(far)) <= there


# --- Once, whatever breaks


@pytest.mark.parametrize("place", range(4))
def test_killed_anywhere_nobody_is_there_twice(house, far, place):
    """Killed while we look, before they are there, after they are there, and while tag and note are put."""
    contacted(house, **KIM)
    far.connector.fails += [None] * place + [Killed()]
    with pytest.raises(Killed):
        file(house)
    file(house, rounds=12, begin=NOW + ROUND)
    if place == 1:
        assert (people(far), the().state) == ([], "uncertain")
        filing.say_not_there(the(), by=house.recruiter)
        file(house, rounds=2, begin=NOW + 20 * ROUND)
    assert (people(far), the().state) == (["Kim Park"], "done")
    (one,) = far.world.candidates.values()
    assert (one.tags, len(one.notes)) == (["VIP (ifnotyou)"], 1)


@pytest.mark.parametrize("error", [UNCERTAIN, UnreadableRecord("Fake ATS, candidates: there is no id.")])
@pytest.mark.parametrize("place", [1, 2])
def test_where_the_line_breaks_in_the_middle_we_only_look(house, far, error, place):
    """Before they were created over there, or after."""
    contacted(house, **KIM)
    far.connector.fails += [None] * place + [error]
    file(house, rounds=30)
    assert far.connector.asked.count("create") == 1
    assert the().state == ("uncertain" if place == 1 else "done")
    assert len(people(far)) == place - 1


@pytest.mark.parametrize("place", [1, 2])
def test_who_cannot_be_looked_for_is_for_a_person(house, far, place):
    contacted(house)
    far.connector.fails += [None] * place + [UNCERTAIN]
    file(house, rounds=30)
    assert the().state == "uncertain"
    assert far.connector.asked.count("create") == 1


def test_who_comes_later_by_themselves_is_looked_for_and_never_created_again(house, far, monkeypatch):
    contacted(house, **KIM)
    monkeypatch.setattr(far.connector, "create", lambda self, newcomer: self.asked.append("create"))
    file(house, rounds=2)
    assert the().state == "creating"
    far.world.add_candidate("Kim", "Park", KIM["email"])
    file(house, rounds=10, begin=NOW + 2 * ROUND)
    assert (the().state, people(far)) == ("done", ["Kim Park"])
    assert far.connector.asked.count("create") == 1


def test_trouble_of_the_system_waits_ever_longer(house, far):
    contacted(house, **KIM)
    far.connector.fails += [broken()] * 4
    file(house, rounds=16)
    assert far.connector.asked.count("find") == 5
    assert the().state == "done"


@pytest.mark.parametrize("error", [broken(), broken(permanent=True)])
def test_what_is_wrong_with_the_system_refuses_nobody_and_ends_the_round(house, far, error):
    for number in range(3):
        contacted(house, f"Ada {number}", email=f"a{number}@example.net")
    far.connector.fails += [error]
    file(house)
    assert far.connector.asked == ["find"]
    assert (the().state, the().problem) == ("waiting", error.text)
    file(house, rounds=3, begin=NOW + ROUND)
    assert len(people(far)) == 3


@pytest.mark.parametrize("place", [1, 3])
def test_what_the_system_refuses_is_told_and_tried_again_by_hand(house, far, place):
    contacted(house, "Kim Park", **KIM)
    contacted(house, "Lee Fox", email="lee@example.net")
    far.connector.fails += [None] * place + [
        Rejected("Fake ATS did not take our call (answer 422).", 422, b"")
    ]
    file(house, rounds=30)
    refused = Filing.objects.get(state="refused")
    assert refused.problem == "Fake ATS did not take our call (answer 422)."
    assert far.connector.asked.count("complete") == (1 if place == 1 else 2)
    filing.try_again(refused, by=house.recruiter)
    file(house, begin=NOW + 40 * ROUND)
    assert sorted(people(far)) == ["Kim Park", "Lee Fox"]
    assert set(Filing.objects.values_list("state", flat=True)) == {"done"}


def test_what_the_key_may_not_do_yet_goes_on_once_it_may(house, far):
    contacted(house, **KIM)
    far.connector.fails += [None, NotAllowed("Fake ATS does not allow this key what we asked for.")]
    file(house)
    assert (the().state, the().problem) == ("waiting", "Fake ATS does not allow this key what we asked for.")
    file(house, rounds=2, begin=NOW + ROUND)
    assert (the().state, the().problem, people(far)) == ("done", "", ["Kim Park"])


def test_who_wants_to_be_left_alone_meanwhile_gets_no_tag_and_no_note(house, far):
    vip = contacted(house, **KIM)
    far.connector.fails += [None] * 3 + [broken()]
    file(house)
    opt_out(house, vip)
    file(house, rounds=5, begin=NOW + ROUND)
    assert (the().state, far.connector.asked.count("complete")) == ("completing", 1)


def test_who_is_gone_before_the_note_was_put_is_for_a_person(house, far):
    contacted(house, **KIM)
    far.connector.fails += [None] * 3 + [NotThere("Fake ATS has no such record.")]
    file(house)
    assert (the().state, the().person, the().problem) == ("uncertain", "", "Fake ATS has no such record.")


@pytest.mark.parametrize("by_file", [True, False])
def test_who_was_handed_over_before_is_looked_for_and_not_created(house, far, by_file):
    """By a file, or by a connection that was removed and made anew."""
    contacted(house, "Kim Park", **KIM)
    contacted(house, "Lee Fox")
    if by_file:
        ats.hand_over(house.recruiter, now=NOW)
        far.world.add_candidate("Kim", "Park", KIM["email"])
        far.world.add_candidate("Lee", "Fox")
    else:
        file(house)
        Connection.objects.all().delete()
        connect(house, far)
    file(house, rounds=20)
    assert sorted(people(far)) == ["Kim Park", "Lee Fox"]
    assert dict(Filing.objects.values_list("vip__name", "state")) == {
        "Kim Park": "done",
        "Lee Fox": "uncertain",
    }


def test_after_a_restore_nobody_is_created_who_may_be_there(house, far):
    vip = contacted(house, "Kim Park", **KIM)
    unknown = contacted(house, "Lee Fox")
    taken = at(house, VipStage.TAKEN, "Ada Lin")
    file(house)
    # What came after the backup is gone here, and not over there.
    Filing.objects.all().delete()
    Vip.objects.update(exported_at=None)
    mark_restored(backup_at=NOW, now=NOW)
    file(house, rounds=20)
    assert sorted(people(far)) == ["Kim Park", "Lee Fox"]
    states = {one.vip: one.state for one in Filing.objects.select_related("vip")}
    assert (states[vip], states[unknown], states[taken]) == ("done", "uncertain", "creating")
    mark_restored(backup_at=NOW, now=NOW)
    assert Filing.objects.count() == 3


@pytest.mark.django_db(transaction=True)
def test_several_workers_at_once_file_everybody_once(house, far):
    for number in range(4):
        contacted(house, f"Ada {number}", email=f"a{number}@example.net")
    together, failed = threading.Barrier(4), []

    def work():
        try:
            with scope(workspace=house.workspace.pk):
                together.wait(timeout=300)
                filing.file_due(house.workspace, now=NOW)
        except Exception as error:  # noqa: BLE001 - told by the test
            failed.append(error)
        finally:
            database.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=300)
    assert failed == []
    assert sorted(people(far)) == [f"Ada {number}" for number in range(4)]
    assert far.connector.asked.count("create") == 4


def test_in_a_round_that_takes_long_nobody_is_taken_up_by_another_one_too(house, far, monkeypatch):
    for name in ("Ada One", "Ada Two"):
        contacted(house, name, email=f"{name[-3:].lower()}@example.net")
    file(house, begin=NOW - ROUND)  # both are there now, and to be completed
    Filing.objects.update(state=FilingState.COMPLETING, tried_at=None)
    seconds, begun = [0], []
    monkeypatch.setattr(filing, "time", SimpleNamespace(monotonic=lambda: sum(seconds)))
    whole = far.connector.complete

    def complete(self, filed, newcomer):
        begun.append(newcomer.name)
        if len(begun) == 1:
            seconds.append(600)  # the other system lets us wait
        elif len(begun) == 2:
            filing.file_due(house.workspace, now=NOW + ROUND)
        whole(self, filed, newcomer)

    monkeypatch.setattr(far.connector, "complete", complete)
    file(house)

    assert begun.count(begun[1]) == 1


# --- What a person says


def uncertain(house, far):
    vip = contacted(house)
    far.connector.fails += [None, UNCERTAIN]
    file(house, rounds=3)
    return the(), vip


def test_a_person_says_that_they_are_there_and_by_which_id(house, far):
    one, vip = uncertain(house, far)
    there = far.world.add_candidate("Kim", "Park")
    filing.say_there(one, person=str(there.id), by=house.recruiter, now=NOW)
    file(house, begin=NOW + 5 * ROUND)
    assert (the().state, there.tags, people(far)) == ("done", ["VIP (ifnotyou)"], ["Kim Park"])
    vip.refresh_from_db()
    assert vip.exported_at == NOW


def test_a_person_says_that_they_are_there_and_does_not_know_the_id(house, far):
    one, _ = uncertain(house, far)
    filing.say_there(one, link="https://fake.example.com/kim", by=house.recruiter, now=NOW)
    before = list(far.connector.asked)
    file(house, rounds=5, begin=NOW + 5 * ROUND)
    filing.follow(house.workspace, now=NOW)
    assert (the().state, the().link, far.connector.asked) == ("done", "https://fake.example.com/kim", before)


def test_what_is_settled_is_not_said_twice(house, far):
    one, _ = uncertain(house, far)
    filing.say_not_there(one, by=house.recruiter)
    for say in (
        lambda: filing.say_not_there(one, by=house.recruiter),
        lambda: filing.say_there(one, by=house.recruiter, now=NOW),
        lambda: filing.try_again(one, by=house.recruiter),
    ):
        with pytest.raises(Refusal):
            say()
    Vip.objects.all().delete()
    with pytest.raises(Refusal, match="no longer here"):
        filing.try_again(one, by=house.recruiter)


# --- Nothing confidential


LEAKS = {
    Terms.CONFIDENTIAL: {"Noor", "Haddad", "Maya"},
    Terms.ANONYMOUS: {"Noor", "Haddad", "Maya"},
    Terms.NAMED: {"Maya"},
    Terms.INTRODUCE: {"Maya"},
}


@pytest.mark.parametrize("terms", LEAKS)
def test_the_far_side_hears_no_more_than_the_person_may(house, told, terms):
    """Noor told Maya, who asked; Jon is the host. Only Noor's name, and only where Noor allowed it."""
    about = {"why": "Repaired the Birch ferry with me: PLANTED.", "works_at": "Birch", **KIM}
    if terms is Terms.INTRODUCE:
        vip = named(house, terms=Terms.NAMED, **about)
        Referral.objects.update(terms=Terms.INTRODUCE)
        hosting.take(vip, by=house.jon, now=NOW)
        vips.say_contacted(vip, CONTACT, by=house.jon, now=NOW)
    else:
        vip = contacted(house, terms=terms, **about)
    vip.letters.create(
        workspace=house.workspace,
        kind="first",
        by=house.jon,
        subject="PLANTED",
        body="PLANTED words",
        state="sent",
    )
    file(house)
    assert len(told) == 3
    heard = " ".join(str(value) for one in told for value in dataclasses.asdict(one).values())
    for word in {*LEAKS[terms], "PLANTED", house.maya.email}:
        assert word.casefold() not in heard.casefold(), word
    assert ("Noor Haddad suggested you" in heard) == (terms in {Terms.NAMED, Terms.INTRODUCE})


def test_of_several_words_the_one_that_may_tell_most_is_told(house, told):
    contacted(house, terms=Terms.NAMED, **KIM)
    Referral.objects.update(announced_on=None)
    give(house, "Kim Park", Terms.ANONYMOUS, announce=False, **KIM)
    Referral.objects.filter(terms=Terms.ANONYMOUS).update(announced_on=TODAY)
    file(house)
    assert "Noor" not in " ".join(one.note for one in told)


def test_nobody_is_named_in_the_log(house, far, caplog):
    contacted(house, **KIM)
    far.connector.fails += [broken()]
    file(house)
    far.connector.fails += [None] * 4 + [broken()]
    file(house, begin=NOW + ROUND)
    filing.follow(house.workspace, now=NOW)
    assert [record.getMessage() for record in caplog.records] == [
        "filing in fake: unreachable",
        "following those in fake: unreachable",
    ]


# --- The source


def test_the_question_of_the_source_suggests_our_own_name_else_referral(house, far):
    connection = Connection.objects.get()
    question = filing.source_question(connection)
    assert question is not None
    assert (question.name, question.answer) == ("source", "3")
    assert [choice.label for choice in question.choices] == [
        "Referral",
        "LinkedIn",
        "ifnotyou",
        "Careers page",
    ]
    del far.world.sources[3]
    assert filing.source_question(connection).answer == "1"
    del far.world.sources[1]
    assert filing.source_question(connection).answer == ""


# --- And back to the board


def filed(house, far, **about):
    vip = contacted(house, **{**KIM, **about})
    file(house)
    (person,) = far.world.candidates.values()
    return vip, far.world.apply(person, far.world.open_job("Data Engineer"))


def follow(house, days):
    filing.follow(house.workspace, now=NOW + timedelta(days=days))


def test_what_happens_there_moves_them_on_the_board(house, far, clock):
    vip, application = filed(house, far)
    follow(house, 1)
    vip.refresh_from_db()
    assert (vip.stage, the().stage) == (VipStage.CONTACTED, "applied")
    far.world.now = NOW + timedelta(days=3)
    far.world.meet(application.id)
    follow(house, 4)
    vip.refresh_from_db()
    assert vip.stage == VipStage.IN_PROCESS
    far.world.offer(application.id)
    far.world.decide(application.id, OfferStep.ACCEPTED)
    for day in (5, 6):
        follow(house, day)
    vip.refresh_from_db()
    assert vip.stage == VipStage.HIRED
    assert AuditEvent.objects.filter(verb__in=["applied", "hired"], actor=None).count() == 2


def test_what_happened_before_we_were_in_touch_moves_nobody(house, far):
    vip, application = filed(house, far)
    far.world.now = NOW - timedelta(days=20)
    far.world.meet(application.id)
    far.world.end(application.id, 6)
    follow(house, 1)
    vip.refresh_from_db()
    assert (vip.stage, the().ended_on) == (VipStage.CONTACTED, None)


@pytest.mark.parametrize("stage", ["met", "hired"])
def test_what_a_person_took_back_stays_until_it_happens_again(house, far, clock, stage):
    vip, application = filed(house, far)

    def happens(day):
        far.world.now = NOW + timedelta(days=day)
        if stage == "met":
            far.world.meet(application.id)
        else:
            application.hired_at = far.world.now

    happens(3)
    follow(house, 4)
    vip.refresh_from_db()
    moved = vip.stage
    clock(NOW + timedelta(days=5))
    hosting.say_back(vip, by=house.jon, now=NOW + timedelta(days=5))
    follow(house, 6)
    vip.refresh_from_db()
    back = vip.stage
    assert (moved, back) == (("in_process", "talking") if stage == "met" else ("hired", "in_process"))
    happens(8)
    follow(house, 9)
    vip.refresh_from_db()
    assert vip.stage == moved


def test_that_an_application_ended_is_kept_and_nothing_is_sent(house, far, mailoutbox):
    vip, application = filed(house, far)
    far.world.now = NOW + timedelta(days=2)
    far.world.end(application.id, 6)
    follow(house, 3)
    vip.refresh_from_db()
    assert (vip.stage, the().ended_on, mailoutbox) == (
        VipStage.CONTACTED,
        (NOW + timedelta(days=2)).date(),
        [],
    )
    far.world.reopen(application.id)
    follow(house, 4)
    assert the().ended_on is None


def test_that_somebody_was_deleted_there_is_told_until_they_are_there_again(house, far):
    _, application = filed(house, far)
    person = far.world.candidates[application.candidate]
    far.world.delete_candidate(person.id)
    follow(house, 1)
    assert (
        the().problem
        == "Fake ATS has no record of them any more: somebody deleted it there, or joined it with another."
    )
    far.world.candidates[person.id] = person
    follow(house, 2)
    assert the().problem == ""


def test_who_was_joined_with_another_there_is_followed_on(house, far):
    _, application = filed(house, far)
    other = far.world.add_candidate("Kim", "Park", "kim.park@example.net")
    far.world.merge(application.candidate, other.id)
    follow(house, 1)
    assert (the().person, the().problem) == (str(other.id), "")
    follow(house, 2)
    assert (the().stage, the().seen_at) == ("applied", NOW + timedelta(days=2))


def test_who_is_gone_there_is_not_looked_for_again_and_again(house, far):
    filed(house, far)
    far.world.candidates.clear()
    far.connector.asked.clear()
    for day in range(5):
        follow(house, day)
    assert far.connector.asked.count("find") == 1


def test_many_are_asked_about_at_once_and_trouble_waits_for_the_next_round(house, far, monkeypatch):
    monkeypatch.setattr(filing, "BATCH", 2)
    for number in range(5):
        contacted(house, f"Ada {number}", email=f"a{number}@example.net")
    file(house)
    far.connector.asked.clear()
    follow(house, 1)
    assert far.connector.asked == ["standings"] * 3
    far.connector.fails += [None, broken()]
    follow(house, 2)
    assert far.connector.asked == ["standings"] * 5
    assert Filing.objects.filter(seen_at=NOW + timedelta(days=2)).count() == 2


def test_nobody_is_followed_with_whom_it_ended_or_where_the_connection_rests(house, far):
    vip, _ = filed(house, far)
    far.connector.asked.clear()
    Connection.objects.update(paused=True)
    follow(house, 1)
    Connection.objects.update(paused=False)
    hosting.part(vip, now=NOW)
    vip.save()
    follow(house, 2)
    assert far.connector.asked == []


# --- Erased


def test_erasing_says_that_there_is_a_record_there_as_well(house, far):
    vip, _ = filed(house, far)
    person = Person(names=[vip])
    told = "There is, or may be, a record of them in Fake ATS as well"
    assert erasure.not_reached(person).startswith(told)
    document_named = document(person, house.workspace, today=TODAY)["named"][0]
    assert document_named["your_record_there_is_in"] == "Fake ATS"
    erasure.erase(person, house.workspace, by=house.steward, now=NOW)
    assert list(Filing.objects.all()) == []


def test_of_whom_came_from_there_it_says_so_too_and_of_nobody_else(house, far):
    candidate = Candidate.objects.get(external_id="noor")
    assert erasure.not_reached(Person(candidates=[candidate])) == ""
    candidate.external_id = "fake:noor"
    assert "Fake ATS" in erasure.not_reached(Person(candidates=[candidate]))


def test_who_is_erased_while_they_go_there_is_in_the_book(house, far, monkeypatch):
    contacted(house, **KIM)
    whole = far.connector.create

    def create(self, newcomer):
        made = whole(self, newcomer)
        Vip.objects.all().delete()
        return made

    monkeypatch.setattr(far.connector, "create", create)
    file(house)
    (person,) = far.world.candidates
    event = AuditEvent.objects.get(verb="filed_though_erased")
    assert event.detail == {"person": str(person)}
