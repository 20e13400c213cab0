"""The pages that bench/web.py measures, by the names in its tables."""

FLOOR, BARE = "empty page", "empty page, not signed in"
INBOX, CARD, CLAIM = "inbox", "card", "send claim"
PAGES = (FLOOR, BARE, INBOX, CARD, CLAIM)
