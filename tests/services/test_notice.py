"""The notice to one person: filled from what we hold, whole in their language, refused while anything is missing."""

from dataclasses import replace

import pytest

from ifnotyou.models import AuditEvent, Job
from ifnotyou.playbook.disclosure import Given, Terms
from ifnotyou.playbook.errors import Refusal
from ifnotyou.playbook.notice import Company
from ifnotyou.services import asks, notice, referrals
from tests.company import NOW, TODAY, clock, house  # noqa: F401 - fixtures

COMPLETE = Company(
    name="Acme GmbH",
    address="1 Quay\n20457 Hamburg",
    country="DE",
    contact="privacy@acme.example",
    no_officer=True,
    recipients=(("hosting", "Birch Hosting"), ("mail", "")),
    transfers="none",
    authority="The Hamburg commissioner",
)


@pytest.fixture
def complete(house):  # noqa: F811
    """The company has said all that it has to."""
    notice.change(house.workspace, COMPLETE, by=house.admin)
    shipped = notice.BALANCING
    notice.confirm(
        house.workspace,
        shipped.interest,
        shipped.necessity,
        shipped.balance,
        by=house.steward,
        today=TODAY,
    )
    return house


def named(house, terms=Terms.NAMED, *, name="Kim Park", announce=True, **about):  # noqa: F811
    """Somebody whom Noor named."""
    given = Given(name, **about)
    if terms is Terms.ANONYMOUS:
        vip = referrals.intake(given, Job.objects.get(), terms, TODAY)
        referrals.keep(vip, Job.objects.get(), terms, given.why, TODAY, receipt_hash="r" * 64)
    else:
        ask = house.decline().asks.first() or house.hand()
        if ask.state == "waiting":
            asks.start_talking(ask, by=house.maya, now=NOW)
        vip = referrals.give(ask, given, terms, by=house.maya, now=NOW).vip
    if announce:
        referrals.announce(house.workspace, now=NOW)
    vip.refresh_from_db()
    return vip


def flat(text):
    return " ".join(text.split())


def test_what_the_company_says_is_kept_and_the_book_tells_which_fields(complete):
    complete.workspace.refresh_from_db()
    assert notice.company_of(complete.workspace) == COMPLETE
    assert notice.lacking(complete.workspace) == []
    notice.change(complete.workspace, COMPLETE, by=complete.admin)
    notice.change(complete.workspace, replace(COMPLETE, contact="p@acme.example"), by=complete.admin)
    complete.workspace.refresh_from_db()
    assert complete.workspace.privacy_contact == "p@acme.example"
    changes = AuditEvent.objects.filter(verb="changed_notice").order_by("pk")
    assert [one.detail["fields"] for one in changes][1:] == [["contact"]]
    assert "acme.example" not in str([one.detail for one in changes])


def test_it_says_what_we_hold_of_this_person_and_no_more(complete):
    little = flat(notice.text_of(named(complete), complete.jon, "en"))
    assert "- your name - when your name came to us" in little
    assert "Noor Haddad suggested you, and is happy for you to know." in little
    assert "Jon, jon@acme.example.org" in little
    vip = named(
        complete,
        name="Ida Wells",
        email="ida@example.net",
        found_at="https://birch.example/ida",
        works_at="Birch",
        why="Calm.",
    )
    vip.country = "AT"
    more = flat(notice.text_of(vip, None, "de"))
    for words in (
        "- Ihren Namen - die Adresse eines öffentlichen Profils von Ihnen - Ihre Mailadresse - wo Sie arbeiten",
        "- was über Sie und Ihre Arbeit gesagt wurde, in ein oder zwei Sätzen - Ihr Land oder Ihre Sprache",
        "das Unternehmen, das unsere Server betreibt (Birch Hosting)",
        "verabschiedet haben: 7 Monate",
        "Noor Haddad hat Sie vorgeschlagen",
    ):
        assert words in more, words
    assert "Ansprechperson hier:" not in more


@pytest.mark.parametrize("language", notice.LANGUAGES)
@pytest.mark.parametrize("terms", [Terms.CONFIDENTIAL, Terms.ANONYMOUS])
def test_a_veiled_name_stays_veiled_in_every_language(complete, terms, language):
    vip = named(complete, terms, why="Calm.")
    for text in (
        notice.text_of(vip, complete.jon, language),
        str(notice.parts_of(vip, complete.jon, language)),
    ):
        assert "Noor" not in text
        assert "Maya" not in text


def test_what_is_not_announced_yet_is_not_told(complete):
    vip = named(complete, Terms.CONFIDENTIAL, announce=False)
    assert notice.sources_of(vip, "en") == ()
    assert len(notice.missing(vip, complete.jon, "en")) == 1
    with pytest.raises(Refusal, match="wait until it is announced"):
        notice.text_of(vip, complete.jon, "en")


def test_several_words_for_one_person_are_each_told_once(complete):
    vip = named(complete, email="kim@example.net")
    named(complete, Terms.ANONYMOUS, email="kim@example.net")
    named(complete, Terms.ANONYMOUS, email="kim@example.net")
    assert len(notice.sources_of(vip, "en")) == 2


def test_what_is_missing_is_named_with_where_to_mend_it(house):  # noqa: F811
    vip = named(house)
    told = notice.missing(vip, house.jon, "en")
    assert len(told) == 9
    assert all(sentence.endswith("(Settings, Privacy notice.)") for sentence in told)
    with pytest.raises(Refusal) as refused:
        notice.text_of(vip, house.jon, "en")
    assert refused.value.code == "notice"
    for sentence in told:
        assert sentence in refused.value.text


def test_a_test_that_nobody_confirmed_is_missing_too(complete):
    complete.workspace.balancing = {}
    complete.workspace.save()
    assert notice.lacking(complete.workspace) == [notice.MISSING["balancing"]]
    with pytest.raises(Refusal, match="confirmed the test"):
        notice.text_of(named(complete), complete.jon, "en")


def test_a_language_that_we_do_not_have_is_refused_in_words(complete):
    vip = named(complete)
    assert notice.missing(vip, None, "nl") == [
        "There is no notice in this language: choose one of English, German, French, Spanish, Portuguese."
    ]
    with pytest.raises(Refusal, match="no notice in this language"):
        notice.parts_of(vip, None, "nl")


def test_who_confirmed_the_test_and_when_is_kept(complete):
    kept = notice.balancing_of(complete.workspace)
    assert (kept.confirmed_by, kept.confirmed_on, kept.interest) == (
        "Steward",
        TODAY,
        notice.BALANCING.interest,
    )
    line = AuditEvent.objects.get(verb="confirmed_balancing")
    assert line.actor == complete.steward


@pytest.mark.parametrize("language", notice.LANGUAGES)
def test_the_preview_reads_whole_before_and_after(house, language):  # noqa: F811
    before = str(notice.preview(house.workspace, language))
    assert "…" in before
    notice.change(house.workspace, COMPLETE, by=house.admin)
    assert "…" not in str(notice.preview(house.workspace, language))
    assert "Birch Hosting" in str(notice.preview(house.workspace, language))
