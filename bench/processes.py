"""Whole processes, and what they took."""

import os
import subprocess
import sys
import time
from dataclasses import dataclass


@dataclass
class Run:
    seconds: float
    megabytes: float


def measured(command, stdout=subprocess.DEVNULL):
    """Wall seconds and peak memory of one process, which must succeed."""
    started = time.perf_counter()
    process = subprocess.Popen(command, stdout=stdout)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, (command, process.returncode)
    # ru_maxrss is in kilobytes on Linux, in bytes on macOS.
    return Run(seconds, usage.ru_maxrss / (1024 if sys.platform.startswith("linux") else 1024**2))
