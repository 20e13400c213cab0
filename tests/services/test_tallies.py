"""Counts outlive what they count: what is erased leaves the figures as they were, and nobody is in them."""

from collections import Counter
from datetime import timedelta

import pytest

from ifnotyou.models import Ask, Candidate, Referral, Tally, Vip
from ifnotyou.playbook.disclosure import Given, Terms
from ifnotyou.playbook.figures import Count, Cut
from ifnotyou.queries.insights import OF_THE_ASK, insights
from ifnotyou.queries.person import find
from ifnotyou.queries.policy import policy_of
from ifnotyou.services import erasure, referrals, retention
from tests.asked import ask_around, ask_of, give, hire
from tests.company import NOW


@pytest.fixture(autouse=True)
def data_dir(settings, tmp_path):
    settings.DATA_DIR = tmp_path / "data"


@pytest.fixture
def asked(house):
    ask_around(house)
    hire(house, Vip.objects.get(name="Kim Park"))
    return house


def later(clock, days):
    moment = NOW.replace(hour=5) + timedelta(days=days)
    clock(moment)
    return moment


def settled(figures):
    """The figures without what the day itself changes: promises that are still open."""
    return Counter({key: n for key, n in figures.counts.items() if n and key.cut is not Cut.PROMISE})


def test_what_the_calendar_erases_leaves_every_figure_as_it_was(asked, clock):
    before = settled(insights(NOW))
    for days in (30, 100, 200, 201, 230):
        moment = later(clock, days)
        retention.run(asked.workspace, now=moment)
        assert settled(insights(moment)) == before, days

    assert (Ask.objects.count(), Vip.objects.count(), Referral.objects.count()) == (0, 0, 0)
    promises = insights(moment)
    told = [promises.of(Cut.PROMISE, "", kind) for kind in (Count.KEPT, Count.BROKEN, Count.OPEN)]
    assert told == [1, 2, 0]


def test_running_it_again_counts_nothing_twice(asked, clock):
    moment = later(clock, 230)
    retention.run(asked.workspace, now=moment)
    before = list(Tally.objects.order_by("pk").values())
    retention.run(asked.workspace, now=moment + timedelta(days=1))
    assert list(Tally.objects.order_by("pk").values()) == before


@pytest.mark.parametrize(
    "whom", ["Candi 0", "Candi 1", "Candi 2", "Candi 3", "Kim Park", "Lee Novak", "Ada Brandt"]
)
def test_somebody_who_is_erased_stays_in_no_row_and_in_every_figure(asked, clock, whom):
    later(clock, 2)  # what was due is broken by now
    before = insights(NOW.replace(day=20)).counts
    (person,) = find(whom, asked.workspace)
    erasure.erase(person, asked.workspace, by=asked.steward, now=NOW + timedelta(days=3))

    assert insights(NOW.replace(day=20)).counts == before
    assert not Candidate.objects.filter(name=whom).exists()
    assert not Vip.objects.filter(name=whom).exists()
    assert whom not in repr(list(Tally.objects.values()))


def test_whoever_presses_forget_me_stays_in_every_figure(asked):
    before = insights(NOW).counts
    erasure.forget_named(Vip.objects.get(name="Kim Park"), now=NOW)
    assert insights(NOW).counts == before


def test_a_name_that_is_taken_back_was_never_there(asked):
    before = insights(NOW).counts
    give(asked, 5, "Mo Ito", Terms.CONFIDENTIAL)
    referrals.announce(asked.workspace, now=NOW)
    assert insights(NOW).counts != before
    referrals.take_back(ask_of(5), now=NOW)
    assert insights(NOW).counts == before
    assert Tally.objects.count() == 0


def test_a_name_that_nobody_saw_leaves_no_count(asked):
    vip = referrals.intake(Given("Mo Ito"), ask_of(0).decline.job, Terms.CONFIDENTIAL, NOW.date())
    referrals.keep(vip, ask_of(0).decline.job, Terms.CONFIDENTIAL, "", NOW.date(), ask=ask_of(0))
    erasure.forget_named(vip, now=NOW)
    assert Tally.objects.count() == 0


@pytest.mark.parametrize("giver", [1, 5])
def test_a_tally_tells_of_a_veiled_name_its_month_role_and_terms_alone(asked, clock, giver):
    for vip in Vip.objects.exclude(name="Lee Novak"):
        vip.delete()
    give(asked, giver, "Lee Novak", Terms.CONFIDENTIAL)
    Ask.objects.all().delete()
    Referral.objects.exclude(vip__name="Lee Novak").delete()

    retention.erase_names(asked.workspace, policy(asked), later(clock, 40).date())
    cuts = set(Tally.objects.values_list("cut", flat=True))
    assert cuts == {Cut.MONTH, Cut.ROLE, Cut.DISCLOSURE, Cut.PROMISE}
    assert not cuts & set(OF_THE_ASK)


def policy(house):

    return policy_of(house.workspace).retention


def test_cards_that_were_passed_on_leave_no_count(asked):
    passed = Ask.objects.filter(state="passed")
    assert passed.count() == 1
    erasure.let_go(list(passed))
    assert Tally.objects.count() == 0
