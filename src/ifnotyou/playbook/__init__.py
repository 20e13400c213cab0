"""The law of the product: decisions in plain Python, standard library only.

Facts come in as records, decisions go out with their reasons. Nothing here
reads a file, a clock or a network: the day, the policy and the facts are
arguments, so the same facts always give the same answer.
"""
