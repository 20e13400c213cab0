"""A draft knows two first names and a title, and nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ifnotyou.playbook.channel import Channel
from ifnotyou.playbook.disclosure import Terms
from ifnotyou.playbook.letters import (
    CLOSINGS,
    GAP,
    QUIET_LINES,
    Links,
    doorway,
    draft_ask,
    draft_thanks,
    draft_thanks_for_name,
    with_quiet_lines,
)
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


# --- thanks, before any ask ----------------------------------------------------------------------

MET = ["Maya Chen", "Jon Park", "Sam Okafor"]


def test_thanks_ask_whom_they_enjoyed_and_for_nobody_elses_name():
    draft = draft_thanks(MET, "Dr. Noor Haddad", "Ana de la Cruz")
    assert draft.body.startswith("Hi Noor,")
    assert draft.body.endswith("\nAna")
    assert draft.body.count("?") == 1
    assert "whom of us did you most enjoy meeting: Maya, Jon or Sam?" in draft.body
    assert "fine to ignore" in draft.body
    assert "who should we talk to" not in draft.body
    assert len(draft.body.split()) < 120


@pytest.mark.parametrize(
    ("colleagues", "told"),
    [
        ([], "meeting?"),
        (["Maya Chen"], "meeting?"),  # one name is no question
        (["Maya Chen", "Maya Chen"], "meeting?"),
        (["Maya Chen", "Jon Park"], "meeting: Maya or Jon?"),
        (["Maya Chen", "Maya Diaz", "Jon Park"], "meeting: Maya Chen, Maya Diaz or Jon?"),
        (["[Maya] <b>", "Jon"], "meeting: Maya or Jon?"),
        ([f"Colleague{n} X" for n in range(7)], "meeting?"),
    ],
)
def test_thanks_name_whom_they_met_where_that_is_a_choice(colleagues, told):
    assert told in draft_thanks(colleagues, "Noor", "Ana").body


def test_thanks_pass_the_tone_check():
    for colleagues in (MET, []):
        findings = check_tone(draft_thanks(colleagues, "Noor", "Ana").body, TonePolicy())
        # It asks for no name, so it need not say that one can be given without being named.
        assert [finding.category for finding in findings] == ["no_anonymity"]


# --- at the door ---------------------------------------------------------------------------------


def test_at_the_door_three_sentences_that_the_draft_for_a_talk_says_too():
    door = doorway("Data Engineer (m/f/d)")
    assert door.ask == "If not you, who should we talk to about the Data Engineer role?"
    assert door.may_i_say.endswith("may I say that it came from you?")
    body = draft_ask(Channel.CONVERSATION, "Maya", "Noor", "Data Engineer (m/f/d)").body
    assert [sentence for sentence in door if sentence not in body] == []
    assert not any(finding.strong for words in door for finding in check_tone(words, TonePolicy()))
    findings = check_tone(" ".join(door), TonePolicy())
    assert [finding.category for finding in findings] in ([], ["no_anonymity"])


# --- quiet lines ---------------------------------------------------------------------------------


LINKS = Links("https://ask.example.com/r/one", "https://ask.example.com/d/two")


def test_quiet_lines_are_sentences_or_end_with_their_link():
    assert set(QUIET_LINES) == {"reply", "free", "page", "anonymous"}
    for key, line in QUIET_LINES.items():
        assert line.endswith("." if key in {"reply", "free"} else f": {{{key}}}")
        assert not any(finding.strong for finding in check_tone(line, TonePolicy()))


def test_each_link_stands_by_itself_and_goes_where_it_should():
    body = with_quiet_lines("Hi Noor\n\nA question.\n\nCheers\nMaya", list(QUIET_LINES), LINKS)
    paragraphs = body.split("\n\n")
    assert paragraphs[:2] + paragraphs[-1:] == ["Hi Noor", "A question.", "Cheers\nMaya"]
    assert [p.rsplit(" ", 1)[1] for p in paragraphs if "http" in p] == list(LINKS)
    assert with_quiet_lines(body, list(QUIET_LINES), LINKS) == body
    assert not any(finding.strong for finding in check_tone(body, TonePolicy()))


@pytest.mark.parametrize("keys", [["reply"], ["free"], ["reply", "free"], ["free", "reply"]])
def test_quiet_lines_come_before_the_closing_and_only_once(keys):
    draft = draft_ask(Channel.EMAIL, "Maya Chen", "Noor Haddad", "Data Engineer").body
    body = with_quiet_lines(draft, keys, LINKS)
    lines = " ".join(QUIET_LINES[key] for key in keys)
    assert body == draft.replace("\n\nAll the best,\nMaya", f"\n\n{lines}\n\nAll the best,\nMaya")
    assert with_quiet_lines(body, keys, LINKS) == with_quiet_lines(body, [], LINKS) == body
    assert check_tone(body.replace(GAP, "your years on the ferries"), TonePolicy()) == ()


@pytest.mark.parametrize("closing", ["Cheers\nMaya", "Kind regards,\n\nMaya Chen\nData", "warmly, \nM."])
def test_any_usual_closing_stays_last(closing):
    assert with_quiet_lines(f"Hi Noor\n\nA question.\n\n{closing}", ["free"], LINKS) == (
        f"Hi Noor\n\nA question.\n\n{QUIET_LINES['free']}\n\n{closing}"
    )


def test_without_a_closing_a_quiet_line_comes_last():
    assert with_quiet_lines("A question.\n", ["free"], LINKS) == f"A question.\n\n{QUIET_LINES['free']}"
    assert with_quiet_lines("", ["free"], LINKS) == QUIET_LINES["free"]


def test_a_line_that_there_is_not_is_told():
    with pytest.raises(KeyError):
        with_quiet_lines("A question.", ["link"], LINKS)


@given(st.text(max_size=300), st.lists(st.sampled_from(sorted(QUIET_LINES))))
def test_quiet_lines_take_nothing_away(body, keys):
    found = with_quiet_lines(body, keys, LINKS)
    for line in QUIET_LINES.values():
        found = found.replace(line.format(**LINKS._asdict()), "")
    assert found.split() == body.split()


def test_closings_are_written_as_they_are_compared():
    assert {closing.lower().rstrip(",.! ") for closing in CLOSINGS} == CLOSINGS


NAMED_TERMS = [
    [Terms.INTRODUCE],
    [Terms.NAMED],
    [Terms.CONFIDENTIAL],
    [Terms.NAMED, Terms.CONFIDENTIAL, Terms.NAMED],
]


@pytest.mark.parametrize("contacted", [True, False])
@pytest.mark.parametrize("terms", NAMED_TERMS)
def test_thanks_for_a_name_is_for_the_trust_and_ends_it(terms, contacted):
    draft = draft_thanks_for_name(terms, "Dr. Noor Haddad", "Maya Chen", contacted=contacted)
    assert draft.subject == "Thank you, Noor"
    for words in ("trust", "Nothing more is needed", "Hi Noor", "Maya"):
        assert words in draft.body
    assert ("We have written to them" in draft.body) == contacted
    for word in ("lead", "bonus", "interview", "offer", "interested", "?", "never"):
        assert word not in draft.body
    assert not any(finding.strong for finding in check_tone(draft.body, TonePolicy()))


def test_thanks_for_a_name_says_how_each_term_protects():
    for terms, words in [
        (Terms.INTRODUCE, "You make the introduction yourself"),
        (Terms.NAMED, "As you allowed"),
        (Terms.CONFIDENTIAL, "unless the law obliges us to"),
    ]:
        for one in (Terms.INTRODUCE, Terms.NAMED, Terms.CONFIDENTIAL):
            assert (words in draft_thanks_for_name([one], "Noor", "Maya").body) == (one is terms)
