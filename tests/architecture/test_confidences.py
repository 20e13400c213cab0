"""Who gave a name in confidence is read in one place, and asked for by four services; each for a reason of its own."""

import ast
from pathlib import Path

import ifnotyou

SOURCES = Path(ifnotyou.__file__).parent
READER = "ifnotyou.queries.confidences"
FOR_A_REASON = {
    "services/referrals.py",  # the asker's own card
    "services/thanks.py",  # the asker is to thank
    "services/weighing.py",  # the steward's recorded weighing
    "services/erasure.py",  # whoever gave it is erased
}


def importers():
    """The files that import the reader, or anything of it."""
    found = set()
    for path in SOURCES.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                names = [f"{node.module}", *(f"{node.module}.{alias.name}" for alias in node.names)]
            if READER in names:
                found.add(path.relative_to(SOURCES).as_posix())
    return found


def test_only_these_ask_who_gave_a_name_in_confidence():
    assert importers() == FOR_A_REASON


def test_the_encrypted_way_back_is_read_nowhere_else():
    readers = {
        path.relative_to(SOURCES).as_posix()
        for path in SOURCES.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute)
        and node.attr == "source"
        and isinstance(node.ctx, ast.Load)
        and "referral" in ast.unparse(node.value).lower()
    }
    assert readers <= {"queries/confidences.py", "services/weighing.py"}
