"""Microsoft Entra ID (Azure AD), one tenant."""

from __future__ import annotations

import re

from ifnotyou.connectors.sign_in.contract import Claims, Kind

_TENANT = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_ISSUER = re.compile(rf"https://login\.microsoftonline\.com/({_TENANT.pattern})/v2\.0/?")
_OF_EVERYBODY = "9188040d-6c67-4c5b-b112-36a304b66dad"
"""The tenant of private Microsoft accounts."""


class Provider(Kind):
    """Microsoft never says that an address is verified, and in other people's tenants anything may stand there.

    In the company's own tenant only its administrators write addresses, so their word counts there and nowhere else:
    the issuer has to be the one tenant, and the token has to name it.
    """

    slug = "microsoft"
    label = "Microsoft"
    says_verified = False
    asks = "Directory (tenant) ID"
    asks_help = (
        "It stands on the overview of Microsoft Entra ID and looks like 72f988bf-86f1-41af-91ab-2d7cd011db47."
    )
    steps = (
        "In the Microsoft Entra admin center open App registrations and choose New registration.",
        "Choose “Accounts in this organizational directory only”: one tenant. Nothing else works here.",
        "As redirect URI choose Web and enter the address below.",
        "Under Certificates & secrets make a client secret and copy its value (not its ID).",
        "Under Token configuration add the optional claim “email” to the ID token.",
        "Copy the tenant ID and the application (client) ID from the overview to here.",
    )
    trust = (
        "The token comes from your own tenant and names it. Microsoft does not say whether an address is verified; "
        "within a tenant only its administrators decide what stands there. "
        "Where the optional claim xms_edov says that the domain is not the tenant's own, it does not count."
    )

    unconfirmed = (
        (
            "Whether a guest's address in your tenant is always the one that the invitation went to. Where guests"
            " are many, add the optional claim xms_edov: an address that it calls unverified does not count."
        ),
    )

    @classmethod
    def issuer_of(cls, said: str) -> str:
        """That of the one tenant."""
        tenant = said.strip().lower()
        if not _TENANT.fullmatch(tenant) or tenant == _OF_EVERYBODY:
            raise ValueError(
                "This is not the ID of a tenant. “common”, “organizations” and the name of a domain do not work: "
                "it has to be clear whose word counts."
            )
        return f"https://login.microsoftonline.com/{tenant}/v2.0"

    @classmethod
    def speaks_as(cls, issuer: str) -> bool:
        """Whatever Microsoft issues, so that nothing of it falls under the rules for others."""
        return issuer.startswith("https://login.microsoftonline.com/")

    @classmethod
    def vouches(cls, claims: Claims) -> bool:
        """Only within one tenant, and only where nothing says the contrary."""
        tenant = _ISSUER.fullmatch(str(claims.get("iss", "")))
        said_no = (False, 0, "0", "false", "False")
        return (
            tenant is not None
            and tenant[1] != _OF_EVERYBODY
            and claims.get("tid") == tenant[1]
            and claims.get("email_verified") not in said_no
            and claims.get("xms_edov") not in said_no
        )
