"""The form in which somebody says what of their export is what: for each of our files, and each of its columns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms import BoundField

from ifnotyou.files.chosen import NOWHERE, Chosen, without_dates
from ifnotyou.files.layout import LAYOUTS, REQUIRED_FILES, SKIP, Column
from ifnotyou.files.look import Guess, SeenFile, guess, unknown_words
from ifnotyou.playbook.policy import FilePolicy

HELPERS = {
    "first_name": "instead of name, with last_name",
    "last_name": "instead of name, with first_name",
    "application_id": "instead of candidate and job",
    "ended_by": "candidate or company",
    "ended_at": "instead of minutes",
    "cancelled": "instead of status",
    "deleted": "",
}
WORDS = {
    "employees": "Your colleagues: who may have met candidates",
    "candidates": "Who was offered a job",
    "jobs": "The roles",
    "offers": "Each offer and what became of it",
    "interviews": "Who met whom; one row for each interviewer",
    "scorecards": "How it went; notes are never read",
    "messages": "That somebody wrote; never what",
    "pulses": "Whether the two clicked",
    "applications": "What joins the others, if they name only an application",
    "interviewers": "Who sat in which interview, if the interviews do not say",
}


@dataclass(frozen=True)
class ColumnLine:
    """One column of ours on the page: its field, what stands in the chosen column, and words that want a meaning."""

    name: str
    required: bool
    hint: str
    field: BoundField
    samples: Sequence[str]
    words: Sequence[tuple[str, BoundField]]


@dataclass(frozen=True)
class TablePart:
    """One file of ours on the page."""

    name: str
    words: str
    required: bool
    field: BoundField
    lines: Sequence[ColumnLine]
    open: bool


class ColumnsForm(forms.Form):
    """Choices for everything, beginning with what is read as things are; only what differs from names is kept."""

    def __init__(
        self,
        seen: Sequence[SeenFile],
        policy: FilePolicy,
        kept: Chosen,
        data: Mapping[str, Any] | None = None,
    ) -> None:
        """Put the fields together; `kept` is what was said before."""
        super().__init__(None if data is None else dict(data.items()))
        self._seen = {one.name: one for one in seen}
        self._policy = policy
        self._kept = kept
        self._by_names = guess(seen, policy, Chosen())
        now = guess(seen, policy, kept)
        files = [(NOWHERE, "— none of these"), *((one.name, one.name) for one in seen)]
        for table in LAYOUTS:
            self.fields[f"file.{table}"] = _choice(files, now.files.get(table, NOWHERE), f"{table}: the file")
        self._chosen_files = {
            table: str(self._told(f"file.{table}", now.files.get(table, NOWHERE))) for table in LAYOUTS
        }
        for table, name in self._chosen_files.items():
            if name in self._seen:
                self._add_columns(table, self._seen[name], now)

    def tables(self) -> Iterator[TablePart]:
        """The page, file by file of ours."""
        for table, name in self._chosen_files.items():
            lines = list(self._lines(table, self._seen[name])) if name in self._seen else []
            required = table in REQUIRED_FILES
            yield TablePart(
                table,
                WORDS[table],
                required,
                self[f"file.{table}"],
                lines,
                open=(required and not lines)
                or any(line.field.errors or line.words for line in lines)
                or self._lacks(lines),
            )

    def chosen(self) -> Chosen:
        """What is to be kept: of the page, what names alone do not tell; and all else that was said before."""
        told = self.cleaned_data
        files, headers = dict(self._kept.files), dict(self._kept.headers)
        words = {name: list(found) for name, found in self._kept.words.items()}
        for table, name in self._chosen_files.items():
            stem = without_dates(self._seen[name].stem) if name else NOWHERE
            _keep(files, table, stem, differs=name != self._by_names.files.get(table, NOWHERE))
        usual = guess(list(self._seen.values()), self._policy, Chosen(files=files)).headers
        for key, header in told.items():
            kind, _, name = key.partition(".")
            if kind == "column":
                _keep(headers, name, header, differs=header != usual.get(name, NOWHERE))
            elif kind == "word" and header:
                place, _, word = name.partition("=")
                words.setdefault(f"{place}.{header}", []).append(word)
        return Chosen(files, headers, {name: tuple(dict.fromkeys(found)) for name, found in words.items()})

    def _add_columns(self, table: str, file: SeenFile, now: Guess) -> None:
        headers = [(NOWHERE, "— not there"), *((name, _told_apart(file, name)) for name in file.headers)]
        same_file = now.files.get(table) == file.name
        usual = (
            now.headers
            if same_file
            else guess([file], self._policy, Chosen(files={table: without_dates(file.stem)})).headers
        )
        for column in LAYOUTS[table].all_columns:
            key = f"{table}.{column.name}"
            there = usual.get(key, NOWHERE)
            self.fields[f"column.{key}"] = _choice(headers, there, f"{table}: {column.name}")
            header = str(self._told(f"column.{key}", there))
            if header not in {NOWHERE, *file.headers}:  # it was chosen from another file
                header = there
                self.data[f"column.{key}"] = there  # type: ignore[index]
            for word in self._unknown(table, column, file, header):
                values = [value for value in column.words if value != "none"]
                choices = [
                    (NOWHERE, "— we do not know"),
                    *((value, value.replace("_", " ")) for value in values),
                ]
                if SKIP in column.words.values():
                    choices.append(("none", "nothing yet: leave such rows out"))
                self.fields[f"word.{key}={word}"] = _choice(choices, NOWHERE, f"{word} means")

    def _lines(self, table: str, file: SeenFile) -> Iterator[ColumnLine]:
        for column in LAYOUTS[table].all_columns:
            key = f"{table}.{column.name}"
            field = self[f"column.{key}"]
            header = str(field.value() or "")
            words = [
                (word, self[f"word.{key}={word}"])
                for word in self._unknown(table, column, file, header)
                if f"word.{key}={word}" in self.fields
            ]
            hint = HELPERS.get(column.name, "")
            yield ColumnLine(column.name, column.required, hint, field, file.samples(header), words)

    def _unknown(self, table: str, column: Column, file: SeenFile, header: str) -> list[str]:
        return unknown_words(table, column, file.cells.get(header, ()), self._policy, self._kept)

    def _lacks(self, lines: Sequence[ColumnLine]) -> bool:
        return any(line.required and not line.field.value() for line in lines)

    def _told(self, name: str, default: str) -> object:
        return self.data.get(name, default) if self.is_bound else default


def _told_apart(file: SeenFile, header: str) -> str:
    """A header with something that stands below it: often only that tells what it is."""
    sample = next(iter(file.samples(header, 1)), "")
    return f"{header} ({sample})" if sample else header


def _choice(choices: Sequence[tuple[str, str]], initial: str, label: str) -> forms.ChoiceField:
    return forms.ChoiceField(choices=choices, initial=initial, label=label, required=False)


def _keep(kept: dict[str, str], name: str, value: str, *, differs: bool) -> None:
    """Keep a choice that differs from what names tell; forget one that no longer does."""
    if differs:
        kept[name] = value
    else:
        kept.pop(name, None)
