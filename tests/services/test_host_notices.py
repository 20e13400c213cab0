"""Before a promise breaks its host hears, then whoever recruits, once each; the person named never does."""

from datetime import UTC, datetime, timedelta

import pytest

from ifnotyou.jobs.worker import run_due_jobs
from ifnotyou.models import Employee, User, Vip
from ifnotyou.services import hosting
from tests.company import NOW, TODAY
from tests.hosts import asked, named, told, written_to

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
MAYA, RECRUITER, ADMIN = (f"{name}@acme.example.org" for name in ("maya", "recruiter", "admin"))
ASKED_TO = "Somebody was named to us: will you be their host?"
SOON, VERY_SOON = "A promise of yours is due soon", "A promise to somebody who was named is due soon"


@pytest.fixture(autouse=True)
def _in_utc(house):
    User.objects.update(timezone="UTC")
    house.maya.refresh_from_db()


def sent(mailoutbox):
    """Who got what since the last time one looked."""
    run_due_jobs()
    found = [(*mail.to, mail.subject) for mail in mailoutbox]
    mailoutbox.clear()
    return found


def week(house, mailoutbox, start=NOW, hours=24 * 7):
    """By hour, who is told what, with the calendar's ten minutes as an hour."""
    told_by = {}
    for hour in range(hours):
        hosting.watch(house.workspace, now=start + hour * HOUR)
        if heard := sent(mailoutbox):
            told_by[hour] = heard
    return told_by


@pytest.fixture
def hosted(house, mailoutbox):
    """Maya has taken it on Wednesday noon; due on Thursday noon."""
    vip = hosting.take(named(house), by=house.maya, now=NOW)
    sent(mailoutbox)
    return vip


def test_the_host_hears_three_working_hours_before_and_the_recruiters_one_each_once(
    house, mailoutbox, hosted
):
    assert week(house, mailoutbox) == {
        21: [(MAYA, SOON)],  # Thursday at nine
        23: [(RECRUITER, VERY_SOON), (ADMIN, VERY_SOON)],
    }


def test_over_a_weekend_they_hear_in_working_time(house, mailoutbox):
    friday = datetime(2026, 6, 19, 16, tzinfo=UTC)
    vip = named(house, now=friday)
    hosting.take(vip, by=house.maya, now=friday)
    Vip.objects.update(due_at=datetime(2026, 6, 22, 10, tzinfo=UTC))
    sent(mailoutbox)
    assert {hour: heard[0] for hour, heard in week(house, mailoutbox, friday).items()} == {
        0: (MAYA, SOON),  # an hour and a half of Friday, and one of Monday
        65: (RECRUITER, VERY_SOON),  # Monday at nine
    }


def test_after_days_without_a_worker_the_host_is_still_told_first(house, mailoutbox, hosted):
    hosting.watch(house.workspace, now=NOW + 5 * DAY)
    assert sent(mailoutbox) == [(MAYA, SOON), (RECRUITER, VERY_SOON), (ADMIN, VERY_SOON)]
    hosting.watch(house.workspace, now=NOW + 6 * DAY)
    assert sent(mailoutbox) == []


@pytest.mark.parametrize(("host", "recruiter"), [(1, 3), (0, 0), (2, 2)])
def test_however_the_hours_are_set_the_host_is_not_told_last(house, mailoutbox, hosted, host, recruiter):
    house.workspace.policy = f"[hosting]\nhost_hears_hours = {host}\nrecruiter_hears_hours = {recruiter}\n"
    house.workspace.save()
    heard = [one for heard in week(house, mailoutbox).values() for one in heard]
    assert heard == [(MAYA, SOON), (RECRUITER, VERY_SOON), (ADMIN, VERY_SOON)]


def test_whose_promise_is_kept_hears_nothing(house, mailoutbox, hosted):
    written_to(hosted, house.maya)
    assert week(house, mailoutbox) == {}


def test_kept_between_the_warning_and_its_mail_nobody_is_told(house, mailoutbox, hosted):
    hosting.watch(house.workspace, now=NOW + DAY)
    vip = written_to(hosted, house.maya, now=NOW + DAY)
    hosting.say_answered(vip, by=house.maya, now=NOW + DAY)
    assert sent(mailoutbox) == []


def test_the_next_step_has_warnings_of_its_own(house, mailoutbox, hosted):
    hosting.watch(house.workspace, now=NOW + DAY)
    sent(mailoutbox)
    vip = written_to(hosted, house.maya, now=NOW + DAY)
    hosting.say_answered(vip, by=house.maya, now=NOW + DAY)
    assert [one for heard in week(house, mailoutbox, NOW + DAY).values() for one in heard] == [
        (MAYA, SOON),
        (RECRUITER, VERY_SOON),
        (ADMIN, VERY_SOON),
    ]


