"""Writes: each service is one thing that a person, or the calendar, can do."""
