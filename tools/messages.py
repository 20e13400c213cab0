"""Bring the translations of the public pages up to date: find every message, then compile what is translated.

./run messages; then fill what is empty in src/ifnotyou/web/locale/*/LC_MESSAGES/django.po, and run it once more.
tests/web/test_outside.py fails while a message is missing.
"""  # noqa: INP001 - a script, not part of a package

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

SOURCE = Path(__file__).resolve().parents[1] / "src" / "ifnotyou"
LOCALE = SOURCE / "web" / "locale"
SINCE = datetime(2026, 11, 23, tzinfo=UTC)
LANGUAGES = ("de", "fr", "es", "pt")
KEYWORDS = {
    "gettext": None,
    "gettext_lazy": None,
    "_": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}


def found() -> Catalog:
    """Every message of the program, with the file in which it stands."""
    catalog = Catalog()
    for path in sorted([*SOURCE.rglob("*.py"), *(SOURCE / "web" / "templates" / "outside").rglob("*")]):
        if path.is_file():
            place = path.relative_to(SOURCE).as_posix()
            for _, message, _, context in extract("python", BytesIO(_as_python(path)), KEYWORDS):
                catalog.add(message, locations=[(place, 0)], context=context, flags=_flags(message))
    return catalog


def renew(language: str) -> int:
    """Put what is new into the catalogue of a language, take out what is gone, and compile; how many are missing."""
    known = {(one.id, one.context): one.string for one in of(language)}
    catalog = empty(language)
    for one in found():
        if one.id:
            told = known.get((one.id, one.context), "")
            catalog.add(one.id, told, one.locations, one.flags, context=one.context)
    path = place(language)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(file, catalog, width=110, sort_by_file=True, include_lineno=False)
    with path.with_suffix(".mo").open("wb") as file:
        write_mo(file, catalog)
    return sum(1 for _ in missing(catalog))


def of(language: str) -> Catalog:
    """The catalogue of a language as it stands; an empty one where there is none."""
    if not place(language).exists():
        return empty(language)
    with place(language).open("rb") as file:
        return read_po(file, language)


def empty(language: str) -> Catalog:
    """A catalogue without messages. Its dates stand still, so that a run that changes nothing changes no file."""
    return Catalog(
        language,
        header_comment="# What people without an account read. Kept by ./run messages; only the msgstr are yours.",
        project="ifnotyou",
        version="-",
        msgid_bugs_address="-",
        last_translator="-",
        language_team="-",
        creation_date=SINCE,
        revision_date=SINCE,
        fuzzy=False,
    )


def missing(catalog: Catalog) -> Iterator[object]:
    """What is not translated in it, or not for certain."""
    for message in catalog:
        texts = message.string if isinstance(message.string, tuple) else (message.string,)
        if message.id and (message.fuzzy or not all(texts)):
            yield message.id


def place(language: str) -> Path:
    """Where the catalogue of a language lies; the compiled one, which the program reads, lies beside it."""
    return LOCALE / language / "LC_MESSAGES" / "django.po"


def _as_python(path: Path) -> bytes:
    """A file as the extractor reads it; of a template, Django leaves only the calls."""
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        calls = templatize(text, origin=path.name)
        text = "\n".join(line.strip() for line in calls.splitlines())
    return text.encode()


def _flags(message: str | tuple[str, ...]) -> list[str]:
    """Tell gettext's tools that "%(name)s" has to be in the translation too."""
    return ["python-format"] if "%(" in "".join(message) else []


if __name__ == "__main__":
    for one in LANGUAGES:
        sys.stdout.write(f"{one}: {renew(one)} messages are not translated\n")
