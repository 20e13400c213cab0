"""Stand-ins for systems for applicants: each a server of its own on loopback that speaks as the real one does.

They are written from the published interfaces, and share nothing with the connectors: what one side got wrong the
other does not repeat. All tell of the same made-up world (world.py), each in its own words.
"""
