"""The files: as the documents have them, the same bytes every time, and nothing of the truth in them."""

import csv
import hashlib
import io
import json
import re
from datetime import date

import pytest

from ifnotyou.sample.world import generate
from ifnotyou.sample.write import TABLES, write_table, write_truth

TODAY = date(2026, 1, 31)
HEADERS = {
    "employees.csv": "id,name,email,title,level,department,manager_id,timezone,active,executive,past_employers,schools",
    "candidates.csv": "id,name,email,linkedin_url,current_company,current_title,past_employers,schools,level,"
    "do_not_contact",
    "jobs.csv": "id,title,department,level,status,hiring_manager_id,recruiter_id",
    "offers.csv": "id,candidate_id,job_id,status,sent_at,resolved_at,decline_reason,decline_notes",
    "interviews.csv": "id,candidate_id,job_id,employee_id,kind,started_at,minutes,status",
    "scorecards.csv": "id,candidate_id,job_id,employee_id,submitted_at,overall,notes",
    "messages.csv": "candidate_id,employee_id,sent_at,direction",
    "pulses.csv": "candidate_id,employee_id,by,score,said_at",
}
WORDS = {
    ("employees.csv", "active"): {"true", "false"},
    ("employees.csv", "executive"): {"true", "false"},
    ("candidates.csv", "do_not_contact"): {"true", "false"},
    ("jobs.csv", "status"): {"open", "closed", "filled"},
    ("offers.csv", "status"): {"open", "accepted", "declined", "rescinded", "expired"},
    ("interviews.csv", "status"): {"completed", "cancelled", "no_show"},
    ("scorecards.csv", "overall"): {"definitely_not", "no", "mixed", "yes", "strong_yes"},
    ("messages.csv", "direction"): {"to_candidate", "from_candidate"},
    ("pulses.csv", "by"): {"candidate", "employee"},
    ("pulses.csv", "score"): {"1", "2", "3", "4", "5", ""},
}


def text_of(write, *args):
    file = io.StringIO(newline="")
    write(*args, file)
    return file.getvalue()


def files_of(world):
    return {table.name: text_of(write_table, world, table) for table in TABLES}


@pytest.fixture(scope="module")
def world():
    return generate(1, 1200, 120, TODAY)


@pytest.fixture(scope="module")
def files(world):
    return files_of(world)


@pytest.fixture(scope="module")
def rows(files):
    return {name: list(csv.DictReader(io.StringIO(text, newline=""))) for name, text in files.items()}


def test_the_eight_files_have_the_documented_headers(files):
    assert {name: text.split("\n", 1)[0] for name, text in files.items()} == HEADERS


def test_values_are_those_of_the_documents(rows):
    for (name, column), allowed in WORDS.items():
        assert {row[column] for row in rows[name]} == allowed
    for name, columns in HEADERS.items():
        for column in re.findall(r"\w+_at\b", columns):
            moments = {row[column] for row in rows[name]} - {""}
            assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", moment) for moment in moments)


def test_every_row_has_every_column(rows):
    for name, columns in HEADERS.items():
        assert rows[name]
        for row in rows[name]:
            assert list(row) == columns.split(",")
            assert None not in row.values()


def test_awkward_values_occur(rows):
    notes = [row["notes"] for row in rows["scorecards.csv"]] + [
        row["decline_notes"] for row in rows["offers.csv"]
    ]
    for awkward in ("\n", '"', ","):
        assert any(awkward in note for note in notes)


def test_lines_end_in_a_line_feed_only(files):
    assert not any("\r" in text for text in files.values())


def test_the_same_seed_gives_the_same_bytes():
    """The figure is fixed, so that a change of the sample, or a Python that draws otherwise, is noticed.

    Whoever changes the sample on purpose writes the new one here.
    """
    small = generate(1, 60, 40, TODAY)
    everything = "".join(files_of(small).values()) + text_of(write_truth, small)
    assert hashlib.sha256(everything.encode()).hexdigest()[:16] == "9c9d30bef37d8937"


def test_the_truth_is_one_document(world):
    truth = json.loads(text_of(write_truth, world))
    assert list(truth) == ["seed", "today", "pairs", "declines", "same_human"]
    assert (truth["seed"], truth["today"]) == (1, "2026-01-31")
    assert len(truth["pairs"]) == len(world.pairs)
    assert set(truth["pairs"][0]) == {
        "candidate_id",
        "employee_id",
        "liking",
        "liked",
        "probability",
        "probability_by_mail",
        "would_give_name",
        "would_give_name_by_mail",
    }
    assert {decline["offer_id"] for decline in truth["declines"]} == {
        offer.id for offer in world.records.offers if offer.status == "declined"
    }
    assert set(truth["declines"][0]) == {
        "offer_id",
        "candidate_id",
        "category",
        "told",
        "tone",
        "private",
        "critique_of",
        "best_employee_id",
    }
    assert len(truth["same_human"]) == len(world.same_human) > 0


def test_a_world_without_doubles_is_a_document_too():
    truth = json.loads(text_of(write_truth, generate(2, 1, 8, TODAY)))
    assert truth["same_human"] == []
    assert len(truth["declines"]) == 1


def test_no_file_holds_a_hidden_number(world, files):
    everything = "".join(files.values())
    for pair in world.pairs[:80]:
        for number in (pair.liking, pair.liked, pair.probability):
            assert f"{abs(number):.4f}" not in everything


def test_no_file_has_a_column_for_the_truth(files):
    hidden = {"liking", "liked", "warmth", "appeal", "leniency", "category", "probability", "would_give_name"}
    assert not any(hidden & set(text.split("\n", 1)[0].split(",")) for text in files.values())
