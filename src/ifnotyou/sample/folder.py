"""Puts the files of a sample into a folder, without ever writing over somebody else's."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TextIO

from ifnotyou.playbook.errors import PlaybookError
from ifnotyou.sample.world import World
from ifnotyou.sample.write import TABLES, write_table, write_truth

MARKER = "SAMPLE.txt"
"""The file that tells a folder of ours from one of somebody else."""
_FIRST_LINE = "Made up by `ifnotyou sample`, all of it: no real person, no real company."


class SampleError(PlaybookError):
    """The sample cannot be written there; the text says why."""


def claim(folder: Path) -> None:
    """Make the folder, or refuse it: a file of ours is only written over if our marker says that it was one."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        there = [name for name in (MARKER, *(table.name for table in TABLES)) if (folder / name).exists()]
        if there and not _is_ours(folder):
            raise SampleError(
                f"{folder} holds a {there[0]} that is not from an earlier sample; name another folder"
            )
    except FileExistsError:
        raise SampleError(f"{folder} is a file; name a folder") from None
    except OSError as error:
        raise SampleError(f"{folder} cannot be used: {_words(error)}") from error


def fill(folder: Path, world: World, next_command: str) -> None:
    """Write the marker and the eight files; files of an earlier sample are replaced one by one."""
    marker = (
        f"{_FIRST_LINE}\n"
        f"Seed {world.seed}, as on {world.today.isoformat()}: the same command on any machine makes the same files.\n"
        f"Try next: {next_command}\n"
    )
    _replace(folder / MARKER, lambda file: file.write(marker))
    for table in TABLES:
        _replace(folder / table.name, partial(write_table, world, table))


def refuse_foreign_truth(path: Path) -> None:
    """Raise unless the truth may be written to `path`: a new file, or one that held the truth before."""
    try:
        if path.is_file():
            with path.open("rb") as file:
                if file.read(8) not in {b"", b'{"seed":'}:
                    raise SampleError(f"{path} is not from an earlier sample; name a new file for the truth")
        elif path.is_dir():
            raise SampleError(f"{path} is a folder; name a file for the truth")
    except OSError as error:
        raise SampleError(f"{path} cannot be used: {_words(error)}") from error


def fill_truth(path: Path, world: World) -> None:
    """Write the hidden part."""
    try:
        with path.open("w", encoding="utf-8", newline="\n") as file:
            write_truth(world, file)
    except OSError as error:
        raise SampleError(f"{path} cannot be written: {_words(error)}") from error


def _is_ours(folder: Path) -> bool:
    marker = folder / MARKER
    return marker.is_file() and marker.read_bytes().startswith(_FIRST_LINE.encode())


def _replace(path: Path, write: Callable[[TextIO], object]) -> None:
    """Write a file beside it first, so that a full disk leaves the old one whole."""
    beside = path.with_name(path.name + ".part")
    try:
        beside.unlink(missing_ok=True)  # what a crash left behind, or a link to elsewhere
        with beside.open("x", encoding="utf-8", newline="") as file:
            write(file)
        beside.replace(path)
    except OSError as error:
        with contextlib.suppress(OSError):
            beside.unlink(missing_ok=True)
        raise SampleError(f"{path} cannot be written: {_words(error)}") from error


def _words(error: OSError) -> str:
    return (error.strerror or str(error)).lower()
