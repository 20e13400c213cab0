"""Run a part of the benchmarks on a fresh SQLite file and on a fresh PostgreSQL, each in processes of its own."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BOTH = ("SQLite", "PostgreSQL")


class BrokenPromise(Exception):  # noqa: N818 - it says what was broken
    """Something came out wrong, not only slow; the text says what."""


def on(database, module, *arguments):
    """Run `python -m module` with an empty database of this kind; what it prints is one JSON document."""
    folder = Path(tempfile.mkdtemp(prefix="ifnotyou-bench-"))
    try:
        done = subprocess.run(
            [*_server_of(database), sys.executable, "-m", module, *map(str, arguments)],
            check=False,
            cwd=ROOT,
            stdout=subprocess.PIPE,
            env=environment(folder),
        )
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    if done.returncode:
        raise BrokenPromise(f"{module} on {database} ended with exit code {done.returncode}: see above.")
    return json.loads(done.stdout)


def environment(folder):
    """Nothing of the caller's own settings: database, files and mail stay in the folder."""
    return {
        **os.environ,
        "DATABASE_URL": f"sqlite:///{folder / 'bench.sqlite3'}",
        "DATA_DIR": str(folder),
        "SECRET_KEY": "only-for-the-benchmarks-only-for-the-benchmarks",
        "PUBLIC_URL": "http://127.0.0.1",
        "EMAIL_URL": "dummymail://",
        "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "src")]),
    }


def _server_of(database):
    """What has to stand before a command so that it finds this database."""
    return [] if database == "SQLite" else [sys.executable, str(ROOT / "tests" / "postgres.py")]
