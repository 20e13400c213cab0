"""Does the tone check find what hurts, and leave kind notes alone?

The messages are in tone_corpus/, to be read and added to. `developed` is what the lists were made on, the rounds
`unseen_…` were each written before the lists had seen them. In a line "\\n" is a new line.
"""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ifnotyou.playbook.channel import Channel
from ifnotyou.playbook.errors import PolicyError
from ifnotyou.playbook.letters import GAP, draft_ask
from ifnotyou.playbook.policy import TonePolicy
from ifnotyou.playbook.tone import (
    STRONG,
    Finding,
    ToneCategory,
    ToneChecker,
    check_tone,
    is_checked_language,
)

POLICY = TonePolicy()
CORPUS = Path(__file__).parent / "tone_corpus"

KIND = (
    "Hi Sam,\n\nI enjoyed our afternoon at the whiteboard, and I think you chose well. "
    "If not you, who should we talk to about the storage role?\n\n{}\n\n"
    "No need to answer, and your name stays out of it if you like.\n\nAnna"
)


def categories(message, policy=POLICY):
    return {finding.category for finding in check_tone(message, policy)}


def in_a_kind_note(words):
    """The words in an otherwise kind note; a whole message stays as it is."""
    return words if words.startswith(("Hi ", "Hello ", "Dear ", "Hey ")) else KIND.format(words)


def notes(path):
    return path.read_text(encoding="utf-8").strip().split("\n---\n")


def lines(path):
    return [line.replace("\\n", "\n") for line in path.read_text(encoding="utf-8").splitlines()]


def labelled(path):
    return [tuple(line.split(": ", maxsplit=1)) for line in lines(path)]


KIND_NOTES = [note for path in sorted(CORPUS.glob("*/kind.txt")) for note in notes(path)]
UNKIND = [line for path in sorted(CORPUS.glob("*/unkind.txt")) for line in labelled(path)]
UNKIND += labelled(CORPUS / "unkind_despite_a_not.txt")


def test_the_corpus_is_large_enough_to_mean_something():
    assert len(KIND_NOTES) >= 90
    assert len(UNKIND) >= 160
    assert {category for category, _ in UNKIND} == set(ToneCategory)


@pytest.mark.parametrize("note", KIND_NOTES)
def test_a_kind_note_passes(note):
    assert check_tone(note, POLICY) == ()


@pytest.mark.parametrize(("category", "words"), UNKIND)
def test_unkind_words_are_found(category, words):
    assert category in categories(in_a_kind_note(words))


def test_the_frame_of_these_tests_is_kind_itself():
    assert check_tone(KIND.format("I hope the move goes well."), POLICY) == ()


@pytest.mark.parametrize("sentence", lines(CORPUS / "kind_sentences.txt"))
def test_a_harmless_sentence_is_left_alone(sentence):
    assert check_tone(KIND.format(sentence), POLICY) == ()


@pytest.mark.parametrize("note", notes(CORPUS / "nothing_said.txt"))
def test_what_is_not_said_is_missed(note):
    assert {ToneCategory.NO_WAY_OUT, ToneCategory.NO_ANONYMITY} <= categories(note)


@pytest.mark.parametrize(
    ("category", "harmful", "harmless"),
    [
        (
            "pressure",
            "There is a deadline: we need a name by Friday.",
            "There is no deadline, no Friday to meet.",
        ),
        ("pressure", "It is urgent.", "It is not urgent."),
        ("pressure", "I will follow up next week.", "I will not follow up next week."),
        ("pressure", "Please hurry.", "No need to hurry."),
        ("pressure", "I am counting on you.", "I am not counting on you."),
        ("guilt", "You owe us.", "You don't owe us anything."),
        ("guilt", "You let us down.", "You did not let us down."),
        ("guilt", "I was gutted by your decision.", "I was gutted, and I understand your decision."),
        ("incentive", "There is a bonus in it for you.", "There is no bonus in it for you."),
        (
            "incentive",
            "There's a gift card or a voucher for you.",
            "There's no bonus, gift card or voucher for you.",
        ),
        ("incentive", "We pay for names.", "We never pay for names."),
        ("incentive", "A reward is waiting for you.", "A reward is not on offer."),
        ("fishing", "Please send a list of people.", "Please don't send a list of people."),
        ("fishing", "Send me their phone numbers.", "I am not after their phone numbers."),
        ("fishing", "Who on your team is unhappy?", "I'd never ask who on your team is unhappy."),
        ("many", "Would you reconsider?", "I am not asking you to reconsider."),
        ("many", "Please tell us why you declined.", "I won't ask you to tell us why you declined."),
        ("impersonal", "This is an automated message.", "This is not an automated message."),
    ],
)
def test_a_not_makes_the_difference(category, harmful, harmless):
    assert category in categories(KIND.format(harmful))
    assert check_tone(KIND.format(harmless), POLICY) == ()


