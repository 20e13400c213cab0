"""`ifnotyou import`: the files into the workspace, from the command line."""

import pytest
from django.db import connection
from django_scopes import scope

from ifnotyou.models import Candidate, Employee, Import, Workspace
from tests.files.written import COMPANY, as_bytes, with_cell, write, zipped

pytestmark = pytest.mark.django_db


@pytest.fixture
def workspace(db):
    return Workspace.objects.create(name="Acme")


def candidates(workspace):
    with scope(workspace=workspace):
        return Candidate.objects.count()


def test_a_folder_is_taken_in_and_the_second_time_changes_nothing(ifnotyou, workspace, sample):
    first = ifnotyou("import", sample)
    assert (first.code, first.err) == (0, "")
    assert "Taken in." in first.out
    stored = candidates(workspace)
    assert stored >= 60
    again = ifnotyou("import", sample, "--format", "json").json
    assert again["committed"] is True
    assert {(t["new"], t["changed"], t["kept"]) for t in again["tables"].values()} == {(0, 0, 0)}
    assert again["tables"]["candidates"]["unchanged"] == candidates(workspace) == stored


def test_a_zip_is_as_good(ifnotyou, workspace, tmp_path):
    assert ifnotyou("import", zipped(tmp_path / "z.zip", as_bytes(COMPANY))).code == 0
    assert candidates(workspace) == 2


def test_a_preview_takes_nothing_in(ifnotyou, workspace, tmp_path):
    folder = write(tmp_path, COMPANY)
    answer = ifnotyou("import", folder, "--preview")
    assert (answer.code, "nothing was taken in" in answer.out) == (0, True)
    document = ifnotyou("import", folder, "--preview", "--format", "json").json
    assert document["committed"] is False
    assert document["tables"]["candidates"] == {"new": 2, "changed": 0, "unchanged": 0, "kept": 0}
    assert candidates(workspace) == 0
    with scope(workspace=workspace):
        assert not Import.objects.exists()


def test_rows_that_cannot_be_read_are_told_and_left_out(ifnotyou, workspace, tmp_path):
    folder = write(tmp_path, with_cell("offers", "candidate_id", "nobody"))
    answer = ifnotyou("import", folder, "--format", "json")
    assert answer.code == 0
    assert [(p["file"], p["row"], p["column"]) for p in answer.json["problems"]] == [
        ("offers.csv", 2, "candidate_id")
    ]
    assert "offers.csv, row 2, candidate_id: " in ifnotyou("import", folder).out


def test_unusable_files_change_nothing(ifnotyou, workspace, tmp_path):
    folder = write(tmp_path, {name: rows for name, rows in COMPANY.items() if name != "jobs"})
    answer = ifnotyou("import", folder)
    assert (answer.code, answer.out) == (1, "")
    assert "jobs" in answer.err
    assert candidates(workspace) == 0
    assert ifnotyou("import", tmp_path / "nowhere").code == 1


def test_a_database_that_refuses_is_told_in_words(ifnotyou, workspace, tmp_path):
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(
                "CREATE TRIGGER refuse BEFORE INSERT ON ifnotyou_pulse BEGIN SELECT RAISE(ABORT, 'refused'); END"
            )
    else:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE ifnotyou_pulse ADD CONSTRAINT refused CHECK (score > 9) NOT VALID")
    answer = ifnotyou("import", write(tmp_path, COMPANY))
    assert (answer.code, answer.out) == (1, "")
    assert "nothing was taken in" in answer.err
    with scope(workspace=workspace):
        assert not Employee.objects.exists()


def test_without_a_workspace(ifnotyou, tmp_path):
    answer = ifnotyou("import", write(tmp_path, COMPANY))
    assert (answer.code, "There is no workspace yet" in answer.err) == (1, True)


def test_of_several_workspaces_one_has_to_be_named(ifnotyou, workspace, tmp_path):
    other = Workspace.objects.create(name="Other")
    folder = write(tmp_path, COMPANY)
    answer = ifnotyou("import", folder)
    assert (answer.code, '"Acme", "Other"' in answer.err) == (2, True)
    assert ifnotyou("import", folder, "--workspace", "Other").code == 0
    assert (candidates(workspace), candidates(other)) == (0, 2)
    assert ifnotyou("import", folder, "--workspace", "Nobody").code == 1


def test_wrong_usage(ifnotyou):
    assert ifnotyou("import").code == 2
    assert ifnotyou("import", "x", "--format", "xml").code == 2
    assert ifnotyou("import", "--help").code == 0
