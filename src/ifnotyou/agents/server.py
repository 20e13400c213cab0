"""The server of the Model Context Protocol over standard input and output, which a person's own program starts.

It is a client of `/api/v1/` like any other, with their token: what the interface refuses, this refuses.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import anyio
from anyio import to_thread
from mcp.server.context import ServerRequestContext
from mcp.server.lowlevel import Server
from mcp.server.request_state import RequestStateBoundary, RequestStateSecurity
from mcp.server.stdio import stdio_server
from mcp.shared.exceptions import MCPError
from mcp_types import (
    CallToolRequestParams,
    CallToolResult,
    ElicitRequest,
    InputRequiredResult,
    ListToolsResult,
    PaginatedRequestParams,
    TextContent,
    Tool,
    ToolAnnotations,
)
from mcp_types.version import MODERN_PROTOCOL_VERSIONS
from pydantic import ValidationError

from ifnotyou import __version__
from ifnotyou.agents.asking import Confirmed, can_ask, question, said_yes
from ifnotyou.agents.instructions import INSTRUCTIONS
from ifnotyou.agents.operations import CONFIRMATION, Operation, given, operations_of
from ifnotyou.agents.site import NotDone, Site, new_key

_NAME = "ifnotyou"
_ASKED = "send"
"""What the one question is called between the two rounds of the protocol of 2026."""
_PERSON_MAY_THINK = 1800.0
"""Seconds for which a question stands."""

_Context = ServerRequestContext[Any, Any]
_Arguments = Mapping[str, Any]


class _Agent:
    """What one agent may do, and how it is done."""

    def __init__(
        self, site: Site, operations: Mapping[str, Operation], previews: Mapping[str, Operation]
    ) -> None:
        self._site = site
        self._operations = operations
        self._previews = previews

    async def list_tools(self, _context: _Context, _params: PaginatedRequestParams | None) -> ListToolsResult:
        """Every tool there is for this token."""
        return ListToolsResult(tools=[tool_of(one) for one in self._operations.values()])

    async def call_tool(
        self, context: _Context, params: CallToolRequestParams
    ) -> CallToolResult | InputRequiredResult:
        """Do it, or say in words why not. Sending goes by a person's yes."""
        try:
            operation, arguments = self._wanted(params)
            if operation.sends:
                return await self._send(context, params, operation, arguments)
            return _done(await self._call(operation, arguments))
        except NotDone as error:
            return CallToolResult(content=[TextContent(text=str(error))], is_error=True)

    def _wanted(self, params: CallToolRequestParams) -> tuple[Operation, _Arguments]:
        """The operation, and arguments that it knows, all that it needs among them; the rest the interface checks."""
        operation, arguments = self._operations.get(params.name), params.arguments or {}
        if operation is None:
            raise NotDone(f"There is no tool called {params.name} for this token.")
        told = [f"It takes no {name}." for name in sorted(set(arguments) - set(operation.places))]
        told += [f"It needs {name}." for name in operation.schema["required"] if name not in arguments]
        if told:
            raise NotDone(" ".join(told))
        return operation, arguments

    async def _send(
        self, context: _Context, params: CallToolRequestParams, operation: Operation, arguments: _Arguments
    ) -> CallToolResult | InputRequiredResult:
        """Ask the person by the way that their program speaks: within the call, or (since 2026) between two of them."""
        if not can_ask(context.session.client_capabilities):
            raise NotDone(
                "Sending asks the person first, and their program has no way to ask. Nothing was sent. "
                f"They can send it themselves on the page: {self._site.page(operation.page_for(arguments))}"
            )
        if params.request_state is not None:
            confirmed = Confirmed(*json.loads(params.request_state))
            answer: object = (params.input_responses or {}).get(_ASKED)
            return await self._sent(operation, arguments, confirmed, answer)
        preview = await self._call(self._previews[operation.name], arguments)
        asked = question(preview, by_us=operation.name.startswith("send_"))
        confirmed = Confirmed(preview[CONFIRMATION], new_key())
        if context.protocol_version in MODERN_PROTOCOL_VERSIONS:
            return InputRequiredResult(
                input_requests={_ASKED: ElicitRequest(params=asked)}, request_state=json.dumps(confirmed)
            )
        try:
            answer = await context.session.elicit_form(
                asked.message, asked.requested_schema, related_request_id=context.request_id
            )
        except (MCPError, ValidationError) as error:
            raise NotDone("Their program could not ask them, so nothing was sent.") from error
        return await self._sent(operation, arguments, confirmed, answer)

    async def _sent(
        self, operation: Operation, arguments: _Arguments, confirmed: Confirmed, answer: object
    ) -> CallToolResult:
        if not said_yes(answer):
            raise NotDone("They did not say yes, so nothing was sent. Do not ask them again by yourself.")
        return _done(await self._call(operation, arguments, confirmed))

    async def _call(
        self, operation: Operation, arguments: _Arguments, confirmed: Confirmed | None = None
    ) -> Any:
        """One call of the interface. The confirmation is ours to add: no argument of the model's can be one."""
        body = operation.body_for(arguments)
        if confirmed:
            body = {**(body or {}), CONFIRMATION: confirmed.confirmation}

        def call() -> Any:
            return self._site.call(
                operation.method,
                operation.path_for(arguments),
                query=operation.query_for(arguments),
                body=body,
                key=confirmed.key if confirmed else "",
            )

        return await to_thread.run_sync(call)


