"""The asker's own words, sent a second time: found. Our own words, sent every time: left alone."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ifnotyou.playbook.boilerplate import sent_before
from ifnotyou.playbook.channel import Channel
from ifnotyou.playbook.letters import GAP, QUIET_LINES, Links, draft_ask, with_quiet_lines
from ifnotyou.playbook.policy import TonePolicy

POLICY = TonePolicy()
FERRIES = "the ferries that you ran in your first winter"
GOATS = "raising goats on a hill above the sea"
TITLES = [
    "Data Engineer",
    "Sr. Manager of Data, Platforms and all the Rest",
    "Head of the Role Team",
    "",
    "Role",
]


def note(gap, who="Noor Haddad", *, channel=Channel.EMAIL, title="Data Engineer", lines=()):
    """The standard draft with its gap filled."""
    return with_quiet_lines(
        draft_ask(channel, "Maya Chen", who, title).body.replace(GAP, gap), lines, Links("r", "d")
    )


def test_copied_words_are_found_as_they_stand_in_the_new_message():
    found = sent_before(
        note("The  Ferries, that you ran in your FIRST winter"), [note(FERRIES, "Jan Berg")], POLICY
    )
    assert found is not None
    assert found.category == "impersonal"
    assert found.words == "The  Ferries, that you ran in your FIRST winter"
    assert found.mend
    assert not found.strong


@pytest.mark.parametrize("title", TITLES)
@pytest.mark.parametrize("other_title", TITLES)
@pytest.mark.parametrize("channel", list(Channel))
def test_the_standard_draft_is_nobodys_own(channel, title, other_title):
    new = note(FERRIES, channel=channel, title=title, lines=QUIET_LINES)
    old = note(GOATS, "Jan Berg", channel=channel, title=other_title, lines=QUIET_LINES)
    assert sent_before(new, [old], POLICY, ["Noor Haddad", "Jan Berg", "Maya Chen"]) is None
    assert sent_before(new, [old], POLICY) is None


gaps = st.lists(
    st.sampled_from("ferries goats, winter (and) snow late; trains “Paris” C++ 24/7".split()), min_size=5
)
others = st.lists(st.sampled_from("music jazz, chess! bikes. bread? yeast … salt".split()), min_size=0)
names = st.sampled_from(
    ["Noor Haddad", "May Will", "Jan van der Berg", "Thank Best", "王小明", "O’Brien, Séan"]
)
channels = st.sampled_from(list(Channel))
titles = st.sampled_from(TITLES)
lines = st.lists(st.sampled_from(sorted(QUIET_LINES)))


@given(gaps, others, names, names, channels, channels, titles, titles, lines, lines)
def test_two_notes_with_different_gaps_are_two_notes(
    gap, other, who, before, channel, earlier, title, old_title, added, old_added
):
    new = note(" ".join(gap), who, channel=channel, title=title, lines=added)
    old = note(" ".join(other), before, channel=earlier, title=old_title, lines=old_added)
    assert sent_before(new, [old], POLICY, [who, before, "Maya Chen"]) is None


@given(gaps, names, names, channels, channels, titles, titles, lines)
def test_a_copied_gap_is_found_whatever_is_around_it(
    gap, who, before, channel, earlier, title, old_title, added
):
    words = " ".join(gap)
    new = note(words, who, channel=channel, title=title, lines=added)
    old = note(words, before, channel=earlier, title=old_title)
    found = sent_before(new, [note(GOATS, before), old], POLICY, [who, before])
    assert found is not None
    assert found.words in new


def test_names_make_no_difference_between_two_sentences():
    new = "Hi Noor,\n\nI still laugh about how Noor explained the tides to me.\n\nBest,\nMaya"
    old = "Hi Jan,\n\nI still laugh about how Jan van der Berg explained the tides to me.\n\nBest,\nMaya"
    assert sent_before(new, [old], POLICY) is None
    assert sent_before(new, [old], POLICY, ["Noor Haddad", "Jan van der Berg"]) is not None


@pytest.mark.parametrize(
    "same",
    [
        "It was good meeting you.",
        "You know things, really!",
    ],
)
def test_short_sentences_are_everybodys(same):
    assert (sent_before(f"{same} Bye.", [f"{same} Well."], POLICY) is None) == (len(same.split()) < 5)


@pytest.mark.parametrize(
    "trimmings",
    [
        "Dear friend of all our ferries and boats,\n\n{}",
        "{}\n\nAll the best,\nMaya Chen, Staff Engineer for Data at Acme",
        "{}\n\n--\nMaya Chen, Staff Engineer for Data at Acme",
        "{}\n\n> What you wrote to me about all the ferries",
        "Hi Noor, {}",
    ],
)
def test_greetings_closings_signatures_and_quotations_are_no_own_words(trimmings):
    assert sent_before(trimmings.format("One."), [trimmings.format("Two.")], POLICY) is None


def test_the_words_after_a_greeting_count():
    found = sent_before(f"Hi Noor, I think of {FERRIES}", [f"Hello Jan! I think of {FERRIES}."], POLICY)
    assert found is not None
    assert found.words == f"I think of {FERRIES}"


def test_a_part_of_a_standard_sentence_is_no_own_sentence():
    words = "Hi. I am happy that we met. You need not be named, if you like."
    assert sent_before(words, [words], POLICY) is None


def test_how_many_sentences_may_come_again_is_a_setting():
    two = replace(POLICY, repeated_sentences=2)
    first, second = f"I think of {FERRIES}.", f"And I think of {GOATS}."
    assert sent_before(first, [first, second], two) is None
    assert sent_before(f"{first} {first}", [first], two) is None
    found = sent_before(f"{first} {second}", [second, first], two)
    assert found is not None
    assert found.words == first.rstrip(".")


def test_a_first_note_was_never_sent_before():
    assert sent_before(note(FERRIES), [], POLICY) is None
    assert sent_before("", [note(FERRIES), ""], POLICY) is None


@given(st.text(max_size=200), st.text(max_size=200), st.lists(st.text(max_size=9), max_size=3))
def test_any_text_can_be_compared(message, other, who):
    found = sent_before(message, [other, message], POLICY, who)
    assert found is None or found.words in message
