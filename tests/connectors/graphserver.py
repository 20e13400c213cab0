"""Microsoft's sign-in and Microsoft Graph on loopback, as far as a sender of ours goes."""

import base64
import re
from email import message_from_bytes, policy

from tests.connectors.oauthserver import OAuthServer, Refuses, told_of

GRAPH = "https://graph.microsoft.com"


class GraphServer(OAuthServer):
    """Consent as Microsoft asks for it: there is no way to revoke, and a refresh token is another one each time.

    `keeps_ids`: whether a sent mail keeps the Message-ID that it came with, which no document of Microsoft's says.
    """

    consent, token = "/organizations/oauth2/v2.0/authorize", "/organizations/oauth2/v2.0/token"
    scopes = (f"{GRAPH}/Mail.Send", f"{GRAPH}/Mail.ReadWrite", f"{GRAPH}/User.Read", "offline_access")
    rotates = True
    keeps_ids = True

    def answer(self, heard):
        match heard.method, heard.path.removeprefix("/v1.0"):
            case "POST", "/me/sendMail":
                self.needs(heard, "Mail.Send")
                self.handed_over(_mime(heard), self.sent)
                return 202, None
            case "POST", "/me/messages":
                self.needs(heard, "Mail.ReadWrite")
                self.handed_over(_mime(heard), self.drafts)
                return 201, {"id": f"AAMk{len(self.drafts)}=", "isDraft": True}
            case "GET", "/me/mailFolders/drafts":
                self.needs(heard, "Mail.Read", "Mail.ReadBasic", "Mail.ReadWrite")
                return 200, {"id": "AQMkAD="}
            case "GET", "/me/mailFolders/sentitems/messages":
                self.needs(heard, "Mail.Read", "Mail.ReadBasic", "Mail.ReadWrite")
                return 200, {"value": self._found(heard.query["$filter"][0])}
            case "GET", "/me":
                self.needs(heard, "User.Read")
                return 200, {"mail": self.address, "userPrincipalName": "maya_1@acme.example.com"}
        raise Refuses(404)

    def problem(self, refusal):
        code = {401: "InvalidAuthenticationToken", 403: "ErrorAccessDenied", 404: "ResourceNotFound"}
        told = {"code": code.get(refusal.status, "UnknownError"), "message": f"No. You are {self.address}."}
        return told_of(refusal) or {"error": told}

    def _found(self, wanted):
        """OData, as far as it is asked for."""
        (message_id,) = re.fullmatch(r"internetMessageId eq '([^']+)'", wanted).groups()
        mails = [message_from_bytes(mail, policy=policy.SMTPUTF8) for mail in self.sent]
        ids = [mail["Message-ID"] if self.keeps_ids else f"<{n}@exchange>" for n, mail in enumerate(mails)]
        return [{"id": f"AAMk{n}="} for n, one in enumerate(ids) if one == message_id]


def _mime(heard):
    if heard.headers.get("content-type") != "text/plain":
        raise Refuses(400)
    try:
        return base64.b64decode(heard.body, validate=True)
    except ValueError:
        raise Refuses(400) from None
