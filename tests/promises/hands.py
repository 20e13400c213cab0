"""A process whose children send asks, one child for each attempt, so that each can be killed: python -m tests.promises.hands.

Told on standard input: "send ASK USER" (answered with the child's number), then
"end" (waits for the child; answered with how it ended and what it said).
"""

import json
import os
import sys

import django

django.setup()

from django.db import connections  # noqa: E402
from django_scopes import scope, scopes_disabled  # noqa: E402

from ifnotyou.models import Ask, User  # noqa: E402
from ifnotyou.playbook.errors import Refusal  # noqa: E402
from ifnotyou.services import sending  # noqa: E402
from tests.company import NOW, WORDS  # noqa: E402


def send(ask_id, user_id):
    """One attempt as a colleague makes it; what came of it."""
    with scopes_disabled():
        user = User.objects.select_related("workspace").get(pk=user_id)
    with scope(workspace=user.workspace_id):
        try:
            ask = sending.send(Ask.objects.get(pk=ask_id), WORDS, by=user, now=NOW)
        except Refusal as refusal:
            return {"refused": refusal.code, "text": str(refusal)}
        return {"state": str(ask.state), "trouble": ask.trouble}


def begin(ask_id, user_id):
    """Start an attempt in a child; its number, and where it will say what came of it."""
    reading, writing = os.pipe()
    child = os.fork()
    if child:
        os.close(writing)
        return child, reading
    code = 1
    try:
        os.write(writing, json.dumps(send(ask_id, user_id)).encode())
        code = 0
    finally:
        sys.stderr.flush()
        os._exit(code)


def end(child, reading):
    """Wait for the attempt; None for `said` where it was killed."""
    with os.fdopen(reading) as pipe:
        said = pipe.read()
    _, status = os.waitpid(child, 0)
    return {"code": os.waitstatus_to_exitcode(status), "said": json.loads(said) if said else None}


def main():
    connections.close_all()  # a child must not share one
    attempt = None
    for line in sys.stdin:
        match line.split():
            case ["send", ask_id, user_id]:
                attempt = begin(int(ask_id), int(user_id))
                answer = attempt[0]
            case ["end"]:
                answer = end(*attempt)
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
