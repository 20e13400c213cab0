"""A process whose children send a host's letter, so that each can be killed: python -m tests.promises.letter_hands.

Told on standard input: "send VIP KIND" (answered with the child's number), then "end" (waits for the child; answered
with how it ended and what came of the attempt).
"""

import json
import sys
from functools import partial

import django

django.setup()

from django.db import connections  # noqa: E402
from django_scopes import scope, scopes_disabled  # noqa: E402

from ifnotyou.models import Vip  # noqa: E402
from ifnotyou.playbook.errors import Refusal  # noqa: E402
from ifnotyou.playbook.hosting import LetterKind  # noqa: E402
from ifnotyou.services import mailboxes, vip_letters  # noqa: E402
from tests.company import NOW  # noqa: E402
from tests.promises.killable import ended, in_a_child  # noqa: E402

# A test may hold a mail back while it starts another process: nobody is to lose patience over that.
mailboxes.TIMEOUT = mailboxes.DEADLINE = 300
mailboxes.SmtpMailbox = partial(mailboxes.SmtpMailbox, deadline=300)


def send(vip_id, kind):
    """One attempt as the host makes it; what came of it."""
    with scopes_disabled():
        vip = Vip.objects.select_related("host__workspace").get(pk=vip_id)
    with scope(workspace=vip.workspace_id):
        try:
            letter = vip_letters.send(vip, LetterKind(kind), by=vip.host, now=NOW)
        except Refusal as refusal:
            return {"refused": refusal.code}
        return {"state": str(letter.state), "trouble": letter.trouble}


def warm_up(vip_id, kind):
    """Make the phrases ready, so that every child need not."""
    with scopes_disabled():
        vip = Vip.objects.select_related("workspace").get(pk=vip_id)
    with scope(workspace=vip.workspace_id):
        vip_letters.remarks_on(
            vip, LetterKind(kind), vip_letters.Words("", "It is fine to ignore this.", "en")
        )
    connections.close_all()  # a child must not share one


def main():
    warm = False
    for line in sys.stdin:
        match line.split():
            case ["send", vip_id, kind]:
                if not warm:
                    warm_up(int(vip_id), kind)
                    warm = True
                child = in_a_child(lambda say, vip=vip_id, of=kind: say(json.dumps(send(int(vip), of))))
                answer = child[0]
            case ["end"]:
                code, said = ended(*child)
                answer = {"code": code, "said": json.loads(said) if said else None}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
