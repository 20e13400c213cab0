"""The pages that bench/web.py measures, by the names in its tables."""

FLOOR, BARE = "empty page", "empty page, not signed in"
INBOX, CARD, CLAIM = "inbox", "card", "send claim"
PERSONAL, ANONYMOUS = "candidate's page", "anonymous page"
PAGES = (FLOOR, BARE, INBOX, CARD, PERSONAL, ANONYMOUS, CLAIM)
