"""Nothing leaves that nobody has seen: what would arrive, to look at, and a proof that these very words were shown.

A page shows a note before its button sends it. A program shows it to a person and hands back the `confirmation`: a
keyed hash of the whole text, of whom it comes from and goes to, and of the ask or letter. It is worth nothing for
other words.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, replace
from datetime import datetime

from ifnotyou.connectors.mail.message import Note
from ifnotyou.models import Ask, Letter, RolePage, User, Vip
from ifnotyou.playbook.asking import AskState
from ifnotyou.playbook.errors import Refusal
from ifnotyou.playbook.hosting import LetterKind, LetterState
from ifnotyou.services import asks, sending, vip_letters
from ifnotyou.services.mailboxes import standing_of


@dataclass(frozen=True)
class Mail:
    """What would arrive. `body` holds links that open something (`closed`)."""

    sender_name: str
    sender_address: str
    recipient_name: str
    recipient_address: str
    subject: str
    body: str


@dataclass(frozen=True)
class Shown:
    """What would arrive, and whether it may leave. `what` is the ask or letter, `by` whoever writes it.

    `held_back` says why it may not leave in any way, `not_by_us` why only the writer's own program can send it.
    `confirmation` is "" while it is held back.
    """

    mail: Mail
    what: str
    by: User
    held_back: Refusal | None
    not_by_us: Refusal | None
    confirmation: str


def note_shown(ask: Ask, *, by: User, now: datetime) -> Shown:
    """The saved note of an ask as it would arrive. Refusal where there is none to look at."""
    if ask.state != AskState.WAITING:
        raise asks.too_late(ask)
    if not ask.body:
        raise Refusal("empty", "Nothing is written yet: save the note first.")
    words, sender = asks.Words(ask.subject, ask.body), standing_of(by).address
    whole = asks.whole_note(ask, words)
    mail = Mail(
        ask.asker.name,
        sender,
        ask.candidate.name,
        ask.candidate.email,
        whole.subject.strip(),
        whole.body.strip(),
    )
    return _shown(
        mail,
        f"note {ask.pk}",
        by,
        held_back=_refusal(lambda: asks.refuse_unkind(ask, words)),
        not_by_us=_refusal(lambda: sending.note_of(ask, whole, sender, now)),
    )


def letter_shown(vip: Vip, kind: LetterKind, *, by: User, now: datetime) -> Shown:
    """The saved letter of a host as it would arrive. Refusal where there is none of theirs to look at."""
    letter = vip_letters.letter_of(vip, kind)
    if letter is not None and letter.state not in {LetterState.DRAFT, LetterState.SENT}:
        raise vip_letters.too_late(letter)
    vip_letters.refuse_to_write(vip, kind, by=by, now=now)
    if letter is None or letter.state != LetterState.DRAFT or letter.by_id != by.pk or not letter.body:
        raise Refusal("empty", "There is no letter of yours to look at: save it first.")
    words, sender = words_of(letter), standing_of(by).address
    held_back = _refusal(lambda: vip_letters.refuse_unfit(vip, kind, words))
    try:
        body = vip_letters.whole_letter(vip, kind, words, host=by)
    except Refusal as refusal:  # something is missing from the privacy notice
        held_back, body = held_back or refusal, letter.body
    mail = Mail(by.name, sender, vip.name, vip_letters.address_of(vip), letter.subject.strip(), body.strip())
    return _shown(
        mail,
        f"letter {letter.pk} to {vip.pk}",
        by,
        held_back=held_back,
        not_by_us=_refusal(
            lambda: vip_letters.note_of(vip, kind, words, host=by, sender_address=sender, now=now)
        ),
    )


def refuse_unseen(shown: Shown, confirmation: str) -> None:
    """Raise Refusal unless somebody was shown exactly this."""
    if shown.held_back is not None:
        raise shown.held_back
    if not hmac.compare_digest(shown.confirmation.encode(), confirmation.encode()):
        raise Refusal(
            "not_confirmed",
            "These are not the words that were looked at, or they were never shown: look at the preview, show it to "
            "the person who writes, and send its confirmation.",
        )


def seen(shown: Shown, confirmation: str) -> sending.Seen:
    """The same once more of the very mail that is about to leave: its words may have changed since it was looked at."""

    def refuse_other(note: Note) -> None:
        mail = Mail(
            note.sender_name,
            note.sender_address,
            note.recipient_name,
            note.recipient_address,
            note.subject,
            note.body.strip(),
        )
        refuse_unseen(
            replace(shown, mail=mail, confirmation=_proof(mail, shown.what, shown.by)), confirmation
        )

    return refuse_other


def words_of(letter: Letter) -> vip_letters.Words:
    """What the host has written."""
    return vip_letters.Words(letter.subject, letter.body, letter.language)


def openers_of_note(ask: Ask) -> list[str]:
    """What in the links of an ask opens something for whoever has it."""
    page = RolePage.objects.filter(job=ask.decline.job_id).first()
    return [token for token in (ask.page_token, page.token if page else "") if token]


def openers_of_letter(vip: Vip) -> list[str]:
    """The same of the links in a letter to somebody named."""
    return [vip.forget_token] if vip.forget_token else []


def closed(text: str, openers: Iterable[str]) -> str:
    """A text with its links closed: where they lead is seen, and nothing is opened."""
    for token in openers:
        text = text.replace(token, "…")
    return text


def _shown(mail: Mail, what: str, by: User, *, held_back: Refusal | None, not_by_us: Refusal | None) -> Shown:
    if not_by_us is None:
        not_by_us = _refusal(lambda: sending.mailbox_of(by))
    return Shown(mail, what, by, held_back, not_by_us, "" if held_back else _proof(mail, what, by))


def _proof(mail: Mail, what: str, by: User) -> str:
    seen = json.dumps(["confirmation", what, by.pk, asdict(mail)], sort_keys=True)
    return hmac.new(by.workspace.hash_key.encode(), seen.encode(), hashlib.sha256).hexdigest()


def _refusal(service: Callable[[], object]) -> Refusal | None:
    """Why not, if so."""
    try:
        service()
    except Refusal as refusal:
        return refusal
    return None
