"""Style sheets and scripts: collected into one folder, under names that change with their content."""

from __future__ import annotations

import hashlib
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command


def collect() -> bool:
    """Copy them into STATIC_ROOT; False when they were there already, as this version has them."""
    if are_collected():
        return False
    # What an open page of the version before still asks for stays.
    call_command("collectstatic", interactive=False, verbosity=0)
    _stamp().write_text(_fingerprint(), encoding="utf-8")
    return True


def are_collected() -> bool:
    """Whether STATIC_ROOT holds the files of this version."""
    try:
        return _stamp().read_text(encoding="utf-8") == _fingerprint()
    except FileNotFoundError:
        return False


def _stamp() -> Path:
    """Written last, so that a folder without it is not finished."""
    return Path(settings.STATIC_ROOT) / "collected-from.txt"


def _fingerprint() -> str:
    """The SHA-256 of every name and content, of every app."""
    whole = hashlib.sha256()
    for finder in get_finders():
        for name, storage in finder.list(None):
            with storage.open(name) as file:
                whole.update(f"{name}\0{hashlib.sha256(file.read()).hexdigest()}\0".encode())
    return whole.hexdigest()
