"""DOOR: the command line. Parse, call a story, print; nothing is decided here.

What a command needs is imported when it runs: `assistant --help` costs neither spaCy nor the database.
"""
