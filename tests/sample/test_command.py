"""`ifnotyou sample` as its users meet it."""

import csv
import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ifnotyou.cli.main import main

SMALL = ["--declines", "12", "--employees", "10", "--today", "2026-01-31"]
FILES = {
    "SAMPLE.txt",
    "candidates.csv",
    "employees.csv",
    "interviews.csv",
    "jobs.csv",
    "messages.csv",
    "offers.csv",
    "pulses.csv",
    "scorecards.csv",
}


def sample(*args):
    return main(["sample", *map(str, args)])


def names_in(folder):
    return {path.name for path in folder.iterdir()}


def bytes_in(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_a_new_folder_is_filled(tmp_path, capsys):
    out = tmp_path / "deep" / "company"
    assert sample(out, *SMALL) == 0
    assert names_in(out) == FILES
    said = capsys.readouterr()
    assert f"ifnotyou plan {out} --today 2026-01-31" in said.out
    assert "10 employees" in said.out
    assert "12 declined offers" in said.out
    assert said.err == ""


def test_the_marker_says_what_this_is_and_what_to_try(tmp_path):
    sample(tmp_path / "a b", *SMALL, "--seed", "9")
    lines = (tmp_path / "a b" / "SAMPLE.txt").read_text(encoding="utf-8").splitlines()
    assert len(lines) == 3
    assert "no real person" in lines[0]
    assert lines[1].startswith("Seed 9, as on 2026-01-31")
    assert lines[2] == f"Try next: ifnotyou plan '{tmp_path / 'a b'}' --today 2026-01-31"


def test_counts_are_as_asked(tmp_path):
    sample(tmp_path / "out", "--declines", "7", "--employees", "21", "--today", "2026-01-31")
    with (tmp_path / "out" / "offers.csv").open(encoding="utf-8", newline="") as file:
        assert sum(row["status"] == "declined" for row in csv.DictReader(file)) == 7
    with (tmp_path / "out" / "employees.csv").open(encoding="utf-8", newline="") as file:
        assert len(list(csv.DictReader(file))) == 21


def test_the_same_command_makes_the_same_bytes_in_any_process(tmp_path):
    sample(tmp_path / "here", *SMALL)
    there = tmp_path / "there"
    command = [sys.executable, "-c", "import sys; from ifnotyou.cli.main import main; sys.exit(main())"]
    environment = os.environ | {"PYTHONHASHSEED": "12345", "LC_ALL": "C", "TZ": "Asia/Tokyo"}
    subprocess.run([*command, "sample", there, *SMALL], check=True, env=environment, capture_output=True)
    ours, theirs = bytes_in(tmp_path / "here"), bytes_in(there)
    del ours["SAMPLE.txt"], theirs["SAMPLE.txt"]  # it names the folder
    assert ours == theirs


def test_another_seed_makes_another_company(tmp_path):
    sample(tmp_path / "one", *SMALL)
    sample(tmp_path / "two", *SMALL, "--seed", "2")
    one, two = bytes_in(tmp_path / "one"), bytes_in(tmp_path / "two")
    assert all(one[name] != two[name] for name in FILES)


def test_today_is_today(tmp_path):
    before = datetime.now(UTC).date()
    sample(tmp_path / "out", "--declines", "2", "--employees", "8")
    line = (tmp_path / "out" / "SAMPLE.txt").read_text(encoding="utf-8").splitlines()[1]
    assert any(day.isoformat() in line for day in (before, datetime.now(UTC).date()))


def test_the_truth_goes_where_it_is_wanted_and_nowhere_else(tmp_path):
    truth = tmp_path / "truth.json"
    assert sample(tmp_path / "out", *SMALL, "--truth", truth) == 0
    assert len(json.loads(truth.read_text(encoding="utf-8"))["declines"]) == 12
    assert names_in(tmp_path / "out") == FILES
    assert sample(tmp_path / "out", *SMALL, "--truth", truth, "--seed", "2") == 0
    assert json.loads(truth.read_text(encoding="utf-8"))["seed"] == 2


def test_an_earlier_sample_is_replaced_file_by_file(tmp_path):
    out = tmp_path / "out"
    sample(out, *SMALL)
    (out / "my notes.md").write_text("keep me")
    assert sample(out, *SMALL, "--seed", "2") == 0
    assert (out / "my notes.md").read_text() == "keep me"
    (out / "my notes.md").unlink()
    sample(tmp_path / "fresh", *SMALL, "--seed", "2")
    fresh, again = bytes_in(tmp_path / "fresh"), bytes_in(out)
    del fresh["SAMPLE.txt"], again["SAMPLE.txt"]
    assert again == fresh


def test_an_empty_folder_will_do(tmp_path):
    assert sample(tmp_path, *SMALL) == 0


@pytest.mark.parametrize("theirs", ["employees.csv", "pulses.csv", "SAMPLE.txt"])
def test_nobody_elses_files_are_touched(tmp_path, capsys, theirs):
    (tmp_path / theirs).write_text("id,name\n1,a real colleague\n")
    assert sample(tmp_path, *SMALL) == 1
    assert names_in(tmp_path) == {theirs}
    assert (tmp_path / theirs).read_text() == "id,name\n1,a real colleague\n"
    told = capsys.readouterr().err
    assert told.count("\n") == 1
    assert theirs in told
    assert "name another folder" in told


def test_what_lies_beside_stays(tmp_path):
    (tmp_path / "policy.toml").write_text("[ask]\n")
    assert sample(tmp_path, *SMALL) == 0
    assert (tmp_path / "policy.toml").read_text() == "[ask]\n"


def test_a_link_out_of_the_folder_is_replaced_not_followed(tmp_path):
    out, outside = tmp_path / "out", tmp_path / "outside.csv"
    sample(out, *SMALL)
    outside.write_text("precious")
    (out / "jobs.csv").unlink()
    (out / "jobs.csv").symlink_to(outside)
    assert sample(out, *SMALL) == 0
    assert outside.read_text() == "precious"
    assert not (out / "jobs.csv").is_symlink()


def test_a_file_is_no_folder(tmp_path, capsys):
    (tmp_path / "file").write_text("mine")
    for path in (tmp_path / "file", tmp_path / "file" / "below"):
        assert sample(path, *SMALL) == 1
        assert capsys.readouterr().err.startswith(f"ifnotyou sample: {path} ")
    assert (tmp_path / "file").read_text() == "mine"


def test_a_place_that_cannot_be_written_is_told(capsys):
    assert sample("/proc/company", *SMALL) == 1
    assert "/proc/company cannot be used" in capsys.readouterr().err


@pytest.mark.where(Path("/dev/full").exists(), "this system has no /dev/full")
def test_a_full_disk_is_told(tmp_path, capsys):
    assert sample(tmp_path / "out", *SMALL, "--truth", "/dev/full") == 1
    assert "/dev/full cannot be written: no space left" in capsys.readouterr().err


def test_a_failed_replacement_leaves_the_old_file_whole(tmp_path, capsys):
    out = tmp_path / "out"
    sample(out, *SMALL)
    before = (out / "offers.csv").read_bytes()
    (out / "offers.csv.part").mkdir()  # so that writing beside it fails
    assert sample(out, *SMALL, "--seed", "2") == 1
    assert (out / "offers.csv").read_bytes() == before
    assert "offers.csv cannot be written" in capsys.readouterr().err


def test_somebody_elses_file_is_not_taken_for_the_truth(tmp_path, capsys):
    theirs = tmp_path / "thesis.txt"
    theirs.write_text("years of work")
    assert sample(tmp_path / "out", *SMALL, "--truth", theirs) == 1
    assert theirs.read_text() == "years of work"
    assert "name a new file for the truth" in capsys.readouterr().err
    assert sample(tmp_path / "out", *SMALL, "--truth", tmp_path) == 1
    assert "is a folder" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--declines", "0"], "0 is not between 1 and"),
        (["--declines", "-3"], "-3 is not between 1 and"),
        (["--declines", "many"], '"many" is not a whole number'),
        (["--declines", "1.5"], '"1.5" is not a whole number'),
        (["--employees", "7"], "7 is not between 8 and"),
        (["--seed", "x"], '"x" is not a whole number'),
        (["--today", "yesterday"], '"yesterday" is not a day'),
        (["--today", "0001-01-01"], "0001-01-01 is not between"),
        (["--todya", "2026-01-31"], "unrecognized arguments"),
    ],
)
def test_wrong_usage_is_exit_code_2(tmp_path, capsys, arguments, told):
    with pytest.raises(SystemExit) as stopped:
        sample(tmp_path / "out", *arguments)
    assert stopped.value.code == 2
    assert told in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_the_folder_is_needed(capsys):
    with pytest.raises(SystemExit) as stopped:
        sample()
    assert stopped.value.code == 2
    assert "OUTDIR" in capsys.readouterr().err
