"""Consent by OAuth 2.0: asked for with PKCE, turned into tokens, renewed, and given back.

What the standard says (RFC 6749, 7009, 7636) is oauthlib's; the calls go by our one way out.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from oauthlib.common import add_params_to_uri, generate_token
from oauthlib.oauth2 import OAuth2Error, WebApplicationClient

from ifnotyou.connectors.base import ConnectorError, Trouble
from ifnotyou.connectors.http import Answer
from ifnotyou.connectors.mail.providers.contract import Provider

_VERIFIER = 96  # characters; RFC 7636 allows 43 to 128
_OFFLINE = "offline_access"
_AN_HOUR = 3600
_NO_SUCH_CLIENT = frozenset({"invalid_client", "unauthorized_client"})
_NO_CONSENT = "invalid_grant"


class ConsentLost(ConnectorError):  # noqa: N818 - it says what became of the consent
    """Consent was taken back, or has ended."""


class ClientRefused(ConnectorError):  # noqa: N818 - it says what became of the client
    """The provider does not know the company's client, or not by this secret."""


@dataclass(frozen=True)
class Asking:
    """Consent that is being asked for: where to send the person, and what has to be kept until they are back."""

    address: str = field(repr=False)
    state: str = field(repr=False)
    verifier: str = field(repr=False)


@dataclass(frozen=True)
class Grant:
    """What consent brought. `refresh_token` is "" where the one there is stays good."""

    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    seconds: int


def ask(provider: Provider, *, back: str, hint: str) -> Asking:
    """What is needed to ask somebody for consent; `hint` is the address that they probably choose."""
    standard = WebApplicationClient(provider.app.client_id)
    state, verifier = generate_token(43), standard.create_code_verifier(_VERIFIER)
    address = add_params_to_uri(
        provider.consent_address,
        [
            ("response_type", "code"),
            ("client_id", provider.app.client_id),
            ("redirect_uri", back),
            ("scope", " ".join(scope.name for scope in provider.scopes)),
            ("state", state),
            ("code_challenge", standard.create_code_challenge(verifier, "S256")),
            ("code_challenge_method", "S256"),
            ("login_hint", hint),
            *provider.extra.items(),
        ],
    )
    return Asking(address, state, verifier)


def granted(provider: Provider, code: str, *, verifier: str, back: str) -> Grant:
    """Turn the code that consent came back with into tokens; refuses consent to less than all that we need."""
    standard = WebApplicationClient(provider.app.client_id, code_verifier=verifier)
    body = standard.prepare_request_body(
        code=code, redirect_uri=back, code_verifier=verifier, client_secret=provider.app.client_secret
    )
    token = _token(provider, standard, body)
    grant = _grant(token)
    lacking = _lacking(provider, token)
    if lacking:
        raise ConnectorError(
            Trouble.NOT_ALLOWED,
            f"{provider.label} says that you did not allow everything. Without all of it no note can leave that way: "
            "connect it again and leave every box ticked.",
            permanent=True,
        )
    if not grant.refresh_token:
        raise ConnectorError(
            Trouble.NOT_ALLOWED,
            f"{provider.label} let us in for an hour only. Take the consent back there, and connect it again. "
            f"{provider.take_back}",
            permanent=True,
        )
    return grant


def renewed(provider: Provider, refresh_token: str) -> Grant:
    """Another access token; ConsentLost where there is none to be had any more."""
    standard = WebApplicationClient(provider.app.client_id, refresh_token=refresh_token)
    body = standard.prepare_refresh_body(
        refresh_token=refresh_token,
        client_id=provider.app.client_id,
        client_secret=provider.app.client_secret,
    )
    return _grant(_token(provider, standard, body))


def revoke(provider: Provider, token: str) -> bool:
    """Tell the provider that consent is taken back. False where it has no way to be told; raises ConnectorError."""
    if not provider.revocation_address:
        return False
    answer = _posted(provider, provider.revocation_address, urlencode({"token": token}))
    # A token that is void already is answered with 400: nothing is left to be taken back.
    if not answer.good and answer.status != HTTPStatus.BAD_REQUEST:
        raise _odd(provider, answer.status)
    return True


def knows_client(provider: Provider) -> None:
    """Find out whether the client and its secret are right, with a token that never was; raises ConnectorError."""
    try:
        renewed(provider, "made-up")
    except ClientRefused:
        raise
    except ConnectorError as error:
        # It let the client in, and found fault with the token: all is well.
        if not isinstance(error, (ConsentLost, _FoundFault)):
            raise


class _FoundFault(ConnectorError):  # noqa: N818 - it says what became of the call
    """The provider understood the call and did not want it, for another reason than those that matter."""


def _token(provider: Provider, standard: WebApplicationClient, body: str) -> dict[str, Any]:
    answer = _posted(provider, provider.token_address, body)
    if not answer.good and not HTTPStatus.BAD_REQUEST <= answer.status < HTTPStatus.INTERNAL_SERVER_ERROR:
        raise _odd(provider, answer.status)
    try:
        if not isinstance(json.loads(answer.body), dict):
            raise _odd(provider, answer.status)
        token: dict[str, Any] = standard.parse_request_body_response(answer.body.decode())
    except OAuth2Error as error:
        raise _judged(provider, error.error) from None  # the description may repeat what it was given
    except (ValueError, TypeError):
        raise _odd(provider, answer.status) from None
    if not answer.good:
        raise _odd(provider, answer.status)
    return token


def _posted(provider: Provider, address: str, body: str) -> Answer:
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
    return provider.client.send("POST", address, headers=headers, body=body.encode())


def _grant(token: dict[str, Any]) -> Grant:
    seconds = token.get("expires_in")
    return Grant(
        str(token["access_token"]),
        str(token.get("refresh_token") or ""),
        seconds if isinstance(seconds, int) and seconds > 0 else _AN_HOUR,
    )


def _lacking(provider: Provider, token: dict[str, Any]) -> set[str]:
    """Scopes that were not granted. Providers may name them with or without their address; none named: all granted."""
    told = token.get("scope")
    if not told:
        return set()
    words = told.split() if isinstance(told, str) else told
    wanted = {_short(scope.name) for scope in provider.scopes} - {_OFFLINE}
    return wanted - {_short(str(word)) for word in words}


def _short(scope: str) -> str:
    return scope.rpartition("/")[2].casefold()


def _judged(provider: Provider, code: str | None) -> ConnectorError:
    if code == _NO_CONSENT:
        text = (
            f"{provider.label} does not let us in any more: the consent was taken back there, or it has ended. "
            "Connect your mailbox again in your settings."
        )
        return ConsentLost(Trouble.SIGN_IN_REFUSED, text, permanent=True)
    if code in _NO_SUCH_CLIENT:
        text = (
            f"{provider.label} does not know the company’s client, or its secret has ended. An admin makes a new "
            "secret there and enters it under Doors."
        )
        return ClientRefused(Trouble.NOT_ALLOWED, text, permanent=True)
    text = f"{provider.label} did not take the call for a token. Try again; if it stays, an admin looks at the steps."
    return _FoundFault(Trouble.NOT_UNDERSTOOD, text, permanent=False)


def _odd(provider: Provider, status: int) -> ConnectorError:
    text = f"{provider.label} did not answer as it should (answer {status}). Try again in some minutes."
    return ConnectorError(Trouble.UNREACHABLE, text, permanent=False)
