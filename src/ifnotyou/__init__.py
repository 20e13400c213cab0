"""If not you, who should we talk to? One sincere ask after a declined offer."""

__version__ = "0.1.0"
