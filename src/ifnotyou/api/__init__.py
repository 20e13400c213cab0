"""The interface for programs: what the pages do, over HTTP, by the same rules. One file per noun."""
