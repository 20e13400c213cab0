"""Okta."""

from __future__ import annotations

import re

from ifnotyou.connectors.sign_in.contract import Kind

_HOST = re.compile(r"[a-z0-9-]+\.(okta|oktapreview|okta-emea)\.com")


class Provider(Kind):
    """An organization's own server at Okta."""

    slug = "okta"
    label = "Okta"
    asks = "Okta domain"
    asks_help = "Such as acme.okta.com, without -admin."
    steps = (
        "In Okta's admin console open Applications and choose Create App Integration.",
        "Choose OIDC - OpenID Connect, and Web Application.",
        "Leave the grant type at Authorization Code, and enter the address below as the sign-in redirect URI.",
        "Assign the app to the people or groups who should get in.",
        "Copy the client ID and the client secret to here.",
    )
    trust = "Okta says that the address is verified (email_verified)."

    unconfirmed = (
        (
            "In this flow Okta says email_verified at its userinfo endpoint and not in the ID token; it is asked "
            "there. Okta tells makers of apps for many companies not to rely on it: within your own organization "
            "its administrators decide what stands there."
        ),
    )

    @classmethod
    def issuer_of(cls, said: str) -> str:
        """That of the organization itself."""
        host = said.strip().lower().removeprefix("https://").rstrip("/")
        if not _HOST.fullmatch(host):
            raise ValueError(
                "This is not a domain of Okta's, such as acme.okta.com. For one of your own choose “Another”."
            )
        return f"https://{host}"

    @classmethod
    def speaks_as(cls, issuer: str) -> bool:
        """By the name of the server."""
        return bool(_HOST.fullmatch(issuer.removeprefix("https://").rstrip("/").partition("/")[0]))
