"""A process whose children give names on the pages, so that each can be killed: python -m tests.promises.givers.

Told on standard input: "give OWN_PAGE ANONYMOUS_PAGE MARK" (answered with the child's number), then "end" (waits for
the child; answered with the names for which it was thanked on screen before it ended).
"""

import json
import re
import sys
from functools import partial

import django

django.setup()

from django.db import connections  # noqa: E402
from django.test import Client  # noqa: E402

from tests.promises.killable import ended, in_a_child  # noqa: E402
from tests.promises.worlds import form_with  # noqa: E402

EACH = 3
"""Names that a child gives on either page."""


def give_all(own, anonymous, mark, told):
    """One name after the other, on both pages; `told` hears of each as soon as the page has said thank you."""
    for number in range(EACH):
        browser = Client(REMOTE_ADDR=f"198.18.{mark}.{number}")
        name = f"Robin {surname(mark, number)}"
        terms = ["confidential", "named"][number % 2]
        response = browser.post(own, {"who": name, "terms": terms, "do": "name"})
        assert response.status_code == 303, response.content.decode()
        told(f"own {name}")
        name = f"Alex {surname(mark, number)}"
        form = form_with(browser.get(anonymous).content.decode(), "who")
        response = browser.post(anonymous, form | {"who": name})
        assert response.status_code == 200, response.content.decode()
        assert re.search(r"(-[0-9A-HJKMNP-TV-Z]{5}){5}\b", response.content.decode()), "no receipt"
        told(f"anonymous {name}")


def surname(mark, number):
    return (
        "K"
        + "".join(
            "aeiou"[int(digit)] if digit < "5" else "lmnrs"[int(digit) - 5] for digit in f"{mark:02}{number}"
        )
        + "berg"
    )


def main():
    for line in sys.stdin:
        match line.split():
            case ["warm", *pages]:
                for page in pages:  # what every page needs, so that a child need not make it anew
                    Client().get(page)
                connections.close_all()  # a child must not share one
                answer = "warm"
            case ["give", own, anonymous, mark]:
                child = in_a_child(partial(give_all, own, anonymous, int(mark)))
                answer = child[0]
            case ["end"]:
                code, said = ended(*child)
                answer = {"code": code, "said": said.splitlines()}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
