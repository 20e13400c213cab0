"""The privacy notice: whole in every language, filled from the record, and the rules that differ by country."""

import string
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ifnotyou.playbook.disclosure import Terms, source_sentence
from ifnotyou.playbook.notice import (
    LANGUAGES,
    NOTICE_VERSION,
    RECIPIENTS,
    SAFEGUARDS,
    Company,
    Record,
    lacks,
    language_known,
    parts,
    text,
)
from ifnotyou.playbook.notice_words import WORDS
from ifnotyou.playbook.policy import RetentionPolicy

ACME = Company(
    name="Acme GmbH",
    address="1 Quay\n20457 Hamburg",
    country="DE",
    contact="privacy@acme.example",
    no_officer=True,
    nobody_else=True,
    transfers="none",
    authority="The Hamburg commissioner",
)
KIM = Record(
    sources=("Noor Haddad suggested you, and is happy for you to know.",),
    data=("name", "profile", "works_at", "why"),
    role="Data Engineer",
    host="Jon Reed",
    host_address="jon@acme.example",
)
KEPT = RetentionPolicy()


def flat(notice):
    return " ".join(notice.split())


def test_all_that_the_law_wants_stands_in_it():
    told = flat(text(ACME, KIM, KEPT, "en"))
    for words in (
        f"version {NOTICE_VERSION}",
        "Acme GmbH, 1 Quay, 20457 Hamburg",
        "privacy@acme.example",
        "Jon Reed, jon@acme.example",
        "no data protection officer here",
        "Data Engineer",
        "legitimate interest (Article 6(1)(f)",
        "- your name - the address of a public profile of yours - where you work",
        "Noor Haddad suggested you",
        "publicly accessible source",
        "Nobody else.",
        "stay within the European Economic Area",
        "60 days after our message",
        "Once we have parted: 6 months.",
        "at most 24 months",
        "access",
        "erased",
        "restricted",
        "portability",
        "The Hamburg commissioner",
        "No decision about you is made by a machine",
    ):
        assert words in told, words


@pytest.mark.parametrize("language", LANGUAGES)
def test_objection_has_a_heading_of_its_own(language):
    told = parts(ACME, KIM, KEPT, language)
    headings = [part.heading for part in told]
    assert len(headings) == len(set(headings)) == 12
    (objection,) = [part for part in told if part.heading == WORDS[language]["objection"]]
    assert objection.sentences == (WORDS[language]["objection_is"],)
    assert objection.heading.upper() in text(ACME, KIM, KEPT, language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_says_the_same_things_and_names_the_same(language):
    def names(words):
        return {name for _, name, _, _ in string.Formatter().parse(words) if name}

    assert WORDS[language].keys() == WORDS["en"].keys()
    for code, words in WORDS[language].items():
        assert words.strip(), code
        assert names(words) == names(WORDS["en"][code]), code
        if language != "en":
            assert words != WORDS["en"][code], code


@pytest.mark.parametrize("language", [one for one in LANGUAGES if one != "en"])
def test_no_english_is_left_in_another_language(language):
    rich = replace(
        ACME,
        no_officer=False,
        officer="Ana Lund",
        representative="Birch",
        nobody_else=False,
        recipients=tuple((kind, "") for kind in RECIPIENTS),
        transfers="some",
        transfers_to="Utopia",
        safeguards=SAFEGUARDS,
    )
    record = replace(
        KIM, sources=(source_sentence(Terms.CONFIDENTIAL, "", "", language),), role="", country="GB"
    )
    told = text(rich, record, KEPT, language).lower()
    for words in (" your ", " the ", " data ", " we ", " and "):
        assert words not in told.replace("uk gdpr", "").replace("data privacy framework", "").replace(
            "the hamburg commissioner", ""
        ), words


def test_the_time_is_that_of_the_persons_country_else_the_companys():
    def storage(country, company="DE"):
        return flat(text(replace(ACME, country=company), replace(KIM, country=country), KEPT, "en"))

    assert "parted: 7 months" in storage("AT")
    assert "parted: 6 months" in storage("")
    assert "parted: 7 months" in storage("", "AT")
    assert "If you apply, as long as the law asks for applications: 48 months." in storage("US")
    assert "If you apply: 6 months" in storage("FR")


def test_in_the_united_kingdom_one_complains_to_the_company_first():
    uk = "please complain to us first: privacy@acme.example. We confirm that we have it within 30 days"
    assert uk not in flat(text(ACME, KIM, KEPT, "en"))
    assert uk in flat(text(ACME, replace(KIM, country="GB"), KEPT, "en"))
    assert uk in flat(text(replace(ACME, country="GB"), KIM, KEPT, "en"))
    assert "European Economic Area" not in text(replace(ACME, country="GB"), KIM, KEPT, "en")


def test_recipients_and_transfers_stand_with_their_names_and_safeguards():
    company = replace(
        ACME,
        nobody_else=False,
        recipients=(("hosting", "Birch Hosting"), ("ats", "")),
        transfers="some",
        transfers_to="Birch Inc., USA",
        safeguards=("dpf", "clauses"),
    )
    told = flat(text(company, KIM, KEPT, "de"))
    for words in (
        "das Unternehmen, das unsere Server betreibt (Birch Hosting)",
        "sobald wir miteinander in Kontakt sind",
        "übermittelt an: Birch Inc., USA",
        "Data Privacy Framework",
        "Standarddatenschutzklauseln",
    ):
        assert words in told
    assert "Sonst niemand" not in told


@pytest.mark.parametrize("field", ["name", "address", "country", "contact", "authority", "transfers"])
def test_what_is_empty_is_missing(field):
    assert lacks(ACME) == []
    assert lacks(replace(ACME, **{field: ""})) == [field]


def test_what_has_to_be_said_one_way_or_the_other():
    assert lacks(replace(ACME, no_officer=False)) == ["officer"]
    assert lacks(replace(ACME, no_officer=False, officer="Ana Lund")) == []
    assert lacks(replace(ACME, nobody_else=False)) == ["recipients"]
    assert lacks(replace(ACME, nobody_else=False, recipients=(("mail", ""),))) == []
    assert lacks(replace(ACME, transfers="some")) == ["transfers_to", "safeguards"]


def test_a_language_is_known_by_any_of_its_codes():
    codes = {"de": "de", "pt-BR": "pt", "DE-at": "de", "nl": "", "": "", "english": ""}
    assert {code: language_known(code) for code in codes} == codes


@given(
    name=st.text(max_size=300),
    address=st.text(max_size=300),
    source=st.text(max_size=300),
    role=st.text(max_size=100),
    language=st.sampled_from(LANGUAGES),
)
def test_odd_words_of_a_company_break_nothing(name, address, source, role, language):
    told = text(replace(ACME, name=name, address=address), Record((source,), role=role), KEPT, language)
    assert told.endswith("\n")
    assert WORDS[language]["objection"].upper() in told


def test_lines_are_short_but_for_words_that_cannot_be_broken():
    for language in LANGUAGES:
        assert max(map(len, text(ACME, KIM, KEPT, language).splitlines())) <= 76
