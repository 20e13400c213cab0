import pytest
from hypothesis import given
from hypothesis import strategies as st

from ifnotyou.playbook.errors import PolicyError
from ifnotyou.playbook.phrases import PhraseBook, Text


def found(phrase, text):
    read = Text.read(text)
    return [read.quote(hit.first, hit.last) for hit in PhraseBook({"x": [phrase]}).find(read)]


@pytest.mark.parametrize(
    ("phrase", "text", "words"),
    [
        ("gift card", "A Gift-Card, perhaps?", ["Gift-Card"]),
        ("gift card", "gift cards", []),
        ("gift card", "a gift. Card games", []),
        ("relocat*", "she relocated", ["relocated"]),
        ("by|before friday", "by Friday or before friday", ["by Friday", "before friday"]),
        ("owe really? us", "owe us; owe really us; owe not us", ["owe us", "owe really us"]),
        ("before ... friday", "before, say, next Friday", ["before, say, next Friday"]),
        ("before ... friday", "before. Friday", []),
        ("know _ name", "know her name, know name", ["know her name"]),
        ("don't worry", "Don’t worry", ["Don’t worry"]),
    ],
)
def test_a_phrase_finds_what_it_says(phrase, text, words):
    assert found(phrase, text) == words


def test_a_dot_inside_a_number_or_an_address_ends_no_sentence():
    assert Text.read("about 3.5 days at acme.com. Then").sentences == (0, 0, 0, 0, 0, 0, 0, 1)


@pytest.mark.parametrize("phrase", ["", "...", "_", "maybe?", "a(b", "ab*", "|", "re: you"])
def test_a_phrase_that_cannot_be_read_is_told(phrase):
    with pytest.raises(PolicyError, match="phrase"):
        PhraseBook({"x": [phrase]}).check()


@given(st.text())
def test_any_text_can_be_read(text):
    read = Text.read(text)
    assert len(read.words) == len(read.spans) == len(read.clauses) == len(read.sentences)
    for first, last in read.spans:
        assert text[first:last]
    PhraseBook({"x": ["the end*|a", "a ... the"]}).find(read)


@given(st.lists(st.sampled_from(["gift", "card", ".", ",", "the", "-", "\n\n"]), max_size=12))
def test_a_hit_is_what_stands_there(pieces):
    for words in found("gift card", " ".join(pieces)):
        assert words.lower().replace("-", " ").replace(",", " ").split() == ["gift", "card"]
