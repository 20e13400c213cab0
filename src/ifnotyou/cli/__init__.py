"""The commands: parse, call, print. One file for each."""
