"""The words of whoever wrote a mail, without what mail programs put around them.

Quoted text and signatures are cut off by a library for many languages, and by a few forms that it misses. A reply
that was forwarded stands between the note of whoever passed it on and what it answered: only what is in between counts.
"""

from __future__ import annotations

import re

from mailparser_reply.parser import EmailReplyParser

from ifnotyou.services.plain_text import plain


def own_words(raw_text: str, *, forwarded: bool = False) -> str:
    """What the candidate wrote: without quoted text, signature, and what a mail program puts around a forwarded mail.

    `forwarded` says that the text is the mail of somebody who passed a reply on: then what stands above the first
    block of headers is their own note. Without it, only a mark such as "Forwarded message" says so.
    """
    text = _wrapped(plain(raw_text, lines=True))
    text = _inside_forward(text, forwarded=forwarded)
    text = _QUOTE_HEADER.split(text, maxsplit=1)[0] if not _QUOTE_HEADER.match(text) else text
    replies = EmailReplyParser(languages=["en", "de", "fr", "es"]).read(text).replies
    body = next((reply.body for reply in replies if reply.body.strip()), "")
    kept = [line for line in body.split("\n") if not line.lstrip().startswith(">")]
    return _SIGNATURE.split("\n".join(kept), maxsplit=1)[0].strip()


_MARK = (
    r"forwarded message|weitergeleitete nachricht|message transféré|message transmis|mensaje reenviado|"
    r"mensagem (?:encaminhada|reencaminhada)"
)
_APPLE = (
    r"begin forwarded message|anfang der weitergeleiteten (?:nachricht|e-mail)|"
    r"début du message (?:réexpédié|transféré)|"
    r"inicio del mensaje reenviado|início da mensagem (?:encaminhada|reencaminhada)"
)
_ORIGINAL = (
    r"original message|ursprüngliche nachricht|message d['’]origine|mensaje original|mensagem original"
)
_FORWARD = re.compile(
    rf"^[>\s]*(?:[-_*]{{3,}}\s*(?:{_MARK})\s*[-_*]*|(?:{_APPLE})\s?:|[-_*]{{3,}}\s*(?:{_ORIGINAL})\s*[-_*]*)\s*$",
    re.IGNORECASE | re.MULTILINE,
)
_HEADER_NAME = (
    r"from|sent|to|subject|date|cc|bcc|reply-to|von|gesendet|datum|an|betreff|kopie|antwort an|"
    r"de|envoyé|à|objet|sujet|pour|répondre à|"
    r"enviado(?: el| em)?|fecha|para|asunto|data|assunto|responder a"
)
_FROM = re.compile(r"^[>\s]*\*?(?:from|von|de)\s?:\*?[^\S\n]*\S", re.IGNORECASE | re.MULTILINE)
_HEADER = re.compile(rf"^[>\s]*\*?(?:{_HEADER_NAME})\s?:\*?", re.IGNORECASE)
_LEAST_HEADERS = 2

