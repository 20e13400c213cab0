"""What the interface for programs can do, read from its OpenAPI document, and which of it a token's agent is given."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from ifnotyou.agents.site import ROOT, NotDone, path_with

PREVIEWS: Mapping[str, str] = {
    "send_note": "preview_note",
    "take_note_along": "preview_note",
    "send_letter": "preview_letter",
    "take_letter_along": "preview_letter",
}
"""Which operation shows the whole of what another one sends. What is in no pair is never offered to an agent."""

PAGES: Mapping[str, str] = {"preview_note": "/cards/{ask_id}/", "preview_letter": "/names/{vip_id}/"}
"""Where a person finds what a preview shows, to send it themselves."""

CONFIRMATION = "confirmation"
"""The part of a call that says what was confirmed. It comes from the preview that a person saw, never from a model."""

_METHODS = ("get", "post", "put", "patch", "delete")
_JSON = "application/json"
_PLACES = frozenset({"path", "query"})
_ID = {"type": "string", "pattern": "^[0-9]{1,19}$", "description": "Its id, as a text of digits."}
"""Ids are longer than the numbers of some languages: an agent's program may round what is not in quotes."""


@dataclass(frozen=True)
class Operation:
    """One thing that a program can do. `places` says where each argument goes: path, query or body."""

    name: str
    method: str
    path: str
    title: str
    description: str
    schema: dict[str, Any]
    places: Mapping[str, str]
    scope: str
    roles: frozenset[str]
    sends: bool

    @property
    def reads(self) -> bool:
        """Whether it changes nothing: what a token that only reads may do."""
        return not self.scope or self.scope.endswith(":read")

    @property
    def preview(self) -> str:
        """The operation that shows what this one sends."""
        return PREVIEWS.get(self.name, "")

    def page_for(self, arguments: Mapping[str, Any]) -> str:
        """Where a person does the same themselves."""
        return path_with(PAGES.get(self.preview, "/"), self._in("path", arguments))

    def path_for(self, arguments: Mapping[str, Any]) -> str:
        """Its path for these arguments."""
        return path_with(self.path, self._in("path", arguments))

    def query_for(self, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """The part behind the question mark."""
        return self._in("query", arguments)

    def body_for(self, arguments: Mapping[str, Any]) -> dict[str, Any] | None:
        """What is sent along; None where the operation takes nothing."""
        return self._in("body", arguments) if "body" in self.places.values() else None

    def _in(self, place: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in arguments.items() if self.places.get(name) == place}


def operations_of(document: Mapping[str, Any]) -> Iterator[Operation]:
    """Every operation that is JSON in and JSON out. Files (multipart) are left to the page and to other programs."""
    for path, item in document.get("paths", {}).items():
        for method in _METHODS:
            told = item.get(method)
            if told is None or not told.get("operationId"):
                continue
            content = resolved(told.get("requestBody", {}), document).get("content", {})
            if content and _JSON not in content:
                continue
            shared = [*item.get("parameters", []), *told.get("parameters", [])]
            yield _operation(method, path, told, shared, content, document)


def given(
    found: Iterable[Operation], *, scopes: frozenset[str], role: str, read_only: bool
) -> dict[str, Operation]:
    """What an agent is given: what the token's scopes and its person's role allow, and what can be confirmed."""
    return {
        one.name: one
        for one in found
        if (not one.scope or one.scope in scopes)
        and (not one.roles or role in one.roles)
        and (one.reads or not read_only)
        and (not one.sends or one.preview)
    }


def _operation(
    method: str,
    path: str,
    told: Mapping[str, Any],
    parameters: list[Any],
    content: Mapping[str, Any],
    document: Mapping[str, Any],
) -> Operation:
    name = told["operationId"]
    arguments = [*_in_the_body(content, document), *_in_the_address(parameters, document)]
    places = {one.name: one.place for one in arguments}
    if len(places) < len(arguments):
        raise NotDone(f"The interface's document has two arguments of one name for {name}.")
    return Operation(
        name=name,
        method=method.upper(),
        path=path.removeprefix(ROOT),
        title=told.get("summary", ""),
        description=told.get("description", ""),
        schema={
            "type": "object",
            "properties": {one.name: one.schema for one in arguments},
            "required": sorted(one.name for one in arguments if one.required),
            "additionalProperties": False,
        },
        places=places,
        scope=told.get("x-scope") or "",
        roles=frozenset(told.get("x-roles", ())),
        sends=bool(told.get("x-sends")),
    )


class _Argument(NamedTuple):
    """One thing that an operation wants to know, and where it goes."""

    name: str
    place: str
    schema: Mapping[str, Any]
    required: bool


def _in_the_body(content: Mapping[str, Any], document: Mapping[str, Any]) -> Iterator[_Argument]:
    body = resolved(content.get(_JSON, {}).get("schema", {}), document)
    for name, schema in body.get("properties", {}).items():
        if name != CONFIRMATION:
            yield _Argument(name, "body", schema, name in body.get("required", ()))


def _in_the_address(parameters: list[Any], document: Mapping[str, Any]) -> Iterator[_Argument]:
    """What stands in path and query. Headers are ours: the token, and the Idempotency-Key."""
    for one in (resolved(parameter, document) for parameter in parameters):
        if one.get("in") not in _PLACES:
            continue
        schema = dict(one.get("schema", {}))
        if one["in"] == "path" and schema.get("type") == "integer":
            schema = dict(_ID)
        elif one.get("description"):
            schema["description"] = one["description"]
        yield _Argument(one["name"], one["in"], schema, bool(one.get("required")))


def resolved(schema: Any, document: Mapping[str, Any], within: tuple[str, ...] = ()) -> Any:
    """The same without references: a tool's schema has to stand by itself."""
    if isinstance(schema, list):
        return [resolved(one, document, within) for one in schema]
    if not isinstance(schema, dict):
        return schema
    if (reference := schema.get("$ref")) is None:
        return {name: resolved(one, document, within) for name, one in schema.items()}
    if reference in within:
        raise NotDone(f"The interface's document leads in circles at {reference}.")
    beside = {name: one for name, one in schema.items() if name != "$ref"}
    return {**resolved(_at(reference, document), document, (*within, reference)), **beside}


def _at(reference: str, document: Mapping[str, Any]) -> Any:
    found: Any = document
    for step in reference.removeprefix("#/").split("/"):
        if not isinstance(found, dict) or step not in found:
            raise NotDone(f"The interface's document names {reference}, which is not in it.")
        found = found[step]
    return found
