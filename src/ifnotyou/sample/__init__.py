"""A made-up company with a hidden truth: what the playbook is shown, tried and measured on.

`world.generate` draws people, what really passed between them, and what a
company would have written down of it; `write` puts it into the CSV files that
`ifnotyou plan` reads, and the truth into a file of its own.
"""
