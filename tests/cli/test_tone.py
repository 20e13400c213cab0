"""`ifnotyou tone`, as somebody uses it before a note goes out."""

import io
import sys

import pytest

GOOD = """Hi Noor,

thank you for telling us. I still smile about your ferries. If not you, who should we talk to about the data role?
It is fine to ignore this, and you need not be named.

Maya
"""
BAD = GOOD + "\nThere is a referral bonus in it for you, if you answer by Friday.\n"


@pytest.fixture
def note(tmp_path):
    def write(content):
        path = tmp_path / "note.txt"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


def test_a_kind_note_passes(ifnotyou, note):
    answer = ifnotyou("tone", note(GOOD), "--format", "json")
    assert (answer.code, answer.err) == (0, "")
    assert answer.json == {"findings": []}


def test_every_finding_has_its_category_its_words_and_a_mend(ifnotyou, note):
    answer = ifnotyou("tone", note(BAD), "--format", "json")
    assert answer.code == 1
    findings = answer.json["findings"]
    assert {f["category"] for f in findings} == {"incentive", "pressure"}
    for finding in findings:
        assert list(finding) == ["category", "words", "mend"]
        assert finding["words"] in BAD
        assert finding["mend"]


def test_what_is_missing_is_a_finding(ifnotyou, note):
    answer = ifnotyou("tone", note("Hi Noor, if not you, who should we talk to?"), "--format", "json")
    assert [f["category"] for f in answer.json["findings"]] == ["no_way_out", "no_anonymity"]


def test_words_for_people(ifnotyou, note):
    answer = ifnotyou("tone", note(BAD))
    assert answer.code == 1
    assert "incentive" in answer.out
    assert "bonus" in answer.out
    assert all(len(line) <= 80 for line in answer.out.splitlines())


@pytest.mark.parametrize("words", [["tone"], ["tone", "-"]])
def test_a_note_can_come_from_a_pipe(ifnotyou, monkeypatch, words):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(GOOD.encode()), encoding="utf-8"))
    assert ifnotyou(*words).code == 0


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1252", "utf-8"])
def test_a_note_in_any_usual_encoding(ifnotyou, note, encoding):
    assert ifnotyou("tone", note(GOOD.replace("'", "’").encode(encoding))).code == 0


@pytest.mark.parametrize("content", [b"", b"  \n", b"\x00\x01\x02"])
def test_what_is_no_message_is_told_in_one_line(ifnotyou, note, content):
    answer = ifnotyou("tone", note(content), "--format", "json")
    assert (answer.code, answer.out) == (1, "")
    assert len(answer.err.splitlines()) == 1


def test_a_file_that_is_not_there_is_told_in_one_line(ifnotyou, tmp_path):
    for path in (tmp_path / "no.txt", tmp_path):
        answer = ifnotyou("tone", path)
        assert (answer.code, answer.out) == (1, "")
        assert len(answer.err.splitlines()) == 1


def test_a_policy_adds_words(ifnotyou, note, tmp_path):
    policy = tmp_path / "policy.toml"
    policy.write_text('[tone.phrases]\nincentive = ["smile about your ferries"]\n', encoding="utf-8")
    assert ifnotyou("tone", note(GOOD), "--policy", policy).code == 1


GERMAN = """Liebe Noor, vielen Dank für deine ehrliche Antwort. Ich habe mich sehr über unser Gespräch gefreut und
verstehe deine Entscheidung gut. Wenn nicht du, mit wem sollten wir sprechen? Du musst nicht antworten.
"""


def test_what_is_not_english_is_said_to_be_unchecked(ifnotyou, note):
    answer = ifnotyou("tone", note(GERMAN), "--format", "json")
    assert (answer.code, answer.json) == (0, {"findings": []})
    assert "not checked" in answer.err


def test_an_unreadable_phrase_of_a_policy_is_told(ifnotyou, note, tmp_path):
    policy = tmp_path / "policy.toml"
    policy.write_text('[tone.phrases]\nincentive = ["a(b here"]\n', encoding="utf-8")
    answer = ifnotyou("tone", note(GOOD), "--policy", policy)
    assert answer.code == 1
    assert "a(b" in answer.err
