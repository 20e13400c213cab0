"""Other systems, behind contracts of ours: they translate and do nothing else.

A connector knows neither the database nor the rules. What goes wrong comes out
as a ConnectorError with a sentence that a person can act on.
"""
