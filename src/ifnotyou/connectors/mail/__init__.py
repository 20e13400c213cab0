"""Mail from the asker's own mailbox: what a note looks like, and the ways it leaves."""
