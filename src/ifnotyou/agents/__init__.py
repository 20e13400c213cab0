"""A server of the Model Context Protocol: the interface for programs, for an agent that works for a person."""
