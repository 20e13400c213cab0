"""oidc-provider-mock in a process of its own: a provider of OpenID Connect that others wrote, by the book."""

import subprocess
import sys

import pytest

SCRIPT = """
import sys, oidc_provider_mock
with oidc_provider_mock.run_server_in_thread(require_nonce=True) as server:
    print(server.server_port, flush=True)
    sys.stdin.read()
"""


@pytest.fixture(scope="module")
def real_provider():
    """Its issuer."""
    with subprocess.Popen(
        [sys.executable, "-c", SCRIPT],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env={"AUTHLIB_INSECURE_TRANSPORT": "1", "PATH": ""},
    ) as process:
        yield f"http://localhost:{process.stdout.readline().strip()}"
        process.stdin.close()
        process.wait(timeout=300)
