"""Two records turn out to be one human being, in files or in a system: whoever was asked is not asked again."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ifnotyou.models import Ask, Candidate, Claim, OptOut
from ifnotyou.playbook.errors import Refusal
from ifnotyou.queries.humans import keys_of
from ifnotyou.services import asks, once
from ifnotyou.services.merging import merge_candidates
from ifnotyou.services.storing import store
from tests.company import NOW, TODAY, usual_story
from tests.factories import Story

LONG_AGO, LATELY = TODAY - timedelta(days=900), TODAY - timedelta(days=30)


def row(key):
    return Candidate.objects.get(external_id=key)


def keys(house, key):
    return set(keys_of(row(key), house.workspace))


def claims():
    return {claim.key: (claim.ask_id, claim.claimed_on) for claim in Claim.objects.all()}


def asked(house, offer="offer", by="maya"):
    ask = house.hand(by, offer)
    asks.start_talking(ask, by=getattr(house, by), now=NOW)
    asks.say_asked(ask, by=getattr(house, by), now=NOW)
    return ask


def claimed_on(house, key, day):
    """All that this record is known by was used up that day, by an ask that is erased by now."""
    Claim.objects.bulk_create(
        Claim(workspace=house.workspace, key=one, claimed_on=day) for one in sorted(keys(house, key))
    )


def merged(*, second_offer=True, old_stays=False) -> Story:
    """The next export: Noor's offer is another candidate's, with another address, who has a newer one too."""
    told = usual_story()
    told.candidate("survivor", name="Noor Haddad", email="noor@work.example", level=5)
    told.offers = [replace(offer, candidate_id="survivor") for offer in told.offers]
    for facts in (told.interviews, told.scorecards, told.pulses):
        facts[:] = [fact._replace(candidate_id="survivor") for fact in facts]
    if second_offer:
        told.offer("offer-2", candidate="survivor", days=2)
    if not old_stays:
        del told.candidates["noor"]
    return told


# --- by files


@pytest.mark.parametrize("old_stays", [True, False])
def test_whose_offer_is_another_candidates_now_was_asked_as_that_one_too(house, old_stays):
    ask = asked(house)
    house.tell(merged(old_stays=old_stays))
    assert house.decline("offer-2").verdict == "never"
    assert house.decline("offer-2").because[0]["code"] == "asked_before"
    with pytest.raises(Refusal):
        house.hand("jon", "offer-2")
    assert claims() == dict.fromkeys(keys(house, "noor") | keys(house, "survivor"), (ask.pk, TODAY))
    ask.refresh_from_db()
    assert ask.candidate == house.decline().candidate == row("survivor")


def test_a_claim_is_there_with_the_rows_and_not_only_when_they_are_judged(house):
    ask = asked(house)
    store(merged().records())
    assert keys(house, "survivor") <= claims().keys()
    ask.refresh_from_db()
    assert ask.candidate == row("survivor")


def test_a_card_handed_for_each_of_two_records_of_one_makes_one_ask(house):
    apart = usual_story()
    apart.candidate("survivor", name="Somebody Else", email="noor@work.example").offer(
        "offer-2", candidate="survivor"
    )
    apart.met("jon", candidate="survivor", minutes=60, kind="lunch").clicked("jon", 5, candidate="survivor")
    house.tell(apart)
    first, second = house.hand("maya"), house.hand("jon", "offer-2")
    house.tell(merged())
    asks.start_talking(first, by=house.maya, now=NOW)
    with pytest.raises(Refusal):
        asks.start_talking(second, by=house.jon, now=NOW)


def test_the_ask_of_the_record_that_is_left_holds_for_the_one_that_stays_behind(house):
    house.tell(merged().candidate("noor").offer("first", candidate="noor", status="open"))
    ask = asked(house, "offer-2")
    told = merged(old_stays=True)
    told.offer("first", candidate="survivor", status="open")
    house.tell(told)
    assert claims() == dict.fromkeys(keys(house, "noor") | keys(house, "survivor"), (ask.pk, TODAY))


def test_who_asked_not_to_be_contacted_has_asked_under_both(house):
    once.opt_out(row("noor"), house.workspace)
    house.tell(merged())
    assert row("survivor").do_not_contact
    assert keys(house, "survivor") <= set(OptOut.objects.values_list("key", flat=True))
    assert house.decline("offer-2").because[0]["code"] == "do_not_contact"


def test_who_is_moved_on_and_on_was_asked_as_the_last_one_too(house):
    """One file may tell it in two steps: a's offer is b's, and b's is c's."""
    told = usual_story().candidate("b", email="b@example.net").offer("of-b", candidate="b", status="open")
    house.tell(told)
    asked(house)
    later = merged(second_offer=False)
    later.candidate("b", email="b@example.net").offer("of-b", candidate="survivor", status="open")
    later.offers = [replace(later.offers[0], candidate_id="b"), *later.offers[1:]]
    house.tell(later)
    assert claims().keys() == keys(house, "noor") | keys(house, "b") | keys(house, "survivor")


def test_the_same_files_again_change_nothing(house):
    asked(house)
    house.tell(merged(old_stays=True))
    before = claims(), list(Candidate.objects.order_by("pk").values()), list(Ask.objects.values())
    house.tell(merged(old_stays=True))
    assert before == (claims(), list(Candidate.objects.order_by("pk").values()), list(Ask.objects.values()))


def test_an_offer_that_changes_without_moving_carries_nothing_over(house):
    asked(house)
    before = claims()
    told = usual_story().candidate("max", name="Max Poe").offer("other", candidate="max")
    told.offers = [replace(offer, decline_notes="They called again.") for offer in told.offers]
    house.tell(told)
    assert claims() == before
    assert house.decline("other").verdict != "never"


def test_work_on_those_who_moved_does_not_grow_with_how_many_they_are(house):
    def everybody(count, to):
        told = usual_story()
        for n in range(count):
            told.candidate(f"old{n}", email=f"old{n}@example.com")
            told.candidate(f"new{n}", email=f"new{n}@example.com")
            told.offer(f"moved{n}", candidate=f"{to}{n}")
        return told.records()

    def queries(count):
        store(everybody(count, "old"))
        claimed_on_all(count)
        with CaptureQueriesContext(connection) as seen:
            store(everybody(count, "new"))
        return len([one for one in seen if one["sql"].startswith("SELECT")])

    def claimed_on_all(count):
        for n in range(count):
            if not Claim.objects.filter(key__in=keys(house, f"old{n}")).exists():
                claimed_on(house, f"old{n}", LATELY)

    few = queries(2)
    assert queries(40) == few
    assert {n for n in range(40) if keys(house, f"new{n}") <= claims().keys()} == set(range(40))


# --- by a system, and both


@pytest.mark.parametrize(("of_noor", "of_survivor"), [(LATELY, LONG_AGO), (LONG_AGO, LATELY)])
def test_of_two_asks_the_later_one_counts_under_every_key(house, of_noor, of_survivor):
    house.tell(merged(old_stays=True))
    claimed_on(house, "noor", of_noor)
    claimed_on(house, "survivor", of_survivor)
    both = keys(house, "noor") | keys(house, "survivor")
    merge_candidates(row("noor"), row("survivor"), house.workspace)
    assert claims() == dict.fromkeys(both, (None, LATELY))
    house.tell(merged())
    assert house.decline("offer-2").because[0]["code"] == "asked_before"


def test_an_ask_that_is_given_back_leaves_the_one_that_is_erased(house):
    """Nothing left of the later ask: that somebody was asked before stays true."""
    house.tell(usual_story().candidate("survivor", email="noor@work.example"))
    claimed_on(house, "survivor", LATELY)
    ask = house.hand()
    asks.start_talking(ask, by=house.maya, now=NOW)
    house.tell(merged())
    once.free(Ask.objects.get(pk=ask.pk))
    assert claims().keys() >= keys(house, "survivor")
