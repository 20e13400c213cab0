"""`ifnotyou plan`, as a recruiter uses it."""

import csv
import os
import random
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from ifnotyou.playbook.letters import GAP

DAY = "2026-06-17"
KEYS = [
    "offer_id",
    "candidate_id",
    "candidate",
    "job_id",
    "job",
    "declined_at",
    "reason",
    "verdict",
    "because",
    "askers",
    "passed_over",
    "confidence",
    "channel",
    "draft",
]


def plan(ifnotyou, path, *more):
    answer = ifnotyou("plan", path, "--today", DAY, "--format", "json", *more)
    assert (answer.code, answer.err) == (0, "")
    return answer


def without_problems(answer):
    return {key: value for key, value in answer.json.items() if key != "problems"}


def test_json_is_one_document_of_the_agreed_shape(ifnotyou, sample):
    document = plan(ifnotyou, sample).json
    assert list(document) == ["today", "declines", "problems"]
    assert document["today"] == DAY
    with (sample / "offers.csv").open(encoding="utf-8", newline="") as file:
        declined = {row["id"] for row in csv.DictReader(file) if row["status"] == "declined"}
    assert {d["offer_id"] for d in document["declines"]} == declined
    for decline in document["declines"]:
        assert list(decline) == KEYS
        assert list(decline["reason"]) == ["category", "confidence", "text"]
        assert decline["verdict"] in {"ask", "decide", "never", "missed"}
        assert decline["because"]
        assert decline["channel"] in {"conversation", "email"}
        assert decline["confidence"] in {"clear", "lean", "toss-up", None}
        assert (decline["confidence"] is None) == (decline["askers"] == [])
        assert all(list(why) == ["code", "text"] for why in decline["because"])
        for asker in decline["askers"]:
            assert list(asker) == ["employee_id", "name", "score", "because"]
            assert all(list(why) == ["code", "text", "weight"] for why in asker["because"])
            assert asker["score"] == pytest.approx(sum(why["weight"] for why in asker["because"]))
        assert all(list(p) == ["employee_id", "name", "code", "text"] for p in decline["passed_over"])
    verdicts = {decline["verdict"] for decline in document["declines"]}
    assert verdicts == {"ask", "decide", "never", "missed"}


def test_the_same_files_give_the_same_bytes(ifnotyou, sample):
    assert plan(ifnotyou, sample).out == plan(ifnotyou, sample).out


def test_another_process_with_other_hashes_gives_the_same_bytes(ifnotyou, sample):
    command = [sys.executable, "-m", "ifnotyou.cli", "plan", str(sample), "--today", DAY, "--format", "json"]
    for seed in ("0", "1"):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "LC_ALL": "C", "PYTHONIOENCODING": "ascii"}
        done = subprocess.run(command, env=environment, capture_output=True, check=True)
        assert done.stdout.decode() == plan(ifnotyou, sample).out


def semicolons_and_bom(source, target):
    for path in source.glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.reader(file))
        with (target / path.name).open("w", encoding="utf-8-sig", newline="") as file:
            csv.writer(file, delimiter=";", lineterminator="\r\n").writerows(rows)


def shuffled_rows_and_columns(source, target):
    chance = random.Random(5)
    for path in source.glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            head, *rows = list(csv.reader(file))
        chance.shuffle(rows)
        order = chance.sample(range(len(head)), len(head))
        with (target / path.name).open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([[row[i] for i in order] for row in [head, *rows]])


@pytest.mark.parametrize("rewrite", [semicolons_and_bom, shuffled_rows_and_columns])
def test_however_the_files_are_written_the_plan_is_the_same(ifnotyou, sample, tmp_path, rewrite):
    rewrite(sample, tmp_path)
    assert without_problems(plan(ifnotyou, tmp_path)) == without_problems(plan(ifnotyou, sample))


