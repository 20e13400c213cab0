"""Any other provider that speaks OpenID Connect, such as Keycloak, Authentik, Auth0, OneLogin or JumpCloud."""

from __future__ import annotations

from ifnotyou.connectors.sign_in.contract import Kind


class Provider(Kind):
    """Found by its issuer, held to the standard and to nothing else."""

    slug = "other"
    label = "Another"
    is_any = True
    asks = "Issuer"
    asks_help = (
        "The address before /.well-known/openid-configuration, such as https://id.example.com/realms/staff."
    )
    steps = (
        "Create a client (or application) for OpenID Connect that is confidential, a web application.",
        "Allow the authorization code flow, with PKCE (S256) if that is asked.",
        "Enter the address below as the redirect URI.",
        "Let it hand out the scopes openid, email and profile.",
        "Copy the issuer, the client ID and the client secret to here.",
    )
    trust = (
        "It says that the address is verified (email_verified is true). Without that nobody is recognized."
    )

    @classmethod
    def issuer_of(cls, said: str) -> str:
        """What was typed, without what belongs behind it."""
        issuer = said.strip().partition("/.well-known/")[0]
        if not issuer.startswith(("https://", "http://")) or any(one in issuer for one in "?# "):
            raise ValueError("An issuer is an address that begins with https:// and has no ? or # in it.")
        return issuer

    @classmethod
    def speaks_as(cls, issuer: str) -> bool:  # noqa: ARG003 - whoever is none of the others
        """Whoever is none of the others."""
        return True
