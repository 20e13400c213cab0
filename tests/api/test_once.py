"""A call with an Idempotency-Key is done once, whoever calls it again, and whatever became of us in between."""

import json
import threading
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection
from django.utils import timezone
from django_scopes import scope, scopes_disabled

from ifnotyou.api.once import GIVEN_UP_AFTER
from ifnotyou.models import ApiAnswer, Decline, Role
from ifnotyou.queries.person import find
from ifnotyou.services import erasure, tokens
from tests.api.told import refused, told
from tests.company import NOTE, WORDS, found
from tests.files.written import COMPANY, as_bytes, zipped
from tests.promises.killable import Killable
from tests.promises.slow_smtp import SlowSmtp

KEY = "8e03978e-40d5-43dd-bc93-6894a57f9324"
YESTERDAY = f"{timezone.now() - timedelta(days=1):%Y-%m-%d}"  # told once: after midnight it is the same call


def new_decline(candidate="Noor Haddad"):
    return {
        "candidate": candidate,
        "job": "Data Engineer",
        "declined_on": YESTERDAY,
    }


def declines():
    with scopes_disabled():
        return Decline.objects.count()


def rows():
    with scopes_disabled():
        return ApiAnswer.objects.count()


def test_the_same_call_is_answered_the_same_and_done_once(call):
    program = call(Role.RECRUITER)
    first = program.post("/declines", new_decline(), key=KEY)
    again = program.post("/declines", new_decline(), key=f'"{KEY}"')
    assert told(first, 201) == told(again, 201)
    assert first["Location"] == again["Location"]
    assert (first.get("Idempotency-Replayed"), again["Idempotency-Replayed"]) == (None, "true")
    assert first["RateLimit"] != again["RateLimit"]
    assert declines() == 1


def test_without_a_key_each_call_is_one_of_its_own(call):
    program = call(Role.RECRUITER)
    told(program.post("/declines", new_decline()), 201)
    told(program.post("/declines", new_decline("Kim Park")), 201)
    assert (declines(), rows()) == (2, 0)


def test_what_was_answered_goes_when_somebody_is_erased_and_is_still_not_done_twice(call, settings, tmp_path):
    settings.DATA_DIR = tmp_path
    program = call(Role.RECRUITER)
    told(program.post("/declines", new_decline(), key=KEY), 201)
    with scope(workspace=program.user.workspace_id):
        (person,) = find("Noor Haddad", program.user.workspace)
        erasure.erase(person, program.user.workspace, by=None, now=timezone.now())
        assert [row.body for row in ApiAnswer.objects.all()] == [""]

    refused(program.post("/declines", new_decline(), key=KEY), 409, "answer_gone")

    assert declines() == 0


def test_another_call_with_the_same_key_is_refused(call):
    program = call(Role.RECRUITER)
    made = told(program.post("/declines", new_decline(), key=KEY), 201)
    refused(program.post("/declines", new_decline("Kim Park"), key=KEY), 422, "key_used")
    refused(program.post(f"/declines/{made['id']}/opt-out", key=KEY), 422, "key_used")
    assert declines() == 1


def test_each_token_has_keys_of_its_own(call):
    told(call(Role.RECRUITER).post("/declines", new_decline(), key=KEY), 201)
    told(call(Role.ADMIN).post("/declines", new_decline("Kim Park"), key=KEY), 201)
    assert declines() == 2


def test_what_could_not_be_read_may_be_mended_with_the_same_key(call):
    program = call(Role.RECRUITER)
    refused(program.post("/declines", {**new_decline(), "surprise": 1}, key=KEY), 422, "invalid")
    assert rows() == 0
    told(program.post("/declines", new_decline(), key=KEY), 201)


def test_a_rule_that_said_no_is_answered_the_same(call):
    program = call(Role.RECRUITER)
    made = told(program.post("/declines", new_decline()), 201)
    first = program.post(f"/declines/{made['id']}/take-back", key=KEY)
    again = program.post(f"/declines/{made['id']}/take-back", key=KEY)
    assert refused(first, 409) == refused(again, 409)
    assert again["Idempotency-Replayed"] == "true"


@pytest.mark.parametrize("key", [" ", "a b", "ä", "x" * 256])
def test_a_key_that_is_none_is_refused(call, key):
    header = key.encode().decode("latin1")
    refused(call(Role.RECRUITER).post("/declines", new_decline(), key=header), 400, "bad_key")
    assert declines() == 0


