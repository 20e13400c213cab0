"""A chat is one file, one test and one page: nothing else names it, and none of these is missing."""

import re
from pathlib import Path

import pytest

from ifnotyou.connectors.chat import all_chats
from tests.architecture.held import classes_that_hold
from tests.connectors.chat.contract import ChatContract

ROOT = Path(__file__).parents[2]
SOURCES = ROOT / "src" / "ifnotyou"
SYSTEMS = SOURCES / "connectors" / "chat" / "systems"
MODULES = sorted(path.stem for path in SYSTEMS.glob("*.py") if path.stem != "__init__")


@pytest.mark.parametrize("module", MODULES)
def test_every_chat_is_held_to_the_contract(module):
    assert module in all_chats(), f"systems/{module}.py should have the slug {module!r}"
    assert classes_that_hold(module, ChatContract, "tests.connectors.chat")


@pytest.mark.parametrize("slug", MODULES)
def test_nothing_else_names_it(slug):
    """The next one is added without changing a line elsewhere, and that stays so."""
    label = re.escape(all_chats()[slug].label)
    named = {
        path.relative_to(SOURCES).as_posix()
        for pattern in ("*.py", "*.html", "*.txt", "*.js")
        for path in SOURCES.rglob(pattern)
        if re.search(rf"""["']{slug}["']|\b{label}\b""", path.read_text(encoding="utf-8"))
    }

    assert named == {f"connectors/chat/systems/{slug}.py"}
