"""What people type, read and checked."""

from __future__ import annotations

import ipaddress
import tomllib
from typing import Any
from zoneinfo import available_timezones

from allauth.account.forms import LoginForm
from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.validators import EmailValidator, URLValidator
from django.utils import timezone

from ifnotyou.connectors.mail.services import SERVICES
from ifnotyou.models import Employee, Mailbox, Role, User, Workspace
from ifnotyou.playbook.errors import PolicyError
from ifnotyou.playbook.policy import Policy, changed
from ifnotyou.playbook.reasons import ReasonReader
from ifnotyou.playbook.tone import ToneChecker
from ifnotyou.web.countries import COUNTRIES

ROLES = (
    (Role.MEMBER.value, "Member: gets cards and asks"),
    (Role.RECRUITER.value, "Recruiter: sees the declines and hands cards over"),
    (Role.STEWARD.value, "Steward: keeps the promises of privacy, reads the audit"),
    (Role.ADMIN.value, "Admin: all of it, people and settings too"),
)

LONGEST_POLICY = 100_000

LEAST_SECRET = 16
"""Characters of what a mail service proves itself with."""

_NEW_PASSWORD = {"autocomplete": "new-password"}
_READING = (
    ("tls", "TLS (usually port 993)"),
    ("starttls", "STARTTLS (usually port 143)"),
    ("none", "None (only for a server on this machine)"),
)


class SignInForm(LoginForm):
    """allauth's form, with labels instead of placeholders, and the address named as everywhere else."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = "Your address"
        self.fields["login"].widget.attrs["autocomplete"] = "username"
        self.fields["password"].help_text = ""
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)


class SessionForm(forms.Form):
    """Which sign-in is to end."""

    session = forms.IntegerField(min_value=1, max_value=2**63 - 1)


class AskForLinkForm(forms.Form):
    """Where to send the link."""

    email = forms.EmailField(
        label="Your address", max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "username"})
    )


class WelcomeForm(forms.Form):
    """The first visitor: the company and its admin."""

    company = forms.CharField(
        label="Your company", max_length=120, widget=forms.TextInput(attrs={"autocomplete": "organization"})
    )
    name = forms.CharField(
        label="Your name", max_length=200, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    email = forms.EmailField(
        label="Your address", max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "username"})
    )
    password = forms.CharField(
        label="A password",
        strip=False,
        widget=forms.PasswordInput(attrs=_NEW_PASSWORD),
        help_text="At least twelve characters. A few words you will remember are fine.",
    )

    def clean(self) -> dict[str, Any]:
        """A password that is hard to guess, also for somebody who knows name and address."""
        answers = super().clean() or self.cleaned_data
        _check_password(self, answers, User(name=answers.get("name", ""), email=answers.get("email", "")))
        return answers


class AcceptForm(forms.Form):
    """What the invited say of themselves."""

    name = forms.CharField(
        label="Your name", max_length=200, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    password = forms.CharField(
        label="A password",
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs=_NEW_PASSWORD),
        help_text="At least twelve characters. Without one you sign in by a link that we mail you each time.",
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean(self) -> dict[str, Any]:
        """A password, where there is one, that is hard to guess."""
        answers = super().clean() or self.cleaned_data
        if answers.get("password"):
            _check_password(self, answers, self.user)
        return answers


class InviteForm(forms.Form):
    """Whom to invite."""

    name = forms.CharField(label="Name", max_length=200)
    email = forms.EmailField(label="Address", max_length=254)
    role = forms.ChoiceField(label="Role", choices=ROLES)

    def clean_role(self) -> Role:
        """The role as the program knows it."""
        return Role(self.cleaned_data["role"])


class RoleForm(forms.Form):
    """Another role."""

    role = forms.ChoiceField(label="Role", choices=ROLES)

    def clean_role(self) -> Role:
        """The role as the program knows it."""
        return Role(self.cleaned_data["role"])


class ColleagueForm(forms.Form):
    """Which colleague of the company's files somebody is: by the address they have there."""

    address = forms.EmailField(
        label="Their address in the company's files",
        required=False,
        max_length=254,
        help_text="Leave it empty if they are not in the files.",
    )

    def clean_address(self) -> Employee | None:
        """The employee; cleaned to a person, not to a text."""
        address = self.cleaned_data["address"]
        if not address:
            return None
        employee = Employee.objects.filter(email__iexact=address).order_by("-active", "pk").first()
        if employee is None:
            raise forms.ValidationError("No colleague in the company's files has this address.")
        return employee


