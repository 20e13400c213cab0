"""The browser of the system, kept on this machine: for the journeys, and for the pictures in docs/."""

import shutil

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
NOT_FOUND = (
    f"browser tests: no Chromium found ({', '.join(NAMES)}); install your system's package, such as chromium"
)

FLAGS = [
    "--no-sandbox",  # as root, in a container, there is no other way
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-domain-reliability",
    "--disable-default-apps",
    "--metrics-recording-only",
    "--no-pings",
    "--font-render-hinting=none",
    # No look-up leaves the machine.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
]


def find() -> str | None:
    """Where Chromium is; None where there is none."""
    return next((path for path in map(shutil.which, NAMES) if path), None)
