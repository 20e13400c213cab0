"""What a host writes to somebody who was named (playbook rule 7): a first message, and a goodbye.

In the language of the person, each text whole by itself. The draft knows the host, the role and the one sentence that
may be told about the source; what the referrer said is for the host's eyes, and never put into it: words can give
their writer away. What only the host can say is a gap, and no letter leaves while one is open.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ifnotyou.playbook.disclosure import VEILED, Terms
from ifnotyou.playbook.hosting import LetterKind, LetterState, VipStage
from ifnotyou.playbook.letters import Draft, spoken_title
from ifnotyou.playbook.people import first_name

LANGUAGES: Mapping[str, str] = {
    "en": "English",
    "de": "Deutsch",
    "fr": "Français",
    "es": "Español",
    "pt": "Português",
}
"""In these a letter can be written, each by its own name."""

_OF_COUNTRY = {
    **dict.fromkeys("DE AT LI".split(), "de"),
    **dict.fromkeys("FR MC".split(), "fr"),
    **dict.fromkeys("ES MX AR CL CO PE VE EC GT CU BO DO HN PY SV NI CR PA UY".split(), "es"),
    **dict.fromkeys("PT BR AO MZ CV".split(), "pt"),
}
"""Where nearly everybody reads the same one of them; elsewhere a country says nothing about a language."""

MAY_PART = frozenset({VipStage.CONTACTED, VipStage.TALKING, VipStage.IN_PROCESS})
"""A goodbye is for somebody who has heard from us."""

_NEXT = {
    LetterState.DRAFT: {LetterState.TAKEN, LetterState.SENDING, LetterState.UNCERTAIN},
    LetterState.TAKEN: {LetterState.DRAFT, LetterState.SENT, LetterState.UNCERTAIN},
    LetterState.SENDING: {LetterState.DRAFT, LetterState.SENT, LetterState.UNCERTAIN},
    LetterState.UNCERTAIN: {LetterState.DRAFT, LetterState.SENT},
    LetterState.SENT: set[LetterState](),
}


@dataclass(frozen=True)
class Occasion:
    """What a draft is made of. `source` is the permitted sentence in the language of the letter.

    `led_by` leads the team of the role, "" where nobody knows; `offer` is a line with times or a booking link.
    `talked`: they answered and we talked; `keep`: they said yes to being kept in mind.
    """

    me: str
    title: str
    company: str
    them: str
    role: str
    department: str = ""
    led_by: str = ""
    source: str = ""
    offer: str = ""
    talked: bool = False
    keep: bool = False


@dataclass(frozen=True)
class _Words:
    """The sentences of one language."""

    greeting: str
    subject: str
    titled: str
    untitled: str
    why_you: str
    gap_why: str
    the_role: str
    a_role: str
    department: str
    led_by: str
    role_facts: str
    gap_role: str
    next_step: str
    promise: str
    below: str
    closing: str
    bye_subject: str
    bye_talked: str
    bye_wrote: str
    bye_reason: str
    gap_reason: str
    bye_data: str
    bye_open: str
    bye_end: str
    page: str
    forget: str


_WORDS: Mapping[str, _Words] = {
    "en": _Words(
        greeting="Hi {first},",
        subject="Hello from {me}",
        titled="I am {me}, {title} at {company}.",
        untitled="I am {me}, from {company}.",
        why_you="I am writing to you because of {gap}.",
        gap_why="[one true thing about their work that you can point to]",
        the_role="What it is about: an open seat with us, {role}{department}.",
        a_role="What it is about: an open seat with us{department}.",
        department=", in {department}",
        led_by="The team is led by {led_by}.",
        role_facts="In short: {gap}.",
        gap_role="[the role in a line: the place, the pay range, what is new about it]",
        next_step="If you like, we could talk for half an hour, or you ask me anything by mail. “Not now” and a plain "
        "“no” are good answers too, and it is fine to ignore this: I will not remind you.",
        promise="Whatever you choose, you talk with me throughout, and whenever you write you hear from me within one "
        "working day.",
        below="We hold very little about you. What it is, and how to have it erased at once, stands below my name.",
        closing="Warmly,",
        bye_subject="A word from {me}",
        bye_talked="Thank you for the time you gave us, and for talking so openly with me.",
        bye_wrote="Some time ago I wrote to you about {the_role}.",
        bye_reason="We are not going on together with it, and I would like you to hear it from me: {gap}.",
        gap_reason="[the reason, as you would say it to their face]",
        bye_data="What we hold about you goes by itself. Your page, below, says on which day, and there you can have "
        "it erased at once.",
        bye_open="You said that I may get in touch again, and I mean it: if something comes up that is really yours, "
        "you hear from me. You can take that back on your page at any time.",
        bye_end="Nothing more is needed from you. I wish you all the best.",
        page="Your own page: what we hold, where we have it from, and how to reach me",
        forget="Forget me: one button, at once",
    ),
    "de": _Words(
        greeting="Guten Tag {them},",
        subject="Ein Gruß von {me}",
        titled="ich bin {me}, {title} bei {company}.",
        untitled="ich bin {me} von {company}.",
        why_you="Ich schreibe gerade Ihnen wegen {gap}.",
        gap_why="[etwas Wahres an ihrer Arbeit, auf das Sie zeigen können]",
        the_role="Worum es geht: eine offene Stelle bei uns, {role}{department}.",
        a_role="Worum es geht: eine offene Stelle bei uns{department}.",
        department=", Bereich {department}",
        led_by="Das Team leitet {led_by}.",
        role_facts="Kurz gesagt: {gap}.",
        gap_role="[die Stelle in einer Zeile: der Ort, die Gehaltsspanne, was daran neu ist]",
        next_step="Wenn Sie mögen, sprechen wir eine halbe Stunde miteinander, oder Sie fragen mich per Mail, was Sie "
        "möchten. „Jetzt nicht“ und ein einfaches „Nein“ sind ebenso gute Antworten, und Sie müssen nicht antworten: "
        "Ich erinnere Sie nicht.",
        promise="Wie Sie sich auch entscheiden, Sie sprechen durchgehend mit mir, und wann immer Sie schreiben, hören "
        "Sie innerhalb eines Arbeitstags von mir.",
        below="Wir haben sehr wenig über Sie. Was es ist und wie Sie es sofort löschen lassen, steht unter "
        "meinem Namen.",
        closing="Herzliche Grüße",
        bye_subject="Ein Wort von {me}",
        bye_talked="danke für Ihre Zeit und dafür, dass Sie so offen mit mir gesprochen haben.",
        bye_wrote="vor einiger Zeit habe ich Ihnen wegen {the_role} geschrieben.",
        bye_reason="Wir gehen dabei nicht gemeinsam weiter, und das sollen Sie von mir hören: {gap}.",
        gap_reason="[der Grund, so wie Sie ihn ins Gesicht sagen würden]",
        bye_data="Was wir über Sie haben, wird von selbst gelöscht. Ihre Seite, unten, sagt an welchem Tag, und dort "
        "können Sie es auch sofort löschen lassen.",
        bye_open="Sie haben gesagt, dass ich mich wieder melden darf, und ich meine es so: Wenn etwas kommt, das "
        "wirklich zu Ihnen passt, hören Sie von mir. Das können Sie auf Ihrer Seite jederzeit zurücknehmen.",
        bye_end="Sie brauchen nichts weiter zu tun. Ich wünsche Ihnen alles Gute.",
        page="Ihre eigene Seite: was wir haben, woher wir es haben und wie Sie mich erreichen",
        forget="Vergessen Sie mich: ein Knopf, sofort",
    ),
    "fr": _Words(
        greeting="Bonjour {them},",
        subject="Bonjour de la part de {me}",
        titled="Je m’appelle {me}, {title} chez {company}.",
        untitled="Je m’appelle {me}, de {company}.",
        why_you="Je vous écris à vous, en particulier, pour {gap}.",
        gap_why="[une chose vraie de son travail, que vous pouvez citer]",
        the_role="De quoi il s’agit : un poste à pourvoir chez nous, {role}{department}.",
        a_role="De quoi il s’agit : un poste à pourvoir chez nous{department}.",
        department=", équipe {department}",
        led_by="L’équipe est dirigée par {led_by}.",
        role_facts="En bref : {gap}.",
        gap_role="[le poste en une ligne : le lieu, la fourchette de salaire, ce qu’il a de nouveau]",
        next_step="Si vous le souhaitez, nous pourrions parler une demi-heure, ou vous me posez vos questions par "
        "mail. « Pas maintenant » et un simple « non » sont aussi de bonnes réponses, et rien ne vous oblige à "
        "répondre : je ne vous relancerai pas.",
        promise="Quel que soit votre choix, vous parlez avec moi du début à la fin, et chaque fois que vous écrivez, "
        "vous avez de mes nouvelles dans un délai d’un jour ouvré.",
        below="Nous détenons très peu de choses sur vous. Ce que c’est, et comment le faire effacer aussitôt, figure "
        "sous mon nom.",
        closing="Bien à vous,",
        bye_subject="Un mot de {me}",
        bye_talked="Merci pour le temps que vous nous avez accordé et pour votre franchise.",
        bye_wrote="Il y a quelque temps, je vous ai écrit au sujet de ce poste : {the_role}.",
        bye_reason="Nous n’irons pas plus loin ensemble, et je tiens à vous le dire moi-même : {gap}.",
        gap_reason="[la raison, telle que vous la diriez en face]",
        bye_data="Ce que nous détenons sur vous s’efface de lui-même. Votre page, ci-dessous, dit quel jour, et vous "
        "pouvez y faire tout effacer aussitôt.",
        bye_open="Vous avez dit que je pouvais reprendre contact, et j’y tiens : s’il se présente quelque chose qui "
        "est vraiment pour vous, je vous écrirai. Vous pouvez revenir là-dessus à tout moment sur votre page.",
        bye_end="Vous n’avez plus rien à faire. Je vous souhaite le meilleur.",
        page="Votre propre page : ce que nous détenons, d’où cela vient et comment me joindre",
        forget="Oubliez-moi : un bouton, aussitôt",
    ),
    "es": _Words(
        greeting="Hola, {them}:",
        subject="Un saludo de {me}",
        titled="Soy {me}, {title} en {company}.",
        untitled="Soy {me}, de {company}.",
        why_you="Le escribo precisamente a usted por {gap}.",
        gap_why="[algo verdadero de su trabajo que usted pueda citar]",
        the_role="De qué se trata: un puesto abierto con nosotros, {role}{department}.",
        a_role="De qué se trata: un puesto abierto con nosotros{department}.",
        department=", en el equipo de {department}",
        led_by="Dirige el equipo {led_by}.",
        role_facts="En pocas palabras: {gap}.",
        gap_role="[el puesto en una línea: el lugar, la banda salarial, qué tiene de nuevo]",
        next_step="Si le apetece, podríamos hablar media hora, o me pregunta por correo lo que quiera. «Ahora no» y un "
        "simple «no» son también buenas respuestas, y no hace falta que conteste: no se lo recordaré.",
        promise="Elija lo que elija, hablará siempre conmigo, y cada vez que escriba tendrá noticias mías en un día "
        "laborable.",
        below="Tenemos muy poco sobre usted. Qué es, y cómo hacer que se borre al momento, está debajo de mi nombre.",
        closing="Un cordial saludo,",
        bye_subject="Unas palabras de {me}",
        bye_talked="Gracias por el tiempo que nos ha dedicado y por haber hablado conmigo con tanta franqueza.",
        bye_wrote="Hace un tiempo le escribí sobre este puesto: {the_role}.",
        bye_reason="No seguiremos adelante juntos con ello, y quiero que lo sepa por mí: {gap}.",
        gap_reason="[el motivo, tal como se lo diría a la cara]",
        bye_data="Lo que tenemos sobre usted se borra solo. Su página, más abajo, dice qué día, y allí puede hacer que "
        "se borre al momento.",
        bye_open="Usted dijo que puedo volver a escribirle, y va en serio: si surge algo que sea de verdad para usted, "
        "tendrá noticias mías. Puede retirarlo en su página en cualquier momento.",
        bye_end="No tiene que hacer nada más. Le deseo todo lo mejor.",
        page="Su propia página: qué tenemos, de dónde lo tenemos y cómo contactar conmigo",
        forget="Olvídenme: un botón, al momento",
    ),
    "pt": _Words(
        greeting="Olá, {them},",
        subject="Uma saudação de {me}",
        titled="O meu nome é {me}, {title} na {company}.",
        untitled="O meu nome é {me}, da {company}.",
        why_you="Escrevo-lhe precisamente a si por causa de {gap}.",
        gap_why="[algo verdadeiro do seu trabalho que possa apontar]",
        the_role="De que se trata: um lugar em aberto connosco, {role}{department}.",
        a_role="De que se trata: um lugar em aberto connosco{department}.",
        department=", na equipa de {department}",
        led_by="A equipa é dirigida por {led_by}.",
        role_facts="Em poucas palavras: {gap}.",
        gap_role="[o lugar numa linha: o local, a faixa salarial, o que tem de novo]",
        next_step="Se quiser, podemos conversar meia hora, ou pergunta-me por e-mail o que desejar. «Agora não» e um "
        "simples «não» são também boas respostas, e não precisa de responder: não lho vou lembrar.",
        promise="Seja qual for a sua escolha, fala sempre comigo, e sempre que escrever terá notícias minhas no prazo "
        "de um dia útil.",
        below="Temos muito pouco sobre si. O que é, e como fazer com que seja apagado de imediato, está por baixo do "
        "meu nome.",
        closing="Com os melhores cumprimentos,",
        bye_subject="Uma palavra de {me}",
        bye_talked="Agradeço o tempo que nos dedicou e a franqueza com que falou comigo.",
        bye_wrote="Há algum tempo escrevi-lhe sobre este lugar: {the_role}.",
        bye_reason="Não vamos avançar juntos, e quero que o saiba por mim: {gap}.",
        gap_reason="[a razão, tal como a diria cara a cara]",
        bye_data="O que temos sobre si apaga-se por si só. A sua página, em baixo, diz em que dia, e aí pode fazer "
        "com que seja apagado de imediato.",
        bye_open="Disse que posso voltar a contactar, e é a sério: se surgir algo que seja mesmo para si, terá "
        "notícias minhas. Pode retirar isso na sua página em qualquer altura.",
        bye_end="Não precisa de fazer mais nada. Desejo-lhe tudo de bom.",
        page="A sua própria página: o que temos, de onde o temos e como me contactar",
        forget="Esqueçam-me: um botão, de imediato",
    ),
}

GAPS = tuple(gap for words in _WORDS.values() for gap in (words.gap_why, words.gap_role, words.gap_reason))
"""Every gap of every language: a letter with one of them in it stays here."""

_THIS_ROLE = {
    "en": "a seat with us",
    "de": "einer Stelle bei uns",
    "fr": "chez nous",
    "es": "con nosotros",
    "pt": "connosco",
}
_THE_ROLE = {
    "en": "the {role} role",
    "de": "der Stelle {role}",
    "fr": "{role}",
    "es": "{role}",
    "pt": "{role}",
}


def language_for(language: str, country: str) -> str:
    """In which of our languages to begin: theirs where we know it and have it, else that of their country, or English.

    `language` is a code such as de or pt-BR. A start: the host chooses.
    """
    known = language.partition("-")[0].lower()
    if known in LANGUAGES:
        return known
    return "en" if known else _OF_COUNTRY.get(country, "en")


def draft_letter(kind: LetterKind, language: str, occasion: Occasion) -> Draft:
    """What the host could write, with its gaps. `language` is one of LANGUAGES."""
    words = _WORDS[language]
    return _first(words, occasion) if kind is LetterKind.FIRST else _goodbye(words, language, occasion)


def links_below(language: str, page: str, forget: str) -> str:
    """The two links below a letter: the person's own page, and the one that forgets them."""
    words = _WORDS[language]
    return f"{words.page}:\n{page}\n\n{words.forget}:\n{forget}"


