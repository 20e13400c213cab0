"""A test of the tests: a leak planted on purpose, one for each surface, is found by comparing the two worlds."""

import logging
import time
from functools import partial

import pytest
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.core.cache import caches
from django.core.mail import EmailMessage
from django.utils import timezone

from ifnotyou.jobs import tasks
from ifnotyou.jobs.worker import run_due_jobs
from ifnotyou.models import Ask, User, Vip, Workspace, secret
from ifnotyou.services import anonymous, audit, happenings, later, referrals, sealing
from ifnotyou.web import anonymous_pages, personal_page, quiet_log
from tests.promises.stories import (
    ADA,
    FOURTH,
    KIM,
    LEE,
    SECOND,
    SIXTH,
    THURSDAY,
    TUESDAY,
    give_anonymously,
    give_on_own_page,
    looking,
    turn,
)
from tests.promises.worlds import (
    SEALED,
    SOURCE,
    Deed,
    alike,
    at,
    differences,
    places_of,
)

pytestmark = pytest.mark.django_db(transaction=True)


def short(*special):
    """From Monday to the release on the next, with nothing but what it takes."""
    return [
        *special,
        Deed(at(4, 13), "Ada is given", partial(give_anonymously, FOURTH, ADA)),
        *(
            Deed(at(*hour), f"hour {hour}", an_hour)
            for hour in ((1, 10, 40), (2, 13), (3, 19, 40), (4, 13, 40))
        ),
        Deed(at(7, 5), "Monday", the_quiet_hour),
        Deed(at(2, 15), "a backup", lambda world: world.back_up("the backup")),
        looking(at(2, 16), "in the middle"),
        looking(at(7, 4, 50), "before the release"),
        looking(at(7, 5, 30), "after the release"),
    ]


def an_hour(world):
    tasks.turn_pools.func()
    run_due_jobs()


def the_quiet_hour(world):
    tasks.keep_the_quiet_hour.func()
    run_due_jobs()


def given(told, sender, when):
    return [
        Deed(when, f"{told['who']} is given", partial(give_anonymously, sender, told)),
        looking(when + (at(0, 0, 1) - at(0, 0)), f"{told['who']} written", file=False),
    ]


def leaks(beginning, plant):
    """What tells two worlds apart in which two names came from two people: either way round, at other times."""
    one = beginning.run(short(*given(KIM, SECOND, TUESDAY), *given(LEE, SIXTH, THURSDAY)), plant=plant)
    other = beginning.run(short(*given(LEE, SECOND, at(3, 14)), *given(KIM, SIXTH, THURSDAY)), plant=plant)
    released = one.looks["after the release"].surfaces["tables"]["ifnotyou_referral"]
    assert {row["terms"] for row in released} == {"anonymous"}
    assert len(released) == 3
    found = []
    for moment in ("the backup", "in the middle"):
        found += differences(one, other, moment, but=SEALED)
    for moment in ("before the release", "after the release"):
        found += differences(one, other, moment)
    keys = [key.decode() for key in one.looks["the backup"].encrypted["ifnotyou_sealkey", "key"]]
    return found + written(one, other) + places_of(keys, one, "the backup")


def written(one, other):
    """Of what is written for a name, which holds other things besides in each: length, and no time in front."""
    found = []
    for table, column in sorted(SEALED):
        (here,), (there,) = (
            world.looks["Kim Park written"].surfaces["tables"][table] for world in (one, other)
        )
        found += [] if alike(here[column], there[column]) else [f"{table}.{column}"]
    return found


# --- The leaks


def whenever_a_name_comes(patch, do):
    """Let something happen each time a name is sealed."""
    whole = anonymous.give

    def give(page, given, receipt):
        kept = whole(page, given, receipt)
        do(page, given)
        return kept

    patch.setattr(anonymous, "give", give)


def line_in_the_log(patch, world):
    patch.setattr(quiet_log.Hush, "filter", lambda *_: True)
    whenever_a_name_comes(patch, lambda *_: logging.getLogger("ifnotyou").info("a name came in"))


def line_in_the_log_with_the_address(patch, world):
    patch.setattr(quiet_log.Hush, "filter", lambda *_: True)
    whole = anonymous_pages._take_name

    def take_name(request, page, **more):
        logging.getLogger("ifnotyou").warning("from %s", request.sender_mark.hex())
        return whole(request, page, **more)

    patch.setattr(anonymous_pages, "_take_name", take_name)


