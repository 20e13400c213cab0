"""The words of whoever wrote a mail, out of what mail programs make of it."""

# ruff: noqa: E501 - whole messages, as mail programs write them

import pytest

from ifnotyou.services.own_words import own_words

WORDS = "Talk to Ida Wells at Brightloom.\n\nShe rebuilt our ingestion."

ASK = "If not you, who should we talk to? Sam Brown sends his best."
QUOTED = f"> {ASK}\n> Maya"
REPLIES = {
    "gmail en": f"{WORDS}\n\nOn Mon, Jun 8, 2026 at 10:12 AM Maya Chen <maya@example.org> wrote:\n\n{QUOTED}",
    "gmail en, broken over two lines": f"{WORDS}\n\nOn Mon, Jun 8, 2026 at 10:12 AM Maya Chen of the data team\n"
    f"<maya@example.org> wrote:\n\n{QUOTED}",
    "gmail de": f"{WORDS}\n\nAm Mo., 8. Juni 2026 um 10:12 Uhr schrieb Maya Chen <\nmaya@example.org>:\n\n{QUOTED}",
    "gmail fr": f"{WORDS}\n\nLe lun. 8 juin 2026 à 10:12, Maya Chen <maya@example.org> a écrit :\n\n{QUOTED}",
    "gmail es": f"{WORDS}\n\nEl lun, 8 jun 2026 a las 10:12, Maya Chen (<maya@example.org>) escribió:\n\n{QUOTED}",
    "gmail pt": f"{WORDS}\n\nEm seg., 8 de jun. de 2026 às 10:12, Maya Chen <maya@example.org> escreveu:\n\n{QUOTED}",
    "apple en": f"{WORDS}\n\n> On 8. Jun 2026, at 10:12, Maya Chen <maya@example.org> wrote:\n> \n{QUOTED}",
    "apple de": f"{WORDS}\n\n> Am 08.06.2026 um 10:12 schrieb Maya Chen <maya@example.org>:\n> \n{QUOTED}",
    "outlook en": f"{WORDS}\n\n________________________________\nFrom: Maya Chen <maya@example.org>\nSent: Monday, June 8, 2026 "
    f"10:12 AM\nTo: Noor Haddad <noor@example.com>\nSubject: Thank you\n\n{ASK}",
    "outlook de": f"{WORDS}\n\nVon: Maya Chen <maya@example.org>\nGesendet: Montag, 8. Juni 2026 10:12\nAn: Noor Haddad\n"
    f"Betreff: Danke\n\n{ASK}",
    "outlook fr": f"{WORDS}\n\nDe : Maya Chen <maya@example.org>\nEnvoyé : lundi 8 juin 2026 10:12\nÀ : Noor Haddad\n"
    f"Objet : Merci\n\n{ASK}",
    "outlook es": f"{WORDS}\n\nDe: Maya Chen <maya@example.org>\nEnviado: lunes, 8 de junio de 2026 10:12\nPara: Noor Haddad\n"
    f"Asunto: Gracias\n\n{ASK}",
    "outlook, old": f"{WORDS}\n\n-----Original Message-----\nFrom: Maya Chen\nSent: Monday\nTo: Noor\nSubject: Thanks\n\n{ASK}",
    "thunderbird de": f"{WORDS}\n\nAm 08.06.26 um 10:12 schrieb Maya Chen:\n{QUOTED}",
    "signature en": f"{WORDS}\n\nBest regards,\nNoor Haddad\nPrincipal Engineer\n+49 171 2345678",
    "signature after dashes": f"{WORDS}\n\n-- \nNoor Haddad\nLina Park Ltd, 12 Main St",
    "signature de": f"{WORDS}\n\nViele Grüße\nNoor",
    "signature fr": f"{WORDS}\n\nBien cordialement,\nNoor Haddad",
    "signature es": f"{WORDS}\n\nUn abrazo,\nNoor",
    "signature pt": f"{WORDS}\n\nAbraço,\nNoor",
    "telephone": f"{WORDS}\n\nSent from my iPhone",
    "telephone de": f"{WORDS}\n\nVon meinem iPhone gesendet",
    "nothing around it": WORDS,
    "windows line ends": f"{WORDS}\n\nCheers,\nNoor".replace("\n", "\r\n"),
    "quoted above": f"{QUOTED}\n\n{WORDS}",
}


@pytest.mark.parametrize("name", REPLIES)
def test_a_reply_is_cut_down_to_the_words_of_whoever_wrote_it(name):
    assert own_words(REPLIES[name]) == WORDS


