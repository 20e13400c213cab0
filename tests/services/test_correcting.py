"""Whoever's address was corrected is known again by the former one: no second first message, no way back."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ifnotyou.models import Job, OptOut, Referral, User, Vip, VipMark
from ifnotyou.playbook.disclosure import Given, Terms
from ifnotyou.playbook.errors import Refusal
from ifnotyou.queries.humans import vip_keys
from ifnotyou.queries.names import has_opted_out, notices_about, opted_out_among
from ifnotyou.queries.person import find
from ifnotyou.services import correcting, erasure, person_data, referrals, vip_letters, vips
from ifnotyou.services.correcting import About
from tests.company import NOW, TODAY
from tests.hosted import give
from tests.letters import FIRST, hosted, in_touch, name, saved, tell_of_itself

MAIL = {"email": "kim@example.net"}
PROFILE = {"email": "", "found_at": "https://www.linkedin.com/in/kim-park"}
ANOTHER = {"email": "kim@private.example", "found_at": "https://birch.example/kim"}


@pytest.fixture(autouse=True)
def acme(settings, tmp_path, house):
    settings.DATA_DIR = tmp_path / "data"
    tell_of_itself(house)
    return house


@pytest.fixture(params=["mailbox", "profile"])
def known_by(request):
    """What Kim was first named by."""
    return MAIL if request.param == "mailbox" else PROFILE


@pytest.fixture(params=["themselves", "host"])
def corrects(request, acme):
    """Kim's address and profile are others now; by their own page, or by their host."""

    def correct(vip, **about):
        by = acme.jon if request.param == "host" else None
        return correcting.correct(vip, About(**{"name": vip.name, **ANOTHER} | about), by=by, now=NOW)

    return correct


def named_again(house, **about):
    """An anonymous giver names Kim once more; the row that it is kept with, None where nothing is kept."""
    given = Given(**{"name": "Kim Park", "email": "", "found_at": ""} | about)
    return referrals.intake(given, Job.objects.get(), Terms.ANONYMOUS, TODAY)


def test_whoever_was_written_to_is_known_by_the_former_mark(house, known_by, corrects):
    kim = in_touch(house, **known_by)
    corrects(kim)

    assert named_again(house, **known_by).pk == kim.pk
    assert named_again(house, **ANOTHER).pk == kim.pk
    assert Vip.objects.count() == 1


def test_corrected_twice_every_former_mark_counts(house, known_by, corrects):
    kim = in_touch(house, **known_by)
    corrects(corrects(kim), email="kim@third.example", found_at="https://third.example/kim")
    corrects(kim, **{"email": "", "found_at": ""} | known_by)  # and back to the first

    for former in (known_by, ANOTHER, {"email": "kim@third.example"}):
        assert named_again(house, **former).pk == kim.pk


def test_forgotten_nobody_comes_back_by_a_former_mark(house, known_by, corrects):
    kim = in_touch(house, **known_by)
    erasure.forget_named(corrects(kim), now=NOW)

    assert named_again(house, **known_by) is None
    assert named_again(house, **ANOTHER) is None
    assert (Vip.objects.count(), VipMark.objects.count()) == (0, 0)


def test_nor_by_the_former_name_and_employer(house, corrects):
    kim = corrects(hosted(house, email="", works_at="Birch"), name="Kim Parker")
    erasure.forget_named(kim, now=NOW)

    assert named_again(house, works_at="Birch") is None
    assert named_again(house, works_at="Willow") is not None


def test_erased_nobody_comes_back_by_a_former_mark_nor_with_an_old_backup(house, known_by, corrects):
    kim = hosted(house, **known_by)
    before = Vip.objects.get(pk=kim.pk)
    corrects(kim)
    (person,) = find(ANOTHER["email"], house.workspace)
    erasure.erase(person, house.workspace, by=house.steward, now=NOW)

    assert named_again(house, **known_by) is None
    before.save(force_insert=True)  # as it was before they put it right
    assert erasure.forget_again(house.workspace) == 1


def test_whoever_has_opted_out_under_a_former_mark_is_not_written_to(house, known_by, corrects):
    kim = hosted(house, **known_by)
    (key, *_) = vip_keys(kim, house.workspace)
    kim = corrects(kim)
    assert opted_out_among([kim], house.workspace) == set()
    OptOut.objects.create(workspace=house.workspace, key=key)

    assert has_opted_out(kim, house.workspace)
    assert opted_out_among([kim], house.workspace) == {kim.pk}
    with pytest.raises(Refusal, match="not to be contacted"):
        vips.say_contacted(kim, vips.Contact(TODAY, "in_message", "1"), by=house.jon, now=NOW)


