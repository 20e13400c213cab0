"""A provider of OpenID Connect on loopback, written by hand so that it can lie in every way.

What a well-behaved one does is told by a real one (the fixture `real_provider` of test_single_sign_on.py).
"""

import base64
import hashlib
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
ANOTHER_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


def public(key, kid):
    jwk = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key()))
    return {**jwk, "kid": kid, "use": "sig", "alg": "RS256"}


class Provider:
    """What it says can be set: `claims` over the usual ones, `sign` instead of signing, `said` over its discovery."""

    def __init__(self):
        self.claims, self.said, self.userinfo = {}, {}, {}
        self.token_status, self.token_body = 200, None
        self.keys = [public(KEY, "one")]
        self.sign = lambda claims: jwt.encode(claims, KEY, algorithm="RS256", headers={"kid": "one"})
        self.asked, self.codes, self.redeemed = [], {}, []
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.issuer = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(
            target=self.server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True
        ).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()

    def consent(self, url):
        """Somebody signs in there: the address back to us."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        self.asked.append(asked)
        code = f"code-{len(self.asked)}"
        self.codes[code] = asked
        return f"{urlsplit(asked['redirect_uri']).path}?code={code}&state={asked['state']}"

    def tokens(self, form):
        asked = self.codes.pop(form.get("code"), None)
        self.redeemed.append(form)
        if asked is None:
            return 400, {"error": "invalid_grant"}
        proof = base64.urlsafe_b64encode(hashlib.sha256(form.get("code_verifier", "").encode()).digest())
        if proof.rstrip(b"=").decode() != asked.get("code_challenge"):
            return 400, {"error": "invalid_grant"}
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "aud": asked["client_id"],
            "sub": "sub-1",
            "iat": now,
            "exp": now + 300,
            "nonce": asked["nonce"],
            "email": "member@example.com",
            "email_verified": True,
            "name": "Mem Ber",
        }
        claims = {name: value for name, value in (claims | self.claims).items() if value is not None}
        body = {"access_token": "at", "token_type": "Bearer", "id_token": self.sign(claims)}
        return self.token_status, body if self.token_body is None else self.token_body

    def _handler(provider):  # noqa: N805 - the handler has a self of its own
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                match urlsplit(self.path).path:
                    case "/.well-known/openid-configuration":
                        at = provider.issuer
                        said = {
                            "issuer": at,
                            "authorization_endpoint": f"{at}/authorize",
                            "token_endpoint": f"{at}/token",
                            "jwks_uri": f"{at}/keys",
                            "userinfo_endpoint": f"{at}/userinfo",
                            "token_endpoint_auth_methods_supported": ["client_secret_post"],
                        }
                        self.say(200, said | provider.said)
                    case "/keys":
                        self.say(200, {"keys": provider.keys})
                    case "/userinfo":
                        self.say(200, provider.userinfo)
                    case _:
                        self.say(404, {})

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                form = {name: values[0] for name, values in parse_qs(body).items()}
                form["authorization"] = self.headers.get("Authorization", "")
                self.say(*provider.tokens(form))

            def say(self, status, body):
                written = body if isinstance(body, bytes) else json.dumps(body).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(written)))
                self.end_headers()
                self.wfile.write(written)

            def log_message(self, *_):
                pass

        return Handler
