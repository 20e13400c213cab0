"""The one Django app."""

from django.apps import AppConfig


class IfnotyouConfig(AppConfig):
    """Tables, checks and jobs of ifnotyou."""

    name = "ifnotyou"
    verbose_name = "ifnotyou"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Let Django know our checks, and watch what is kept of who is signed in where."""
        from allauth.usersessions.models import UserSession  # noqa: PLC0415 - models, once the apps are there
        from django.contrib.auth.signals import user_logged_in  # noqa: PLC0415 - see above
        from django.db.models.signals import pre_save  # noqa: PLC0415 - see above

        from ifnotyou import checks  # noqa: F401, PLC0415 - checks register themselves, once the app is there
        from ifnotyou.services import sessions  # noqa: PLC0415 - see above

        # At the table itself: whoever writes a row, allauth too, keeps nobody's address on the internet.
        pre_save.connect(sessions.before_a_row, sender=UserSession, dispatch_uid="keep_little")
        user_logged_in.connect(sessions.began, dispatch_uid="session_began")