@pytest.mark.parametrize(
    "words",
    [
        "Not to pressure you, but we need a name by Friday.",
        "I don't want to rush you, and I need a name by Friday.",
        "No pressure. We need a name by Friday.",
        "Please answer no later than Friday.",
        "Don't forget to send a name by Friday.",
    ],
)
def test_a_not_elsewhere_excuses_nothing(words):
    assert ToneCategory.PRESSURE in categories(KIND.format(words))


def test_a_quotation_of_the_candidate_is_theirs_and_one_of_ours_is_ours():
    theirs = 'You said "as soon as possible" is the dearest phrase in software.'
    ours = 'Our board says "as soon as possible".'
    assert check_tone(KIND.format(theirs), POLICY) == ()
    assert ToneCategory.PRESSURE in categories(KIND.format(ours))


def test_lines_of_a_quoted_mail_are_not_judged():
    assert (
        check_tone(KIND.format("> We need a name by Friday, it is urgent.\n\nYou wrote that."), POLICY) == ()
    )


@pytest.mark.parametrize(
    ("said", "missing"),
    [
        ("Feel free to ignore this. It can stay between us.", set()),
        ("It is not okay to ignore this. It can stay between us.", {"no_way_out"}),
        ("Please don't ignore this. It can stay between us.", {"no_way_out"}),
        ("Feel free to ignore this. I can't keep your name out of it.", {"no_anonymity"}),
        ("Feel free to ignore this. This will not be confidential.", {"no_anonymity"}),
        ("You needn't be named.", {"no_way_out"}),
        ("If you'd rather not be named, I'll see to it.", {"no_way_out"}),
        ("I would mention you only if you like.", {"no_way_out"}),
        ("No need to reply.", {"no_anonymity"}),
    ],
)
def test_a_kind_word_counts_unless_it_is_taken_back(said, missing):
    assert (
        categories(f"Hi Sam, I loved our talk. If not you, who should we talk to? {said}")
        & {
            "no_way_out",
            "no_anonymity",
        }
        == missing
    )


@pytest.mark.parametrize(
    "placeholder",
    [
        *(
            "{{first_name}}",
            "[COMPANY]",
            "[what you two talked about]",
            "<first name>",
            "____",
            "%FIRSTNAME%",
        ),
        *(
            "${firstName}",
            "{name}",
            "*|FNAME|*",
            "<<Name>>",
            "\u00abName\u00bb",
            "[FIRST NAME]",
            "first_name",
        ),
        *("TODO: a memory", "(TBD)", "[Something you remember]"),
    ],
)
def test_a_placeholder_is_found_as_it_stands(placeholder):
    found = check_tone(KIND.format(f"I loved our talk on {placeholder} that day."), POLICY)
    assert [finding.category for finding in found] == ["impersonal"]
    assert found[0].words in placeholder


@pytest.mark.parametrize(
    "code",
    [
        "list[int]",
        "`{name}`",
        "`[COMPANY]`",
        "a[i + 1]",
        "[1]",
        "x < y and y > z",
        "{a, b}",
        "100%",
        "[sic]",
        "<3",
    ],
)
def test_what_engineers_write_is_no_placeholder(code):
    assert check_tone(KIND.format(f"I loved our talk on {code} that day."), POLICY) == ()


def test_kisses_are_no_placeholder():
    assert check_tone(KIND.format("Love, Tom xxx"), POLICY) == ()


def test_an_empty_greeting_is_a_placeholder():
    assert "impersonal" in categories("Hi ,\n\nIf not you, who? No need to answer; you need not be named.")


def test_our_own_draft_is_held_back_until_its_gap_is_filled():
    for channel in Channel:
        draft = draft_ask(channel, "Anna", "Sam", "Storage").body
        assert [finding.words for finding in check_tone(draft, POLICY)] == [GAP]
        assert check_tone(draft.replace(GAP, "caches that keep their promises"), POLICY) == ()


def test_a_long_message_asks_too_much():
    rivers = [f"We talked about the river{number} and birds. " for number in range(30)]
    long = KIND.format("".join(rivers))
    (found,) = check_tone(long, POLICY)
    assert found.category == "many"
    assert 800 <= long.index(found.words) <= 900
    assert "800" in found.mend
    assert check_tone(KIND.format("".join(rivers[:12])), POLICY) == ()
    assert check_tone(long, replace(POLICY, most_characters=2000)) == ()


def test_praise_in_heaps_is_found_and_one_kind_word_is_not():
    assert "impersonal" in categories(KIND.format("You are brilliant, exceptional, a genius."))
    assert check_tone(KIND.format("Your answer on failure was brilliant."), POLICY) == ()


def test_findings_come_in_the_order_of_the_text_and_absences_last():
    message = "Hi Sam, we need a name by Friday. Dinner is on me. Please send five names. You owe us."
    found = [finding.category for finding in check_tone(message, POLICY)]
    assert found == ["pressure", "incentive", "fishing", "guilt", "no_way_out", "no_anonymity"]


def test_one_place_is_found_once_in_a_category():
    found = check_tone(KIND.format("We pay a referral bonus of $500 for every name."), POLICY)
    places = [finding.words for finding in found if finding.category == "incentive"]
    assert len(places) == len(set(places)) <= 2


