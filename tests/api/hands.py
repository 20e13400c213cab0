"""A process whose children call the interface, so that each can be killed: python -m tests.api.hands.

Told on standard input: "call TOKEN KEY PATH BODY" (the body as JSON in hexadecimal; answered with the child's number),
then "end" (waits for the child; answered with how it ended and the status it was told, if it lived to hear it).
"""

import json
import sys

import django

django.setup()

from django.db import connections  # noqa: E402
from django.test import Client  # noqa: E402

from tests.promises.killable import ended, in_a_child  # noqa: E402


def called(secret, key, path, body):
    headers = {"Authorization": f"Bearer {secret}", "Idempotency-Key": key}

    def work(say):
        answer = Client().post(
            f"/api/v1{path}", bytes.fromhex(body), content_type="application/json", headers=headers
        )
        say(str(answer.status_code))

    return work


def main():
    for line in sys.stdin:
        match line.split():
            case ["call", secret, key, path, body]:
                connections.close_all()  # a child must not share one
                child = in_a_child(called(secret, key, path, body))
                answer = child[0]
            case ["end"]:
                code, said = ended(*child)
                answer = {"code": code, "said": said}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
