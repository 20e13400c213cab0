"""What chance has written into a text: a short name stands in it now and then, and nobody has told it."""

import re

TOKEN = re.compile(r"(?<![\w-])(?:(?=[\w-]*[A-Z])(?=[\w-]*\d)[\w-]{30,}|[0-9a-f]{32,})(?![\w-])")


def without_chance(text: str) -> str:
    """The text without keys of forms, tokens of links and hashes; no name is so long and has a digit in it."""
    return TOKEN.sub("", text)