def test_only_what_buys_blames_or_fishes_is_strong():
    assert {category for category in ToneCategory if Finding(category, "", "").strong} == STRONG
    assert {"guilt", "incentive", "fishing"} == STRONG


def test_every_category_has_a_mend_in_one_sentence():
    message = "Hi {{name}}, it is urgent. You owe us. Dinner is on me. Send five names. Would you reconsider?"
    found = check_tone(message, POLICY)
    assert {finding.category for finding in found} == set(ToneCategory)
    assert all(finding.mend.endswith((".", "?", '"')) and len(finding.mend) < 120 for finding in found)


@pytest.mark.parametrize(
    "words",
    [
        "We pay a refferal bonus.",
        "There is a bonnus for each name.",
        "It's urgnet.",
        "I'd owe you one.",
        "id owe u one",
    ],
)
def test_a_slip_of_the_pen_hides_nothing(words):
    assert categories(KIND.format(words)) & {"incentive", "pressure"}


# --- languages


GERMAN = (
    "Hallo Anna, vielen Dank noch einmal für das gute Gespräch am Dienstag. Wenn nicht du, mit wem sollten wir dann "
    "über die Stelle reden? Du musst nicht antworten, und dein Name bleibt unter uns. Herzlich, Jonas"
)


def test_what_is_not_english_is_not_judged_but_its_placeholders_are():
    assert not is_checked_language(GERMAN)
    assert check_tone(GERMAN, POLICY) == ()
    assert [f.words for f in check_tone(GERMAN.replace("Anna", "[NAME]"), POLICY)] == ["[NAME]"]
    assert not is_checked_language(
        "こんにちは、お元気ですか。もしあなたでなければ、どなたに話せばよいでしょうか。"
    )


def test_english_is_known_as_such_in_every_style():
    assert [note for note in KIND_NOTES if not is_checked_language(note)] == []
    assert is_checked_language("If not you, who?")


# --- policies


def test_a_phrase_of_ones_own_is_found():
    policy = replace(
        POLICY, phrases={**POLICY.phrases, "pressure": (*POLICY.phrases["pressure"], "chop chop")}
    )
    assert "pressure" in categories(KIND.format("Chop-chop!"), policy)
    assert check_tone(KIND.format("Chop-chop!"), POLICY) == ()


def test_a_phrase_may_be_written_with_a_contraction_and_found_without():
    policy = replace(POLICY, phrases={**POLICY.phrases, "guilt": ("you'll see|rue",)})
    for words in ("You'll see.", "You will see.", "youll see", "you’ll rue it"):
        assert "guilt" in categories(KIND.format(words), policy)


@pytest.mark.parametrize(("phrase", "named"), [("<nonsense> now", "<nonsense>"), ("what? ...", "what? ...")])
def test_a_phrase_that_cannot_be_read_is_named(phrase, named):
    policy = replace(POLICY, phrases={**POLICY.phrases, "guilt": (phrase,)})
    with pytest.raises(PolicyError, match="phrase") as raised:
        ToneChecker(policy)
    assert named in str(raised.value)


# --- for every text


HARMLESS_PARAGRAPH = "The weather in Leeds is grey today, and the river is high."
TEXTS = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=300)
ANOTHER_CHECKER = ToneChecker(TonePolicy())
WORDS = st.lists(st.sampled_from(sorted({w for _, m in UNKIND for w in m.split()})), max_size=60).map(
    " ".join
)


@given(TEXTS | WORDS)
@settings(max_examples=300, deadline=None)
def test_any_text_is_read_and_what_is_quoted_stands_in_it(message):
    for finding in check_tone(message, POLICY):
        assert finding.words in message
        assert bool(finding.words) != (finding.category in {"no_way_out", "no_anonymity"})


@given(WORDS)
@settings(max_examples=100, deadline=None)
def test_the_same_text_is_always_judged_the_same(message):
    assert check_tone(message, POLICY) == ANOTHER_CHECKER.check(message)


@pytest.mark.parametrize(("category", "words"), UNKIND)
def test_a_harmless_paragraph_hides_nothing(category, words):
    message = in_a_kind_note(words)
    found = [f for f in check_tone(message, POLICY) if "many" not in f.category]
    for longer in (f"{message}\n\n{HARMLESS_PARAGRAPH}", f"{HARMLESS_PARAGRAPH}\n\n{message}"):
        assert [f for f in check_tone(longer, POLICY) if "many" not in f.category] == found


@pytest.mark.parametrize(("category", "words"), UNKIND)
def test_capitals_and_curly_apostrophes_make_no_difference(category, words):
    message = in_a_kind_note(words)
    shape = [(f.category, f.words.lower()) for f in check_tone(message, POLICY)]
    for other in (message.upper(), message.lower(), message.replace("'", "\u2019")):
        found = [(f.category, f.words.lower().replace("\u2019", "'")) for f in check_tone(other, POLICY)]
        assert found == shape
