"""The receipt of an anonymous name: how it is written down, and read again."""

from __future__ import annotations

from dataclasses import dataclass

SECRET_BITS = 125
"""More than the 112 that a secret needs of which an unsalted hash is kept (ASVS 5.0, 6.5.2)."""

_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no letter that looks like another one or like a digit."""
_READ_AS = str.maketrans("OIL", "011")
_GROUP = 5
_SECRET_LETTERS = SECRET_BITS // 5
_MOST_DIGITS = 18
_LONGEST = 200


@dataclass(frozen=True)
class Receipt:
    """`page` is the number of the role's page, so that the one right pool is looked into; `secret` is by chance."""

    page: int
    secret: int

    def __str__(self) -> str:
        """As one writes it down: the page's number, then five groups of five."""
        letters = "".join(_LETTERS[self.secret >> 5 * at & 31] for at in reversed(range(_SECRET_LETTERS)))
        groups = (letters[at : at + _GROUP] for at in range(0, _SECRET_LETTERS, _GROUP))
        return "-".join([str(self.page), *groups])


def read_receipt(text: str) -> Receipt | None:
    """The receipt that somebody typed; None where it is none.

    Capitals, spaces, dashes and dots do not matter, nor an O for a zero or an I or L for a one.
    """
    letters = "".join(one for one in text[:_LONGEST].upper() if one.isalnum()).translate(_READ_AS)
    page, secret = letters[:-_SECRET_LETTERS], letters[-_SECRET_LETTERS:]
    if not (page.isascii() and page.isdecimal() and len(page) <= _MOST_DIGITS):
        return None
    value = 0
    for letter in secret:
        digit = _LETTERS.find(letter)
        if digit < 0:
            return None
        value = value << 5 | digit
    return Receipt(int(page), value)