def has_gap(text: str) -> bool:
    """Whether something is left that only the host can say."""
    return any(gap in text for gap in GAPS)


def may_become(state: LetterState, new: LetterState) -> bool:
    """Whether a letter may go from `state` to `new`. Nothing leads from "sent" back."""
    return new in _NEXT[state]


def tells_most(sources: Iterable[tuple[Terms, str]]) -> int | None:
    """Which of several words for one person is told to them: the place of the one that may tell most.

    Each is its terms and the name of whoever gave it, "" where that may not be told or is erased. One sentence and not
    several, for two could seem to contradict each other. None where there is none.
    """
    ranked = [(_telling(terms, referrer), place) for place, (terms, referrer) in enumerate(sources)]
    return min(ranked)[1] if ranked else None


def _telling(terms: Terms, referrer: str) -> int:
    """The lower, the more may be told."""
    if terms not in VEILED:
        return 0 if referrer else 2
    return 1 if terms is Terms.CONFIDENTIAL else 3


def _first(words: _Words, about: Occasion) -> Draft:
    facts = _facts(about)
    role = spoken_title(about.role)
    the_role = (words.the_role if role else words.a_role).format(
        role=role, department=words.department.format(**facts) if about.department else ""
    )
    team = words.led_by.format(**facts) if about.led_by and about.led_by != about.me else ""
    who = (words.titled if about.title else words.untitled).format(**facts)
    paragraphs = [
        words.greeting.format(**facts),
        _joined(who, about.source),
        words.why_you.format(gap=words.gap_why),
        _joined(the_role, team, words.role_facts.format(gap=words.gap_role)),
        words.next_step,
        about.offer.strip(),
        _joined(words.promise, words.below),
        f"{words.closing}\n{facts['me']}",
    ]
    return Draft(words.subject.format(**facts), "\n\n".join(filter(None, paragraphs)))


def _goodbye(words: _Words, language: str, about: Occasion) -> Draft:
    facts = _facts(about)
    role = spoken_title(about.role)
    the_role = _THE_ROLE[language].format(role=role) if role else _THIS_ROLE[language]
    begin = words.bye_talked if about.talked else words.bye_wrote.format(the_role=the_role)
    paragraphs = [
        words.greeting.format(**facts),
        begin,
        words.bye_reason.format(gap=words.gap_reason),
        words.bye_data,
        words.bye_open if about.keep else "",
        words.bye_end,
        f"{words.closing}\n{facts['me']}",
    ]
    return Draft(words.bye_subject.format(**facts), "\n\n".join(filter(None, paragraphs)))


def _facts(about: Occasion) -> dict[str, str]:
    """The names in the draft, each on one line and without what would look like a gap."""
    facts = {
        name: _plain(getattr(about, name))
        for name in ("me", "title", "company", "them", "department", "led_by")
    }
    return facts | {"first": _plain(first_name(about.them))}


def _joined(*sentences: str) -> str:
    return " ".join(sentence.strip() for sentence in sentences if sentence.strip())


def _plain(words: str) -> str:
    return " ".join(re.sub(r"[\[\]{}<>]", " ", words).split())