def line_on_the_terminal(patch, world):
    whenever_a_name_comes(patch, lambda *_: print("a name"))


def line_in_the_book(patch, world):
    whenever_a_name_comes(patch, lambda page, _: audit.write(None, "sealed", page))


def time_in_a_column(patch, world):
    whenever_a_name_comes(patch, lambda *_: User.objects.update(last_login=timezone.now()))


def time_in_the_pool(patch, world):
    """Encrypted until the release, and then in the words about the person."""
    whole = anonymous._item
    patch.setattr(anonymous, "_item", lambda *a, **k: whole(*a, **k) | {"at": timezone.now().isoformat()})
    released = anonymous._release_name

    def release_name(page, item, today):
        released(page, item, today)
        Vip.objects.filter(name=item["given"]["name"]).update(notice_how=item["at"][:16])

    patch.setattr(anonymous, "_release_name", release_name)


def job_in_the_queue(patch, world):
    whenever_a_name_comes(patch, lambda *_: later.later("judge_the_day"))


def row_in_the_cache(patch, world):
    whenever_a_name_comes(patch, lambda *_: caches["default"].set("names", time.time(), timeout=10**7))


def row_of_a_session(patch, world):
    def begin(*_):
        session = SessionStore()
        session["was"] = "here"
        session.save()

    whenever_a_name_comes(patch, begin)


def mark_on_the_ask(patch, world):
    whole = personal_page._page

    def page(request, ask, **more):
        Ask.objects.filter(pk=ask.pk).update(reminded_at=timezone.now())
        return whole(request, ask, **more)

    patch.setattr(personal_page, "_page", page)


def foreign_key(patch, world):
    """Whoever opened their own page last gets the name ascribed to them."""
    opened, whole = [], personal_page._page

    def page(request, ask, **more):
        opened.append(ask)
        return whole(request, ask, **more)

    givers = {}
    patch.setattr(personal_page, "_page", page)
    whenever_a_name_comes(patch, lambda _, given: givers.setdefault(given.name, opened[-1].asker.user))
    released = anonymous._release_name

    def release_name(page, item, today):
        released(page, item, today)
        name = item["given"]["name"]
        Vip.objects.filter(name=name).update(contacted_by=givers[name])

    patch.setattr(anonymous, "_release_name", release_name)


def header_of_a_mail(patch, world):
    """A mail on Monday, of which the Message-ID knows more than it should."""
    came = {}
    whenever_a_name_comes(patch, lambda _, given: came.setdefault(given.name, int(time.time())))
    released = anonymous._release_name

    def release_name(page, item, today):
        released(page, item, today)
        number = came[item["given"]["name"]]
        headers = {"Message-ID": f"<{number}@testserver>"}
        EmailMessage("A name", "Look.", to=["recruiter@acme.example.org"], headers=headers).send()

    patch.setattr(anonymous, "_release_name", release_name)


def mail_at_once(patch, world):
    def send(*_):
        EmailMessage("A name", "Wait for Monday.", to=["recruiter@acme.example.org"]).send()

    whenever_a_name_comes(patch, send)


def call_of_a_program(patch, world):
    def tell(page, _):
        happenings.tell_of(happenings.Kind.DECLINE_CHANGED, {}, page.workspace_id, timezone.now())

    whenever_a_name_comes(patch, tell)


def order_of_the_rows(patch, world):
    class Unshuffled(type(sealing.secrets.SystemRandom())):
        def shuffle(self, items):
            pass

    for module in (sealing, anonymous):
        patch.setattr(module.secrets, "SystemRandom", Unshuffled)


def time_in_an_encrypted_text(patch, world):
    patch.setattr(
        secret, "seal", lambda text: secret._box(tuple(settings.SECRET_KEYS)).encrypt(text.encode()).decode()
    )


def pool_that_grows(patch, world):
    class Growing:
        def __init__(self, key):
            self.box = whole(key)

        def encrypt(self, nonce, text, of):
            return self.box.encrypt(nonce, text.rstrip(), of)

        def decrypt(self, *sealed):
            return self.box.decrypt(*sealed)

    whole = sealing.AESGCM
    patch.setattr(sealing, "AESGCM", Growing)


