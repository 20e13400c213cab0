"""The playbook decides; it neither reads, writes nor looks at the clock.

import-linter forbids what we thought of; this test allows what we thought of, and nothing else.
"""

import ast
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parents[2] / "src"
PLAYBOOK = SOURCE / "ifnotyou" / "playbook"
FILES = sorted(PLAYBOOK.rglob("*.py"))

ALLOWED_MODULES = {
    "__future__",
    "bisect",
    "collections",
    "collections.abc",
    "dataclasses",
    "datetime",
    "difflib",
    "enum",
    "fractions",
    "functools",
    "heapq",
    "itertools",
    "math",
    "operator",
    "re",
    "statistics",
    "string",
    "textwrap",
    "types",
    "typing",
    "unicodedata",
    "urllib.parse",
    # Reads only the time zone database that comes with the machine, which is as much a fact as the calendar.
    "zoneinfo",
}
FORBIDDEN_BUILTINS = {"__import__", "breakpoint", "compile", "eval", "exec", "input", "open", "print"}
CLOCK = {"now", "today", "utcnow"}


def impurities(source, module):
    """Tell, line by line, what the source of the module (like ifnotyou.playbook.plan) must not do."""
    tree = ast.parse(source)
    clocks = names_of_clocks(tree)
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            found += [
                (node.lineno, f"imports {name}") for name in imported(node, module) if not is_allowed(name)
            ]
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id in FORBIDDEN_BUILTINS:
            found.append((node.lineno, f"uses {node.id}"))
        elif isinstance(node, ast.Attribute) and node.attr in CLOCK and ends_in(node.value) in clocks:
            found.append((node.lineno, f"looks at the clock with {ast.unparse(node)}"))
    return [f"line {line} {what}" for line, what in sorted(found)]


def imported(node, module):
    """The full names of the modules that an import statement takes something from."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if not node.level:
        return [node.module]
    package = module.split(".")[: -node.level]
    return [".".join(package + ([node.module] if node.module else []))]


def is_allowed(name):
    return name in ALLOWED_MODULES or name == "ifnotyou.playbook" or name.startswith("ifnotyou.playbook.")


def names_of_clocks(tree):
    """What this source calls datetime and date, the classes that can tell the time."""
    names = {"datetime", "date"}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "datetime":
            names |= {
                alias.asname for alias in node.names if alias.asname and alias.name in {"datetime", "date"}
            }
    return names


def ends_in(node):
    """The last name of an expression like datetime or dt.datetime."""
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def module_of(path):
    # "__init__" stays as a last part, so that a dot means the same folder in every file.
    return ".".join(path.relative_to(SOURCE).with_suffix("").parts)


def test_there_is_a_playbook_to_look_at():
    assert FILES


@pytest.mark.parametrize("path", FILES, ids=module_of)
def test_the_playbook_is_pure(path):
    found = impurities(path.read_text(encoding="utf-8"), module_of(path))

    assert not found, "\n".join([str(path), *found])


@pytest.mark.parametrize(
    ("source", "what"),
    [
        ("import os", "line 1 imports os"),
        ("import collections.abc, pathlib", "line 1 imports pathlib"),
        ("def f():\n    from urllib.request import urlopen", "line 2 imports urllib.request"),
        ("from ifnotyou.files import read", "line 1 imports ifnotyou.files"),
        ("from ifnotyou import sample", "line 1 imports ifnotyou"),
        ("from .. import files", "line 1 imports ifnotyou"),
        ("from ..files.csv import read", "line 1 imports ifnotyou.files.csv"),
        ("import ifnotyou.playbooks", "line 1 imports ifnotyou.playbooks"),
        ("open('a')", "line 1 uses open"),
        ("show = print", "line 1 uses print"),
        ("eval('1')", "line 1 uses eval"),
        ("__import__('os')", "line 1 uses __import__"),
        ("datetime.now()", "line 1 looks at the clock with datetime.now"),
        ("at = field(default_factory=datetime.utcnow)", "line 1 looks at the clock with datetime.utcnow"),
        ("import datetime as dt\ndt.date.today()", "line 2 looks at the clock with dt.date.today"),
        ("from datetime import date as day\nday.today()", "line 2 looks at the clock with day.today"),
    ],
)
def test_an_impure_line_is_found(source, what):
    assert impurities(source, "ifnotyou.playbook.example") == [what]


@pytest.mark.parametrize(
    "source",
    [
        "from datetime import date, datetime, timedelta",
        "from collections.abc import Iterable",
        "from ifnotyou.playbook.records import Offer",
        "from . import policy",
        "from .records import Offer",
        "verdict(offer, situation.today)",
        "re.compile('a')",
        "'print', 'open'",
        "class Ask:\n    open: bool = True",
    ],
)
def test_a_pure_line_is_left_alone(source):
    assert impurities(source, "ifnotyou.playbook.example") == []
