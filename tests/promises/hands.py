"""A process whose children send asks, so that each can be killed: python -m tests.promises.hands.

Told on standard input: "send ASK USER TIMES" (answered with the child's number), then
"end" (waits for the child; answered with how it ended and what came of each attempt).
"""

import json
import sys
from functools import partial

import django

django.setup()

from django.db import connections  # noqa: E402
from django_scopes import scope, scopes_disabled  # noqa: E402

from ifnotyou.models import Ask, User  # noqa: E402
from ifnotyou.playbook.errors import Refusal  # noqa: E402
from ifnotyou.services import asks, mailboxes, sending  # noqa: E402
from ifnotyou.services.declines import plan_of  # noqa: E402
from tests.company import NOW, WORDS  # noqa: E402
from tests.promises.killable import ended, in_a_child  # noqa: E402

# A test may hold a mail back while it starts another process: nobody is to lose patience over that.
mailboxes.TIMEOUT = mailboxes.DEADLINE = 300
mailboxes.SmtpMailbox = partial(mailboxes.SmtpMailbox, deadline=300)


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


def warm_up(ask_id, user_id):
    """Read what a sender reads, so that imports and patterns are not made by every child anew."""
    with scopes_disabled():
        user = User.objects.select_related("workspace").get(pk=user_id)
    with scope(workspace=user.workspace_id):
        ask = Ask.objects.get(pk=ask_id)
        asks.findings(ask, WORDS)
        plan_of(ask.decline, user.workspace, NOW.date())
    connections.close_all()  # a child must not share one


def attempts(ask_id, user_id, times):
    """So many, one right after the other."""
    return lambda say: say(json.dumps([send(ask_id, user_id) for _ in range(times)]))


def main():
    warm = False
    for line in sys.stdin:
        match line.split():
            case ["send", *numbers]:
                if not warm:
                    warm_up(*map(int, numbers[:2]))
                    warm = True
                child = in_a_child(attempts(*map(int, numbers)))
                answer = child[0]
            case ["end"]:
                code, said = ended(*child)
                answer = {"code": code, "said": json.loads(said) if said else None}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
