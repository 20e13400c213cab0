"""A kind of provider of sign-in is one file: nothing else names it, and its page says what the file says."""

import re
from pathlib import Path

import pytest

from ifnotyou.connectors.sign_in import all_kinds

ROOT = Path(__file__).parents[2]
SOURCES = ROOT / "src" / "ifnotyou"
KINDS = SOURCES / "connectors" / "sign_in" / "kinds"
MODULES = sorted(path.stem for path in KINDS.glob("*.py") if path.stem != "__init__")


def test_every_file_is_found_under_its_name_and_the_one_for_any_comes_last():
    assert sorted(all_kinds()) == MODULES
    assert [one.is_any for one in all_kinds().values()] == [False] * (len(MODULES) - 1) + [True]


@pytest.mark.parametrize("slug", MODULES)
def test_every_kind_says_what_to_do_and_when_its_word_counts(slug):
    kind = all_kinds()[slug]
    assert kind.slug == slug
    assert len(kind.steps) >= 3
    assert kind.trust
    assert bool(kind.asks) == bool(kind.asks_help)


@pytest.mark.parametrize("folder", ["services", "web", "queries", "models", "jobs"])
def test_nothing_else_names_a_kind(folder):
    """The next one is added without changing a line elsewhere."""
    word = re.compile(r"\b(okta|microsoftonline|accounts\.google)\b", re.IGNORECASE)
    named = [
        path.name
        for path in (SOURCES / folder).rglob("*.py")
        if word.search(path.read_text(encoding="utf-8"))
    ]
    assert named == []
