"""The sample goes through the program as any company's files do, and what is private stays where it is."""

import dataclasses
import json
from collections import Counter
from datetime import date

import pytest

from ifnotyou.cli.main import main
from ifnotyou.files.company import read_company
from ifnotyou.playbook.plan import make_plan
from ifnotyou.playbook.policy import FilePolicy, Policy
from ifnotyou.sample.folder import claim, fill
from ifnotyou.sample.world import generate

TODAY = date(2026, 1, 31)


@pytest.fixture(scope="module")
def world():
    return generate(6, 400, 60, TODAY)


@pytest.fixture(scope="module")
def folder(world, tmp_path_factory):
    path = tmp_path_factory.mktemp("sample")
    claim(path)
    fill(path, world, "ifnotyou plan")
    return path


def on_one_line(offer):
    return dataclasses.replace(offer, decline_notes=" ".join(offer.decline_notes.split()))


def test_what_was_written_is_what_is_read(world, folder):
    records, problems = read_company(folder, FilePolicy(), TODAY)
    assert [problem for problem in problems if problem.file != "SAMPLE.txt"] == []
    for name in ("employees", "candidates", "jobs"):
        assert dict(getattr(records, name)) == dict(getattr(world.records, name))
    assert Counter(map(on_one_line, records.offers)) == Counter(map(on_one_line, world.records.offers))
    for name in ("interviews", "scorecards", "messages", "pulses"):
        assert Counter(getattr(records, name)) == Counter(getattr(world.records, name))


def test_every_decline_is_planned_and_every_verdict_occurs(world):
    plan = make_plan(world.records, Policy(), TODAY)
    assert {one.decline.offer.id for one in plan} == {decline.offer_id for decline in world.declines}
    assert {str(one.verdict) for one in plan} == {"ask", "decide", "never", "missed"}
    assert {str(one.confidence) for one in plan} >= {"clear", "lean", "toss-up"}


def test_private_words_reach_no_draft_and_card_notes_nothing_at_all(world, folder, capsys):
    assert main(["plan", str(folder), "--today", TODAY.isoformat(), "--format", "json"]) == 0
    said = capsys.readouterr().out
    drafts = [
        json.dumps(one["draft"], ensure_ascii=False) for one in json.loads(said)["declines"] if one["draft"]
    ]
    assert drafts
    private = [decline.private for decline in world.declines if decline.private]
    notes = [offer.decline_notes for offer in world.records.offers if offer.decline_notes]
    assert private
    assert not any(secret[1:] in draft for secret in [*private, *notes] for draft in drafts)
    lines = {line for note in world.card_notes for line in note.split("\n") if len(line) > 25}
    assert lines
    assert not any(line in said for line in lines)
