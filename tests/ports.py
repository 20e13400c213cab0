"""Ports for what a test starts."""

import os
import secrets
import socket

HOST = "127.0.0.1"
FIRST, LAST = 20_000, 32_000
"""Below the ports that systems hand out by themselves: whoever dials meanwhile never gets one of these."""
SLICES = 8


def _our_own():
    """Ports in no order, of which other workers of xdist have others: each is given away once."""
    number = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % SLICES
    size = (LAST - FIRST) // SLICES
    start = FIRST + number * size
    return secrets.SystemRandom().sample(range(start, start + size), size)


_left = _our_own()


def free_ports(count):
    """Ports on which nobody listens."""
    ports = []
    while len(ports) < count:
        port = _left.pop()
        with socket.socket() as probe:
            try:
                probe.bind((HOST, port))
            except OSError:
                continue  # somebody's; the next one
        ports.append(port)
    return ports
