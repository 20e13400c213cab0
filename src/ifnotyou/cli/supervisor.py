"""Several commands as one: a signal stops all, and where one ends, so do the others."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress

_PATIENCE = 30.0
"""Seconds that each is given to finish what it is doing; after that it is killed."""
_GLANCE = 0.1
"""Seconds between two looks at whether all are still there."""


def supervise(commands: Mapping[str, Sequence[str]]) -> int:
    """Run them side by side until one ends or a signal comes; the exit code is 0 only when we were told to stop."""
    told: list[int] = []
    for wanted in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(wanted, lambda number, _frame: told.append(number))
    children: dict[str, subprocess.Popen[bytes]] = {}
    try:
        for name, command in commands.items():
            # A session of its own: Ctrl-C reaches us alone, and we pass it on.
            children[name] = subprocess.Popen(command, start_new_session=True)  # noqa: S603 - our own commands
        while not told and all(child.poll() is None for child in children.values()):
            time.sleep(_GLANCE)
        ended = {name: child.returncode for name, child in children.items() if child.poll() is not None}
    finally:
        _stop(children.values())
    if told:
        return 0
    for name, code in ended.items():
        sys.stderr.write(f"ifnotyou serve: {name} ended by itself (exit code {code}); so everything stops.\n")
    return 1


def _stop(children: Collection[subprocess.Popen[bytes]]) -> None:
    """Ask all to stop, at once; then wait for each."""
    for child in children:
        child.terminate()
    deadline = time.monotonic() + _PATIENCE
    for child in children:
        try:
            child.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
        # Whoever was killed left the processes behind that it had started itself.
        with suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
