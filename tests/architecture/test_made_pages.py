"""The pages that are made from the connectors: each has one, none is stale, and none is left of one that is gone."""

import sys
from pathlib import Path

import pytest

from ifnotyou.connectors.ats import all_systems
from ifnotyou.connectors.chat import all_chats
from ifnotyou.connectors.mail.providers import all_providers

DOCS = Path(__file__).parents[2] / "docs"


@pytest.fixture(scope="module")
def made():
    """What docs/pages.py, which is a script, would write: by the path below docs/."""
    sys.path.insert(0, str(DOCS))
    try:
        import pages  # noqa: PLC0415 - found only now
    finally:
        sys.path.remove(str(DOCS))
    return {file.relative_to(DOCS).as_posix(): text for file, text in pages.pages().items()}


def test_each_connector_has_its_page(made):
    wanted = {
        *(f"connectors/{slug}.md" for slug in all_systems()),
        *(f"doors/{slug}.md" for slug in all_chats()),
        *(f"doors/{provider.page}" for provider in all_providers().values()),
        "doors/single-sign-on.md",
    }
    assert set(made) == wanted
    assert {path.relative_to(DOCS).as_posix() for path in DOCS.glob("connectors/*.md")} < wanted


def test_none_is_stale(made):
    stale = [
        name
        for name, text in made.items()
        if not (DOCS / name).exists() or (DOCS / name).read_text(encoding="utf-8") != text
    ]
    assert stale == [], "write them anew with ./run docs"
