"""Google Workspace."""

from __future__ import annotations

from ifnotyou.connectors.sign_in.contract import Claims, Kind

ISSUER = "https://accounts.google.com"


class Provider(Kind):
    """Everybody with a Google account comes by the same issuer: which company they are of, `hd` says."""

    slug = "google"
    label = "Google"
    steps = (
        "In the Google Cloud console choose your company's project, or make one.",
        "Under Google Auth Platform, Audience, choose Internal: then only people of your company can use it.",
        "Under Clients create an OAuth client of the type Web application.",
        "Add the address below under Authorized redirect URIs.",
        "Copy the client ID and the client secret to here.",
    )
    trust = (
        "Google says that the address is verified, and either names the company whose Workspace the account belongs to "
        "or the address is one of gmail.com. For any other Google account the owner of the address may have "
        "changed since Google looked."
    )

    unconfirmed = (
        (
            "Whether an address of an alias domain comes as it is or with the main domain. Both work: hd has to "
            "be there, not to be equal."
        ),
    )

    @classmethod
    def issuer_of(cls, said: str) -> str:  # noqa: ARG003 - the same for everybody
        """Always the same."""
        return ISSUER

    @classmethod
    def speaks_as(cls, issuer: str) -> bool:
        """Only the one."""
        return issuer.rstrip("/") == ISSUER

    @classmethod
    def vouches(cls, claims: Claims) -> bool:
        """Google is the authority on an address in two cases only (Google Identity, "Validate an ID token")."""
        in_a_workspace = isinstance(claims.get("hd"), str) and bool(claims["hd"])
        of_google = str(claims.get("email", "")).lower().endswith("@gmail.com")
        return super().vouches(claims) and (in_a_workspace or of_google)
