"""The form of a mirror: it cleans and explains; `assetlib.mirror.configure` saves."""

from __future__ import annotations

from typing import Any

from django import forms

from assetlib.accounts.models import Workspace
from assetlib.mirror.models import Mirror

UNITS = {"minutes": 1, "hours": 60, "days": 24 * 60}


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