class MeForm(forms.ModelForm[User]):
    """What somebody says about themselves."""

    class Meta:
        model = User
        fields = ("name", "timezone", "wants_cards", "wants_reminders", "wants_digest")
        labels = {  # noqa: RUF012 - as Django reads it
            "name": "Your name",
            "timezone": "Your time zone",
            "wants_cards": "Write me when a card waits for me",
            "wants_reminders": "Remind me once, two working days later",
            "wants_digest": "Monday's digest, if anything is new",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        zones = [("", "As in the company's files"), *((zone, zone) for zone in sorted(available_timezones()))]
        self.fields["timezone"] = forms.ChoiceField(label="Your time zone", choices=zones, required=False)


class AskingForm(forms.ModelForm[Employee]):
    """Whether a colleague may be asked to ask."""

    rather_not = forms.BooleanField(label="I would rather not be asked to ask", required=False)

    class Meta:
        model = Employee
        fields = ("away_until",)
        labels = {"away_until": "I am away until"}  # noqa: RUF012 - as Django reads it
        widgets = {  # noqa: RUF012 - as Django reads it
            "away_until": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        }

    field_order = ("rather_not", "away_until")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["rather_not"].initial = not self.instance.open_to_asking


class MailboxForm(forms.ModelForm[Mailbox]):
    """How somebody's own mail leaves."""

    password = forms.CharField(
        label="Password",
        required=False,
        strip=False,
        max_length=500,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text="Many providers want an app password here. It is kept encrypted.",
    )

    class Meta:
        model = Mailbox
        fields = ("address", "username")
        labels = {"address": "Your mail address", "username": "User name"}  # noqa: RUF012 - as Django reads it
        help_texts = {"username": "Often the address again."}  # noqa: RUF012 - as Django reads it
        widgets = {  # noqa: RUF012 - as Django reads it
            "username": forms.TextInput(attrs={"autocomplete": "off"})
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Needed the first time; later, empty keeps the one there is.
        self.fields["password"].required = not self.instance.pk


class WorkspaceForm(forms.ModelForm[Workspace]):
    """The company's settings."""

    smtp_port = forms.IntegerField(label="Port for sending", min_value=1, max_value=65535)
    smtp_security = forms.ChoiceField(
        label="Encryption",
        choices=(
            ("starttls", "STARTTLS (usually port 587)"),
            ("tls", "TLS (usually port 465)"),
            ("none", "None (only for a server on this machine)"),
        ),
    )
    imap_port = forms.IntegerField(label="Port for looking into Sent", min_value=1, max_value=65535)
    imap_security = forms.ChoiceField(label="Encryption for looking into Sent", choices=_READING)
    inbound_address = forms.EmailField(
        label="The address for replies",
        required=False,
        max_length=254,
        help_text="Colleagues forward to it what candidates answered. Use one that nobody uses for anything else.",
    )
    inbound_port = forms.IntegerField(label="Port of that server", min_value=1, max_value=65535)
    inbound_security = forms.ChoiceField(label="Encryption with that server", choices=_READING)
    inbound_password = forms.CharField(
        label="Password for it",
        required=False,
        strip=False,
        max_length=500,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text="Kept encrypted and never shown again. Empty keeps the one there is.",
    )
    inbound_service = forms.ChoiceField(
        label="Mail service",
        required=False,
        choices=(("", "None"), *((slug, service.label) for slug, service in SERVICES.items())),
    )
    inbound_secret = forms.CharField(
        label="Its key, or the password in the address",
        required=False,
        max_length=500,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text="Mailgun: the HTTP webhook signing key. MailerSend: the secret of the inbound route. The others: a "
        "long password that you make up. Kept encrypted and never shown again; empty keeps the one there is.",
    )
    country = forms.ChoiceField(
        label="Country",
        required=False,
        choices=(("", "Not said yet"), *COUNTRIES),
        help_text="Where the company is.",
    )
    candidate_notice = forms.BooleanField(
        label="Our notice to candidates says that we may ask them for a name",
        required=False,
        help_text="The law wants them to know beforehand (Art. 13(3) GDPR). Tick this once it is in the notice.",
    )

    class Meta:
        model = Workspace
        fields = (
            "name",
            "smtp_host",
            "smtp_port",
            "smtp_security",
            "imap_host",
            "imap_port",
            "imap_security",
            "inbound_address",
            "inbound_host",
            "inbound_port",
            "inbound_security",
            "inbound_username",
            "inbound_service",
            "country",
            "privacy_contact",
            "policy",
        )
        labels = {  # noqa: RUF012 - as Django reads it
            "name": "Company",
            "smtp_host": "Server that takes mail",
            "imap_host": "Server where mail is read",
            "inbound_host": "Server of that mailbox (IMAP)",
            "inbound_username": "User name of that mailbox",
            "privacy_contact": "Contact for privacy",
            "policy": "The playbook, where it should differ",
        }
        help_texts = {  # noqa: RUF012 - as Django reads it
            "smtp_host": "Such as smtp.example.com. Everybody adds their own user name and password.",
            "imap_host": "Such as imap.example.com. Only used to look whether a note is in the Sent folder.",
            "inbound_host": "Such as imap.example.com. It is looked into every five minutes. A mail that a colleague "
            "sent to the address is deleted there once it is stored here.",
            "privacy_contact": "An address, or the page of a form. People who are named are told to write here.",
            "policy": "TOML, only what differs. The command ifnotyou policy prints every setting with its reason.",
        }
        widgets = {  # noqa: RUF012 - as Django reads it
            "inbound_username": forms.TextInput(attrs={"autocomplete": "off"}),
            "policy": forms.Textarea(attrs={"class": "code", "spellcheck": "false", "rows": 12}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["candidate_notice"].initial = self.instance.candidate_notice_on is not None

    def clean_policy(self) -> str:
        """Only a playbook that works."""
        toml: str = self.cleaned_data["policy"]
        if len(toml) > LONGEST_POLICY:
            raise forms.ValidationError("This is far too long for a playbook.")
        try:
            policy = changed(Policy(), tomllib.loads(toml))
            ReasonReader(policy.reasons).check_phrases()
            ToneChecker(policy.tone).check_phrases()
        except tomllib.TOMLDecodeError as error:
            raise forms.ValidationError(f"This is not TOML: {error}.") from error
        except PolicyError as error:
            raise forms.ValidationError(str(error)) from error
        return toml

    def clean_smtp_host(self) -> str:
        """A name, without a way or a port in it."""
        return _host(self.cleaned_data["smtp_host"])

    def clean_imap_host(self) -> str:
        """A name, without a way or a port in it."""
        return _host(self.cleaned_data["imap_host"])

    def clean_inbound_host(self) -> str:
        """A name, without a way or a port in it."""
        return _host(self.cleaned_data["inbound_host"])

    def clean_inbound_password(self) -> str:
        """What was typed, else the one there is."""
        return self.cleaned_data["inbound_password"] or self.instance.inbound_password

    def clean_inbound_secret(self) -> str:
        """What was typed, else the one there is; nothing that could be guessed, or that no address can hold."""
        secret: str = self.cleaned_data["inbound_secret"]
        if secret and not (secret.isascii() and secret.replace("-", "").replace("_", "").isalnum()):
            raise forms.ValidationError(
                "Only letters from a to z, digits, - and _: it may stand in an address."
            )
        if secret and len(secret) < LEAST_SECRET:
            raise forms.ValidationError(f"This could be guessed: take at least {LEAST_SECRET} characters.")
        return secret or self.instance.inbound_secret

    def clean_privacy_contact(self) -> str:
        """An address, or the address of a page."""
        contact: str = self.cleaned_data["privacy_contact"].strip()
        if not contact:
            return ""
        check = EmailValidator() if "@" in contact and "/" not in contact else URLValidator(["https", "http"])
        try:
            check(contact)
        except forms.ValidationError as error:
            raise forms.ValidationError(
                "This is neither an address such as privacy@example.com nor a page such as https://example.com/privacy."
            ) from error
        return contact

    def clean(self) -> dict[str, Any]:
        """What belongs together is there together, and passwords cross no network in the clear."""
        answers = super().clean() or self.cleaned_data
        self._clean_replies(answers)
        ticked = answers.pop("candidate_notice", False)
        answers["candidate_notice_on"] = (
            self.instance.candidate_notice_on or timezone.now().date() if ticked else None
        )
        for way in ("smtp", "imap", "inbound"):
            if answers.get(f"{way}_security") == "none" and not _on_this_machine(
                answers.get(f"{way}_host", "")
            ):
                self.add_error(
                    f"{way}_security",
                    "Without encryption everybody's password could be read on its way. Choose STARTTLS or TLS.",
                )
        return answers

    def _clean_replies(self, answers: dict[str, Any]) -> None:
        """A way in needs all that belongs to it; what a way that is no more was opened with is forgotten."""
        host, service = answers.get("inbound_host"), answers.get("inbound_service")
        if "inbound_host" in answers and not host:
            answers["inbound_username"] = answers["inbound_password"] = ""
        if "inbound_service" in answers and not service:
            answers["inbound_secret"] = ""
        if (
            answers.get("inbound_address")
            and not host
            and not service
            and not {"inbound_host", "inbound_service"} & set(self.errors)
        ):
            self.add_error(
                "inbound_address", "Nothing comes in yet: name the server of its mailbox, or a mail service."
            )
        needed = {
            "inbound_address": "Which address do colleagues forward to?" if host or service else "",
            "inbound_username": "The mailbox needs a user name; often it is the address again."
            if host
            else "",
            "inbound_password": "The mailbox needs a password." if host else "",
            "inbound_secret": "Without it anybody could say to be the service." if service else "",
        }
        for name, words in needed.items():
            if words and not answers.get(name) and name not in self.errors:
                self.add_error(name, words)


def _check_password(form: forms.Form, answers: dict[str, Any], user: User) -> None:
    try:
        validate_password(answers.get("password", ""), user)
    except forms.ValidationError as error:
        form.add_error("password", error)


def _host(text: str) -> str:
    host = text.strip().lower()
    if host and not all(character.isalnum() or character in "-._:[]" for character in host):
        raise forms.ValidationError("This is not the name of a server. It looks like mail.example.com.")
    return host


def _on_this_machine(host: str) -> bool:
    """As connectors/mail/server.py has it: an unencrypted way may not leave the machine."""
    if host in {"", "localhost"}:
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
