"""Notes for tests."""

from datetime import datetime, timedelta, timezone
from itertools import count

from ifnotyou.connectors.mail.message import Note, new_message_id

_numbers = count(1)


def a_note(**changes) -> Note:
    """A note that is fit to be sent, each to a recipient of its own."""
    fields = {
        "sender_name": "Maria Okafor",
        "sender_address": "maria@example.org",
        "recipient_name": "Kim Álvarez",
        "recipient_address": f"kim-{next(_numbers)}@example.net",
        "subject": "Tuesday’s talk, and one question",
        "body": "Hi Kim,\n\nI still think of the queue you drew.\n.\n..\nIf not you, whom should we talk to?\n\nMaria",
        "message_id": new_message_id("maria@example.org"),
        "date": datetime(2026, 11, 23, 9, 30, tzinfo=timezone(timedelta(hours=1))),
    }
    return Note(**(fields | changes))
