"""A system for applicants is one file, one test and one page: nothing else names it, and none of these is missing."""

import re
from pathlib import Path

import pytest

from ifnotyou.connectors.ats import all_systems
from tests.architecture.held import classes_that_hold
from tests.connectors.ats.contract import AtsContract

ROOT = Path(__file__).parents[2]
SOURCES = ROOT / "src" / "ifnotyou"
SYSTEMS = SOURCES / "connectors" / "ats" / "systems"
MODULES = sorted(path.stem for path in SYSTEMS.glob("*.py") if path.stem != "__init__")

# Where a system may be named besides, and why.
NAMED_TOO = {
    "playbook/reason_words.py": "says whose reason a word is",
    "playbook/foreign.py": "says whose column a word is",
    "files/joins.py": "says whose export is like that",
    "connectors/ats/fields.py": "an example in a docstring",
    "cli/sync.py": "an example in its help",
    "sample/ats/server.py": "an example in a docstring",
    "sample/ats/__main__.py": "which stand-ins there are",
    "services/demo/ats.py": "which stand-ins there are",
    "cli/demo.py": "which stand-ins there are",
}


@pytest.mark.parametrize("module", MODULES)
def test_every_system_is_held_to_the_contract(module):
    assert module in all_systems(), f"systems/{module}.py should have the slug {module!r}"
    assert classes_that_hold(module, AtsContract, "tests.connectors.ats")


@pytest.mark.parametrize("slug", MODULES)
def test_nothing_else_names_it(slug):
    """The next one is added without changing a line elsewhere, and that stays so."""
    own = {f"connectors/ats/systems/{slug}.py", f"sample/ats/{slug}.py"}
    others = {f"connectors/ats/systems/{module}.py" for module in MODULES}

    named = {
        path.relative_to(SOURCES).as_posix()
        for pattern in ("*.py", "*.html", "*.txt", "*.js")
        for path in SOURCES.rglob(pattern)
        if re.search(rf"\b{slug}\b", path.read_text(encoding="utf-8"), re.IGNORECASE)
    }

    assert named - own - set(NAMED_TOO) == set()
    assert named & others <= own, "one system's connector names another's"


def test_a_stand_in_shares_no_code_with_its_connector():
    """What one side got wrong the other should not repeat."""
    for path in (SOURCES / "sample" / "ats").glob("*.py"):
        assert "ifnotyou.connectors" not in path.read_text(encoding="utf-8"), path.name
