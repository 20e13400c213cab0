"""Who hosts somebody named, what comes next by when, and who hears of it."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django_scopes import scope

from ifnotyou.jobs.worker import run_due_jobs
from ifnotyou.models import (
    AuditEvent,
    Candidate,
    DataRequest,
    Employee,
    Letter,
    OptOut,
    Referral,
    Role,
    User,
    Vip,
)
from ifnotyou.playbook.disclosure import Given, Terms
from ifnotyou.playbook.errors import Refusal
from ifnotyou.playbook.hosting import LetterKind, LetterState, Step, VipStage
from ifnotyou.queries.humans import vip_keys
from ifnotyou.services import hosting, leaving, referrals, restoring, retention, vip_page, vips
from tests.company import NOW, TODAY, found, usual_story
from tests.hosted import at
from tests.hosts import asked, named, told, written_to

DAY = timedelta(days=1)
THURSDAY_NOON = datetime(2026, 6, 18, 12, tzinfo=UTC)
"""One business day after NOW, a Wednesday, for those who work in UTC."""


def story(**job):
    """Sam leads the role, Ana recruits for it; Bo is an executive."""
    return usual_story().job(hiring_manager_id="sam", recruiter_id="ana", **job)


def of(user_or_key):
    return (
        user_or_key if isinstance(user_or_key, User) else User.objects.get(employee__external_id=user_or_key)
    )


def now_of(vip):
    return Vip.objects.get(pk=vip.pk)


def away(key, until=TODAY + 10 * DAY):
    Employee.objects.filter(external_id=key).update(away_until=until)


def everybody_in_utc():
    User.objects.update(timezone="UTC")


# --- Who is proposed


def test_the_minute_a_name_arrives_it_has_a_host_a_clock_and_a_next_step(house):
    house.tell(story())
    vip = named(house)
    sam = of("sam")
    assert (vip.stage, vip.proposed, vip.proposed_because) == ("named", sam, "hiring_manager")
    assert (vip.step, vip.clock_from) == (Step.TAKE, NOW)
    # Wednesday, two in the afternoon in Berlin: Thursday at two.
    assert vip.due_at == vip.first_due_at == datetime(2026, 6, 18, 12, tzinfo=UTC)
    assert (sam.role, sam.zone) == (Role.MEMBER, "Europe/Berlin")


def test_the_book_says_that_the_program_invited_them_and_nobody_else(house):
    house.tell(story())
    named(house)
    (event,) = AuditEvent.objects.filter(verb="invited")
    assert (event.actor, event.noun_id) == (None, of("sam").pk)


@pytest.mark.parametrize(
    ("level", "gone", "who"),
    [
        (8, (), "boss"),
        (8, ("boss",), "sam"),
        (5, ("sam",), "ana"),
        (5, ("sam", "ana"), "recruiter"),
    ],
)
def test_the_next_is_proposed_where_somebody_is_away(house, level, gone, who):
    house.tell(story(level=level))
    for key in gone:
        away(key)
    vip = named(house)
    assert vip.proposed == (house.recruiter if who == "recruiter" else of(who))


@pytest.mark.parametrize(
    "change",
    [{"active": False}, {"email": ""}],
)
def test_whoever_left_or_cannot_be_reached_is_not_proposed(house, change):
    house.tell(story().employee("sam", **change))
    assert named(house).proposed == of("ana")


@pytest.mark.parametrize("change", [{"is_active": False}, {"role": Role.STEWARD}])
def test_whoever_cannot_sign_in_or_only_reads_is_not_proposed(house, change):
    house.tell(story())
    User.objects.create_user("sam@example.org", name="Sam", workspace=house.workspace, **change)
    vip = named(house)
    assert vip.proposed == of("ana")


def test_somebody_whose_address_is_another_companys_user_is_not_proposed(house):
    house.tell(story())
    elsewhere = found("Birch")
    User.objects.create_user("sam@example.org", name="Sam", workspace=elsewhere.workspace)
    with scope(workspace=house.workspace.pk):
        assert named(house).proposed == of("ana")


def test_the_asker_is_proposed_where_they_know_the_work_and_may_be_known(house):
    house.tell(usual_story().employee("maya", department="Data", email="maya@example.org"))
    ask = asked(house)
    open_, quiet = told(ask), told(ask, "Lee Brown", terms=Terms.CONFIDENTIAL)
    referrals.announce(house.workspace, now=NOW)
    assert (open_.proposed, open_.proposed_because) == (house.maya, "asker")
    assert (now_of(quiet).proposed, now_of(quiet).proposed_because) == (house.recruiter, "nobody_else")


def test_the_asker_of_another_department_is_not_proposed(house):
    assert told(asked(house)).proposed == house.recruiter


def test_who_has_no_room_is_passed_over_until_nobody_has(house):
    house.workspace.policy = "[hosting]\nmost_hosted = 1\n"
    house.workspace.save()
    house.tell(story())
    who = [named(house, f"Person {number}").proposed for number in range(5)]
    assert who == [of("sam"), of("ana"), house.recruiter, house.admin, of("sam")]


def test_where_everybody_is_away_nobody_is_proposed_until_somebody_is_back(house, mailoutbox):
    for user in (house.admin, house.recruiter):
        user.employee = Employee.objects.create(
            workspace=house.workspace, external_id=user.name, name=user.name, away_until=TODAY + DAY
        )
        user.save()
    vip = named(house)
    assert (vip.proposed, vip.step, vip.due_at) == (None, Step.TAKE, THURSDAY_NOON)
    for minutes in (10, 20):
        hosting.watch(house.workspace, now=NOW + timedelta(minutes=minutes))
    run_due_jobs()
    assert [mail.subject for mail in mailoutbox].count(
        "A promise to somebody who was named is due soon"
    ) == 2  # each recruiter, once
    hosting.watch(house.workspace, now=NOW + 2 * DAY)
    assert now_of(vip).proposed == house.recruiter


def test_whoever_goes_away_before_taking_it_makes_room_for_the_next(house):
    house.tell(story())
    vip = named(house)
    hosting.watch(house.workspace, now=NOW)
    assert now_of(vip).proposed == of("sam")
    away("sam")
    hosting.watch(house.workspace, now=NOW)
    assert now_of(vip).proposed == of("ana")


def test_whoever_answered_before_anybody_could_see_the_name_has_their_role_when_it_is_seen(house):
    """As after a restored backup: they hold a first message of which it knew nothing."""
    job = house.decline().job
    vip = referrals.intake(Given("Kim Park", email="kim@example.net"), job, Terms.CONFIDENTIAL, TODAY)
    restoring.mark_restored(backup_at=NOW, now=NOW)
    vip_page.want_more(vip, now=NOW)
    hosting.begin(vip, job, asker=None, now=NOW + DAY)

    kim = now_of(vip)
    assert (kim.job, kim.stage, kim.step) == (job, VipStage.TALKING, Step.ANSWER)


def test_a_second_word_for_somebody_changes_nothing(house):
    ask = asked(house)
    vip = told(ask, email="kim@example.net")
    hosting.take(vip, by=house.maya, now=NOW)
    before = Vip.objects.values().get()
    named(house, email="kim@example.net", now=NOW + DAY)
    assert Vip.objects.values().get() == before


def test_who_asked_us_not_to_write_is_set_aside_from_the_start(house, mailoutbox):
    Candidate.objects.create(
        workspace=house.workspace,
        external_id="kim",
        name="Kim",
        mailbox="kim@example.net",
        do_not_contact=True,
    )
    vip = named(house, email="kim@example.net")
    assert (vip.set_aside, vip.proposed, vip.step, vip.due_at) == ("opted_out", None, "", None)
    run_due_jobs()
    assert not any("host" in mail.subject for mail in mailoutbox)


def test_somebody_who_was_written_to_before_there_were_hosts_is_not_begun_anew(house):
    vip = named(house)
    Vip.objects.update(
        clock_from=None,
        due_at=None,
        step="",
        contacted_at=NOW - DAY,
        contacted_by=house.maya,
        came_on=TODAY - DAY,
    )
    named(house)  # another entry of that name
    hosting.begin(vip, vip.job, asker=None, now=NOW)
    vip.refresh_from_db()
    assert (vip.stage, vip.host, vip.step) == ("contacted", house.maya, Step.WAIT)


# --- Taking, giving back, handing on


def test_taken_with_one_tap_it_is_theirs_to_write(house):
    vip = hosting.take(named(house), by=house.maya, now=NOW)
    assert (vip.stage, vip.host, vip.taken_at, vip.step) == ("taken", house.maya, NOW, Step.WRITE)
    assert hosting.take(vip, by=house.maya, now=NOW + DAY).taken_at == NOW  # a double click
    assert AuditEvent.objects.filter(verb="hosts").count() == 1


def test_the_clock_runs_from_when_the_name_came_by_the_calendar_of_who_takes_it(house):
    everybody_in_utc()
    vip = named(house)
    assert vip.due_at == THURSDAY_NOON
    User.objects.filter(pk=house.maya.pk).update(timezone="Pacific/Auckland")
    house.maya.refresh_from_db()
    vip = hosting.take(vip, by=house.maya, now=NOW + timedelta(hours=3))
    # There it was Thursday, midnight: counted from nine, so Friday at nine.
    assert vip.due_at == vip.first_due_at == datetime(2026, 6, 18, 21, tzinfo=UTC)


def test_a_promise_that_is_broken_stays_broken_whoever_takes_it(house):
    everybody_in_utc()
    vip = named(house)
    User.objects.filter(pk=house.maya.pk).update(timezone="Pacific/Auckland")
    house.maya.refresh_from_db()
    vip = hosting.take(vip, by=house.maya, now=THURSDAY_NOON)
    assert vip.due_at == vip.first_due_at == THURSDAY_NOON


def test_nobody_is_made_late_by_their_own_calendar(house):
    User.objects.update(timezone="Pacific/Auckland")
    vip = named(house, now=datetime(2026, 6, 17, 20, tzinfo=UTC))  # Thursday at eight, there
    assert vip.due_at == datetime(2026, 6, 18, 21, tzinfo=UTC)
    User.objects.filter(pk=house.maya.pk).update(timezone="Pacific/Kiritimati")  # two hours ahead of them
    house.maya.refresh_from_db()
    vip = hosting.take(vip, by=house.maya, now=datetime(2026, 6, 18, 20, 30, tzinfo=UTC))
    assert vip.due_at == datetime(2026, 6, 18, 21, tzinfo=UTC)


def test_of_two_who_take_it_the_second_is_told_kindly(house):
    vip = named(house)
    hosting.take(vip, by=house.maya, now=NOW)
    with pytest.raises(Refusal, match="have a host already"):
        hosting.take(vip, by=house.jon, now=NOW)
    assert now_of(vip).host == house.maya


@pytest.mark.django_db(transaction=True)
def test_of_two_who_take_it_at_the_same_moment_one_does(clock):
    house = found()
    with scope(workspace=house.workspace.pk):
        vip = named(house)
    start, outcomes = threading.Barrier(2), []

    def take(user):
        try:
            with scope(workspace=house.workspace.pk):
                start.wait()
                hosting.take(vip, by=user, now=NOW)
            outcomes.append("taken")
        except Refusal as refusal:
            outcomes.append(refusal.code)
        finally:
            connection.close()

    both = [threading.Thread(target=take, args=[user]) for user in (house.maya, house.jon)]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()
    assert sorted(outcomes) == ["stage", "taken"]


def test_given_back_the_next_is_proposed_and_the_clock_runs_on(house):
    house.tell(story())
    vip = named(house)
    hosting.take(vip, by=of("sam"), now=NOW)
    vip = hosting.give_back(vip, by=of("sam"), now=NOW + timedelta(hours=2))
    assert (vip.stage, vip.host, vip.proposed, vip.step) == ("named", None, of("ana"), Step.TAKE)
    assert vip.due_at == datetime(2026, 6, 18, 12, tzinfo=UTC)


def test_who_is_proposed_may_say_no_once(house):
    house.tell(story())
    vip = named(house)
    assert hosting.give_back(vip, by=of("sam"), now=NOW).proposed == of("ana")
    with pytest.raises(Refusal, match="Nobody is their host yet"):
        hosting.give_back(vip, by=of("sam"), now=NOW)  # a double click
    assert now_of(vip).proposed == of("ana")


def test_where_there_is_nobody_else_it_is_proposed_to_them_again(house):
    User.objects.exclude(pk=house.admin.pk).update(is_active=False)
    vip = hosting.give_back(named(house), by=house.admin, now=NOW)
    assert vip.proposed == house.admin


@pytest.mark.parametrize("taken", [False, True])
def test_handed_on_it_is_theirs(house, taken):
    vip = named(house)
    if taken:
        hosting.take(vip, by=house.maya, now=NOW)
    vip = hosting.hand_on(vip, house.jon, by=house.recruiter, now=NOW)
    assert (vip.host, vip.proposed)[not taken] == house.jon
    assert (vip.stage, vip.step) == (("taken", Step.WRITE) if taken else ("named", Step.TAKE))


def test_what_is_due_to_somebody_we_talk_with_stays_due_when_they_are_handed_on(house):
    vip = written_to(named(house), house.maya)
    hosting.say_answered(vip, by=house.maya, now=NOW)
    due = now_of(vip).due_at
    Vip.objects.update(host_told_at=NOW, recruiter_told_at=NOW)
    vip = hosting.hand_on(vip, house.jon, by=house.maya, now=NOW + timedelta(hours=1))
    assert (vip.host, vip.due_at, vip.step) == (house.jon, due, Step.ANSWER)
    assert (vip.host_told_at, vip.recruiter_told_at) == (None, NOW)  # Jon has not heard of it


def test_nobody_is_handed_on_to_somebody_who_is_not_there(house):
    vip = named(house)
    away("jon")
    house.jon.refresh_from_db()
    User.objects.filter(pk=house.maya.pk).update(is_active=False)
    house.maya.refresh_from_db()
    for gone in (User.objects.get(pk=house.jon.pk), house.maya, house.steward):
        with pytest.raises(Refusal, match="not there"):
            hosting.hand_on(vip, gone, by=house.recruiter, now=NOW)


# --- The way


def test_the_way_from_the_first_message_to_the_first_day(house):
    vip = written_to(hosting.take(named(house), by=house.maya, now=NOW), house.maya)
    assert (vip.stage, vip.step) == ("contacted", Step.WAIT)
    assert vip.due_at == datetime(2026, 8, 16, 5, tzinfo=UTC)  # when the name goes by itself
    vip = hosting.say_answered(vip, by=house.maya, now=NOW)
    assert (vip.stage, vip.step, vip.due_at) == ("talking", Step.ANSWER, THURSDAY_NOON)
    vip = hosting.plan(vip, " Lunch ", NOW + 3 * DAY, theirs=False, by=house.maya, now=NOW)
    assert (vip.step, vip.step_words, vip.due_at) == (Step.OWN, "Lunch", NOW + 3 * DAY)
    vip = hosting.plan(vip, "They send their CV", NOW + 5 * DAY, theirs=True, by=house.maya, now=NOW)
    assert vip.step == Step.WAIT
    vip = hosting.say_applied(vip, by=house.maya, now=NOW)
    assert (vip.stage, vip.applied_on, vip.step) == ("in_process", TODAY, Step.OWN)
    vip = hosting.say_hired(vip, by=house.maya, now=NOW)
    assert (vip.stage, vip.hired_on, vip.step, vip.due_at) == ("hired", TODAY, "", None)


def test_slips_are_taken_back_one_stage_at_a_time_and_no_further(house):
    vip = written_to(named(house), house.maya)
    for say in (hosting.say_answered, hosting.say_applied, hosting.say_hired):
        vip = say(vip, by=house.maya, now=NOW)
    assert hosting.say_back(vip, by=house.maya, now=NOW).stage == "in_process"
    vip = hosting.say_back(vip, by=house.maya, now=NOW)
    assert (vip.stage, vip.applied_on, vip.hired_on, vip.closed_on) == ("talking", None, None, None)
    with pytest.raises(Refusal):
        hosting.say_back(vip, by=house.maya, now=NOW)
    vip = hosting.say_silent(vip, by=house.maya, now=NOW)
    assert (vip.stage, vip.answered_on, vip.step) == ("contacted", None, Step.WAIT)


BEFORE = [VipStage.NAMED, VipStage.TAKEN]


@pytest.mark.parametrize("stage", BEFORE)
@pytest.mark.parametrize("say", ["say_answered", "say_silent", "say_applied", "say_hired", "say_back"])
def test_before_anybody_has_written_nothing_can_be_said(house, stage, say):
    vip = named(house)
    if stage == VipStage.TAKEN:
        hosting.take(vip, by=house.maya, now=NOW)
    with pytest.raises(Refusal):
        getattr(hosting, say)(vip, by=house.maya, now=NOW)
    with pytest.raises(Refusal):
        hosting.part(now_of(vip), now=NOW)
    with pytest.raises(Refusal, match="first message"):
        hosting.plan(vip, "", NOW + DAY, theirs=False, by=house.maya, now=NOW)
    assert now_of(vip).stage == stage


@pytest.mark.parametrize("say", ["say_silent", "say_back"])
def test_a_slip_that_was_none_is_refused(house, say):
    vip = written_to(named(house), house.maya)
    with pytest.raises(Refusal):
        getattr(hosting, say)(vip, by=house.maya, now=NOW)


@pytest.mark.parametrize("when", [NOW, NOW - DAY, NOW + 91 * DAY])
def test_a_next_step_has_a_date_that_can_be_kept(house, when):
    vip = written_to(named(house), house.maya)
    with pytest.raises(Refusal, match="Choose a day"):
        hosting.plan(vip, "", when, theirs=False, by=house.maya, now=NOW)


def test_whoever_writes_after_a_goodbye_is_talked_with_again(house):
    vip = written_to(named(house), house.maya)
    hosting.part(vip, now=NOW)
    vip.save()
    leaving.switch_off(house.maya, by=house.admin, now=NOW)  # their host has left meanwhile
    vip = hosting.say_answered(vip, by=None, now=NOW + 30 * DAY)
    assert (vip.stage, vip.closed_on, vip.step, vip.host) == ("talking", None, Step.ANSWER, house.admin)


def test_where_they_do_not_come_back_the_host_looks_what_now_and_nobody_writes_to_them(house, mailoutbox):
    everybody_in_utc()
    vip = written_to(named(house), house.maya)
    hosting.plan(vip, "They think it over", NOW + DAY, theirs=True, by=house.maya, now=NOW)
    hosting.watch(house.workspace, now=NOW + DAY - timedelta(minutes=1))
    assert now_of(vip).step == Step.WAIT
    hosting.watch(house.workspace, now=NOW + DAY)
    vip = now_of(vip)
    assert (vip.step, vip.due_at) == (Step.OWN, NOW + 2 * DAY)
    assert vip.step_words


def test_a_name_that_is_frozen_stays_with_its_host_when_its_day_has_come(house):
    vip = written_to(named(house), house.maya)
    DataRequest.objects.create(workspace=house.workspace, vip=vip, opened_on=TODAY, due_on=TODAY + 30 * DAY)
    late = datetime(2026, 8, 17, 5, tzinfo=UTC)
    retention.run(house.workspace, now=late)
    hosting.watch(house.workspace, now=late)
    assert now_of(vip).step == Step.OWN
    assert now_of(vip).due_at > late


# --- Set aside


@pytest.mark.parametrize("taken", [False, True])
def test_set_aside_nobody_hosts_them_and_nothing_is_due_until_it_is_taken_back(house, taken):
    vip = named(house)
    if taken:
        hosting.take(vip, by=house.maya, now=NOW)
    vip = hosting.set_aside(vip, "off_limits", by=house.recruiter, now=NOW)
    assert (vip.set_aside, vip.stage, vip.host, vip.proposed) == ("off_limits", "named", None, None)
    assert (vip.step, vip.due_at) == ("", None)
    with pytest.raises(Refusal, match="set aside"):
        hosting.take(vip, by=house.maya, now=NOW)
    with pytest.raises(Refusal, match="set aside"):
        hosting.hand_on(vip, house.jon, by=house.recruiter, now=NOW)
    hosting.watch(house.workspace, now=NOW + 20 * DAY)
    assert now_of(vip).proposed is None

    vip = hosting.set_aside(vip, "", by=house.recruiter, now=NOW + DAY)
    assert (vip.set_aside, vip.proposed, vip.step) == ("", house.recruiter, Step.TAKE)
    assert vip.clock_from == NOW + DAY
    assert vip.due_at == NOW + 2 * DAY


def test_to_take_up_again_what_was_not_set_aside_changes_nothing(house):
    vip = hosting.take(named(house), by=house.maya, now=NOW)
    assert hosting.set_aside(vip, "", by=house.recruiter, now=NOW).host == house.maya


def test_setting_aside_is_no_way_to_be_rid_of_somebody(house):
    vip = named(house)
    with pytest.raises(Refusal, match="no reason"):
        hosting.set_aside(vip, "not_good_enough", by=house.recruiter, now=NOW)
    written_to(vip, house.maya)
    with pytest.raises(Refusal, match="personal note"):
        hosting.set_aside(vip, "off_limits", by=house.recruiter, now=NOW)


# --- Leaving


@pytest.mark.parametrize("how", ["switch_off", "change_role"])
def test_whoever_can_host_no_more_leaves_nobody_behind(house, how):
    hosted = hosting.take(named(house, "Kim Park"), by=house.recruiter, now=NOW)
    talking = written_to(named(house, "Lee Brown"), house.recruiter)
    proposed = named(house, "Ana Silva")
    Vip.objects.filter(pk=proposed.pk).update(proposed=house.recruiter)
    if how == "switch_off":
        leaving.switch_off(house.recruiter, by=house.admin, now=NOW)
    else:
        leaving.change_role(house.recruiter, Role.STEWARD, by=house.admin, now=NOW)
    assert {now_of(hosted).host, now_of(talking).host, now_of(proposed).proposed} == {house.admin}
    assert now_of(hosted).due_at == hosted.due_at


def test_an_admin_who_switches_themselves_off_leaves_them_to_whoever_recruits(house):
    other = User.objects.create_user(
        "ada@acme.example.org", name="Ada", role=Role.ADMIN, workspace=house.workspace
    )
    vip = hosting.take(named(house), by=house.admin, now=NOW)
    leaving.switch_off(house.admin, by=house.admin, now=NOW)
    assert now_of(vip).host == house.recruiter
    assert other.is_active


def test_who_becomes_a_recruiter_keeps_whom_they_host(house):
    vip = hosting.take(named(house), by=house.maya, now=NOW)
    leaving.change_role(house.maya, Role.RECRUITER, by=house.admin, now=NOW)
    assert now_of(vip).host == house.maya


# --- Words taken back


def test_with_the_last_word_that_may_be_seen_the_clock_stops_until_the_next_is_announced(house):
    ask = asked(house)
    vip = told(ask, email="kim@example.net")
    hosting.take(vip, by=house.maya, now=NOW)
    Letter.objects.create(
        workspace=house.workspace, vip=vip, kind=LetterKind.FIRST, by=house.maya, body="Noor said"
    )
    quiet = referrals.intake(Given("Kim", email="kim@example.net"), vip.job, Terms.CONFIDENTIAL, TODAY)
    referrals.keep(quiet, vip.job, Terms.CONFIDENTIAL, "", TODAY)
    assert quiet == vip

    referrals.take_back(ask, now=NOW)
    vip = now_of(vip)
    assert (vip.stage, vip.host, vip.proposed, vip.clock_from, vip.due_at) == (
        "named",
        None,
        None,
        None,
        None,
    )
    assert not Letter.objects.exists()
    referrals.announce(house.workspace, now=NOW + DAY)
    assert now_of(vip).clock_from == NOW + DAY
    assert now_of(vip).proposed == house.recruiter


def test_who_was_proposed_because_they_asked_is_not_once_that_word_is_taken_back(house):
    house.tell(usual_story().employee("maya", department="Data", email="maya@example.org"))
    ask = asked(house)
    vip = told(ask, email="kim@example.net")
    named(house, email="kim@example.net")
    assert now_of(vip).proposed == house.maya
    referrals.take_back(ask, now=NOW)
    assert (now_of(vip).proposed, now_of(vip).proposed_because) == (house.recruiter, "nobody_else")
    assert now_of(vip).due_at is not None


def test_whoever_took_it_keeps_it_when_one_of_two_words_is_taken_back(house):
    ask = asked(house)
    vip = told(ask, email="kim@example.net")
    named(house, email="kim@example.net")
    hosting.take(vip, by=house.jon, now=NOW)
    referrals.take_back(ask, now=NOW)
    assert (now_of(vip).host, now_of(vip).stage) == (house.jon, "taken")


@pytest.mark.parametrize("state", [LetterState.TAKEN, LetterState.SENDING, LetterState.UNCERTAIN])
def test_what_may_have_been_read_already_is_not_taken_back(house, state):
    ask = asked(house)
    vip = hosting.take(told(ask), by=house.maya, now=NOW)
    Letter.objects.create(
        workspace=house.workspace, vip=vip, kind=LetterKind.FIRST, by=house.maya, state=state
    )
    with pytest.raises(Refusal, match="in touch"):
        referrals.take_back(ask, now=NOW)
    assert Vip.objects.exists()


# --- Two that are one


def two(house):
    return named(house, "Kim Park"), named(house, "Kim Park", works_at="Birch")


@pytest.mark.parametrize("turned", [False, True])
def test_joined_the_host_of_either_stays_with_the_earlier_promise(house, turned):
    everybody_in_utc()
    early = named(house, "Kim Park")
    late = hosting.take(
        named(house, "Kim Park", works_at="Birch", now=NOW + DAY), by=house.maya, now=NOW + DAY
    )
    vip = vips.join(late, early, by=house.admin) if turned else vips.join(early, late, by=house.admin)
    vip.refresh_from_db()
    assert (vip.stage, vip.host, vip.step) == ("taken", house.maya, Step.WRITE)
    assert vip.clock_from == NOW
    assert vip.due_at == vip.first_due_at == THURSDAY_NOON


@pytest.mark.parametrize("turned", [False, True])
def test_joined_with_somebody_to_whom_nobody_may_write_nobody_writes(house, turned):
    one, other = two(house)
    hosting.take(one, by=house.maya, now=NOW)
    hosting.set_aside(other, "colleague", by=house.admin, now=NOW)
    vip = vips.join(other, one, by=house.admin) if turned else vips.join(one, other, by=house.admin)
    vip.refresh_from_db()
    assert (vip.set_aside, vip.stage, vip.host, vip.step, vip.due_at) == (
        "colleague",
        "named",
        None,
        "",
        None,
    )


def test_joined_with_somebody_of_before_the_hosts_all_is_as_with_the_other(house):
    old, new = two(house)
    Vip.objects.filter(pk=old.pk).update(
        clock_from=None, due_at=None, step="", proposed=None, first_due_at=None
    )
    vip = vips.join(now_of(old), new, by=house.admin)
    vip.refresh_from_db()
    assert (vip.proposed, vip.step, vip.due_at) == (new.proposed, Step.TAKE, new.due_at)


def test_joined_a_draft_goes_along(house):
    one, other = two(house)
    hosting.take(other, by=house.maya, now=NOW)
    letter = Letter.objects.create(workspace=house.workspace, vip=other, kind=LetterKind.FIRST, by=house.maya)
    assert vips.join(one, other, by=house.admin) == Letter.objects.get().vip
    assert Letter.objects.get() == letter


@pytest.mark.parametrize("state", [LetterState.TAKEN, LetterState.SENDING, LetterState.UNCERTAIN])
@pytest.mark.parametrize("turned", [False, True])
def test_nobody_is_joined_while_a_message_may_be_on_its_way(house, state, turned):
    one, other = two(house)
    Letter.objects.create(workspace=house.workspace, vip=other, kind=LetterKind.FIRST, state=state)
    with pytest.raises(Refusal, match="on its way"):
        vips.join(*((one, other) if turned else (other, one)), by=house.admin)


@pytest.mark.parametrize("stage", ["contacted", "talking", "in_process", "parted"])
@pytest.mark.parametrize("turned", [False, True])
def test_joined_who_was_introduced_as_the_other_is_owed_an_answer_when_it_was_promised(
    house, introduction, stage, turned
):
    everybody_in_utc()
    known = at(house, VipStage(stage), works_at="Birch")
    came = arrive(introduction, house.recruiter)
    promised = now_of(came).due_at
    vip = now_of(vips.join(came, known, by=house.admin) if turned else vips.join(known, came, by=house.admin))
    assert vip.pk == known.pk
    assert vip.stage == ("in_process" if stage == "in_process" else "talking")
    if stage in {"contacted", "parted"}:  # it was their turn, or nobody's
        assert (vip.step, vip.due_at) == (Step.ANSWER, promised)
    else:  # something is promised earlier, and stays
        assert (vip.step, vip.due_at) == (known.step, known.due_at)
    assert (vip.answered_on, vip.closed_on) == (TODAY + DAY, None)


@pytest.mark.parametrize("turned", [False, True])
def test_joined_with_a_name_that_only_waits_nothing_is_owed_to_who_has_the_word(house, turned):
    known = at(house, VipStage.CONTACTED, works_at="Birch")
    other = named(house, "Kim Park")
    vip = now_of(
        vips.join(other, known, by=house.admin) if turned else vips.join(known, other, by=house.admin)
    )
    assert (vip.stage, vip.step, vip.due_at) == ("contacted", Step.WAIT, known.due_at)


# --- Introductions


@pytest.fixture
def introduction(house):
    ask = asked(house)
    return referrals.give(ask, Given(""), Terms.INTRODUCE, now=NOW)


def arrive(introduction, by, name="Kim Park", now=NOW + DAY, **about):
    return referrals.introduction_arrived(introduction, Given(name, **about), by=by, now=now)


def test_an_introduction_is_expected_silently(house, introduction, mailoutbox):
    run_due_jobs()
    mailoutbox.clear()
    assert introduction.expected_on == TODAY + timedelta(days=14)
    for days in range(60):
        hosting.watch(house.workspace, now=NOW + days * DAY)
        run_due_jobs()
    assert mailoutbox == []


def test_when_it_arrives_the_clock_starts_and_the_asker_who_is_in_copy_is_proposed(house, introduction):
    vip = arrive(introduction, house.recruiter, email="kim@example.net", why="They met at the ferry office.")
    introduction.refresh_from_db()
    assert (introduction.vip, introduction.arrived_on) == (vip, TODAY + DAY)
    assert introduction.why == "They met at the ferry office."
    vip = now_of(vip)
    assert (vip.stage, vip.proposed, vip.proposed_because) == ("named", house.maya, "asker")
    assert (vip.clock_from, vip.step, vip.came_on) == (NOW + DAY, Step.TAKE, TODAY + DAY)
    vip = hosting.take(vip, by=house.maya, now=NOW + DAY)
    assert (vip.step, vip.due_at) == (Step.ANSWER, NOW + 2 * DAY)


def test_whoever_records_it_is_not_told_what_they_know(house, introduction, mailoutbox):
    run_due_jobs()
    mailoutbox.clear()
    arrive(introduction, house.maya)
    run_due_jobs()
    assert {mail.to[0] for mail in mailoutbox} == {house.admin.email, house.recruiter.email}
    assert not any("Kim" in mail.body + mail.subject for mail in mailoutbox)


def test_a_second_arrival_is_refused_kindly_and_another_introduction_may_follow(house, introduction):
    arrive(introduction, house.maya)
    with pytest.raises(Refusal, match="on record already"):
        arrive(introduction, house.maya, "Lee Brown")
    again = referrals.give(introduction.ask, Given(""), Terms.INTRODUCE, now=NOW)
    assert again != introduction
    assert arrive(again, house.recruiter, "Lee Brown").name == "Lee Brown"


def test_an_introduction_that_was_taken_back_or_is_none_cannot_arrive(house, introduction):
    other = Referral.objects.get(vip=told(introduction.ask, "Lee Brown"))
    referrals.take_back(introduction.ask, now=NOW)
    for one in (introduction, other):
        with pytest.raises(Refusal, match="no longer expected"):
            arrive(one, house.maya)


def test_nobody_is_introduced_without_a_name(house, introduction):
    with pytest.raises(Refusal, match="name is needed"):
        arrive(introduction, house.maya, "")


def test_once_it_has_arrived_it_is_not_the_givers_to_take_back(house, introduction):
    vip = arrive(introduction, house.maya)
    with pytest.raises(Refusal, match="in touch"):
        referrals.take_back(introduction.ask, now=NOW)
    with pytest.raises(Refusal, match="in touch"):
        told(introduction.ask, "Kim Park", terms=Terms.CONFIDENTIAL)
    assert now_of(vip).clock_from


def test_of_somebody_who_asked_us_to_keep_nothing_only_the_arrival_is_kept(house, introduction):
    gone = Vip(workspace=house.workspace, name="Kim", email="kim@example.net", mailbox="kim@example.net")
    for key in vip_keys(gone, house.workspace):
        OptOut.objects.create(workspace=house.workspace, key=key)
    assert arrive(introduction, house.maya, email="kim@example.net") is None
    introduction.refresh_from_db()
    assert (introduction.vip, introduction.arrived_on, introduction.why) == (None, TODAY + DAY, "")
    assert not Vip.objects.exists()


@pytest.mark.parametrize("stage", ["taken", "contacted", "parted", "set aside", "hired"])
def test_somebody_we_know_already_is_answered_by_whoever_hosts_them(house, introduction, stage):
    vip = named(house, email="kim@example.net")
    if stage == "set aside":
        hosting.set_aside(vip, "off_limits", by=house.admin, now=NOW)
    else:
        hosting.take(vip, by=house.jon, now=NOW)
    if stage in {"contacted", "parted", "hired"}:
        vip = written_to(vip, house.jon)
    if stage == "parted":
        hosting.part(vip, now=NOW)
        vip.save()
    if stage == "hired":
        hosting.say_applied(vip, by=house.jon, now=NOW)
        hosting.say_hired(vip, by=house.jon, now=NOW)
    arrive(introduction, house.maya, email="kim@example.net")
    vip = now_of(vip)
    assert (vip.stage, vip.step, vip.host, vip.proposed) == {
        "taken": ("taken", Step.ANSWER, house.jon, vip.proposed),
        "contacted": ("talking", Step.ANSWER, house.jon, vip.proposed),
        "parted": ("talking", Step.ANSWER, house.jon, vip.proposed),
        "set aside": ("named", Step.TAKE, None, house.maya),
        "hired": ("hired", "", house.jon, vip.proposed),
    }[stage]
    assert vip.set_aside == ""


def test_an_introduction_that_never_comes_goes_with_its_ask_and_one_that_came_stays(house, introduction):
    came = referrals.give(introduction.ask, Given("Lee Brown"), Terms.NAMED, now=NOW)
    written_to(came.vip, house.maya)
    hosting.say_answered(came.vip, by=house.maya, now=NOW)
    retention.run(house.workspace, now=NOW + 220 * DAY)
    assert list(Referral.objects.values_list("terms", "ask")) == [("named", None)]


# --- Gone in between


def test_what_is_gone_is_told_kindly(house):
    vip = named(house)
    Vip.objects.all().delete()
    for act in (
        lambda: hosting.take(vip, by=house.maya, now=NOW),
        lambda: hosting.hand_on(vip, house.jon, by=house.maya, now=NOW),
        lambda: hosting.say_answered(vip, by=house.maya, now=NOW),
    ):
        with pytest.raises(Refusal, match="no longer here"):
            act()