_QUOTE_HEADER = re.compile(
    r"^[>\s]*(?:"
    r"on\b[^\n]{4,200}(?:\n[^\n]{1,200}){0,2}?\bwrote\s?:"
    r"|am\b[^\n]{4,200}(?:\n[^\n]{1,200}){0,2}?\bschrieb\b[^\n]{0,200}(?:\n[^\n:]{1,100})?:"
    r"|le\b[^\n]{4,200}(?:\n[^\n]{1,200}){0,2}?\ba écrit\s?:"
    r"|el\b[^\n]{4,200}(?:\n[^\n]{1,200}){0,2}?\bescribió\s?:"
    r"|(?:em|a|no dia)\b[^\n]{4,200}(?:\n[^\n]{1,200}){0,2}?\bescreveu\s?:"
    r"|[^\n]{3,120}<[^<>\s]+@[^<>\s]+>\s*(?:schrieb am|wrote on|escribió el|a écrit le|escreveu em)\b[^\n]{3,80}:"
    rf"|[-_]{{3,}}\s*(?:{_ORIGINAL})\s*[-_]*"
    r")\s*$",
    re.IGNORECASE | re.MULTILINE,
)
_SIGNATURE = re.compile(
    r"^[ \t]*(?:--[ \t]*"
    r"|(?:with )?(?:best|kind|warm|warmest|many|kindest)(?: (?:regards|wishes))?,?|"
    r"(?:best |kind |warm )?regards,?|cheers,?|"
    r"(?:many )?thanks(?: again)?,|thank you,|all the best,?|sincerely,?|take care,?|yours,?|love,|talk soon,?|xx?|"
    r"(?:mit )?(?:freundlichen|besten|herzlichen|lieben|vielen) grüßen,?|"
    r"(?:viele|liebe|beste|herzliche|schöne) grüße?,?|gruß,?|lg,?|vg,?|mfg,?|"
    r"(?:bien )?cordialement,?|bien à (?:toi|vous),?|amicalement,?|bises,?|(?:à bientôt),?|belle journée,?|"
    r"(?:un )?(?:saludo|abrazo)s?,?|saludos(?: cordiales)?,?|atentamente,?|un abrazo,?|"
    r"(?:um )?abraço,?s?|abraços,?|cumprimentos,?|atenciosamente,?|att,?|"
    r"sent from (?:my|outlook|mail|proton)[^\n]{0,60}|get outlook for[^\n]{0,60}|"
    r"(?:von meinem|gesendet von)[^\n]{0,60}|envoyé (?:de|depuis)[^\n]{0,60}|"
    r"enviado (?:desde|do meu|de mi|a partir)[^\n]{0,60}"
    r")[ \t]*[!.]?[ \t]*$",
    re.IGNORECASE | re.MULTILINE,
)
_LONG_LINE = 400


def _wrapped(text: str) -> str:
    """With no line longer than a mail program would make it: reading one takes time with the square of its length."""
    lines: list[str] = []
    for line in text.split("\n"):
        rest = line
        while len(rest) > _LONG_LINE:
            at = rest.rfind(" ", 1, _LONG_LINE)
            at = at if at > 0 else _LONG_LINE
            lines.append(rest[:at].rstrip())
            rest = rest[at:].lstrip()
        lines.append(rest)
    return "\n".join(line.rstrip() for line in lines)


def _inside_forward(text: str, *, forwarded: bool) -> str:
    """The words of a forwarded mail; the text itself where nothing was forwarded."""
    marked = _FORWARD.search(text)
    if marked and (forwarded or not _is_reply_mark(text, marked)):
        return _after_headers(text[marked.end() :])
    block = _first_block(text)
    if block is not None and (forwarded or not text[:block].strip(" \n>_-")):
        return _after_headers(text[block:])
    return text


def _is_reply_mark(text: str, mark: re.Match[str]) -> bool:
    """Whether it is "Original message" below an answer: what is above are the words that count."""
    is_original = re.search(_ORIGINAL, mark.group(), re.IGNORECASE)
    return bool(is_original and text[: mark.start()].strip())


def _first_block(text: str) -> int | None:
    """Where the first block of headers begins: two or more lines in a row such as "From: ..."."""
    for found in _FROM.finditer(text):
        start = found.start() + len(found.group()) - len(found.group().lstrip("\n"))
        lines = text[start:].lstrip("\n").split("\n", 4)[:4]
        if sum(bool(_HEADER.match(line)) for line in lines) >= _LEAST_HEADERS:
            return start
    return None


def _after_headers(text: str) -> str:
    """What stands below a block of headers, without the marks of a quotation around all of it."""
    lines = text.strip("\n ").split("\n")
    if all(line.startswith(">") for line in lines[:2] if line.strip()):
        lines = [re.sub(r"^> ?", "", line) for line in lines]
    while lines and not lines[0].strip():
        del lines[0]
    while lines and _HEADER.match(lines[0]):
        del lines[0]
        # A header that was too long goes on in the next line.
        while lines and lines[0].strip() and not _HEADER.match(lines[0]) and _goes_on(lines):
            del lines[0]
    return "\n".join(lines).strip()


def _goes_on(lines: list[str]) -> bool:
    """Whether another header follows within two lines."""
    return any(_HEADER.match(line) for line in lines[1:3])
