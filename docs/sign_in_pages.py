"""Makes docs/doors/single-sign-on.md from the kinds of providers. See pages.py."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from markup import numbered

from ifnotyou.connectors.sign_in import all_kinds
from ifnotyou.connectors.sign_in.contract import Kind

FOLDER = Path(__file__).resolve().parent / "doors"
BACK = "https://YOUR-IFNOTYOU/sign-in/with/NAME/back/"

_BEGIN = """\
# Single sign-on

People come in with the account of the company that they have anyway, by OpenID Connect. Password, link by mail and
[passkey](passkeys.md) go on working beside it.

<!-- Made from connectors/sign_in/ by ./run docs: change it there, or in docs/sign_in_pages.py. -->

An admin adds it under *Settings, Doors, Single sign-on*. The page shows the steps, the redirect address to copy, and
tries what was typed before it keeps it: whether the issuer answers, is who it says, and shows its keys. Then try the
button in another browser before you sign out.

![Signing in: the providers and domains of the company](single-sign-on.png)

![The sign-in page with the company's own sign-in on top](sign-in.png)"""

_END = f"""\
## What is asked for, and what is kept

| scope | why |
| --- | --- |
| `openid` | who it is: the provider's own name for them (`sub`) |
| `email` | to find whom you invited, once |
| `profile` | the name of somebody who comes without an invitation |

Kept are `sub` and, of somebody new, address and name. No token is kept, nothing is read later, and nothing is asked
for in somebody's absence. The client's secret is encrypted with the keys of `SECRET_KEY`. The redirect address is
`{BACK}`; NAME stands on the page.

## Who gets in

1. **Known by `sub`**: whoever came before is who they were then, whatever address they have there now.
2. **Else by address, once**: an active user of the same company with this address, if the provider vouches for it
   (see below). Capitals do not count; anything but plain ASCII, and a dot at the end, does not get in. From then on
   it is `sub`. Does the address belong to *another* account there than before, nobody gets in: it may be somebody
   else by now. An admin unlinks the old one under *People*.
3. **Else by domain**: under *Settings, Doors, Single sign-on* you may name domains. Whoever has an address in exactly
   one of them becomes a member: they see their own cards and nothing else. `eu.example.com` is not `example.com`.
   Domains where anybody gets an address, such as gmail.com, are refused. Somebody who has left by the company's files
   is refused too.
4. **Nobody else.** They read whom to ask.

A provider belongs to one workspace and signs in that workspace's people only. Whoever was switched off stays out. A
**second factor** that somebody set up here is asked for all the same: your provider may have asked for one, but
does not have to, and it is the person here who decided that one lock is not enough.

## What is verified

State bound to the browser (once, ten minutes), PKCE (S256), a nonce; of the ID token the signature with the
provider's published keys (asymmetric ones only), `iss`, `aud`, `azp`, `exp`, `iat`, `nbf` and `nonce`. The userinfo
endpoint counts only if it speaks of the same `sub`. The provider's own description has to name exactly the issuer
that was entered. Everything goes the one guarded way out: the public internet only, within 20 seconds, unless you
named a network of your own (`REACHABLE_NETWORKS`).

## What it cannot do

- **Signing out here does not sign out there**, nor the other way round: back-channel logout is not built. Somebody
  who left loses access with the next import or sync that says so ([operations](../operations.md)), or under
  *People*, at once.
- **An admin who enters a provider decides whose word counts**: they could let themselves in as anybody of their
  company. Adding, changing and removing one stands in the audit.
- Nothing of this was tried with an account of Google, Microsoft or Okta: the tests sign a person in by a provider
  that others wrote (oidc-provider-mock), and by one that lies in every way we could think of."""


def pages() -> Mapping[str, str]:
    """The text of the page, by its file's name."""
    parts = [_BEGIN, *map(_part, all_kinds().values()), _END]
    return {"single-sign-on.md": "\n\n".join(parts) + "\n"}


def _part(kind: type[Kind]) -> str:
    title = "Any other (Keycloak, Authentik, Auth0, …)" if kind.is_any else kind.label
    asked = (
        f"\n\nTo be typed in here: {kind.asks} ({kind.asks_help.rstrip('.')}), client ID, client secret."
        if kind.asks
        else ""
    )
    words = f"## {title}\n\n{numbered(kind.steps)}{asked}\n\n**When its word for an address counts**: {kind.trust}"
    open_ends = "".join(f"\n- {one}" for one in kind.unconfirmed)
    return f"{words}\n\nWhat no document confirmed, or what to know:\n{open_ends}" if open_ends else words
