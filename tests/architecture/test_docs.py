"""The documents are true: what they name is there, and what is there is named."""

import re
from pathlib import Path

import pytest

from ifnotyou.cli.main import COMMANDS
from ifnotyou.files.layout import LAYOUTS
from ifnotyou.playbook.policy import WEIGHTS

ROOT = Path(__file__).parents[2]
PLAYBOOK = (ROOT / "docs" / "playbook.md").read_text(encoding="utf-8")
DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]


def codes_in(source, pattern):
    text = (ROOT / "src" / "ifnotyou" / "playbook" / source).read_text(encoding="utf-8")
    found = set(re.findall(pattern, text))
    assert found, f"the pattern finds nothing in {source} any more"
    return found


@pytest.mark.parametrize(
    ("source", "pattern"),
    [
        ("verdict.py", r'Why\(\s*"([a-z_]+)"'),
        ("channel.py", r'Why\(\s*"([a-z_]+)"'),
        ("plan.py", r'Why\(\s*"([a-z_]+)"'),
        ("gates.py", r'return "([a-z_]+)", '),
        ("terms.py", r'(?:_term|Because)\(\s*"([a-z_]+)"'),
    ],
)
def test_every_code_that_a_user_can_meet_is_explained(source, pattern):
    assert {code for code in codes_in(source, pattern) if f"`{code}`" not in PLAYBOOK} == set()


def test_every_weight_is_explained_with_its_value():
    for name, weight in WEIGHTS.items():
        if name != "scorecard_alone":
            assert f"`{name}`" in PLAYBOOK
        assert f"{abs(weight):.2f}" in PLAYBOOK or f"{weight:.1f}" in PLAYBOOK, name


def test_every_file_that_a_rule_names_is_there():
    rules = [line for line in PLAYBOOK.splitlines() if re.match(r"\| \d ", line)]
    assert len(rules) >= 9
    for line in rules:
        sources, tests = re.findall(r"`(playbook/\w+\.py)`", line), re.findall(r"`(tests/[\w/]+\.py)`", line)
        assert "not built yet" in line or (sources and tests), line
        for path in sources:
            assert (ROOT / "src" / "ifnotyou" / path).is_file(), path
        for path in tests:
            assert (ROOT / path).is_file(), path


def sentences():
    """The lines of the tables below the nine rules, by rule."""
    _, _, told = PLAYBOOK.partition("## Sentence by sentence")
    found = {}
    for part in told.split("### ")[1:]:
        rows = [line for line in part.splitlines() if line.startswith("| ")][2:]
        found[part[0]] = [[cell.strip() for cell in row.strip("|").split(" | ")] for row in rows]
    return found


def test_every_rule_is_told_sentence_by_sentence():
    assert sorted(sentences()) == list("123456789")


@pytest.mark.parametrize("rule", sorted(sentences()))
def test_every_sentence_has_code_that_keeps_it_and_a_test_that_is_there(rule):
    for says, kept_by, proved_by in sentences()[rule]:
        sources, tests = re.findall(r"`([^`]+)`", kept_by), re.findall(r"`([^`]+)`", proved_by)
        assert sources, says
        assert tests, says
        for source in sources:
            assert (ROOT / "src" / "ifnotyou" / source).is_file(), source
        for test in tests:
            file, _, name = test.partition("::")
            assert f"def {name}" in (ROOT / "tests" / file).read_text(encoding="utf-8"), test


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_somewhere(document):
    for target in re.findall(r"\]\(([^)#:]+)\)", document.read_text(encoding="utf-8")):
        assert (document.parent / target).exists(), target


def test_the_readme_names_every_command():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for command in COMMANDS:
        assert f"`ifnotyou {command}" in readme


def test_every_column_is_documented():
    text = (ROOT / "docs" / "csv.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `(\w+)\.csv` \| (.*) \|$", text, re.MULTILINE))
    for name, columns in rows.items():
        for column in LAYOUTS[name].columns:
            assert re.search(rf"\b{column.name}\b", columns), (name, column.name)
    assert len(rows) == 8


# What a run or a checkout leaves in the root, with the paths of its machine: no part of the project.
LEFT_HERE = {".coverage", ".git"}


@pytest.mark.parametrize("folder", ["src", "docs", "bench", "."])
def test_nothing_names_a_path_or_a_registry_of_the_machine_it_was_written_on(folder):
    # Spelled in parts, so that this file does not name them either.
    forbidden = ["/" + "work/", "/" + "farm/", "py" + "pi.org", "pythonhosted", "registry.npm" + "js"]
    pattern = "*" if folder == "." else "**/*"
    for path in (ROOT / folder).glob(pattern):
        if (
            path.is_file()
            and path.suffix in {".py", ".md", ".toml", ".txt", ""}
            and path.name not in LEFT_HERE
        ):
            text = path.read_text(encoding="utf-8")
            assert [word for word in forbidden if word in text] == [], path
