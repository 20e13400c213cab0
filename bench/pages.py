"""The pages that bench/web.py measures, by the names in its tables."""

FLOOR, BARE = "empty page", "empty page, not signed in"
FRAMED = "empty page with its frame"
INBOX, CARD, CLAIM = "inbox", "card", "send claim"
BOARD = "board"
PERSONAL, ANONYMOUS = "candidate's page", "anonymous page"
PAGES = (FLOOR, BARE, FRAMED, INBOX, BOARD, CARD, PERSONAL, ANONYMOUS, CLAIM)
