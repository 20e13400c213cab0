"""What may be told about where a name came from, in each language."""

import pytest

from ifnotyou.playbook.disclosure import Terms, source_sentence

LANGUAGES = ("en", "de", "fr", "es", "pt")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("terms", Terms)
def test_who_gave_it_is_told_only_where_it_may(terms, language):
    told = source_sentence(terms, "Noor {role} Haddad", "Data Engineer", language)
    assert ("Noor {role} Haddad" in told) is (terms in {Terms.NAMED, Terms.INTRODUCE})
    assert ("Data Engineer" in told) is (terms is Terms.ANONYMOUS)
    assert "{" not in told.replace("Noor {role} Haddad", "")


def test_the_sentences_in_english():
    assert source_sentence(Terms.NAMED, "Noor", "") == "Noor suggested you, and is happy for you to know."
    assert source_sentence(Terms.CONFIDENTIAL, "Noor", "") == (
        "Somebody in your field who recently talked with us suggested you and asked us not to pass on their name."
    )
    assert source_sentence(Terms.ANONYMOUS, "Noor", "Nurse") == (
        "Your name came to us through our anonymous page for Nurse; by design we cannot trace who gave it."
    )
    assert source_sentence(Terms.NAMED, "", "Nurse") == (
        "Somebody who talked with us suggested you. What we held about them has been erased."
    )


def test_every_language_has_its_own_and_others_have_english():
    for terms in Terms:
        for referrer in ("Noor", ""):
            told = {source_sentence(terms, referrer, "Nurse", language) for language in LANGUAGES}
            assert len(told) == len(LANGUAGES)
            english = source_sentence(terms, referrer, "Nurse")
            assert source_sentence(terms, referrer, "Nurse", "ja") == english
            assert source_sentence(terms, referrer, "Nurse", "") == english
    assert source_sentence(Terms.NAMED, "Noor", "", "pt-BR") == source_sentence(Terms.NAMED, "Noor", "", "pt")
