"""Pages: fetch, validate, one service, answer."""
