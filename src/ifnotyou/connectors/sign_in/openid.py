"""OpenID Connect, as far as letting somebody in needs it: finding the provider, and proving what it says.

Authorization code, PKCE, a nonce. Every exchange goes by the guarded way out (connectors/http.py). The signature of an
ID token is always verified, also where it came straight from the provider. What is wrong is a ConnectorError whose text
holds nothing of a token.
"""

from __future__ import annotations

import hmac
from base64 import b64encode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, quote_plus, urlencode, urlsplit, urlunsplit

import jwt

from ifnotyou.connectors.base import ConnectorError, Trouble
from ifnotyou.connectors.http import HttpClient, checked_address
from ifnotyou.connectors.reading import plain, read_json
from ifnotyou.connectors.sign_in import kind_of
from ifnotyou.connectors.sign_in.contract import Claims

SCOPES = ("openid", "email", "profile")
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
"""Signatures by a key that only the provider has. Never "none", and never one made with our own secret."""

LONGEST_SUB = 191
"""Characters of what a provider calls somebody, as many as are kept (the standard allows 255)."""
MOST_OCTETS = 1_000_000
TOGETHER = 20.0
"""Seconds that everything may take while somebody waits."""
_LEEWAY = 60
_WELL_KNOWN = "/.well-known/openid-configuration"
_PARTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")


@dataclass(frozen=True)
class Provider:
    """Where a provider is asked for what, as it says itself."""

    issuer: str
    authorize_url: str
    token_url: str
    keys_url: str
    userinfo_url: str
    secret_in_header: bool
    """How the client proves itself: with Basic, or in the form."""


@dataclass(frozen=True)
class Client:
    """What we are to a provider, and where it sends people back to."""

    id: str
    secret: str
    back: str


@dataclass(frozen=True)
class Vouched:
    """What a provider says of somebody: its own name for them, and an address only if it vouches for it."""

    sub: str
    address: str
    name: str


def a_client(networks: tuple[str, ...]) -> HttpClient:
    """The way out for one sign-in."""
    return HttpClient(timeout=8, deadline=TOGETHER, most_octets=MOST_OCTETS, networks=networks).within(
        TOGETHER
    )


def discover(issuer: str, http: HttpClient) -> Provider:
    """Ask an issuer where everything is. It has to say that it is who was asked for."""
    said = _json(http, f"{issuer.rstrip('/')}{_WELL_KNOWN}", "does not speak OpenID Connect at that address")
    told = said.get("issuer")
    if not isinstance(told, str) or told.rstrip("/") != issuer.rstrip("/"):
        raise _wrong(
            issuer, "says that its issuer is another one. Enter the issuer exactly as it stands there"
        )
    authorize, tokens, keys = (said.get(part) for part in _PARTS)
    userinfo = said.get("userinfo_endpoint") or ""
    places = (authorize, tokens, keys, userinfo)
    if not all(isinstance(place, str) for place in places) or not all(places[:3]):
        raise _wrong(issuer, "does not say where to sign in")
    for place in filter(None, places):
        checked_address(str(place))
    signs = said.get("id_token_signing_alg_values_supported")
    if isinstance(signs, list) and not set(ALGORITHMS).intersection(map(str, signs)):
        raise _wrong(issuer, "signs in none of the ways that we can verify")
    ways = said.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
    return Provider(
        told,
        str(authorize),
        str(tokens),
        str(keys),
        str(userinfo),
        secret_in_header="client_secret_post" not in ways,
    )


def check_keys(provider: Provider, http: HttpClient) -> None:
    """Whether its keys can be had: without them nobody gets in."""
    if not _json(http, provider.keys_url, "does not show its keys").get("keys"):
        raise _wrong(provider.issuer, "has no keys to verify its signatures with")


def leading_to(provider: Provider, client: Client, extra: Mapping[str, str]) -> str:
    """The address at the provider where somebody signs in and is sent back from."""
    parts = urlsplit(provider.authorize_url)
    asked = {
        **dict(parse_qsl(parts.query)),
        "client_id": client.id,
        "redirect_uri": client.back,
        "response_type": "code",
        "scope": " ".join(SCOPES),
        **extra,
    }
    return urlunsplit(parts._replace(query=urlencode(asked)))


def who(
    provider: Provider, client: Client, *, code: str, verifier: str, nonce: str, http: HttpClient
) -> Vouched:
    """Redeem the code that somebody brought back, and prove what the provider says of them."""
    tokens = _redeemed(provider, client, code, verifier, http)
    id_token = tokens.get("id_token")
    if not isinstance(id_token, str):
        raise _wrong(provider.issuer, "sent no ID token. Let it hand out the scope openid")
    claims = proven(id_token, provider, client.id, nonce, http)
    unsaid = "email" not in claims or (
        kind_of(provider.issuer).says_verified and "email_verified" not in claims
    )
    if unsaid and provider.userinfo_url and isinstance(tokens.get("access_token"), str):
        claims |= _userinfo(provider, tokens["access_token"], claims["sub"], http)
    name = claims.get("name")
    return Vouched(
        claims["sub"], vouched_address(claims), plain(name).strip() if isinstance(name, str) else ""
    )