def test_no_second_first_message_where_two_rows_shared_a_mark_once(house, known_by, corrects):
    """Both were the same entry at one time: whichever was corrected, the other is not written to."""
    one = hosted(house, **known_by)
    other = hosted(house, "Kim P.", Terms.ANONYMOUS, email="kim@fourth.example")
    corrects(one)
    other = correcting.correct(other, About(other.name, **known_by), by=house.jon, now=NOW)  # what `one` was
    for vip in (one, other):
        saved(Vip.objects.get(pk=vip.pk))
    letter = vip_letters.take_along(other, FIRST, by=house.jon, now=NOW)

    with pytest.raises(Refusal) as refused:
        vip_letters.take_along(one, FIRST, by=house.jon, now=NOW)
    assert refused.value.code == "twin"
    vip_letters.say_not_sent(letter, by=house.jon)
    vip_letters.take_along(one, FIRST, by=house.jon, now=NOW)


def test_nor_where_the_one_that_was_written_to_was_corrected_away(house, known_by, corrects):
    one = hosted(house, **known_by)
    other = hosted(house, "Kim P.", Terms.ANONYMOUS, email="kim@fourth.example")
    other = correcting.correct(other, About(other.name, **known_by), by=house.jon, now=NOW)  # twins, for now
    other = correcting.correct(other, About(other.name, **ANOTHER), by=house.jon, now=NOW)
    for vip in (one, other):
        saved(Vip.objects.get(pk=vip.pk))
    vip_letters.take_along(one, FIRST, by=house.jon, now=NOW)

    with pytest.raises(Refusal) as refused:
        vip_letters.take_along(other, FIRST, by=house.jon, now=NOW)
    assert refused.value.code == "twin"


def test_namesakes_who_share_no_address_are_two_people_still(house, corrects):
    one = corrects(hosted(house, email="kim1@example.net", works_at="Birch"), works_at="Birch")
    other = hosted(house, terms=Terms.ANONYMOUS, email="kim2@example.net", works_at="Birch")
    other = corrects(other, email="kim3@example.net", found_at="", works_at="Birch")
    for vip in (one, other):
        saved(Vip.objects.get(pk=vip.pk))
        vip_letters.take_along(vip, FIRST, by=house.jon, now=NOW)


@pytest.mark.parametrize("turned", [False, True])
def test_joined_both_are_known_and_forgotten_by_every_mark(house, known_by, turned):
    kept = name(house, terms=Terms.ANONYMOUS, **known_by)
    gone = name(house, terms=Terms.ANONYMOUS, **ANOTHER)
    gone = correcting.correct(gone, About("Kim Park", email="kim@third.example"), by=None, now=NOW)
    kept = vips.join(*((gone, kept) if turned else (kept, gone)), by=house.admin)

    marks = (
        known_by,
        {"found_at": ANOTHER["found_at"]},
        {"email": ANOTHER["email"]},
        {"email": "kim@third.example"},
    )
    for mark in marks:
        assert named_again(house, **mark).pk == kept.pk
    erasure.forget_named(kept, now=NOW)
    for mark in marks:
        assert named_again(house, **mark) is None
    assert not VipMark.objects.exists()


def test_told_again_by_the_former_mark_it_is_kept_once_and_the_last_terms_count(house, known_by, corrects):
    kim = give(house, terms=Terms.NAMED, **known_by).vip
    corrects(kim)

    give(house, terms=Terms.NAMED, **known_by)
    assert Referral.objects.get().vip_id == kim.pk
    give(house, "K. Park", terms=Terms.CONFIDENTIAL, **known_by)
    assert Referral.objects.get().terms == Terms.CONFIDENTIAL


def test_what_is_kept_of_a_former_mark_reads_as_noise(house, known_by, corrects):
    kim = corrects(hosted(house, **known_by))
    kept = repr(list(VipMark.objects.values()))
    for word in ("kim", "example", "linkedin"):
        assert word not in kept.lower()

    (person,) = find(ANOTHER["email"], house.workspace)
    told = str(person_data.document(person, house.workspace, today=TODAY))
    assert "keyed hashes" in told
    assert VipMark.objects.filter(vip=kim).first().key not in told


def test_what_is_right_already_and_what_is_no_mark_leaves_nothing(house, known_by):
    kim = hosted(house, **known_by)
    about = About(kim.name, found_at=kim.found_at, email=kim.email, country="IE")
    correcting.correct(kim, about, by=None, now=NOW)
    assert not VipMark.objects.exists()


def test_notices_take_as_many_queries_for_many_as_for_one(house, corrects, django_assert_num_queries):
    def corrected(number):
        vip = hosted(house, f"Kim {number}", Terms.ANONYMOUS, email=f"kim{number}@example.net")
        return corrects(vip, email=f"kim{number}@private.example", found_at="")

    user = User.objects.select_related("workspace").get(pk=house.recruiter.pk)
    for number in range(5):
        corrected(number)
    with CaptureQueriesContext(
        connection,
    ) as for_one:
        notices_about(list(Vip.objects.all()[:1]), user, TODAY)
    with django_assert_num_queries(len(for_one)):
        notices_about(list(Vip.objects.all()), user, TODAY)
