"""A small ifnotyou on loopback, as far as an agent sees one: a document, a token, a preview, and a send that counts.

For what the real one cannot be made to do, such as failing in each way; tests/agents/test_company.py has the real one.
"""

import json
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

TOKEN = "ifny_" + "hush" * 10

CONFIRMED = {
    "type": "object",
    "properties": {"confirmation": {"$ref": "#/components/schemas/Line"}},
    "required": ["confirmation"],
}
DECISION = {
    "type": "object",
    "properties": {"ask": {"type": "boolean"}, "reason": {"$ref": "#/components/schemas/Line"}},
    "required": ["ask"],
}
ASK_ID = {"in": "path", "name": "ask_id", "required": True, "schema": {"type": "integer"}}
DOCUMENT = {
    "openapi": "3.1.0",
    "components": {
        "schemas": {
            "Line": {"type": "string", "maxLength": 100},
            "Confirmed": CONFIRMED,
            "Decision": DECISION,
        },
        "parameters": {
            "Key": {"in": "header", "name": "Idempotency-Key", "schema": {"type": "string"}},
            "Limit": {
                "in": "query",
                "name": "limit",
                "description": "How many at once.",
                "schema": {"type": "integer", "maximum": 100},
            },
        },
    },
    "paths": {
        "/api/v1/me": {"get": {"operationId": "get_me", "summary": "Who you are", "x-scope": ""}},
        "/api/v1/declines": {
            "get": {
                "operationId": "list_declines",
                "summary": "Declines",
                "description": "The newest first.",
                "parameters": [{"$ref": "#/components/parameters/Limit"}],
                "x-scope": "declines:read",
                "x-roles": ["admin", "recruiter"],
            }
        },
        "/api/v1/declines/{decline_id}/decide": {
            "parameters": [
                {"in": "path", "name": "decline_id", "required": True, "schema": {"type": "integer"}}
            ],
            "post": {
                "operationId": "decide_decline",
                "summary": "Decide",
                "x-scope": "declines:write",
                "x-roles": ["admin", "recruiter"],
                "requestBody": {
                    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Decision"}}}
                },
            },
        },
        "/api/v1/imports": {
            "post": {
                "operationId": "upload_import",
                "summary": "Upload",
                "x-scope": "imports:write",
                "requestBody": {"content": {"multipart/form-data": {"schema": {"type": "object"}}}},
            }
        },
        "/api/v1/asks/{ask_id}/preview": {
            "get": {
                "operationId": "preview_note",
                "summary": "Preview",
                "x-scope": "asks:read",
                "parameters": [ASK_ID],
            }
        },
        "/api/v1/asks/{ask_id}/send": {
            "post": {
                "operationId": "send_note",
                "summary": "Send your note",
                "description": "That is the one ask.",
                "x-scope": "asks:send",
                "x-sends": True,
                "parameters": [ASK_ID, {"$ref": "#/components/parameters/Key"}],
                "requestBody": {
                    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Confirmed"}}}
                },
            }
        },
        "/api/v1/asks/{ask_id}/blast": {
            "post": {
                "operationId": "send_unseen",
                "summary": "No preview",
                "x-scope": "asks:send",
                "x-sends": True,
            }
        },
    },
}


PREVIEW = {
    "sender_name": "Maria",
    "sender_address": "maria@example.org",
    "recipient_name": "Noor",
    "recipient_address": "noor@example.net",
    "subject": "Hello",
    "body": "If not you, who?\n\nMaria",
    "findings": [{"category": "pressure", "mend": "Take the deadline out."}],
    "held_back": None,
    "not_by_us": None,
    "confirmation": "the mark",
}


@dataclass
class Company:
    """What the company's ifnotyou answers, and what it was asked."""

    address: str = ""
    me: dict = field(
        default_factory=lambda: {
            "role": "recruiter",
            "scopes": ["declines:read", "declines:write", "asks:read", "asks:write", "asks:send"],
        }
    )
    preview: dict = field(default_factory=lambda: dict(PREVIEW))
    answers: dict = field(
        default_factory=dict
    )  # by (method, path): (status, headers, body) instead of the usual one
    calls: list = field(default_factory=list)  # (method, path, headers, body)
    sent: dict = field(default_factory=dict)  # by Idempotency-Key
    torn: set = field(default_factory=set)  # paths whose calls are taken and never answered

    def asked(self, method):
        """The calls that change something, or those that do not."""
        return [(path, body) for asked, path, _, body in self.calls if asked == method]


class Handler(BaseHTTPRequestHandler):
    """Answers for the company of its server."""

    def log_message(self, *_):
        pass

    def do_GET(self):
        self.answer()

    def do_POST(self):
        self.answer()

    def answer(self):
        company, path = self.server.company, self.path
        length = int(self.headers.get("Content-Length") or 0)
        body = json.loads(self.rfile.read(length)) if length else None
        company.calls.append((self.command, path, dict(self.headers), body))
        if path in company.torn:
            self.connection.close()
            return
        status, headers, said = company.answers.get((self.command, path)) or self.usual(company, path, body)
        content = said if isinstance(said, bytes) else json.dumps(said).encode()
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def usual(self, company, path, body):
        if self.headers.get("Authorization") != f"Bearer {TOKEN}":
            return 401, {}, {"title": "Unauthorized", "status": 401}
        match path.rpartition("/")[2]:
            case "openapi.json":
                return 200, {}, DOCUMENT
            case "me":
                return 200, {}, company.me
            case "preview":
                return 200, {}, company.preview
            case "send":
                return self.send(company, path, body)
        return 200, {}, {"items": [{"id": 7, "candidate": "Noor"}], "next": None}

    def send(self, company, path, body):
        key = self.headers["Idempotency-Key"]
        if body["confirmation"] != company.preview["confirmation"]:
            return 409, {}, {"code": "not_confirmed", "detail": "Nobody has seen these words."}
        if company.sent and key not in company.sent:
            return 409, {}, {"code": "already_asked", "detail": "They were asked already."}
        company.sent[key] = path
        return 200, {}, {"state": "asked"}


@contextmanager
def running_company():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.company = Company(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    yield server.company
    server.shutdown()
    server.server_close()
    thread.join()
