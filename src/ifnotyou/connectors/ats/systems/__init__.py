"""One file for each system for applicants, with one class `Connector`; the registry looks in here."""
