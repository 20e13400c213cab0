"""The pages for people who have no account: the candidate's own, the anonymous ones, the VIP's own, "forget me".

The door comes before everything else: who asks, from where and with what is taken off the request, so that nothing
behind it (a view, a log, an error report) can keep what it never had. What a page needs beyond that comes with it:
its style is inside, it has no script, asks nothing of anybody else and leaves nothing in the browser.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

from csp.constants import NONE, SELF
from csp.decorators import csp
from django.conf import settings
from django.core.exceptions import BadRequest, SuspiciousOperation
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.http.multipartparser import MultiPartParserError
from django.shortcuts import render, resolve_url
from django.utils import translation
from django.utils.safestring import mark_safe
from django.utils.translation import get_supported_language_variant
from django.utils.translation.trans_real import parse_accept_lang_header
from django.views.decorators.csrf import csrf_exempt

from ifnotyou.counting import mark_of

OUTSIDE = ("/r/", "/d/", "/receipt", "/v/", "/forget/")
"""How the addresses of these pages begin."""

_KEPT = frozenset({"HTTP_HOST", "HTTP_ACCEPT", "HTTP_ACCEPT_LANGUAGE", "HTTP_X_FORWARDED_PROTO"})
"""Of the headers, what a page needs: its own address and the reader's language."""

MOST_BYTES = 20_000
"""Of a form: more than all its fields can hold, and too little to do harm with."""

_STYLE = (Path(__file__).parent / "outside.css").read_text(encoding="utf-8")
_STYLE_HASH = "'sha256-" + base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode() + "'"


class ForgetWhoAsks:
    """Takes address, browser, cookies and where somebody came from off the request, before anything can see them."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        """Keep the next middleware."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Let the request through without them."""
        if request.path_info.startswith(OUTSIDE):
            request.sender_mark = mark_of(request)  # type: ignore[attr-defined]
            for name in [
                name for name in request.META if name.startswith(("HTTP_", "REMOTE_")) and name not in _KEPT
            ]:
                del request.META[name]
            request.META["REMOTE_ADDR"] = ""
        return self.get_response(request)


def sender_mark(request: HttpRequest) -> bytes:
    """What stands for whoever asks, to count how often (counting.mark_of)."""
    mark: bytes = request.sender_mark  # type: ignore[attr-defined]  # the middleware's
    return mark


def outside(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponseBase]:
    """A view for people without an account: in their language, without cookies, and nothing kept by anybody.

    Without the token against forged forms: there is no cookie, so nobody's power could be borrowed.
    """

    @csrf_exempt
    @csp(
        {
            "default-src": [NONE],
            "style-src": [_STYLE_HASH],
            "img-src": ["data:"],
            "form-action": [SELF],
            "base-uri": [NONE],
            "frame-ancestors": [NONE],
        }
    )
    @wraps(view)
    def shown(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        # What breaks is logged with the path, and a link that opens something does not belong into a log.
        request.path = request.path_info = _without_token(request.path_info)
        with translation.override(language_of(request)):
            response = view(request, *args, **kwargs) if _is_a_form(request) else _too_large(request)
            response.headers["Content-Language"] = translation.get_language() or "en"
        response.headers["Vary"] = "Accept-Language"
        response.headers["Cache-Control"] = "no-store"
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return shown


def _without_token(path: str) -> str:
    """The path as far as it is the same for everybody."""
    return next((start for start in OUTSIDE if path.startswith(start)), path)


def _is_a_form(request: HttpRequest) -> bool:
    """Whether what comes in is no more than a form of ours holds, told before any of it is read, and can be read."""
    length = str(request.META.get("CONTENT_LENGTH") or "0")
    if not length.isdecimal() or int(length) > MOST_BYTES:
        return False
    try:
        return request.method != "POST" or request.POST is not None
    except (SuspiciousOperation, BadRequest, MultiPartParserError):
        return False  # a thousand fields, say, or a torn upload


def _too_large(request: HttpRequest) -> HttpResponse:
    return show(request, "outside/too_large.html", {}, status=413)


def show(request: HttpRequest, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    """One of these pages, its style inside."""
    return render(request, template, {**context, "style": mark_safe(_STYLE)}, status=status)  # noqa: S308 - our own file


class SeeOther(HttpResponseRedirect):
    """After a button was pressed: look at the page afresh, so that loading it again presses nothing."""

    status_code = 303


def see(route: str, *args: str) -> SeeOther:
    """To the page of this route."""
    return SeeOther(resolve_url(route, *args))


def language_of(request: HttpRequest) -> str:
    """The first language of the browser that we have; English where we have none."""
    for wanted, _ in parse_accept_lang_header(request.headers.get("Accept-Language", "")):
        if wanted == "*":
            break
        try:
            return get_supported_language_variant(wanted)
        except LookupError:
            continue
    return settings.LANGUAGE_CODE