HEADERS = {
    "gmail": "---------- Forwarded message ---------\nFrom: Noor Haddad <noor@example.com>\nDate: Tue, Jun 9, 2026 at 8:00 AM\n"
    "Subject: Re: Thank you, and one question\nTo: Maya Chen <maya@example.org>",
    "gmail de": "---------- Forwarded message ---------\nVon: Noor Haddad <noor@example.com>\nDate: Di., 9. Juni 2026 um 08:00 Uhr\n"
    "Subject: Re: Danke\nTo: Maya Chen <maya@example.org>",
    "apple": "Begin forwarded message:\n\nFrom: Noor Haddad <noor@example.com>\nSubject: Re: Thank you\nDate: 9. June 2026 at "
    "08:00:00 CEST\nTo: Maya Chen <maya@example.org>",
    "apple de": "Anfang der weitergeleiteten Nachricht:\n\nVon: Noor Haddad <noor@example.com>\nBetreff: Aw: Danke\nDatum: 9. Juni "
    "2026 um 08:00:00 MESZ\nAn: Maya Chen <maya@example.org>",
    "apple fr": "Début du message réexpédié :\n\nDe: Noor Haddad <noor@example.com>\nObjet: Rép : Merci\nDate: 9 juin 2026\nÀ: Maya Chen",
    "outlook": "________________________________\nFrom: Noor Haddad <noor@example.com>\nSent: Tuesday, June 9, 2026 8:00 AM\n"
    "To: Maya Chen <maya@example.org>\nSubject: RE: Thank you",
    "outlook de": "Von: Noor Haddad <noor@example.com>\nGesendet: Dienstag, 9. Juni 2026 08:00\nAn: Maya Chen\nBetreff: AW: Danke",
    "outlook es": "De: Noor Haddad <noor@example.com>\nEnviado el: martes, 9 de junio de 2026 8:00\nPara: Maya Chen\nAsunto: RE: Gracias",
    "outlook pt": "De: Noor Haddad <noor@example.com>\nEnviado: terça-feira, 9 de junho de 2026 08:00\nPara: Maya Chen\nAssunto: RE: Obrigada",
    "thunderbird": "-------- Forwarded Message --------\nSubject: \tRe: Thank you\nDate: \tTue, 9 Jun 2026 08:00:00 +0200\n"
    "From: \tNoor Haddad <noor@example.com>\nTo: \tMaya Chen <maya@example.org>",
    "thunderbird de": "-------- Weitergeleitete Nachricht --------\nBetreff: \tAw: Danke\nDatum: \tTue, 9 Jun 2026 08:00:00 +0200\n"
    "Von: \tNoor Haddad\nAn: \tMaya Chen",
    "thunderbird fr": "-------- Message transféré --------\nSujet : \tRe: Merci\nDate : \tTue, 9 Jun 2026\nDe : \tNoor\nPour : \tMaya",
    "thunderbird es": "-------- Mensaje reenviado --------\nAsunto: \tRe: Gracias\nFecha: \tTue, 9 Jun 2026\nDe: \tNoor\nPara: \tMaya",
    "thunderbird pt": "-------- Mensagem encaminhada --------\nAssunto: \tRe: Obrigada\nData: \tTue, 9 Jun 2026\nDe: \tNoor\nPara: \tMaya",
}
BELOW = {
    "gmail's quote": f"\n\nOn Mon, Jun 8, 2026 at 10:12 AM Maya Chen <maya@example.org> wrote:\n\n{QUOTED}",
    "outlook's quote": f"\n\nFrom: Maya Chen <maya@example.org>\nSent: Monday, June 8, 2026\nTo: Noor Haddad\nSubject: Thank you\n\n{ASK}",
    "a signature": "\n\nBest regards,\nNoor Haddad",
    "nothing": "",
}


@pytest.mark.parametrize("below", BELOW)
@pytest.mark.parametrize("name", HEADERS)
@pytest.mark.parametrize("note", ["", "FYI, Kim Park should see this. Best, Maya\n\n"])
def test_of_a_forwarded_reply_only_the_candidates_words_are_left(name, note, below):
    assert own_words(f"{note}{HEADERS[name]}\n\n{WORDS}{BELOW[below]}", forwarded=True) == WORDS


@pytest.mark.parametrize("name", [name for name in HEADERS if "outlook" not in name])
def test_a_pasted_forward_is_known_by_its_mark(name):
    assert own_words(f"FYI\n\n{HEADERS[name]}\n\n{WORDS}{BELOW['nothing']}") == WORDS


def test_an_apple_forward_is_quoted_as_a_whole():
    inner = HEADERS["apple"].split("\n\n", 1)[1]
    quoted = "\n".join(f"> {line}" for line in f"{inner}\n\n{WORDS}".split("\n"))
    assert own_words(f"Begin forwarded message:\n\n{quoted}", forwarded=True) == WORDS


def test_a_short_reply_that_is_not_forwarded_keeps_its_words_although_it_was_sent_in():
    text = f"{WORDS}\n\nOn Mon, Jun 8, 2026 at 10:12 AM Maya Chen <maya@example.org> wrote:\n{QUOTED}"
    assert own_words(text, forwarded=True) == WORDS


def test_what_only_looks_like_a_header_stays():
    text = "Two ideas:\nFrom: my old team, Ida Wells.\n\nAlso: Jan Berg."
    assert "Jan Berg" in own_words(text)
