"""A draft knows two first names and a title, and nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ifnotyou.playbook.channel import Channel
from ifnotyou.playbook.letters import GAP, draft_ask
from ifnotyou.playbook.policy import TonePolicy
from ifnotyou.playbook.tone import check_tone
from tests.factories import Story

channels = pytest.mark.parametrize("channel", list(Channel))
TITLES = [
    "Data Engineer",
    "Rewards & Benefits Manager",
    "Urgent Care Nurse",
    "Head of Referral Bonus Programmes",
    "Software Engineer (m/f/d) [REQ-12] {ASAP}",
    "",
    "Sales",
    "VP, People",
]


@channels
@pytest.mark.parametrize("title", TITLES)
def test_a_draft_is_short_has_one_gap_and_both_ways_out(channel, title):
    draft = draft_ask(channel, "Maya Chen", "Dr. Noor Haddad", title)
    assert len(draft.body.split()) < 120
    assert draft.body.count("[") == draft.body.count("]") == draft.body.count(GAP) == 1
    assert "Noor" in draft.body
    assert "\n\n\n" not in draft.body
    assert draft.body.count("who should we talk to") == 1


@channels
@pytest.mark.parametrize("title", TITLES)
def test_a_draft_with_its_gap_filled_passes_the_tone_check(channel, title):
    body = draft_ask(channel, "Maya Chen", "Noor Haddad", title).body
    filled = body.replace(GAP, "your years on the ferries")
    assert check_tone(filled, TonePolicy()) == ()


@channels
def test_an_unfilled_draft_is_held_back(channel):
    findings = check_tone(draft_ask(channel, "Maya Chen", "Noor Haddad", "Data Engineer").body, TonePolicy())
    assert [(f.category, f.words) for f in findings] == [("impersonal", GAP)]


@given(st.sampled_from(list(Channel)), st.text(max_size=60), st.text(max_size=60), st.text(max_size=600))
def test_any_names_and_title_make_a_draft(channel, asker, candidate, title):
    draft = draft_ask(channel, asker, candidate, title)
    assert draft.body.count(GAP) == 1
    assert not set("[]{}<>") & set(draft.body.replace(GAP, "") + draft.subject)
    assert "\n" not in draft.subject


def test_a_draft_carries_nothing_that_others_wrote_or_that_is_private():
    """Marked words in every field that must stay inside: none of them comes out."""
    story = Story(reason="Personal", notes="Zmotherzz is ill, wants zsalaryzz, loves zteamzz").met(
        "maya", kind="zkindzz lunch"
    )
    story.candidate(
        email="zmailzz@example.com",
        linkedin_url="linkedin.com/in/zprofilezz",
        current_company="Zemployerzz",
        current_title="Ztitlezz",
        past_employers=("Zpastzz",),
        schools=("Zschoolzz",),
    )
    story.voted("maya", 5).clicked("maya", 5).enjoyed("maya", 5)
    story.employee("maya", department="Zdeptzz", title="Zmytitlezz").job(department="Zjobdeptzz")
    draft = story.the().draft
    assert draft is not None
    assert "zz" not in (draft.subject + draft.body).lower()
