"""Is a host's letter kind? It presumes nothing, and tells of the source all that may be told and nothing more."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ifnotyou.playbook.disclosure import Terms
from ifnotyou.playbook.hosting import LetterKind
from ifnotyou.playbook.policy import TonePolicy
from ifnotyou.playbook.vip_tone import PRESUMES, SOURCE, Told, check_letter

POLICY = TonePolicy()
NAMED = Told("Noor Haddad suggested you, and is happy for you to know.", Terms.NAMED, "Noor Haddad")
VEILED = Told(
    "Somebody in your field who recently talked with us suggested you and asked us not to pass on their name.",
    Terms.CONFIDENTIAL,
)
FIRST, GOODBYE = LetterKind.FIRST, LetterKind.GOODBYE


def found(words, told=NAMED, *, kind=FIRST, subject="Hello from Jon", **about):
    body = f"Hi Kim,\n\n{told.sentence}\n\n{words}\n\n“Not now” and a plain “no” are good answers too.\n\nJon"
    return [
        (one.category, one.strong) for one in check_letter(kind, subject, body, told, TonePolicy(), **about)
    ]


@pytest.mark.parametrize(
    ("words", "strong"),
    [
        ("Your application reads well.", False),
        ("Since you are looking for something new, I thought of you.", False),
        ("As you’re searching for your next role, here is ours.", False),
        ("We heard that you are unhappy there.", True),
        ("I heard you feel rather stuck.", True),
        ("You are not happy with your team, I am told.", True),
        ("Your manager knows that I am writing.", True),
        ("We talked with your boss about you.", True),
        ("Your employer already agreed.", True),
        ("Vielen Dank für Ihre Bewerbung.", False),
        ("Ihr Arbeitgeber ist einverstanden.", True),
        ("Votre employeur est au courant.", True),
        ("Gracias por su candidatura.", False),
        ("Seu chefe sabe disso.", True),
    ],
)
def test_what_presumes_is_found(words, strong):
    assert (PRESUMES, strong) in found(words)


@pytest.mark.parametrize(
    "words",
    [
        "You did not apply, and you need not be looking.",
        "Nobody at your employer knows that I am writing, nor will they.",
        "I do not presume that you are looking for anything.",
        "If you are looking for a change one day, write to me.",
        "Your work on the ferry planner, which you are open-sourcing, is what made me write.",
        "I read your paper about how teams leave room for mistakes.",
        "The pay range is 80,000 to 95,000 euros, in Lisbon.",
        "You hear from me within one working day.",
    ],
)
def test_what_presumes_nothing_is_left_alone(words):
    assert found(words) == []


def test_whoever_applied_by_now_may_be_told_of_their_application():
    assert (PRESUMES, False) in found("Thank you for your application.", kind=GOODBYE)
    assert PRESUMES not in dict(
        found("Your application gave us much to think about.", kind=GOODBYE, applied=True)
    )


@pytest.mark.parametrize(
    ("words", "category"),
    [
        ("There is a gift card in it for you.", "incentive"),
        ("Please send me their mobile number.", "fishing"),
        ("You owe us an answer after all the time we spent.", "guilt"),
    ],
)
def test_what_holds_back_an_ask_holds_back_a_letter(words, category):
    assert (category, True) in found(words)


def test_a_first_message_offers_an_easy_no_and_a_goodbye_need_not():
    body = f"Hi Kim,\n\n{NAMED.sentence}\n\nI read your paper on ferries, and would like to hear more of it.\n\nJon"
    of = {
        kind: [one.category for one in check_letter(kind, "Hello", body, NAMED, POLICY)]
        for kind in LetterKind
    }
    assert of == {FIRST: ["no_way_out"], GOODBYE: []}


@pytest.mark.parametrize(
    "easy", ["A plain no is fine.", "No is a good answer too.", "It is fine to ignore this."]
)
def test_ways_to_say_that_a_no_is_easy(easy):
    body = f"Hi Kim,\n\n{NAMED.sentence}\n\nI read your paper on the ferries with joy. {easy}\n\nJon"
    assert check_letter(FIRST, "Hello", body, NAMED, POLICY) == ()


@pytest.mark.parametrize("told", [NAMED, VEILED])
def test_a_first_message_without_the_source_is_held_back_and_word_for_word_it_is_not(told):
    other = Told("Somebody thought of you.", told.terms)
    body = f"Hi Kim,\n\n{other.sentence}\n\nA plain no is fine.\n\nJon"
    (remark,) = check_letter(FIRST, "Hello", body, told, POLICY)
    assert (remark.category, remark.words, remark.strong) == (SOURCE, "", True)
    assert told.sentence in remark.mend
    assert check_letter(GOODBYE, "Hello", body, told, POLICY) == ()
    broken_up = told.sentence.replace(" ", "\n", 3)
    assert found(broken_up, told) == []


@pytest.mark.parametrize("subject", ["Noor says hello", "A word from haddad", "NOOR"])
def test_the_referrer_is_not_in_the_subject(subject):
    assert (SOURCE, True) in found("I read your paper.", subject=subject)
    assert (SOURCE, True) in found("I read your paper.", kind=GOODBYE, subject=subject)


@pytest.mark.parametrize(
    "words",
    [
        "It was a former colleague of yours.",
        "An old friend of yours, to be honest.",
        "Your ex boss thinks highly of you.",
        "It is somebody you worked with in Lisbon.",
        "We have a mutual friend.",
        "They turned our offer down last week.",
        "Ein ehemaliger Kollege hat von Ihnen erzählt.",
    ],
)
def test_of_a_veiled_source_nothing_more_is_told(words):
    assert (SOURCE, True) in found(words, VEILED)
    assert (SOURCE, True) in found(words, VEILED, kind=GOODBYE)
    assert SOURCE not in dict(found(words, NAMED))


@settings(deadline=None)  # the first one makes the phrases ready
@given(st.text(max_size=300), st.sampled_from(list(LetterKind)), st.sampled_from([NAMED, VEILED, None]))
def test_any_text_is_read_and_always_the_same(text, kind, told):
    once = check_letter(kind, text, text, told, POLICY)
    assert once == check_letter(kind, text, text, told, POLICY)
    assert all(one.words in text for one in once if one.category == PRESUMES and text.isascii())
