"""The one Django app."""

from django.apps import AppConfig


class IfnotyouConfig(AppConfig):
    """Tables, checks and jobs of ifnotyou."""

    name = "ifnotyou"
    verbose_name = "ifnotyou"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Let Django know our checks."""
        from ifnotyou import checks  # noqa: F401, PLC0415 - checks register themselves, once the app is there
