"""One file for each chat."""