def key_in_the_backup(patch, world):
    """Not left out: beside the table, since the table is emptied."""
    whole = sealing.close_pool

    def close_pool(page, items, **more):
        whole(page, items, **more)
        key = (
            sealing.SealKey.objects.filter(page=page)
            .extra(select={"raw": "key"})
            .values_list("raw", flat=True)[0]
        )
        Workspace.objects.update(privacy_contact=key[:250])

    patch.setattr(sealing, "close_pool", close_pool)


LEAKS = {
    line_in_the_log: ", log: ",
    line_in_the_log_with_the_address: ", log: ",
    line_on_the_terminal: ", printed: ",
    line_in_the_book: "ifnotyou_auditevent",
    time_in_a_column: "ifnotyou_user.last_login",
    time_in_the_pool: "ifnotyou_vip.notice_how",
    job_in_the_queue: "ifnotyou_queuedjob" if settings.SQLITE else "procrastinate_jobs",
    row_in_the_cache: "ifnotyou_cache",
    row_of_a_session: "django_session",
    mark_on_the_ask: "ifnotyou_ask.reminded_at",
    foreign_key: "ifnotyou_vip.contacted_by_id",
    header_of_a_mail: ", mails: ",
    mail_at_once: ", mails: ",
    call_of_a_program: ", calls: ",
    order_of_the_rows: "ifnotyou_vip.name",
    time_in_an_encrypted_text: "ifnotyou_sealkey.key",
    pool_that_grows: "ifnotyou_rolepage.sealed",
    key_in_the_backup: ", backup: ",
}
"""Each leak, and where it has to be found."""


def test_without_a_leak_the_short_worlds_are_the_same(beginning):
    assert leaks(beginning, plant=None) == []


@pytest.mark.parametrize(("plant", "where"), LEAKS.items(), ids=[plant.__name__ for plant in LEAKS])
def test_leak_is_found(beginning, plant, where):
    assert [told for told in leaks(beginning, plant) if where in told] != []


def test_cookie_is_found(beginning):
    whole = anonymous_pages._take_name

    def plant(patch, world):
        def take_name(request, page, **more):
            response = whole(request, page, **more)
            response.set_cookie("seen", "1")
            return response

        patch.setattr(anonymous_pages, "_take_name", take_name)

    with pytest.raises(AssertionError, match="a cookie was set"):
        beginning.run(given(KIM, SECOND, TUESDAY), plant=plant)


# --- In confidence


def told_in_confidence(beginning, plant):
    one, other = (
        beginning.run(
            [
                Deed(TUESDAY, "Kim is told", partial(give_on_own_page, number, KIM, terms="confidential")),
                turn(2, 5),
                looking(at(2, 6), "announced"),
            ],
            plant=plant,
        )
        for number in (2, 6)
    )
    return differences(one, other, "announced", but=SOURCE)


def line_in_the_book_about_the_ask(patch, world):
    whole = referrals.give

    def give(ask, *arguments, **more):
        audit.write(None, "answered", ask)
        return whole(ask, *arguments, **more)

    patch.setattr(referrals, "give", give)


def call_about_the_ask(patch, world):
    whole = referrals.give

    def give(ask, *arguments, **more):
        happenings.tell_of_ask(ask, timezone.now())
        return whole(ask, *arguments, **more)

    patch.setattr(referrals, "give", give)


def way_back_that_is_longer_for_some(patch, world):
    patch.setattr(referrals, "source_text", lambda ask_id, **_: str(ask_id) * ask_id * 5)


def number_of_the_candidate(patch, world):
    whole = referrals.keep

    def keep(*arguments, ask=None, **more):
        referral = whole(*arguments, ask=ask, **more)
        referral.permission = {"by": ask.candidate_id}
        referral.save()
        return referral

    patch.setattr(referrals, "keep", keep)


@pytest.mark.parametrize(
    "plant",
    [
        line_in_the_book_about_the_ask,
        call_about_the_ask,
        way_back_that_is_longer_for_some,
        number_of_the_candidate,
    ],
    ids=lambda plant: plant.__name__,
)
def test_leak_of_a_confidence_is_found(beginning, plant):
    assert told_in_confidence(beginning, None) == []
    assert told_in_confidence(beginning, plant) != []
