"""Saying which column is which: on a page with a preview, remembered for the next export."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django_scopes import scope

from ifnotyou.jobs.worker import run_due_jobs
from ifnotyou.models import Import, Offer, Role, Workspace
from ifnotyou.services.imports import State
from tests.files.test_chosen import REPORT
from tests.files.written import COMPANY, as_bytes, zipped

pytestmark = pytest.mark.django_db
FILE = "Offers report 2026-03.csv"
CHOICES = {
    "file.employees": "employees.csv",
    "file.candidates": FILE,
    "file.jobs": FILE,
    "file.offers": FILE,
    "column.employees.id": "id",
    "column.employees.name": "name",
    "column.candidates.id": "Mail",
    "column.candidates.name": "Person",
    "column.candidates.email": "Mail",
    "column.jobs.id": "Seat",
    "column.jobs.title": "Seat",
    "column.offers.id": "Ref",
    "column.offers.candidate_id": "Mail",
    "column.offers.job_id": "Seat",
    "column.offers.status": "Outcome",
    "column.offers.resolved_at": "Told on",
}
WORDS = {
    "word.offers.status=Turned us down": "declined",
    "word.offers.status=Not out yet": "none",
}


@pytest.fixture(autouse=True)
def data_dir(settings, tmp_path):
    settings.DATA_DIR = tmp_path / "data"


@pytest.fixture
def recruiter(people, browser_of):
    return browser_of(people[Role.RECRUITER])


@pytest.fixture
def upload(recruiter, workspace, tmp_path):
    def do(files=None, name="export.zip"):
        files = files or {"employees": COMPANY["employees"], FILE: REPORT}
        content = zipped(tmp_path / "upload.zip", as_bytes(files)).read_bytes()
        recruiter.post("/imports/upload/", {"file": SimpleUploadedFile(name, content)})
        run_due_jobs()
        with scope(workspace=workspace):
            return Import.objects.latest("pk")

    return do


def text(answer):
    return " ".join(answer.content.decode().split())


def test_from_an_unknown_report_to_its_offers(upload, recruiter, workspace):
    found = upload()
    page = f"/imports/{found.pk}/"
    assert found.state == State.COLUMNS
    shown = text(recruiter.get(page))
    assert "We could not tell what is what" in shown
    assert f'href="{page}columns/"' in shown
    shown = text(recruiter.get(f"{page}columns/"))
    assert "What is what in these files?" in shown
    # Look again: the chosen file's columns come, with what stands in them, and words that want a meaning.
    shown = text(recruiter.post(f"{page}columns/", {**CHOICES, "look": "1"}))
    assert "kim@them.example" in shown
    assert "<strong>Turned us down</strong> means" in shown
    with scope(workspace=workspace):
        assert Workspace.objects.get().columns == {}
    answer = recruiter.post(f"{page}columns/", {**CHOICES, **WORDS, "keep": "1"}, follow=True)
    assert answer.redirect_chain[-1][0] == page
    run_due_jobs()
    assert "This is what would change" in text(recruiter.get(page))
    recruiter.post(f"{page}take-in/")
    run_due_jobs()
    with scope(workspace=workspace):
        assert dict(Offer.objects.values_list("external_id", "status")) == {
            "A-1": "declined",
            "A-2": "accepted",
        }


def test_it_is_remembered_for_next_month(upload, recruiter, workspace):
    found = upload()
    recruiter.post(f"/imports/{found.pk}/columns/", {**CHOICES, **WORDS, "keep": "1"})
    run_due_jobs()
    recruiter.post(f"/imports/{found.pk}/throw-away/")
    later = upload({"employees": COMPANY["employees"], "offers REPORT 2026-04.csv": REPORT})
    assert later.state == State.READY
    assert "Check the columns" in text(recruiter.get(f"/imports/{later.pk}/"))
    # And forgotten where somebody says so.
    recruiter.post(f"/imports/{later.pk}/columns/", {"forget": "1"})
    run_due_jobs()
    later.refresh_from_db()
    with scope(workspace=workspace):
        assert Import.objects.get(pk=later.pk).state == State.COLUMNS


def test_what_names_tell_is_not_kept(upload, recruiter, workspace):
    found = upload(COMPANY)
    page = recruiter.get(f"/imports/{found.pk}/columns/")
    form = {part.field.html_name: part.field.value() for part in page.context["tables"]} | {
        line.field.html_name: line.field.value() for part in page.context["tables"] for line in part.lines
    }
    recruiter.post(f"/imports/{found.pk}/columns/", {**form, "keep": "1"})
    with scope(workspace=workspace):
        assert Workspace.objects.get().columns == {"files": {}, "headers": {}, "words": {}}


@pytest.mark.parametrize(
    "bad",
    [
        {"file.offers": "nobody.csv"},
        {"column.offers.status": "<b>"},
        {"word.offers.status=Turned us down": "x"},
    ],
)
def test_what_is_not_among_the_choices_is_not_kept(upload, recruiter, workspace, bad):
    found = upload()
    recruiter.post(f"/imports/{found.pk}/columns/", {**CHOICES, **WORDS, **bad, "keep": "1"})
    with scope(workspace=workspace):
        kept = str(Workspace.objects.get().columns)
    assert "nobody" not in kept
    assert "<b>" not in kept
    assert "'x'" not in kept


def test_an_import_that_has_moved_on_leads_back(upload, recruiter):
    found = upload(COMPANY)
    recruiter.post(f"/imports/{found.pk}/take-in/")
    run_due_jobs()
    answer = recruiter.get(f"/imports/{found.pk}/columns/", follow=True)
    assert "not waiting any more" in text(answer)


def test_cells_are_shown_as_text(upload, recruiter):
    rows = [REPORT[0], ["A-1", "<script>alert(1)</script>", *REPORT[1][2:]]]
    found = upload({"employees": COMPANY["employees"], FILE: rows})
    shown = recruiter.post(f"/imports/{found.pk}/columns/", {**CHOICES, "look": "1"}).content.decode()
    assert "<script>alert" not in shown
    assert "&lt;script&gt;" in shown
