"""Reads: what a viewer may see, lists, and records for the playbook."""
