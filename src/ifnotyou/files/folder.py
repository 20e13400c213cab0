"""Where the bytes come from: a folder or a zip of files.

Nothing is ever unpacked to the disk. A zip is somebody else's work: what it
says about itself is checked before it is read, and what is read is counted
again.
"""

from __future__ import annotations

import os
import re
import stat
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO

from ifnotyou.files.problems import UnusableFiles, listed, shown, visible

MEGABYTE = 1_000_000
_MOST_ENTRIES = 10_000
_ENCRYPTED = 0x1
_METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
BROKEN_ZIP = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    OSError,
)


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file of a folder or zip that has not been read yet."""

    name: str
    size: int
    open: Callable[[], IO[bytes]]
    is_file: bool = True

    @property
    def stem(self) -> str:
        """The name without its ending."""
        return PurePosixPath(self.name).stem

    @property
    def is_csv(self) -> bool:
        """True for a .csv, in any case, that does not lie in a folder of its own."""
        return self.name.lower().endswith(".csv") and "/" not in self.name


class Allowance:
    """How many bytes may still be read, over all files."""

    def __init__(self, most_megabytes: int) -> None:
        self._most_megabytes = most_megabytes
        self._left = most_megabytes * MEGABYTE

    def check(self, files: list[FoundFile]) -> None:
        """Refuse files that say themselves that they are too large together.

        Raises UnusableFiles.
        """
        if sum(file.size for file in files) > self._left:
            raise self._too_large()

    def read(self, file: FoundFile) -> bytes:
        """All bytes of a file, however many it says it has.

        Raises UnusableFiles when it cannot be read, or is too large.
        """
        try:
            with file.open() as stream:
                data = stream.read(self._left + 1)
        except BROKEN_ZIP as error:
            raise UnusableFiles(
                f"{file.name} cannot be read ({visible(str(error))}). Export or copy it again."
            ) from error
        if len(data) > self._left:
            raise self._too_large()
        self._left -= len(data)
        return data

    def _too_large(self) -> UnusableFiles:
        return UnusableFiles(
            f"The files are larger than {self._most_megabytes} MB together. Leave out what is not needed, "
            f"or raise files.most_megabytes in the policy."
        )


@contextmanager
def found_at(path: Path) -> Iterator[list[FoundFile]]:
    """The files of a folder or zip, by name; they can be read as long as the context lasts.

    Raises UnusableFiles when there is no such folder or zip, or when it cannot be trusted.
    """
    try:
        is_folder, is_file = path.is_dir(), path.is_file()
    except (OSError, ValueError) as error:
        raise UnusableFiles(f"{shown(str(path))} cannot be opened ({visible(str(error))}).") from error
    if is_folder:
        yield _in_folder(path)
    elif is_file:
        with _opened_zip(path) as archive:
            yield _in_zip(path.name, archive)
    else:
        raise UnusableFiles(f"{visible(str(path))} does not exist. Name a folder or a .zip of CSV files.")


def _in_folder(path: Path) -> list[FoundFile]:
    try:
        entries = sorted(entry for entry in path.iterdir() if not entry.name.startswith("."))
        return [
            FoundFile(
                name=visible(entry.name),
                size=entry.stat().st_size if entry.is_file() else 0,
                open=lambda entry=entry: entry.open("rb"),  # type: ignore[misc]
                is_file=entry.is_file(),  # a pipe or a device is none: it would keep us waiting
            )
            for entry in entries
            if entry.name != "__MACOSX"
        ]
    except OSError as error:
        raise UnusableFiles(f"The folder {path} cannot be read ({error.strerror}).") from error


@contextmanager
def _opened_zip(path: Path) -> Iterator[zipfile.ZipFile]:
    try:
        archive = zipfile.ZipFile(path)
    except BROKEN_ZIP as error:
        raise UnusableFiles(
            f"{path.name} is neither a folder nor a zip that can be read ({visible(str(error))}). "
            "Name the folder with the CSV files in it, or zip it again."
        ) from error
    with archive:
        yield archive


def _in_zip(name: str, archive: zipfile.ZipFile) -> list[FoundFile]:
    entries = archive.infolist()
    if len(entries) > _MOST_ENTRIES:
        raise UnusableFiles(f"{name} holds {len(entries)} files. Zip the CSV files only.")
    files: dict[str, zipfile.ZipInfo] = {}
    for entry in entries:
        inner = _safe_path(name, entry)
        if entry.filename.endswith(("/", "\\")) or _is_litter(inner):
            continue
        if str(inner) in files:
            raise UnusableFiles(f"{name} holds {shown(str(inner))} twice. Zip it again with one of them.")
        files[str(inner)] = entry
    root = _common_root(files)
    return [
        FoundFile(
            name=visible(inner.removeprefix(root)),
            size=entry.file_size,
            open=lambda entry=entry: archive.open(entry),  # type: ignore[misc]
        )
        for inner, entry in sorted(files.items())
    ]


def _safe_path(name: str, entry: zipfile.ZipInfo) -> PurePosixPath:
    """Where an entry lies in the zip.

    Raises UnusableFiles when no honest program would have packed it so.
    """
    # Some older programs on Windows write backslashes where the standard wants slashes.
    written = entry.filename.replace("\\", "/")
    inner = PurePosixPath(written)
    if inner.is_absolute() or ".." in inner.parts or re.match(r"[A-Za-z]:", written):
        raise UnusableFiles(
            f"{name} holds {shown(entry.filename)}, which points outside of it. Zip the files again."
        )
    mode = entry.external_attr >> 16
    if stat.S_IFMT(mode) not in {0, stat.S_IFREG, stat.S_IFDIR}:
        raise UnusableFiles(
            f"In {name}, {shown(entry.filename)} is a link and not a file. Zip the file itself."
        )
    if entry.flag_bits & _ENCRYPTED:
        raise UnusableFiles(f"{name} is encrypted. Unpack it and name the folder instead.")
    if entry.compress_type not in _METHODS:
        raise UnusableFiles(f"{name} is packed in an unusual way. Unpack it and name the folder instead.")
    return inner


def _is_litter(inner: PurePosixPath) -> bool:
    """True for what a Mac and version control leave behind, and for what has no name at all."""
    return not inner.parts or any(part == "__MACOSX" or part.startswith(".") for part in inner.parts)


def _common_root(names: dict[str, zipfile.ZipInfo]) -> str:
    """The one folder that all tables lie in, with its slash, or nothing."""
    folders = [str(PurePosixPath(name).parent) for name in names if name.lower().endswith(".csv")]
    common = os.path.commonpath(folders) if folders else ""
    return f"{common}/" if common not in {"", "."} else ""


def nothing_else(files: list[FoundFile]) -> str:
    """What was found instead of what was looked for, in words."""
    return f"Found: {listed([file.name for file in files])}." if files else "Nothing was found there."
