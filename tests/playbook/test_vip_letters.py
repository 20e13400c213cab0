"""A host's drafts: each language whole, the one permitted sentence, gaps for what only the host can say."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ifnotyou.playbook.disclosure import Terms, source_sentence
from ifnotyou.playbook.hosting import LetterKind, LetterState
from ifnotyou.playbook.policy import TonePolicy
from ifnotyou.playbook.vip_letters import (
    GAPS,
    LANGUAGES,
    Occasion,
    draft_letter,
    has_gap,
    language_for,
    links_below,
    may_become,
    tells_most,
)
from ifnotyou.playbook.vip_tone import MOST_CHARACTERS, Told, check_letter

POLICY = TonePolicy()

languages = pytest.mark.parametrize("language", list(LANGUAGES))
kinds = pytest.mark.parametrize("kind", list(LetterKind))
all_terms = pytest.mark.parametrize("terms", list(Terms))
TITLES = [
    "Data Engineer",
    "Rewards & Benefits Manager",
    "Urgent Care Nurse",
    "Engineer (m/f/d) [REQ-12] {ASAP}",
    "",
]


def told(terms, language):
    referrer = "Noor Haddad" if terms in {Terms.NAMED, Terms.INTRODUCE} else ""
    return Told(source_sentence(terms, "Noor Haddad", "Data Engineer", language), terms, referrer)


def occasion(terms=Terms.NAMED, language="en", **changes):
    facts = {
        "me": "Jon Park",
        "title": "Staff Engineer",
        "company": "Acme",
        "them": "Dr. Kim Brown",
        "role": "Data Engineer",
        "department": "Data",
        "led_by": "Ana de la Cruz",
        "source": told(terms, language).sentence,
    }
    return Occasion(**facts | changes)


def filled(body, words="the timetable of the night ferries"):
    for gap in GAPS:
        body = body.replace(gap, words)
    return body


@languages
@kinds
@all_terms
@pytest.mark.parametrize("role", TITLES)
def test_a_draft_with_its_gaps_filled_passes_the_check_in_every_language(language, kind, terms, role):
    for changes in ({}, {"talked": True, "keep": True}, {"title": "", "department": "", "led_by": ""}):
        draft = draft_letter(kind, language, occasion(terms, language, role=role, **changes))
        body = filled(draft.body)
        assert check_letter(kind, draft.subject, body, told(terms, language), POLICY) == ()
        assert has_gap(draft.body)
        assert not has_gap(body)
        assert "{" not in body
        assert "\n\n\n" not in body
        assert len(body) <= MOST_CHARACTERS


@languages
@all_terms
def test_a_first_message_says_the_source_word_for_word_once_and_never_in_the_subject(language, terms):
    draft = draft_letter(LetterKind.FIRST, language, occasion(terms, language))
    assert draft.body.count(told(terms, language).sentence) == 1
    assert "Noor" not in draft.subject
    assert ("Noor" in draft.body) == (terms in {Terms.NAMED, Terms.INTRODUCE})
    for words in ("Jon Park", "Staff Engineer", "Acme", "Data Engineer", "Ana de la Cruz"):
        assert words in draft.body


@languages
def test_a_goodbye_says_nothing_of_the_source_and_the_open_door_only_where_they_said_yes(language):
    plain = draft_letter(LetterKind.GOODBYE, language, occasion(language=language)).body
    kept = draft_letter(LetterKind.GOODBYE, language, occasion(language=language, keep=True)).body
    talked = draft_letter(LetterKind.GOODBYE, language, occasion(language=language, talked=True)).body
    assert "Noor" not in plain + kept + talked
    assert len(kept) > len(plain)
    assert ("Data Engineer" in plain, "Data Engineer" in talked) == (True, False)


def test_every_language_says_what_every_other_says():
    """No sentence is missing from one: the same paragraphs, and as many gaps."""
    for kind in LetterKind:
        bodies = [draft_letter(kind, language, occasion(language=language)).body for language in LANGUAGES]
        assert len({body.count("\n\n") for body in bodies}) == 1
        assert len({sum(gap in body for gap in GAPS) for body in bodies}) == 1
        assert len(set(bodies)) == len(LANGUAGES)


@languages
def test_times_to_offer_stand_before_the_promise(language):
    body = draft_letter(LetterKind.FIRST, language, occasion(language=language, offer="Any of: …")).body
    assert body.split("\n\n")[-3] == "Any of: …"


@languages
def test_both_links_stand_on_lines_of_their_own(language):
    lines = links_below(language, "https://a.example/v/x", "https://a.example/forget/x").split("\n")
    assert lines[1::3] == ["https://a.example/v/x", "https://a.example/forget/x"]


@languages
@kinds
@given(st.text(max_size=60))
def test_no_name_breaks_a_draft_or_looks_like_a_gap(language, kind, name):
    draft = draft_letter(
        kind, language, occasion(language=language, them=name, me=name, company=name, title=name)
    )
    body = filled(draft.body, "x")
    assert "[" not in body.replace("[REQ", "")
    assert "\n" not in draft.subject


@pytest.mark.parametrize(
    ("language", "country", "begins"),
    [
        ("de", "FR", "de"),
        ("pt-BR", "", "pt"),
        ("PT-br", "", "pt"),
        ("", "BR", "pt"),
        ("", "AT", "de"),
        ("", "CH", "en"),
        ("nl", "DE", "en"),
        ("", "", "en"),
    ],
)
def test_the_language_to_begin_in(language, country, begins):
    assert language_for(language, country) == begins


def test_the_word_that_may_tell_most_is_told():
    most_first = [
        (Terms.NAMED, "Noor"),
        (Terms.CONFIDENTIAL, ""),
        (Terms.NAMED, ""),
        (Terms.ANONYMOUS, ""),
    ]
    for number in range(4):
        assert tells_most(most_first[number:]) == 0
        assert tells_most(reversed(most_first[number:])) == 3 - number
    assert tells_most([]) is None
    assert tells_most([(Terms.INTRODUCE, "A"), (Terms.NAMED, "B")]) == 0


def test_nothing_leads_back_from_sent():
    assert not any(may_become(LetterState.SENT, state) for state in LetterState)
    assert not may_become(LetterState.DRAFT, LetterState.SENT)
    assert not any(
        may_become(state, LetterState.SENDING) for state in LetterState if state != LetterState.DRAFT
    )