def test_who_has_taken_it_over_is_warned_anew(house, mailoutbox, hosted):
    hosting.watch(house.workspace, now=NOW + 21 * HOUR)
    sent(mailoutbox)
    hosting.hand_on(hosted, house.jon, by=house.maya, now=NOW + 21 * HOUR)
    assert sent(mailoutbox) == [
        ("jon@acme.example.org", "Somebody was handed to you: you are their host now")
    ]
    hosting.watch(house.workspace, now=NOW + 21 * HOUR)
    assert sent(mailoutbox) == [("jon@acme.example.org", SOON)]


def test_where_the_host_is_away_whoever_recruits_hears_in_their_stead_and_earlier(house, mailoutbox, hosted):
    Employee.objects.filter(external_id="maya").update(away_until=TODAY + 9 * DAY)
    assert week(house, mailoutbox) == {21: [(RECRUITER, VERY_SOON), (ADMIN, VERY_SOON)]}


def test_where_nobody_has_taken_it_the_one_proposed_hears(house, mailoutbox):
    vip = named(house)
    assert vip.proposed == house.recruiter
    assert sent(mailoutbox)[0] == (RECRUITER, ASKED_TO)
    assert week(house, mailoutbox) == {21: [(RECRUITER, SOON)], 23: [(ADMIN, VERY_SOON)]}


@pytest.mark.parametrize("what", ["set aside", "their turn", "parted"])
def test_where_nothing_is_promised_nobody_is_told(house, mailoutbox, hosted, what):
    if what == "set aside":
        hosting.set_aside(hosted, "colleague", by=house.admin, now=NOW)
    else:
        vip = written_to(hosted, house.maya)
        if what == "parted":
            hosting.part(vip, now=NOW)
            vip.save()
    assert week(house, mailoutbox) == {}


def test_an_answer_is_told_to_the_host_unless_they_wrote_it_down_themselves(house, mailoutbox, hosted):
    vip = written_to(hosted, house.maya)
    hosting.say_answered(vip, by=house.maya, now=NOW)
    assert sent(mailoutbox) == []
    hosting.say_answered(vip, by=None, now=NOW)
    assert sent(mailoutbox) == [(MAYA, "An answer came: they are waiting for you")]


@pytest.mark.parametrize("switch", ["wants_cards", "wants_reminders", "is_active"])
def test_each_kind_of_mail_can_be_turned_off(house, mailoutbox, switch):
    hosting.hand_on(named(house), house.maya, by=house.recruiter, now=NOW)
    hosting.watch(house.workspace, now=NOW + DAY)
    User.objects.filter(pk=house.maya.pk).update(**{switch: False})
    heard = [subject for to, subject in sent(mailoutbox) if to == MAYA]
    assert heard == {"wants_cards": [SOON], "wants_reminders": [ASKED_TO], "is_active": []}[switch]


def test_the_mails_say_the_role_and_by_when_where_the_reader_is_and_never_who(house, mailoutbox):
    User.objects.filter(pk=house.maya.pk).update(timezone="Asia/Kolkata")
    house.maya.refresh_from_db()
    vip = told(asked(house), "Kim Park", works_at="Harbour", email="kim@example.net")
    run_due_jobs()
    hosting.take(vip, by=house.maya, now=NOW)
    hosting.hand_on(vip, house.jon, by=house.maya, now=NOW)
    run_due_jobs()
    hosting.hand_on(vip, house.maya, by=house.jon, now=NOW)
    hosting.watch(house.workspace, now=NOW + 2 * DAY)
    run_due_jobs()
    ours = [mail for mail in mailoutbox if "/names/" in mail.body and "host" in mail.body + mail.subject]
    assert len(ours) >= 4
    for mail in mailoutbox:
        assert set(mail.recipients()) <= set(User.objects.values_list("email", flat=True))
        assert not any(word in mail.body + mail.subject for word in ("Kim", "Park", "Harbour", "kim@"))
    for mail in ours:
        assert "Data Engineer" in mail.body
        assert f"http://testserver/names/{vip.pk}/" in mail.body
    (due,) = [mail for mail in mailoutbox if mail.subject == SOON]
    # Wednesday at half past five in the afternoon is when work ends there: counted from Thursday, nine.
    assert "by Friday, 19 June, 09:00 (Asia/Kolkata)" in due.body


def test_handed_on_before_the_mail_left_only_the_last_one_hears(house, mailoutbox):
    vip = named(house)
    hosting.hand_on(vip, house.jon, by=house.admin, now=NOW)
    hosting.hand_on(vip, house.maya, by=house.admin, now=NOW)
    assert [to for to, subject in sent(mailoutbox) if subject == ASKED_TO] == [MAYA]


def test_of_whom_is_gone_nobody_is_told(house, mailoutbox):
    named(house)
    Vip.objects.all().delete()
    assert not any(subject == ASKED_TO for _, subject in sent(mailoutbox))
