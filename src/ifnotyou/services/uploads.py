"""Uploaded files while an import needs them: in a folder that only this program may read, then gone.

Beside each lies a small file that says how far the work on it is: the import's
own transaction is not seen by others before it ends.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO

from django.conf import settings

from ifnotyou.playbook.errors import Refusal

MOST_MEGABYTES = 200
_MEGABYTE = 1_000_000


@dataclass(frozen=True)
class Progress:
    """How far the work on an upload is, and when that was last heard."""

    percent: int
    words: str
    heard_at: datetime


def keep(chunks: Iterable[bytes]) -> Path:
    """Store an upload under a name that nobody can guess. Refuses one that is too large, and leaves nothing of it."""
    path = _folder() / f"{secrets.token_urlsafe(24)}.zip"
    try:
        with path.open("xb") as file:
            path.chmod(0o600)
            _write(chunks, file)
    except BaseException:
        forget(path)
        raise
    return path


def too_large() -> Refusal:
    """What somebody reads whose file is too large."""
    return Refusal(
        "too_large",
        f"The file is larger than {MOST_MEGABYTES} MB. Zip the CSV files only, or ask whoever runs ifnotyou to bring "
        "them in on the server: ifnotyou import PATH.",
    )


def tell(path: Path, percent: int, words: str) -> None:
    """Say how far the work on an upload is."""
    beside = _progress_of(path)
    fresh = beside.with_suffix(".part")
    fresh.write_text(f"{percent} {words}", encoding="utf-8")
    fresh.replace(beside)


def progress(path: Path) -> Progress | None:
    """How far the work on an upload is, None before it began."""
    beside = _progress_of(path)
    try:
        percent, _, words = beside.read_text(encoding="utf-8").partition(" ")
        return Progress(int(percent), words, datetime.fromtimestamp(beside.stat().st_mtime, UTC))
    except FileNotFoundError:
        return None


def forget(path: Path) -> None:
    """Delete an upload and what lies beside it, as far as they are there."""
    for one in (path, _progress_of(path), _progress_of(path).with_suffix(".part")):
        one.unlink(missing_ok=True)


def forget_strays(but_for: set[str], older_than: timedelta) -> None:
    """Delete what nobody waits for any more: a program that was killed may have left it."""
    oldest = datetime.now(UTC) - older_than
    for path in _folder().iterdir():
        belongs_to = str(path.with_suffix(".zip"))
        if belongs_to not in but_for and datetime.fromtimestamp(path.stat().st_mtime, UTC) < oldest:
            path.unlink(missing_ok=True)


def _write(chunks: Iterable[bytes], file: IO[bytes]) -> None:
    size = 0
    for chunk in chunks:
        size += len(chunk)
        if size > MOST_MEGABYTES * _MEGABYTE:
            raise too_large()
        file.write(chunk)


def _folder() -> Path:
    folder: Path = settings.DATA_DIR / "imports"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def _progress_of(path: Path) -> Path:
    return path.with_suffix(".progress")
