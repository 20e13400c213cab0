"""Files of the company, for programs: upload a zip, look at what would change, take it in or throw it away.

What cannot be told by names alone is said on the page of the columns, once; it is remembered for the next exports.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.shortcuts import get_object_or_404
from django.urls import reverse
from ninja import File, Router
from ninja.files import UploadedFile
from pydantic import Field

from ifnotyou.api.auth import Call
from ifnotyou.api.errors import Problem, wrong_field
from ifnotyou.api.operations import Out, get, post
from ifnotyou.api.page import Page, Paged, page_of
from ifnotyou.models import Import
from ifnotyou.playbook.errors import Refusal
from ifnotyou.services import imports, uploads
from ifnotyou.services.imports import AT_WORK, State

router = Router(tags=["Imports"])


class ImportRow(Out):
    """An import, as the list has it."""

    id: int = Field(description="The import.", examples=[3])
    name: str = Field(description="What the file was called.", examples=["export.zip"])
    state: State = Field(
        description="Where it stands. `reading` and `committing` go on by themselves; `columns` waits until somebody "
        "says on `columns_page` what is what; `ready` waits for a yes.",
        examples=["ready"],
    )
    by: str | None = Field(
        description="Who brought it; null for the command line, and where they are gone.", examples=["Rita"]
    )
    started_at: datetime = Field(description="When it was uploaded.", examples=["2026-06-17T12:00:00Z"])
    finished_at: datetime | None = Field(
        description="When it ended; null while it is open.", examples=["2026-06-17T12:03:00Z"]
    )
    page: str = Field(description="The page of it.", examples=["https://ifnotyou.example.org/imports/3/"])


class ImportProgress(Out):
    """How far the work on an import is."""

    percent: int = Field(description="So many in a hundred.", examples=[40])
    words: str = Field(description="What is being done.", examples=["Comparing: offers"])


class ImportTable(Out):
    """What happened, or would happen, to the rows of one kind of file."""

    name: str = Field(description="The file, without its ending.", examples=["candidates"])
    new: int = Field(description="Rows that are new.", examples=[2])
    changed: int = Field(description="Rows that change.", examples=[0])
    unchanged: int = Field(description="Rows that stay as they are.", examples=[0])
    kept: int = Field(description="Rows that are here and not in the files: they stay.", examples=[0])


class ImportExample(Out):
    """One row that changes."""

    table: str = Field(description="Of which file.", examples=["candidates"])
    name: str = Field(description="Whose it is.", examples=["Kim Roe"])
    columns: list[str] = Field(description="Which of its columns.", examples=[["current_title"]])


class ImportProblem(Out):
    """Something in the files that was left out, and why. Rows are counted as a spreadsheet counts them."""

    file: str = Field(description="In which file.", examples=["offers.csv"])
    row: int | None = Field(description="In which row; null for the whole file.", examples=[2])
    column: str | None = Field(
        description="In which column; null for the whole row.", examples=["candidate_id"]
    )
    text: str = Field(
        description="What is wrong, and how to mend it.",
        examples=['There is no candidate with the id "c-9" in candidates.csv.'],
    )


class ImportOut(ImportRow):
    """An import with what it does, or would do."""

    progress: ImportProgress | None = Field(
        description="How far the work on it is; null where nobody works on it, or it has not begun."
    )
    silent: bool = Field(
        description="Whether it is worked on and nothing was heard of that for ten minutes: perhaps no worker runs.",
        examples=[False],
    )
    tables: list[ImportTable] = Field(description="What changes, or would change, by file.")
    examples: list[ImportExample] = Field(description="Some of what changes.")
    problem_count: int = Field(description="How many problems there are in the files.", examples=[1])
    problems: list[ImportProblem] = Field(
        description="The first of them. They quote the files, so they are forgotten a day after the import."
    )
    error: str | None = Field(
        description="Why it could not be taken in, or what is missing; null where nothing is.",
        examples=["There is no file offers.csv."],
    )
    columns_page: str | None = Field(
        description="Where somebody says which file and column is which; null where that is not possible now.",
        examples=["https://ifnotyou.example.org/imports/3/columns/"],
    )


@get(router, "/imports", Page[ImportRow])
def list_imports(call: Call, paging: Paged) -> Page[ImportRow]:
    """Imports, the newest first."""
    return page_of(call, Import.objects.select_related("by"), paging, by="-id", show=_row)


@get(router, "/imports/{int:import_id}", ImportOut)
def get_import(call: Call, import_id: int) -> ImportOut:  # noqa: ARG001 - every operation gets the call
    """One import: where it stands, what would change, what is wrong with the files."""
    return _out(_found(import_id))


@post(router, "/imports", ImportOut, status=201)
def upload_import(call: Call, file: File[UploadedFile]) -> ImportOut:
    """Upload the CSV files of the company in one .zip. Nothing is taken in yet.

    It is read in the background: ask for it again until its state is `ready`. Only one import goes on at a time.
    """
    name = file.name or ""
    if not name.lower().endswith(".zip"):
        raise wrong_field("/file", "This is not a .zip. Put the CSV files into one .zip file.")
    if not file.size:
        raise wrong_field("/file", "This file is empty. Export it again.")
    try:
        found = imports.begin(by=call.user, name=name, chunks=file.chunks())
    except Refusal as refusal:
        if refusal.code == uploads.too_large().code:
            raise Problem(413, refusal.code, refusal.text) from refusal
        raise
    call.headers["Location"] = reverse("api:get_import", args=[found.pk])
    return _out(found)


@post(router, "/imports/{int:import_id}/take-in", ImportOut)
def take_in_import(call: Call, import_id: int) -> ImportOut:
    """Say yes to what would change: it is taken in in the background, all of it or nothing."""
    found = _found(import_id)
    imports.take_in(found, by=call.user)
    return _out(_found(import_id))


@post(router, "/imports/{int:import_id}/throw-away", ImportOut)
def throw_away_import(call: Call, import_id: int) -> ImportOut:
    """Take nothing in, and delete the files."""
    found = _found(import_id)
    imports.throw_away(found, by=call.user)
    return _out(_found(import_id))


def _found(import_id: int) -> Import:
    return get_object_or_404(Import.objects.select_related("by"), pk=import_id)


def _row(found: Import) -> ImportRow:
    return ImportRow(**_shown(found))


def _out(found: Import) -> ImportOut:
    state = State(found.state)
    progress = uploads.progress(Path(found.path)) if state in AT_WORK else None
    tables = found.counts.get("tables", {})
    return ImportOut(
        **_shown(found),
        progress=ImportProgress(percent=progress.percent, words=progress.words) if progress else None,
        silent=state in AT_WORK and imports.is_silent(found),
        tables=[ImportTable(name=name, **tally) for name, tally in tables.items()],
        examples=[ImportExample(**example) for example in found.counts.get("examples", [])],
        problem_count=found.problem_count,
        problems=[ImportProblem(**problem) for problem in found.problems],
        error=found.error or None,
        columns_page=_page("import_columns", found) if state in {State.COLUMNS, State.READY} else None,
    )


def _shown(found: Import) -> dict[str, Any]:
    """What the list and the import itself tell alike."""
    return {
        "id": found.pk,
        "name": found.name,
        "state": State(found.state),
        "by": found.by.name if found.by else None,
        "started_at": found.started_at,
        "finished_at": found.finished_at,
        "page": _page("import", found),
    }


def _page(route: str, found: Import) -> str:
    return f"{settings.PUBLIC_URL}{reverse(route, args=[found.pk])}"