@pytest.mark.parametrize("inside", ["", "export/"])
def test_a_zip_gives_the_same_plan(ifnotyou, sample, tmp_path, inside):
    with zipfile.ZipFile(tmp_path / "export.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sample.glob("*.csv"):
            archive.write(path, inside + path.name)
    assert plan(ifnotyou, tmp_path / "export.zip").out == plan(ifnotyou, sample).out


def test_only_four_files_are_needed(ifnotyou, sample, tmp_path):
    for name in ("employees", "candidates", "jobs", "offers"):
        shutil.copy(sample / f"{name}.csv", tmp_path)
    declines = plan(ifnotyou, tmp_path).json["declines"]
    assert declines
    assert all(d["askers"] == [] and d["draft"] is None for d in declines)


def test_no_draft_and_no_sentence_carries_a_scorecard_or_private_words(ifnotyou, sample):
    with (sample / "scorecards.csv").open(encoding="utf-8", newline="") as file:
        notes = [row["notes"] for row in csv.DictReader(file) if len(row["notes"]) > 20]
    assert notes
    answer = plan(ifnotyou, sample)
    assert not any(note in answer.out for note in notes)
    for decline in answer.json["declines"]:
        if decline["draft"]:
            body = decline["draft"]["body"]
            assert body.count(GAP) == 1
            told = decline["reason"]["text"].split(": ", 1)[-1]
            assert not any(len(words) > 12 and words in body for words in told.split(". "))


def test_a_table_tells_all_that_a_recruiter_needs(ifnotyou, sample):
    answer = ifnotyou("plan", sample, "--today", DAY)
    document = plan(ifnotyou, sample).json
    assert answer.code == 0
    asks = [d for d in document["declines"] if d["verdict"] == "ask"]
    text = " ".join(answer.out.split())
    for decline in asks:
        assert f"ASK {decline['candidate']}" in text
        assert f"{decline['askers'][0]['name']} asks" in text
        assert " ".join(decline["draft"]["body"].split()) in text
    for title in ("A person decides", "Too late for a decision", "Missed", "Never"):
        assert title in answer.out
    assert all(len(line) <= 100 for line in answer.out.splitlines())


def test_a_name_cannot_steer_the_terminal(ifnotyou, sample, tmp_path):
    for path in sample.glob("*.csv"):
        shutil.copy(path, tmp_path)
    offers = (tmp_path / "offers.csv").read_text(encoding="utf-8")
    with (tmp_path / "candidates.csv").open(encoding="utf-8", newline="") as file:
        head, *rows = list(csv.reader(file))
    with (tmp_path / "candidates.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([head] + [[row[0], "[bold]\x1b[31mEve\x07", *row[2:]] for row in rows])
    assert offers
    answer = ifnotyou("plan", tmp_path, "--today", DAY)
    assert "\x1b" not in answer.out
    assert "\x07" not in answer.out


def test_a_policy_file_changes_the_plan(ifnotyou, sample, tmp_path):
    policy = tmp_path / "policy.toml"
    policy.write_text("[ask]\nmax_age_days = 1\n", encoding="utf-8")
    before, after = plan(ifnotyou, sample).json, plan(ifnotyou, sample, "--policy", policy).json
    asks = [sum(d["verdict"] == "ask" for d in document["declines"]) for document in (before, after)]
    assert asks[0] > asks[1]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"[ask]\nmax_age = 3\n", 'did you mean "max_age_days"'),
        (b"[ask\n", "is not TOML"),
        (b"\xff\xfe\x00", "is not UTF-8"),
        (b'[reasons.phrases]\nlocation = ["a(b"]\n', "cannot be read"),
    ],
)
def test_a_wrong_policy_is_a_clear_error(ifnotyou, sample, tmp_path, content, message):
    policy = tmp_path / "policy.toml"
    policy.write_bytes(content)
    answer = ifnotyou("plan", sample, "--policy", policy)
    assert (answer.code, answer.out) == (1, "")
    assert message in answer.err
    assert len(answer.err.splitlines()) == 1


def test_a_policy_that_is_not_there_is_a_clear_error(ifnotyou, sample, tmp_path):
    answer = ifnotyou("plan", sample, "--policy", tmp_path / "no.toml")
    assert answer.code == 1
    assert "No such file" in answer.err


def test_a_missing_file_is_exit_code_1_and_named(ifnotyou, sample, tmp_path):
    shutil.copy(sample / "offers.csv", tmp_path)
    answer = ifnotyou("plan", tmp_path, "--format", "json")
    assert (answer.code, answer.out) == (1, "")
    for name in ("employees.csv", "candidates.csv", "jobs.csv"):
        assert name in answer.err


def test_a_folder_that_is_not_there_is_exit_code_1(ifnotyou, tmp_path):
    answer = ifnotyou("plan", tmp_path / "nowhere")
    assert (answer.code, answer.out) == (1, "")
    assert "nowhere" in answer.err


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["plan"],
        ["plan", ".", "--today", "17.6.2026"],
        ["plan", ".", "--format", "xml"],
        ["plan", ".", "--nonsense"],
        ["nonsense"],
    ],
)
def test_wrong_usage_is_exit_code_2(ifnotyou, words):
    answer = ifnotyou(*words)
    assert (answer.code, answer.out) == (2, "")
    assert "usage: ifnotyou" in answer.err


@pytest.mark.parametrize(
    "words", [["--help"], ["plan", "--help"], ["tone", "--help"], ["policy", "--help"], ["sample", "--help"]]
)
def test_help_is_there(ifnotyou, words):
    answer = ifnotyou(*words)
    assert answer.code == 0
    assert "usage: ifnotyou" in answer.out


def test_the_reader_may_stop_reading(sample):
    command = f"{sys.executable} -m ifnotyou.cli plan {sample} --today {DAY} --format json | head -c 10"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=True)
    assert done.stderr == ""
    assert done.stdout == '{"today": '


def test_unknown_files_and_bad_rows_are_told_and_the_rest_is_planned(ifnotyou, sample, tmp_path):
    for path in sample.glob("*.csv"):
        shutil.copy(path, tmp_path)
    with Path(tmp_path / "offers.csv").open("a", encoding="utf-8") as file:
        file.write("bad,nobody,nojob,declined,2026-06-01,2026-06-02,,\n")
    document = plan(ifnotyou, tmp_path).json
    assert without_problems(plan(ifnotyou, sample)) == {k: v for k, v in document.items() if k != "problems"}
    told = [p for p in document["problems"] if p["file"] == "offers.csv"]
    assert {p["column"] for p in told} <= {"candidate_id", "job_id"}
    with (tmp_path / "offers.csv").open(encoding="utf-8", newline="") as file:
        assert {p["row"] for p in told} == {len(list(csv.reader(file)))}
    assert all(list(p) == ["file", "row", "column", "text"] for p in told)