def tool_of(operation: Operation) -> Tool:
    """The operation as a tool, with what its effects are in the protocol's own words."""
    told = operation.description
    if not told.startswith(operation.title):
        told = "\n\n".join(filter(None, [operation.title, told]))
    return Tool(
        name=operation.name,
        title=operation.title,
        description=told,
        input_schema=operation.schema,
        annotations=ToolAnnotations(
            title=operation.title,
            read_only_hint=operation.reads,
            destructive_hint=operation.sends or operation.method == "DELETE",
            idempotent_hint=operation.reads or operation.method in {"PUT", "DELETE"},
            open_world_hint=operation.sends,
        ),
    )


def server_of(site: Site, *, read_only: bool) -> Server[Any]:
    """The server for a token, made from what the interface says of itself and of the token."""
    document, me = site.read("/openapi.json"), site.read("/me")
    everything = {one.name: one for one in operations_of(document)}
    operations = given(
        everything.values(), scopes=frozenset(me["scopes"]), role=me["role"], read_only=read_only
    )
    previews = {name: everything[one.preview] for name, one in operations.items() if one.sends}
    agent = _Agent(site, operations, previews)
    server: Server[Any] = Server(
        _NAME,
        version=__version__,
        title="ifnotyou",
        instructions=INSTRUCTIONS,
        on_list_tools=agent.list_tools,
        on_call_tool=agent.call_tool,
    )
    # What comes back between two rounds was ours, for this call and these arguments; it is good for one process only.
    security = RequestStateSecurity.ephemeral(ttl=_PERSON_MAY_THINK)
    # In place of the SDK's own, which tells whoever traces this process what an agent does.
    server.middleware[:] = [RequestStateBoundary(security, default_audience=_NAME)]
    return server


def serve(site: Site, *, read_only: bool) -> None:
    """Serve until the program that started this hangs up."""
    server = server_of(site, read_only=read_only)

    async def run() -> None:
        async with stdio_server() as (incoming, outgoing):
            await server.run(incoming, outgoing, server.create_initialization_options())

    anyio.run(run)


def _done(answer: Any) -> CallToolResult:
    """The answer for the agent; the mark of a preview is between the interface and us."""
    structured = answer if isinstance(answer, dict) else None
    if structured is not None:
        structured.pop(CONFIRMATION, None)
    text = "Done." if answer is None else json.dumps(answer, ensure_ascii=False, indent=1)
    return CallToolResult(content=[TextContent(text=text)], structured_content=structured)
