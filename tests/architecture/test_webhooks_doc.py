"""docs/doors/webhooks.md says what the program does: its kinds, its schedule, and code that verifies."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ifnotyou.connectors import outgoing
from ifnotyou.playbook.retries import WAITS
from ifnotyou.services.happenings import IDS, MOST_IDS, SENTENCES, Kind
from ifnotyou.services.listeners import MOST

DOCUMENT = (Path(__file__).parents[2] / "docs" / "doors" / "webhooks.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("kind", SENTENCES)
def test_each_kind_stands_there_with_its_sentence_and_its_ids(kind):
    ids = ", ".join(f"`{name}`" for name in IDS[kind])
    assert f"| `{kind}` | {SENTENCES[kind]} | {ids} |" in DOCUMENT


def test_no_other_kind_stands_there():
    assert set(re.findall(r"^\| `([a-z.]+)` \|", DOCUMENT, re.MULTILINE)) == set(Kind)


def test_the_schedule_and_the_numbers_are_those_of_the_program():
    hours = [int(wait.total_seconds() // 3600) for wait in WAITS[3:]]
    assert [int(wait.total_seconds()) for wait in WAITS[:3]] == [5, 300, 1800]
    words = f"{', '.join(map(str, hours[:-1]))} and {hours[-1]} hours"
    assert f"5 seconds, 5 minutes, 30 minutes, {words}" in DOCUMENT
    assert f"within {outgoing.PATIENCE:.0f} seconds" in DOCUMENT
    assert f"at most {MOST_IDS} numbers" in DOCUMENT
    assert MOST == 10
    assert "ten listeners at most" in DOCUMENT


def test_the_code_that_verifies_does():
    (code,) = re.findall(r"```python\n(.*?)```", DOCUMENT, re.DOTALL)
    there: dict = {}
    exec(code, there)  # noqa: S102 - our own document
    secret, body = outgoing.new_secret(), b'{"type":"webhook.test"}'
    headers = outgoing.headers_of([outgoing.new_secret(), secret], "msg_1", datetime.now(UTC), body)
    seen: set[str] = set()

    assert there["heard"](headers, body, secret, seen) == (204, {"type": "webhook.test"})
    assert there["heard"](headers, body, secret, seen) == (204, None)
    assert there["heard"](headers, body + b" ", secret, set()) == (401, None)
