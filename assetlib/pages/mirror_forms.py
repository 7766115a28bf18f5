"""Forms of credentials and mirrors: they clean and explain; `assetlib.mirror.configure` saves."""

from __future__ import annotations

from typing import Any

from django import forms

from assetlib.accounts.models import Workspace
from assetlib.mirror.models import Credential, Mirror

UNITS = {"minutes": 1, "hours": 60, "days": 24 * 60}
SECRET = forms.PasswordInput(attrs={"autocomplete": "off", "spellcheck": "false"})
SECRETS = ("secret_access_key", "session_token")
KEPT = "Left empty, the one that is kept stays."


class CredentialForm(forms.ModelForm[Credential]):
    """Secrets are entered and never shown."""

    secret_access_key = forms.CharField(required=False, max_length=1_000, widget=SECRET)
    session_token = forms.CharField(required=False, max_length=4_000, widget=SECRET)

    class Meta:
        model = Credential
        fields = (
            "name",
            "kind",
            "access_key_id",
            "role_arn",
            "external_id",
            "session_name",
            "endpoint_url",
            "region",
            "addressing",
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.sealed:
            for name in SECRETS:
                self.fields[name].help_text = KEPT

    @property
    def secrets(self) -> dict[str, str]:
        return {name: self.cleaned_data[name] for name in SECRETS}


class MirrorForm(forms.ModelForm[Mirror]):
    """A mirror's settings; the schedule is a number and its unit."""

    every = forms.IntegerField(
        label="Run every", required=False, min_value=0, max_value=10_000, initial=0
    )
    unit = forms.ChoiceField(
        choices=[(name, name) for name in UNITS], initial="hours", required=False
    )

    class Meta:
        model = Mirror
        fields = (
            "name",
            "credential",
            "bucket",
            "prefix",
            "include",
            "exclude",
            "manifest",
            "project",
            "strategy",
            "update_images",
            "update_metadata",
            "orphans",
            "naming",
        )
        widgets = {
            "include": forms.Textarea({"rows": 2, "placeholder": "images/**/*.jpg"}),
            "exclude": forms.Textarea({"rows": 2}),
        }

    def __init__(self, *args: Any, workspace: Workspace, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, choices, none in (
            ("credential", workspace.credentials.order_by("name"), "Choose a credential"),
            ("project", workspace.projects.order_by("name"), "No project"),
        ):
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 -- foreign keys
            field.queryset, field.empty_label = choices, none
        minutes = self.instance.every_minutes
        unit = next(
            (name for name, size in reversed(UNITS.items()) if minutes and minutes % size == 0),
            "hours",
        )
        self.initial.update(every=minutes // UNITS[unit], unit=unit)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        every = cleaned.get("every") or 0
        self.instance.every_minutes = every * UNITS[cleaned.get("unit") or "hours"]
        return cleaned
