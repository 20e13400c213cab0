"""Remarks that do not belong in what we keep, and the wish to be left in peace."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ifnotyou.playbook import remark_words
from ifnotyou.playbook.phrases import PhraseBook
from ifnotyou.playbook.remarks import RemarkKind, sensitive, wants_peace

TOLD = {
    RemarkKind.HEALTH: (
        "He is recovering from cancer.",
        "She was on sick leave last year",
        "He had a burnout",
        "war lange krankgeschrieben",
        "elle est en arrêt maladie",
        "estuvo de baja médica",
        "está em licença médica",
    ),
    RemarkKind.FAMILY: (
        "She is on parental leave until May",
        "has two small kids",
        "just had a baby",
        "recently got divorced",
        "ist gerade in Elternzeit",
        "elle est enceinte",
        "acaba de tener un bebé, está de baja maternal",
        "está em licença maternidade",
    ),
    RemarkKind.UNHAPPY_AT_WORK: (
        "She is unhappy there",
        "he wants to leave",
        "not very happy at Acme",
        "I know she is looking for something new",
        "ist dort unzufrieden",
        "möchte unbedingt weg",
        "elle cherche ailleurs",
        "quiere irse",
        "não está feliz lá",
    ),
    RemarkKind.BELIEF: (
        "He is Muslim",
        "a devout Christian",
        "from my church",
        "ist Jüdin",
        "elle est très croyante",
        "es muy católico",
        "é evangélica",
    ),
    RemarkKind.UNION: (
        "she is a union rep",
        "he organised the union there",
        "ist im Betriebsrat",
        "il est syndiqué",
        "es delegada sindical",
        "está no sindicato",
    ),
    RemarkKind.ORIGIN: (
        "She is originally from Nigeria",
        "he's Turkish",
        "needs a visa",
        "kommt aus Syrien",
        "elle est d'origine algérienne",
        "es colombiana",
        "é brasileiro",
    ),
    RemarkKind.AGE: (
        "she's 55 years old",
        "in his late forties",
        "still young",
        "kurz vor der Rente",
        "la quarantaine",
        "tiene 50 años de edad",
        "muito jovem",
    ),
    RemarkKind.PAY: (
        "earns 90k",
        "makes $200,000 a year",
        "she is underpaid",
        "verdient 90.000 Euro",
        "gagne 60 k€",
        "gana 60 mil",
        "ganha pouco",
    ),
}


@pytest.mark.parametrize(("kind", "text"), [(kind, text) for kind, texts in TOLD.items() for text in texts])
def test_a_sensitive_remark_is_pointed_out(kind, text):
    assert kind in [remark.kind for remark in sensitive(text)]


@pytest.mark.parametrize(
    "text",
    [
        "near Union Square, with a healthy codebase, at a family-owned company",
        "She knows union types and tested the unhappy path",
        "works on cancer research software at a mental health startup",
        "built a toxic comment classifier",
        "recovering from outages is her thing",
        "religious about tests",
        "a young company, ten people",
        "moved ten services, makes 90 pull requests a week",
        "She worked at Visa",
        "Christian Black is from Spotify",
        "the father of Airflow",
        "raised $30M for their company",
        "tiene 10 años de experiencia",
        "Sie hat sich das Vertrauen verdient",
        "Elle parle français et travaille chez Doctolib",
        "ela trabalha no Porto",
        "",
    ],
)
def test_what_is_about_work_is_no_remark(text):
    assert sensitive(text) == ()


def test_the_words_are_those_of_the_text():
    (remark,) = sensitive("Ida is great. She is on Parental Leave.")
    assert (remark.kind, remark.words) == ("family", "Parental Leave")


@pytest.mark.parametrize(
    "text",
    [
        "Please leave me alone.",
        "please do not contact me again",
        "Don't contact me anymore",
        "Remove me from your list",
        "stop emailing me",
        "I'd rather not hear from you",
        "I don't want to be contacted.",
        "Bitte kontaktieren Sie mich nicht mehr.",
        "Lasst mich bitte in Ruhe",
        "Keine weiteren Mails bitte.",
        "Merci de ne plus me contacter.",
        "Laissez-moi tranquille",
        "Por favor, no me contacten más.",
        "Déjame en paz",
        "Por favor não me contactem mais",
        "Deixem-me em paz.",
    ],
)
def test_the_wish_to_be_left_in_peace_is_heard(text):
    assert wants_peace(text)


@pytest.mark.parametrize(
    "text",
    [
        "please leave it with me",
        "Don't hesitate to write",
        "I'd rather not be named",
        "please do not contact her at work",
        "Talk to Ida, she built the unsubscribe page",
        "No worries, thanks for asking!",
        "Kein Problem, ich melde mich nicht vor Montag",
        "Je ne connais personne",
        "No se me ocurre nadie",
        "Não conheço ninguém",
        "",
    ],
)
def test_other_words_are_no_such_wish(text):
    assert not wants_peace(text)


def test_every_phrase_can_be_read():
    groups = {**remark_words.SENSITIVE, "harmless": remark_words.HARMLESS}
    PhraseBook(groups).check()
    PhraseBook({"peace": remark_words.PEACE, "not": remark_words.NOT_PEACE}).check()
    assert set(remark_words.SENSITIVE) == set(RemarkKind)


@given(st.text(max_size=300))
def test_no_text_breaks_it(text):
    wants_peace(text)
    for remark in sensitive(text):
        assert remark.words