def test_the_same_file_is_the_same_call(call, settings, tmp_path):
    settings.DATA_DIR = tmp_path
    program = call(Role.RECRUITER)
    file = {"file": ("export.zip", zipped(tmp_path / "one.zip", as_bytes(COMPANY)).read_bytes())}
    first = program.post("/imports", files=file, key=KEY)
    assert told(first, 201) == told(program.post("/imports", files=file, key=KEY), 201)
    other = {"file": ("other.zip", file["file"][1])}
    refused(program.post("/imports", files=other, key=KEY), 422, "key_used")


def test_what_was_answered_is_kept_encrypted_and_for_a_day(call):
    program = call(Role.RECRUITER)
    told(program.post("/declines", new_decline(), key=KEY), 201)
    with connection.cursor() as cursor:
        cursor.execute("SELECT body, fingerprint FROM ifnotyou_apianswer")
        ((body, fingerprint),) = cursor.fetchall()
    assert "Noor Haddad" not in body
    assert "candidate" not in body
    assert len(fingerprint) == 64
    with scope(workspace=program.user.workspace_id):
        tokens.sweep(timezone.now() + timedelta(hours=23))
        assert rows() == 1
        tokens.sweep(timezone.now() + timedelta(hours=25))
        assert rows() == 0


def as_if_cut_off(ago):
    """As a process leaves it that was killed after what it did, and before it could write down what it answered."""
    with scopes_disabled():
        ApiAnswer.objects.update(status=None, body="", headers={}, at=timezone.now() - ago)


def test_cut_off_where_nobody_outside_hears_of_it_it_runs_again_after_a_while(call):
    program = call(Role.RECRUITER)
    made = told(program.post("/declines", new_decline()), 201)
    path = f"/declines/{made['id']}/opt-out"
    told(program.post(path, key=KEY))
    as_if_cut_off(timedelta(seconds=1))
    answer = program.post(path, key=KEY)
    refused(answer, 409, "still_running")
    assert answer["Retry-After"] == "5"
    as_if_cut_off(GIVEN_UP_AFTER)
    again = program.post(path, key=KEY)
    told(again)
    assert "Idempotency-Replayed" not in again
    assert program.post(path, key=KEY)["Idempotency-Replayed"] == "true"


def test_a_key_that_another_call_has_just_left_free_may_be_tried_again(call, monkeypatch):
    """That call could not be read, and its row goes between our finding it and our reading it."""
    program = call(Role.RECRUITER)

    def is_there_still(**_):
        raise IntegrityError

    monkeypatch.setattr(ApiAnswer.objects, "create", is_there_still)
    refused(program.post("/declines", new_decline(), key=KEY), 409, "still_running")


@pytest.mark.django_db(transaction=True)
def test_two_at_once_are_done_once(call):
    program, answers, start = call(Role.RECRUITER), [], threading.Barrier(4)

    def calls():
        mine = type(program)(program.user, program.secret)
        start.wait()
        answers.append(mine.post("/declines", new_decline(), key=KEY))
        connection.close()

    threads = [threading.Thread(target=calls) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    done = [answer.json() for answer in answers if answer.status_code == 201]
    waiting = [answer for answer in answers if answer.status_code == 409]
    assert len(done) + len(waiting) == 4
    assert all(answer.json()["code"] == "still_running" for answer in waiting)
    assert done.count(done[0]) == len(done)
    assert declines() == 1


@pytest.mark.django_db(transaction=True)
def test_killed_while_a_note_leaves_it_is_never_sent_again(call):
    house = found()
    maya = call(house.maya)
    with SlowSmtp() as server, scope(workspace=house.workspace.pk):
        house.connect(house.maya, server)
        path = f"/asks/{house.hand().pk}/note"
        told(maya.put(path, {"subject": WORDS.subject, "body": NOTE, "quiet": ["page", "free"]}))
        body = {"confirmation": told(maya.get(f"{path}/preview"))["confirmation"]}
        server.may_answer.clear()
        hands = Killable("tests.api.hands")
        try:
            hands.begin("call", maya.secret, KEY, f"{path}/send", json.dumps(body).encode().hex())
            assert server.taken.wait(300), "the mail never left"
            hands.kill()
            assert not hands.end()
        finally:
            hands.close()
        server.may_answer.set()
        refused(maya.post(f"{path}/send", body, key=KEY), 409, "still_running")
        ApiAnswer.objects.update(at=timezone.now() - GIVEN_UP_AFTER)
        refused(maya.post(f"{path}/send", body, key=KEY), 409, "unclear")
        refused(maya.post(f"{path}/send", body, key="another"), 409)
        assert server.mails.total() == 1
