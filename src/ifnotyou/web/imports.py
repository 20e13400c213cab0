"""Taking the company's files in: upload a zip, look at what would change, say yes or throw it away."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django import forms
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST
from django_htmx.http import HttpResponseClientRedirect

from ifnotyou.models import Import
from ifnotyou.playbook.errors import Refusal
from ifnotyou.services import imports, uploads
from ifnotyou.services.imports import AT_WORK, State
from ifnotyou.web.access import user_of
from ifnotyou.web.upload_limit import is_too_large

LIST = "imports/list.html"
ONE = "imports/one.html"
MOST_LISTED = 20
STATES = {
    State.READING: "is being read",
    State.COLUMNS: "wants a word about its columns",
    State.READY: "waits for your yes",
    State.COMMITTING: "is being taken in",
    State.DONE: "taken in",
    State.FAILED: "could not be taken in",
    State.THROWN_AWAY: "thrown away",
}


class UploadForm(forms.Form):
    """A zip of CSV files."""

    file = forms.FileField(
        label="A .zip of CSV files",
        help_text=f"Click to choose, or drag the file here. {uploads.MOST_MEGABYTES} MB at most.",
        error_messages={
            "required": "Choose a .zip file first.",
            "empty": "This file is empty. Export it again.",
            "max_length": "The name of this file is too long. Give it a shorter one.",
        },
        widget=forms.ClearableFileInput(attrs={"accept": ".zip,application/zip"}),
    )

    def clean_file(self) -> UploadedFile[Any]:
        """Refuse what is plainly something else; files/ looks closely."""
        file: UploadedFile[Any] = self.cleaned_data["file"]
        if not (file.name or "").lower().endswith(".zip"):
            raise forms.ValidationError("This is not a .zip. Put the CSV files into one .zip file.")
        return file


@require_GET
def show_imports(request: HttpRequest) -> HttpResponse:
    """The form, or the import that is open; and the earlier ones."""
    return _list(request, UploadForm())


@require_POST
def upload(request: HttpRequest) -> HttpResponse:
    """Keep the zip and let it be read."""
    form = UploadForm(request.POST, request.FILES)
    if is_too_large(request):
        form.errors.clear()
        form.add_error("file", uploads.too_large().text)
    elif form.is_valid():
        file = form.cleaned_data["file"]
        try:
            found = imports.begin(by=user_of(request), name=file.name, chunks=file.chunks())
        except Refusal as refusal:
            form.add_error("file", refusal.text)
        else:
            return redirect("import", import_id=found.pk)
    return _list(request, form, status=422)


@require_GET
def show_import(request: HttpRequest, import_id: int) -> HttpResponse:
    """Where it stands. While it is worked on, the part that tells how far is fetched again and again."""
    found = get_object_or_404(Import.objects, pk=import_id)
    at_work = found.state in AT_WORK
    if not getattr(request, "htmx", False):
        return _one(request, found)
    if not at_work:
        return HttpResponseClientRedirect(reverse("import", args=[found.pk]))
    return render(request, f"{ONE}#progress", _context(found))


@require_POST
def take_in(request: HttpRequest, import_id: int) -> HttpResponse:
    """Yes."""
    found = get_object_or_404(Import.objects, pk=import_id)
    try:
        imports.take_in(found, by=user_of(request))
    except Refusal as refusal:
        messages.warning(request, refusal.text)
    return redirect("import", import_id=found.pk)


@require_POST
def throw_away(request: HttpRequest, import_id: int) -> HttpResponse:
    """No."""
    found = get_object_or_404(Import.objects, pk=import_id)
    try:
        imports.throw_away(found, by=user_of(request))
    except Refusal as refusal:
        messages.warning(request, refusal.text)
        return redirect("import", import_id=found.pk)
    messages.success(request, "Thrown away. Nothing was taken in.")
    return redirect("imports")


def _list(request: HttpRequest, form: UploadForm, status: int = 200) -> HttpResponse:
    earlier = list(Import.objects.select_related("by").order_by("-pk")[:MOST_LISTED])
    context = {
        "form": form,
        "open": imports.open_import(),
        "earlier": [{"import": one, "state": STATES[State(one.state)]} for one in earlier],
    }
    return render(request, LIST, context, status=status)


def _one(request: HttpRequest, found: Import) -> HttpResponse:
    return render(request, ONE, _context(found))


def _context(found: Import) -> dict[str, Any]:
    tables = found.counts.get("tables", {})
    at_work = found.state in AT_WORK
    return {
        "import": found,
        "state": STATES[State(found.state)],
        "at_work": at_work,
        "progress": uploads.progress(Path(found.path)) if at_work else None,
        "is_silent": at_work and imports.is_silent(found),
        "tables": tables,
        "changes": any(tally["new"] or tally["changed"] for tally in tables.values()),
        "kept": sum(tally["kept"] for tally in tables.values()),
        "examples": found.counts.get("examples", []),
        "more_problems": found.problem_count - len(found.problems),
    }
