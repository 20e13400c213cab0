"""There is no way to write to a candidate a second time: looked for in the sources, and over every route and task."""

import ast
import json
import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse
from django.utils import timezone
from django_scopes import scope
from django_tasks.base import Task

import ifnotyou
from ifnotyou.agents.operations import PREVIEWS
from ifnotyou.api.operations import OPERATIONS
from ifnotyou.api.root import document
from ifnotyou.jobs import tasks
from ifnotyou.jobs.worker import run_due_jobs
from ifnotyou.models import Ask, Claim, RolePage
from ifnotyou.playbook.asking import CLAIMED, AskState
from ifnotyou.playbook.disclosure import Given, Terms
from ifnotyou.services import referrals, sending
from ifnotyou.services.tokens import make_token, scopes_of
from tests.company import NOTE, NOW, WORDS, clock, house  # noqa: F401 - two are fixtures
from tests.connectors.mailserver import mail_server  # noqa: F401 - a fixture

SOURCES = Path(ifnotyou.__file__).parent
CANDIDATE = "noor@example.com"


def importers(module, *names):
    """The files that import one of these names from a module (or the module itself)."""
    found = set()
    for path in SOURCES.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            from_it = isinstance(node, ast.ImportFrom) and node.module == module
            if (from_it and (not names or any(a.name in names for a in node.names))) or (
                isinstance(node, ast.Import) and any(a.name == module for a in node.names)
            ):
                found.add(str(path.relative_to(SOURCES)))
    return found


def test_only_one_place_can_hand_a_note_to_a_mail_server():
    assert importers("smtplib") == {"connectors/mail/smtp.py"}
    # mailboxes.py makes a mailbox of its row, and tries it; doors.py tries the company's servers. Neither sends.
    assert importers("ifnotyou.connectors.mail.smtp", "SmtpMailbox") == {
        "services/mailboxes.py",
        "services/doors.py",
    }
    for tries in ("mailboxes.py", "doors.py"):
        text = (SOURCES / "services" / tries).read_text(encoding="utf-8")
        assert ".send(" not in text
        assert ".draft(" not in text
    sending_itself = (SOURCES / "services" / "sending.py").read_text(encoding="utf-8")
    assert sending_itself.count(").send(") == 1
    assert sending_itself.count(".draft(") == 1
    opens = {
        str(one.relative_to(SOURCES))
        for one in SOURCES.rglob("*.py")
        if "mailboxes.opened(" in one.read_text()
    }
    assert opens == {"services/sending.py"}


def test_mails_of_the_program_itself_go_to_users_only():
    senders = importers("django.core.mail")
    assert senders == {"services/telling.py", "services/links.py"}
    for sender in senders:
        text = (SOURCES / sender).read_text(encoding="utf-8")
        assert text.count("[user.email]") == text.count("EmailMessage(") + text.count(" send_mail(") == 1


def test_no_task_of_the_queue_sends_a_note():
    text = (SOURCES / "jobs" / "tasks.py").read_text(encoding="utf-8")
    assert "sending" not in text
    assert importers("ifnotyou.services.sending", "send") == set()


SAID = {
    # Saying that it did not leave is a person's word, and the way to a first note; not a second one.
    "card_say": ("asked", "opted-out"),
    "name_say": ("answered", "silent", "applied", "hired", "back"),
    "name_letter_say": ("sent", "not-sent"),
}


def every_route():
    return [p for p in get_resolver().url_patterns[0].url_patterns if isinstance(p, URLPattern)]


SAID_BY_PROGRAMS = {
    "say_of_ask": [{"what": "asked"}, {"what": "opted_out"}],
    "say_of_letter": [{"said": "sent"}, {"said": "not_sent"}],
}
"""As SAID: what the word of a person is, that nothing left, is left out."""


