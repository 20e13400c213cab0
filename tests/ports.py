"""Ports for what a test starts."""

import secrets
import socket
from contextlib import ExitStack

HOST = "127.0.0.1"
FIRST, LAST = 20_000, 32_000
"""Below the ports that systems hand out by themselves: whoever dials meanwhile never gets one of these."""


def free_ports(count):
    """Ports on which nobody listens."""
    ports = []
    with ExitStack() as held:
        while len(ports) < count:
            probe = held.enter_context(socket.socket())
            try:
                probe.bind((HOST, FIRST + secrets.randbelow(LAST - FIRST)))
            except OSError:
                continue  # somebody's; the next one
            ports.append(probe.getsockname()[1])
    return ports
