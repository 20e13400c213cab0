"""Writes the pages that are made from the connectors. Run by `./run docs`; a test says when they are stale."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import chat_pages
import connector_pages
import mail_pages
import sign_in_pages


def pages() -> Mapping[Path, str]:
    """The text of every page, by its file."""
    makers = (connector_pages, mail_pages, chat_pages, sign_in_pages)
    return {maker.FOLDER / name: text for maker in makers for name, text in maker.pages().items()}


def main() -> None:
    """Write them."""
    for file, text in pages().items():
        file.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
