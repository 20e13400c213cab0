"""What is counted: declines, asks and people named, by whatever may be told of them."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ifnotyou.models import Ask, Employee, Job, Vip
from ifnotyou.playbook.disclosure import Terms
from ifnotyou.playbook.figures import Count, Cut
from ifnotyou.queries.insights import insights
from ifnotyou.services import asks, referrals
from tests.asked import ask_around, ask_of, give, hire
from tests.company import NOW, clock, house  # noqa: F401 - fixtures

FUNNEL = [
    Count.DECLINED,
    Count.TO_ASK,
    Count.MISSED,
    Count.ASKED,
    Count.ANSWERED,
    Count.GAVE,
    Count.NAMED,
    Count.CONTACTED,
    Count.TALKING,
    Count.IN_PROCESS,
    Count.HIRED,
]


@pytest.fixture
def asked(house):  # noqa: F811
    ask_around(house)
    return house


def of(cut, group=""):
    """The funnel of a group, as numbers in order."""
    figures = insights(NOW)
    return [figures.of(cut, group, count) for count in FUNNEL]


def test_the_funnel_counts_everybody_once(asked):
    # Six were asked; Noor can be, the old one could have been. Of one the only colleague passed, one is never asked.
    assert of(Cut.MONTH)[:6] == [10, 8, 1, 6, 4, 2]
    # Kim, Lee, Ada, and whomever they introduce.
    assert of(Cut.MONTH)[6:] == [4, 0, 0, 0, 0]


def test_whoever_is_hired_came_all_the_way(asked):
    hire(asked, Vip.objects.get(name="Kim Park"))
    hire(asked, Vip.objects.get(name="Ada Brandt"))

    assert of(Cut.MONTH)[6:] == [4, 2, 2, 2, 2]
    assert of(Cut.ROLE, "Data Engineer")[6:] == [4, 2, 2, 2, 2]
    assert of(Cut.CHANNEL, "conversation") == [0, 0, 0, 6, 4, 2, 2, 1, 1, 1, 1]
    assert of(Cut.DISCLOSURE, Terms.NAMED)[6:] == [1, 1, 1, 1, 1]
    assert of(Cut.DISCLOSURE, Terms.ANONYMOUS)[6:] == [1, 1, 1, 1, 1]
    assert of(Cut.DISCLOSURE, Terms.CONFIDENTIAL)[6:] == [1, 0, 0, 0, 0]


def test_what_leads_to_the_ask_counts_only_names_whose_giver_may_be_known(asked):
    groups = {
        Cut.RELATION: "peer",
        Cut.CHANNEL: "conversation",
        Cut.DELAY: "2-7",
        Cut.REASON: "other_offer",
    }
    for cut, group in groups.items():
        numbers = of(cut, group)
        assert numbers[3:7] == [6, 4, 2, 2], cut
        figures = insights(NOW)
        assert figures.groups(cut) == [group]


@pytest.mark.parametrize("giver", [1, 5])
def test_a_name_in_confidence_changes_no_figure_but_those_of_its_month_role_and_terms(asked, giver):
    before = insights(NOW).counts
    give(asked, giver, "Mo Ito", Terms.CONFIDENTIAL)
    assert insights(NOW).counts == before  # nobody sees it yet
    referrals.announce(asked.workspace, now=NOW)

    more = insights(NOW).counts - before
    assert {(key.cut, key.group, key.counted) for key in more} == {
        (Cut.MONTH, "", Count.NAMED),
        (Cut.ROLE, "Data Engineer", Count.NAMED),
        (Cut.DISCLOSURE, Terms.CONFIDENTIAL, Count.NAMED),
        (Cut.PROMISE, "", Count.OPEN),
    }


def test_the_relation_is_that_to_the_role(asked):
    Job.objects.update(hiring_manager_external_id="p0", recruiter_external_id="p1")
    Employee.objects.filter(external_id__in=["p0", "p2"]).update(executive=True)

    asked_by = {group: of(Cut.RELATION, group)[3] for group in ("manager", "recruiter", "executive", "peer")}
    assert asked_by == {"manager": 1, "recruiter": 1, "executive": 1, "peer": 3}
    assert insights(NOW).relations == frozenset()


def test_a_relation_is_told_only_of_five_people_or_more(asked):
    assert insights(NOW).relations == {"peer"}
    Ask.objects.filter(asker__external_id__in=["p4", "p5"]).update(
        asker=Employee.objects.get(external_id="p3")
    )
    assert insights(NOW).relations == frozenset()


def test_whoever_passes_is_nowhere(asked):
    figures = insights(NOW)
    asks.pass_on(asked.hand("maya"), by=asked.maya, now=NOW)
    assert insights(NOW).counts == figures.counts


def test_days_until_the_ask_are_put_together(asked):
    for number, days in enumerate((1, 3, 8, 21, 22, 60)):
        ask = ask_of(number)
        Ask.objects.filter(pk=ask.pk).update(
            asked_at=ask.decline.declined_at + days * (NOW - NOW.replace(day=16))
        )
    figures = insights(NOW)
    told = {group: figures.of(Cut.DELAY, group, Count.ASKED) for group in figures.groups(Cut.DELAY)}
    assert told == {"0-1": 1, "2-7": 1, "8-21": 2, "later": 2}


def test_promises_are_kept_broken_or_open(asked, clock):  # noqa: F811
    kim = Vip.objects.get(name="Kim Park")
    assert of_promises(NOW) == (0, 0, 3)
    hire(asked, kim)
    assert of_promises(NOW) == (1, 0, 2)
    week_later = NOW.replace(day=24)
    assert of_promises(week_later) == (1, 2, 0)
    assert insights(NOW).of(Cut.WAIT, "0", Count.CONTACTED) == 1


def of_promises(now):
    figures = insights(now)
    return tuple(figures.of(Cut.PROMISE, "", kind) for kind in (Count.KEPT, Count.BROKEN, Count.OPEN))


def test_the_number_of_queries_is_the_same_for_any_company(house):  # noqa: F811
    def queries():
        with CaptureQueriesContext(connection) as caught:
            insights(NOW)
        return len(caught)

    empty = queries()
    ask_around(house)
    assert queries() == empty
