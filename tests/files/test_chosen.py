"""What a person says of their export comes before what names alone would tell."""

import pytest

from ifnotyou.files import read_company
from ifnotyou.files.chosen import NOWHERE, Chosen, without_dates
from ifnotyou.files.look import guess, look_at
from ifnotyou.files.problems import NotTold, UnusableFiles
from ifnotyou.playbook.policy import FilePolicy
from ifnotyou.playbook.records import OfferStatus
from tests.files.written import COMPANY, TODAY, as_bytes, write, zipped

REPORT = [
    ["Ref", "Person", "Mail", "Seat", "Outcome", "Status", "Told on"],
    ["A-1", "Kim Roe", "kim@them.example", "Data Engineer", "Turned us down", "Archived", "2026-03-01"],
    ["A-2", "Max Poe", "max@them.example", "Data Engineer", "Signed", "Hired", "2026-03-02"],
    ["A-3", "Kim Roe", "kim@them.example", "Designer", "Not out yet", "Active", ""],
]
"""One report with candidates, jobs and offers in it, under names that nobody knows; "Status" is of something else."""

SAID = Chosen(
    files={"candidates": "offersreport", "jobs": "offersreport", "offers": "offersreport"},
    headers={
        "candidates.id": "Mail",
        "candidates.name": "Person",
        "candidates.email": "Mail",
        "jobs.id": "Seat",
        "jobs.title": "Seat",
        "jobs.status": NOWHERE,
        "offers.id": "Ref",
        "offers.candidate_id": "Mail",
        "offers.job_id": "Seat",
        "offers.status": "Outcome",
        "offers.resolved_at": "Told on",
    },
    words={
        "offers.status.declined": ("Turned us down",),
        "offers.status.none": ("Not out yet",),
    },
)


def test_one_report_may_be_several_of_our_files(tmp_path):
    files = {"employees": COMPANY["employees"], "Offers report 2026-03.csv": REPORT}
    records, problems = read_company(write(tmp_path, files), FilePolicy(), TODAY, SAID)
    assert {one.name for one in records.candidates.values()} == {"Kim Roe", "Max Poe"}
    assert {one.title for one in records.jobs.values()} == {"Data Engineer", "Designer"}
    assert {offer.id: offer.status for offer in records.offers} == {
        "A-1": OfferStatus.DECLINED,
        "A-2": OfferStatus.ACCEPTED,
    }
    told = [problem for problem in problems if "Columns nobody asked for" not in problem.text]
    assert told == []  # a job that is in the report twice is nobody's mistake


def test_next_month_the_same_choices_find_the_new_file(tmp_path):
    files = {"employees": COMPANY["employees"], "Offers_Report 2026-04 (2).csv": REPORT}
    assert without_dates("Offers report 2026-03") == without_dates("offers_report-2027") == "offersreport"
    with pytest.raises(NotTold):
        read_company(write(tmp_path / "a", files), FilePolicy(), TODAY, SAID)  # brackets are part of a name
    files = {"employees": COMPANY["employees"], "Offers_Report 2026-04.csv": REPORT}
    records, _ = read_company(write(tmp_path / "b", files), FilePolicy(), TODAY, SAID)
    assert len(records.offers) == 2


def test_a_choice_is_stronger_than_our_own_name(tmp_path):
    rows = [[*COMPANY["offers"][0], "Real outcome"], [*COMPANY["offers"][1], "accepted"]]
    files = {**COMPANY, "offers": rows}
    plain, _ = read_company(write(tmp_path, files), FilePolicy(), TODAY)
    assert [offer.status for offer in plain.offers] == [OfferStatus.DECLINED]
    said = Chosen(headers={"offers.status": "Real outcome"})
    records, _ = read_company(tmp_path, FilePolicy(), TODAY, said)
    assert [offer.status for offer in records.offers] == [OfferStatus.ACCEPTED]


def test_a_header_that_is_not_there_any_more_is_found_by_its_name_again(tmp_path):
    said = Chosen(files={"offers": "gone"}, headers={"offers.status": "No such header"})
    usual, _ = read_company(write(tmp_path, COMPANY), FilePolicy(), TODAY)
    assert read_company(tmp_path, FilePolicy(), TODAY, said)[0] == usual


def test_a_column_and_a_file_can_be_nowhere(tmp_path):
    said = Chosen(files={"messages": NOWHERE}, headers={"offers.decline_reason": NOWHERE})
    records, _ = read_company(write(tmp_path, COMPANY), FilePolicy(), TODAY, said)
    assert not records.messages
    assert {offer.decline_reason for offer in records.offers} == {""}


def test_a_word_means_what_was_said_and_nothing_else_any_more(tmp_path):
    rows = [COMPANY["offers"][0], [*COMPANY["offers"][1][:3], "rejected", *COMPANY["offers"][1][4:]]]
    files = {**COMPANY, "offers": rows}
    said = Chosen(words={"offers.status.rescinded": ("Rejected",)})
    usual, _ = read_company(write(tmp_path, files), FilePolicy(), TODAY)
    records, _ = read_company(tmp_path, FilePolicy(), TODAY, said)
    assert [offer.status for offer in (*usual.offers, *records.offers)] == ["declined", "rescinded"]


def test_a_look_shows_headers_and_cells_of_a_zip(tmp_path):
    path = zipped(tmp_path / "x.zip", as_bytes({"in/Offers report.csv": REPORT, "in/notes.txt": "hello"}))
    (seen,) = look_at(path)
    assert seen.headers == REPORT[0]
    assert seen.samples("Mail") == ["kim@them.example", "max@them.example"]
    assert guess([seen], FilePolicy(), SAID).headers["offers.status"] == "Outcome"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_a_look_understands_what_the_reading_understands(tmp_path, encoding):
    data = "id;name\r\nc1;Zoë\r\n".encode(encoding)
    write(tmp_path, {"candidates": data})
    (seen,) = look_at(tmp_path)
    assert (seen.headers, seen.samples("name")) == (["id", "name"], ["Zoë"])


def test_a_look_at_no_csv_file_is_told(tmp_path):
    write(tmp_path, {"notes.txt": "hello"})
    with pytest.raises(UnusableFiles, match="no CSV file"):
        look_at(tmp_path)
