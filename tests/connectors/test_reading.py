"""Somebody else's JSON: what no database keeps is taken out of it as it comes in."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as some

from ifnotyou.connectors.ats.fields import Fields
from ifnotyou.connectors.reading import read_json

values = some.recursive(
    some.none() | some.booleans() | some.integers() | some.text(),
    lambda inner: some.lists(inner) | some.dictionaries(some.text(), inner),
    max_leaves=20,
)


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (rb'{"name": "Smith \ud83d"}', {"name": "Smith ?"}),
        (rb'["\ude00", {"a\udfff": 1}]', ["?", {"a?": 1}]),
        (rb'"Noor \ud83d\ude00"', "Noor \N{GRINNING FACE}"),
        (rb'"No\u0000or"', "Noor"),
        (
            b'"Noor \xed\xa0\xbd"',
            "Noor \N{REPLACEMENT CHARACTER}\N{REPLACEMENT CHARACTER}\N{REPLACEMENT CHARACTER}",
        ),
    ],
)
def test_half_a_character_and_nul_are_taken_out_wherever_they_are(body, told):
    assert read_json(body) == told


@given(values)
def test_whatever_else_it_says_stays(value):
    keepable = json.loads(json.dumps(value).replace("\\\\", "").replace("\\u0000", "").replace("\\ud", "x"))
    assert read_json(json.dumps(keepable).encode()) == keepable
    json.dumps(read_json(json.dumps(value).encode()), ensure_ascii=False).encode()


@pytest.mark.parametrize("body", [b"", b"{", b"[" * 100_000, b'{"a":' * 100_000])
def test_what_is_no_json_or_never_ends_is_an_error_of_its_value(body):
    with pytest.raises(ValueError):
        read_json(body)


def test_a_field_is_clean_however_it_came():
    row = Fields.of("Fake", {"name": "A\0 \ud83d", "id": "7\0"})
    assert (row.text("name"), row.id("id")) == ("A ?", "7")
