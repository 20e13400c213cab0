"""A first contact, and two names that are one person, where the pages do not reach."""

from datetime import date, timedelta

import pytest

from ifnotyou.models import AuditEvent, Job, Referral, Vip, Weighing
from ifnotyou.playbook.disclosure import Given, Terms
from ifnotyou.playbook.errors import Refusal
from ifnotyou.services import referrals, vips
from ifnotyou.services.vips import Contact
from tests.company import NOW, TODAY

WROTE = Contact(TODAY, "in_message", "2026-11")


def named(house, name="Kim Park", terms=Terms.ANONYMOUS, today=TODAY, **about):
    job = Job.objects.get()
    vip = referrals.intake(Given(name, **about), job, terms, today)
    referrals.keep(vip, job, terms, "", today, receipt_hash="r" * 64)
    Referral.objects.update(announced_on=TODAY)
    return vip


def test_contact_stays_with_the_day_it_was(house):
    vip = vips.say_contacted(named(house), Contact(date(2026, 6, 16), "linked", "1"), by=house.admin, now=NOW)
    assert vip.contacted_at.isoformat() == "2026-06-16T12:00:00+00:00"
    assert vip.retain_until == date(2026, 6, 16) + timedelta(days=60)


@pytest.mark.parametrize("days", [-3, 1])
def test_a_day_that_cannot_be_is_refused(house, days):
    with pytest.raises(Refusal, match="cannot be"):
        vips.say_contacted(
            named(house), Contact(TODAY + timedelta(days=days), "linked", "1"), by=house.admin, now=NOW
        )


def test_a_name_taken_back_in_the_meantime_is_told_kindly(house):
    vip, other = named(house), named(house, works_at="Birch")
    Vip.objects.filter(pk=vip.pk).delete()
    with pytest.raises(Refusal, match="no longer here"):
        vips.say_contacted(vip, WROTE, by=house.admin, now=NOW)
    with pytest.raises(Refusal, match="no longer here"):
        vips.join(vip, other, by=house.admin)


def test_a_person_is_not_joined_with_themselves_nor_with_another(house):
    vip, other = named(house), named(house, "Ada Lind")
    for one in (vip, other):
        with pytest.raises(Refusal):
            vips.join(vip, one, by=house.admin)
    assert Vip.objects.count() == 2


@pytest.mark.parametrize("turned", [False, True])
def test_joined_the_earlier_dates_and_the_shorter_time_hold_whichever_way_round(house, turned):
    early = named(house, terms=Terms.NAMED, today=TODAY - timedelta(days=9))
    late = named(house, works_at="Birch", terms=Terms.ANONYMOUS)
    vip = vips.join(late, early, by=house.admin) if turned else vips.join(early, late, by=house.admin)
    assert (vip.came_on, vip.notice_due) == (early.came_on, early.notice_due)
    assert vip.retain_until == min(early.retain_until, late.retain_until) == date(2026, 6, 29)
    assert (vip.works_at, vip.namesake) == ("Birch", "kim park|birch")
    assert Vip.objects.get() == vip


def test_what_the_kept_one_says_is_not_written_over(house):
    kept = named(house, works_at="Birch", email="kim@example.net")
    gone = named(house, "Dr. Kim Park", email="kim@elsewhere.example", found_at="https://linkedin.com/in/kim")
    joined = vips.join(kept, gone, by=house.admin)
    assert (joined.name, joined.email, joined.mailbox) == ("Kim Park", "kim@example.net", "kim@example.net")
    assert (joined.found_at, joined.profile) == ("https://linkedin.com/in/kim", "kim")


def test_weighings_and_receipts_move_along(house):
    kept, gone = named(house), named(house, works_at="Birch", terms=Terms.CONFIDENTIAL)
    referral = Referral.objects.get(vip=gone)
    Weighing.objects.create(workspace=house.workspace, referral=referral, opened_on=TODAY)
    vips.join(kept, gone, by=house.admin)
    assert Weighing.objects.get().referral.vip == kept
    assert set(Referral.objects.values_list("receipt_hash", flat=True)) == {"r" * 64}


def test_joining_with_somebody_who_was_written_to_thanks_anonymous_givers(house):
    kept, gone = named(house), named(house, works_at="Birch", terms=Terms.NAMED)
    vips.say_contacted(gone, WROTE, by=house.admin, now=NOW)
    assert vips.join(kept, gone, by=house.admin).pk == gone.pk
    assert Referral.objects.get(terms=Terms.ANONYMOUS).thanked_on == date(2026, 6, 15)


def test_the_book_tells_of_both_and_names_nobody(house):
    vips.join(named(house), named(house, works_at="Birch"), by=house.admin)
    (event,) = AuditEvent.objects.filter(verb="joined")
    assert set(event.detail) == {"other"}
