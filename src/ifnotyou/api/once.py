"""A call with an Idempotency-Key is done once; the same again is answered the same.

After the draft of the IETF (draft-ietf-httpapi-idempotency-key-header). The key is written down before anything is
done. What became of it decides what the same call hears later:

- It was done, or refused by a rule: the very same answer, for a day.
- It could not be read, or another system certainly did nothing: nothing is kept, and it may be tried again.
- Nobody knows, for we were cut off: for a while that it is still running. Then an operation by which a person outside
  hears something is never done again by a program: somebody has to look first. Any other one may run again.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from http import HTTPStatus

from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse

from ifnotyou.api.access import Rule
from ifnotyou.api.auth import Call
from ifnotyou.api.errors import Problem
from ifnotyou.connectors.base import Trouble
from ifnotyou.models import ApiAnswer

GIVEN_UP_AFTER = timedelta(minutes=5)
"""Nothing that we do while somebody waits takes as long: it was cut off."""

_NOTHING_DONE = frozenset(
    {
        HTTPStatus.BAD_REQUEST,
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
        HTTPStatus.UNPROCESSABLE_ENTITY,
    }
)

_A_KEY = re.compile(r"[!-~]{1,255}")


def once(call: Call, rule: Rule, request: HttpRequest, run: Callable[[], HttpResponse]) -> HttpResponse:
    """Run it, unless the same was called before."""
    told = request.headers.get("Idempotency-Key")
    if request.method != "POST" or told is None:
        return run()
    row, is_ours = _written_down(call, _key_of(told), _fingerprint(call, request))
    if not is_ours and row.status is None:
        _take_over(row, rule, call)
    elif not is_ours:
        return _again(row)
    try:
        response = run()
    except Exception:
        if not rule.sends:  # a bug of ours, and nobody heard of it: it may be tried again at once
            row.delete()
        raise
    if _is_final(response):
        _keep(row, response, call)
    else:
        row.delete()
    return response


def _key_of(told: str) -> str:
    """As it came, or between quotation marks, as the draft writes it."""
    key = told.strip()
    if len(key) > 1 and key.startswith('"') and key.endswith('"'):
        key = key[1:-1]
    if not _A_KEY.fullmatch(key):
        raise Problem(
            400, "bad_key", "An Idempotency-Key has 1 to 255 letters, digits and signs, without spaces."
        )
    return key


def _fingerprint(call: Call, request: HttpRequest) -> str:
    """What was asked for, as a keyed hash: of what was sent, nothing is kept."""
    digest = hmac.new(call.workspace.hash_key.encode(), digestmod=hashlib.sha256)
    for part in _parts(call, request):
        digest.update(len(part).to_bytes(8, "big"))
        digest.update(part)
    return digest.hexdigest()


def _parts(call: Call, request: HttpRequest) -> Iterator[bytes]:
    yield call.operation.encode()
    yield call.path.encode()
    yield call.query.encode()
    if request.content_type != "multipart/form-data":
        yield request.body
        return
    # Not the body itself: what stands between its parts is another each time.
    for name, values in sorted(request.POST.lists()):
        yield json.dumps([name, values]).encode()
    for name in sorted(request.FILES):
        for file in request.FILES.getlist(name):
            yield json.dumps([name, file.name]).encode()
            yield from file.chunks()
            file.seek(0)


def _written_down(call: Call, key: str, fingerprint: str) -> tuple[ApiAnswer, bool]:
    """The row of this key, and whether it was made just now, by us."""
    try:
        with transaction.atomic():
            row = ApiAnswer.objects.create(
                workspace=call.workspace, token=call.token, key=key, fingerprint=fingerprint, at=call.now
            )
    except IntegrityError:
        there = ApiAnswer.objects.filter(token=call.token, key=key).first()
        if there is None:  # the other call has ended this very moment, and did nothing
            raise _still_running() from None
        if not hmac.compare_digest(there.fingerprint, fingerprint):
            raise Problem(
                422, "key_used", "This Idempotency-Key was used for another call. Take a new one."
            ) from None
        return there, False
    return row, True


def _take_over(row: ApiAnswer, rule: Rule, call: Call) -> None:
    """Go on with what was cut off, if it may be: one of those who try at once."""
    if call.now - row.at < GIVEN_UP_AFTER:
        raise _still_running()
    if rule.sends:
        raise Problem(
            409,
            "unclear",
            "We were cut off while this was under way, and nobody knows whether it left. It is not tried again: look "
            "at how things stand first, and into the Sent folder.",
        )
    if not ApiAnswer.objects.filter(pk=row.pk, status=None, at=row.at).update(at=call.now):
        raise _still_running()


def _still_running() -> Problem:
    return Problem(
        409,
        "still_running",
        "The same call is still being worked on. Ask again in a while.",
        headers={"Retry-After": "5"},
    )


def _again(row: ApiAnswer) -> HttpResponse:
    """The very same answer; where somebody was erased since, that it was done (services/erasure.py)."""
    if not row.body and row.status != HTTPStatus.NO_CONTENT:
        raise Problem(
            409,
            "answer_gone",
            "This call was answered before, and is not done twice. What it was answered is gone, because somebody "
            "was erased since: look at how things stand.",
        )
    return HttpResponse(row.body, status=row.status, headers={**row.headers, "Idempotency-Replayed": "true"})


def _is_final(response: HttpResponse) -> bool:
    """Whether something was done, or a rule said no; and what nobody knows is never to be tried again."""
    if response.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return bool(json.loads(response.content).get("code") == Trouble.UNCERTAIN)
    return response.status_code not in _NOTHING_DONE


def _keep(row: ApiAnswer, response: HttpResponse, call: Call) -> None:
    headers = {**call.headers, **response.headers}
    row.status = response.status_code
    row.headers = {name: value for name, value in headers.items() if not name.startswith("RateLimit")}
    row.body = response.content.decode()
    row.save(update_fields=["status", "headers", "body"])