def proven(id_token: str, provider: Provider, client_id: str, nonce: str, http: HttpClient) -> dict[str, Any]:
    """What an ID token says, after everything the standard wants verified (OpenID Connect Core, 3.1.3.7)."""
    try:
        header = jwt.get_unverified_header(id_token)
        algorithm = header.get("alg")
        if algorithm not in ALGORITHMS:
            raise _unproven(provider)
        for key in _keys(provider, algorithm, header.get("kid"), http):
            try:
                claims: dict[str, Any] = jwt.decode(
                    id_token,
                    key=key,
                    algorithms=[algorithm],
                    audience=client_id,
                    issuer=provider.issuer,
                    leeway=_LEEWAY,
                    options={"require": ["iss", "sub", "aud", "exp", "iat"]},
                )
            except jwt.InvalidSignatureError:
                continue
            return _checked(claims, provider, client_id, nonce)
    except (jwt.PyJWTError, ValueError, TypeError):
        raise _unproven(provider) from None
    raise _unproven(provider)


def vouched_address(claims: Claims) -> str:
    """The address in small letters, if the provider vouches for it; "" where it does not.

    Only plain ASCII: what looks like an address of the company and is none, in other scripts, is none.
    """
    address = claims.get("email")
    if not isinstance(address, str) or not kind_of(str(claims.get("iss", ""))).vouches(claims):
        return ""
    local, at, domain = address.partition("@")
    plain = address.isascii() and address.isprintable() and " " not in address
    if not (plain and local and at and domain) or "@" in domain or domain.endswith(".") or ".." in domain:
        return ""
    return address.lower()


def _redeemed(
    provider: Provider, client: Client, code: str, verifier: str, http: HttpClient
) -> dict[str, Any]:
    """The tokens for a code. Asked once: a code is good for once."""
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": client.back}
    if verifier:
        form["code_verifier"] = verifier
    headers = {"Accept": "application/json", "Content-Type": "application/x-www-form-urlencoded"}
    if provider.secret_in_header:
        # RFC 6749, 2.3.1: both are encoded as in a form before they go into the header.
        pair = f"{quote_plus(client.id)}:{quote_plus(client.secret)}"
        headers["Authorization"] = f"Basic {b64encode(pair.encode()).decode('ascii')}"
    else:
        form |= {"client_id": client.id, "client_secret": client.secret}
    answer = http.send("POST", provider.token_url, headers=headers, body=urlencode(form).encode())
    said = _object(answer.body)
    if not answer.good and said.get("error") == "invalid_client":
        raise _wrong(
            provider.issuer, "does not accept our client ID and secret. An admin has to enter them anew"
        )
    if not answer.good:
        raise _wrong(provider.issuer, "did not say who you are. Begin once more")
    return said


def _userinfo(provider: Provider, token: str, sub: str, http: HttpClient) -> dict[str, Any]:
    """What is told besides; it has to be about the same person (OpenID Connect Core, 5.3.2)."""
    answer = http.get(
        provider.userinfo_url, headers={"Authorization": f"Bearer {token}", "Accept": "application/json"}
    )
    said = _object(answer.body) if answer.good else {}
    if said.get("sub") != sub:
        raise _unproven(provider)
    # The address and whether it is verified come from the same place, or neither does.
    return {name: said.get(name) for name in ("email", "email_verified", "name")}


def _checked(claims: dict[str, Any], provider: Provider, client_id: str, nonce: str) -> dict[str, Any]:
    """What the library leaves to us: the nonce, for whom a token of several audiences is, and a usable name."""
    party = claims.get("azp")
    several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
    sub = claims["sub"]
    if (
        not hmac.compare_digest(str(claims.get("nonce", "")).encode(), nonce.encode())
        or not nonce
        or (party is not None and party != client_id)
        or (several and party is None)
        or not (isinstance(sub, str) and 0 < len(sub) <= LONGEST_SUB and sub.isprintable())
    ):
        raise _unproven(provider)
    return claims


def _keys(provider: Provider, algorithm: str, kid: object, http: HttpClient) -> Iterator[jwt.PyJWK]:
    """The provider's public keys that may have signed."""
    said = _json(http, provider.keys_url, "does not show its keys").get("keys")
    for one in said if isinstance(said, list) else []:
        fits = isinstance(one, dict) and one.get("kty") != "oct" and one.get("use", "sig") == "sig"
        if not fits or (kid is not None and one.get("kid") != kid) or one.get("alg", algorithm) != algorithm:
            continue
        try:
            yield jwt.PyJWK(one, algorithm=algorithm)
        except jwt.PyJWTError:  # of another family, or torn: not the one
            continue


def _json(http: HttpClient, url: str, otherwise: str) -> dict[str, Any]:
    answer = http.get(url, headers={"Accept": "application/json"})
    said = _object(answer.body) if answer.good else {}
    if not said:
        raise _wrong(url, otherwise)
    return said


def _object(body: bytes) -> dict[str, Any]:
    try:
        said = read_json(body)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


def _wrong(url: str, words: str) -> ConnectorError:
    return ConnectorError(Trouble.NOT_UNDERSTOOD, f"{urlsplit(url).hostname} {words}.", permanent=True)


def _unproven(provider: Provider) -> ConnectorError:
    """One sentence for all of it: whoever forges learns nothing from it."""
    return ConnectorError(
        Trouble.NOT_TRUSTED,
        f"What {urlsplit(provider.issuer).hostname} said of you could not be verified. Begin once more; if it happens "
        "again, tell an admin.",
        permanent=True,
    )