def call_everything(user, given):
    """Every operation of the interface that does something, as its own example has it; what sends, with a yes."""
    with scope(workspace=user.workspace_id):
        _, secret = make_token(user, name="all", scopes=scopes_of(user), days=1, now=timezone.now())
    called = document()["paths"]
    client = Client(raise_request_exception=False, headers={"authorization": f"Bearer {secret}"})
    for operation in OPERATIONS.values():
        # Somebody who passes the card on has not asked; and files are for the tests of imports.
        if operation.method == "GET" or operation.name in {"pass_ask", "upload_import"}:
            continue
        path = re.sub(r"{(?:int:)?(\w+)}", lambda name: str(given[name[1]]), f"/api/v1{operation.path}")
        described = called["/api/v1" + re.sub(r"{int:(\w+)}", r"{\1}", operation.path)]
        content = described[operation.method.lower()].get("requestBody", {}).get("content", {})
        bodies = SAID_BY_PROGRAMS.get(operation.name) or [
            one["example"] for one in content.values() if "example" in one
        ]
        if operation.name in PREVIEWS:
            shown = client.get(re.sub(r"(send|take-along)$", "preview", path))
            bodies = [{"confirmation": shown.json().get("confirmation") or "made up"}]
        for body in bodies or [None]:
            answer = client.generic(operation.method, path, json.dumps(body), content_type="application/json")
            assert answer.status_code < 500, (path, answer.content)
            assert answer.status_code != 401, path  # they were really let in


@pytest.mark.parametrize("state", sorted(CLAIMED))
@pytest.mark.django_db(transaction=True)
def test_no_request_of_anybody_and_no_task_writes_to_them_again(house, mail_server, mailoutbox, clock, state):  # noqa: F811
    house.connect(house.maya, mail_server)
    ask = sending.send(house.hand(), WORDS, by=house.maya, now=NOW)
    Ask.objects.filter(pk=ask.pk).update(state=state)
    run_due_jobs()
    mailoutbox.clear()
    before = len(mail_server.messages(CANDIDATE))
    vip = referrals.intake(Given("Kim Park"), house.decline().job, Terms.NAMED, NOW.date())
    given = {
        "ask_id": ask.pk,
        "decline_id": house.decline().pk,
        "user_id": house.maya.pk,
        "import_id": 1,
        "token": "nothing",
        "vip_id": vip.pk,
        "workspace_id": house.workspace.pk,
        "service": "postmark",
        "kind": "first",
        "chart": "month",
        "ending": "svg",
        "system": "greenhouse",
        "connection_id": 1,
        "listener_id": 1,
        "provider": "gmail",
        "slug": "birch",
        "pk": 1,
        "chat_id": 1,
        "token_id": 1,
        **dict.fromkeys(("reply_id", "entry_id", "request_id", "weighing_id", "referral_id", "talk_id"), 1),
    }
    tokens = {
        "personal_page": ask.page_token,
        "anonymous_page": RolePage.objects.get().token,
        "forget_me": vip.forget_token,
        "vip_page": vip.forget_token,
        "vip_page_talk": vip.forget_token,
    }
    forms = {
        "subject": "Again",
        "body": NOTE,
        "employee": "jon",
        "answer": "yes",
        "reason": "Once more",
        "name": "",
    }
    for user in (house.maya, house.recruiter, house.jon, house.admin):
        call_everything(user, given)
        client = Client(raise_request_exception=False)
        client.force_login(user)
        for route in every_route():
            for what in SAID.get(route.name, ("",)):
                kwargs = {
                    key: what if key in {"what", "said"} else given[key]
                    for key in route.pattern.regex.groupindex
                }
                if route.name in {"account_logout", "person_off", "my_mailbox_remove", "card_pass_on"}:
                    continue
                if route.name in tokens:
                    kwargs["token"] = tokens[route.name]
                path = reverse(route.name, kwargs=kwargs)
                assert client.get(path).status_code < 500, path
                assert client.post(path, forms).status_code < 500, path
    for day in range(0, 60, 7):
        clock(NOW + timedelta(days=day))
        for task in vars(tasks).values():
            if isinstance(task, Task) and not task.func.__code__.co_argcount:
                task.func()
        run_due_jobs()

    assert len(mail_server.messages(CANDIDATE)) == before
    assert [mail for mail in mailoutbox if CANDIDATE in mail.recipients()] == []
    assert Claim.objects.filter(ask=ask).exists()
    assert Ask.objects.get(pk=ask.pk).state != AskState.WAITING
