"""Gmail on loopback, as far as a sender of ours goes."""

import base64
import json

from tests.connectors.oauthserver import OAuthServer, Refuses, told_of

COMPOSE = "https://www.googleapis.com/auth/gmail.compose"


class GmailServer(OAuthServer):
    """Consent as Google asks for it, and three methods of the Gmail API. A refresh token stays what it is."""

    consent, token, revocation = "/o/oauth2/v2/auth", "/token", "/revoke"
    scopes = (COMPOSE,)

    def answer(self, heard):
        match heard.method, heard.path:
            case "POST", "/gmail/v1/users/me/messages/send":
                self.needs(heard, "gmail.send", "gmail.compose")
                self.handed_over(self._raw(_json(heard)), self.sent)
                return 200, {
                    "id": f"m{len(self.sent)}",
                    "threadId": f"t{len(self.sent)}",
                    "labelIds": ["SENT"],
                }
            case "POST", "/gmail/v1/users/me/drafts":
                self.needs(heard, "gmail.compose")
                self.handed_over(self._raw(_json(heard).get("message") or {}), self.drafts)
                message = {"id": f"m{len(self.drafts)}", "threadId": "t1", "labelIds": ["DRAFT"]}
                return 200, {"id": f"r{len(self.drafts)}", "message": message}
            case "GET", "/gmail/v1/users/me/profile":
                self.needs(heard, "gmail.compose")
                told = {"emailAddress": self.address, "messagesTotal": 1, "threadsTotal": 1, "historyId": "1"}
                return 200, told
        raise Refuses(404)

    def problem(self, refusal):
        return told_of(refusal) or {
            "error": {
                "code": refusal.status,
                "message": f"No. You are {self.address}.",
                "errors": [{"message": "No.", "domain": "global", "reason": "forbidden"}],
                "status": {401: "UNAUTHENTICATED", 403: "PERMISSION_DENIED"}.get(refusal.status, "UNKNOWN"),
            }
        }

    def _raw(self, message):
        try:
            return base64.b64decode(message["raw"], altchars=b"-_", validate=True)
        except (KeyError, ValueError):
            raise Refuses(400) from None


def _json(heard):
    if heard.headers.get("content-type") != "application/json":
        raise Refuses(400)
    try:
        return json.loads(heard.body)
    except ValueError:
        raise Refuses(400) from None
