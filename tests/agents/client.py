"""A real MCP client that starts `ifnotyou mcp` as a process, as the programs of people do.

Where many cases are tried, it speaks to the same server within its own process: a start takes a second.
"""

import os
import sys
from dataclasses import dataclass, field

import anyio
from mcp.client import Client, session
from mcp.client.stdio import StdioServerParameters, stdio_client
from mcp_types import ElicitResult

from ifnotyou.agents.server import server_of
from ifnotyou.agents.site import Site

session.DISCOVER_TIMEOUT_SECONDS = 600  # a busy machine is not a server of the other era

ERAS = ["legacy", "auto"]
"""The two ways to ask a person: within a call (until 2025-11-25), and between two of them (2026-07-28)."""


@dataclass
class Person:
    """Who sits before the program: what they were shown, and what they say to it."""

    says: ElicitResult
    shown: list = field(default_factory=list)

    async def ask(self, _context, params):
        self.shown.append(params)
        return self.says


def a_person_who(action, **content):
    return Person(ElicitResult(action=action, content=content or None))


def with_agent_here(address, token, do, *, read_only=False, person=None, era="auto"):
    """The same as `with_agent`, without a process."""
    server = server_of(Site(address, token), read_only=read_only)

    async def run():
        async with Client(server, mode=era, elicitation_callback=person.ask if person else None) as client:
            return await do(client)

    return anyio.run(run)


def with_agent(address, token, do, *words, person=None, era="auto", log=None):
    """What `do(client)` returns, of an agent that this token is given to."""
    settings = {"IFNOTYOU_URL": address, "IFNOTYOU_TOKEN": token}
    server = StdioServerParameters(
        command=sys.executable, args=["-m", "ifnotyou.cli", "mcp", *words], env={**os.environ, **settings}
    )

    async def run():
        with open(log or os.devnull, "a", encoding="utf-8") as errors:  # noqa: PTH123, ASYNC230 - opened once
            async with Client(
                stdio_client(server, errlog=errors),
                mode=era,
                elicitation_callback=person.ask if person else None,
            ) as client:
                return await do(client)

    return anyio.run(run)


def words_of(result):
    """What a tool said."""
    return "\n".join(part.text for part in result.content)
