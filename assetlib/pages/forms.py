from __future__ import annotations

from typing import Any

from django import forms

from assetlib.accounts.models import Scope, Workspace
from assetlib.transfer.export import MAX_NAME
from assetlib.transfer.formats import FORMATS
from assetlib.transfer.upload import About
from images.models import Project, Split
from metadata.forms import read_many, read_tags
from metadata.values import Value


class FilenameForm(forms.Form):
    filename = forms.CharField(
        max_length=255, error_messages={"required": "A file needs a name, such as frame-001.jpg."}
    )


class JoinForm(forms.Form):
    """A project of the workspace to put an image in, and the split there."""

    project = forms.ModelChoiceField(
        Project.objects.none(), to_field_name="slug", empty_label="Choose a project"
    )
    split = forms.ChoiceField(choices=Split.choices, required=False)

    def __init__(self, *args: Any, workspace: Workspace, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["project"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 -- declared above
        field.queryset = workspace.projects.order_by("name")


class ProjectForm(forms.Form):
    name = forms.CharField(
        max_length=120, error_messages={"required": "A project needs a name, such as Line 3."}
    )
    description = forms.CharField(max_length=2_000, required=False, widget=forms.Textarea)


class ApiKeyForm(forms.Form):
    name = forms.CharField(
        max_length=120,
        error_messages={"required": "Say what it is for, such as “upload from line 3”."},
    )
    scopes = forms.TypedMultipleChoiceField(
        choices=Scope.choices,
        coerce=Scope,
        initial=[Scope.READ, Scope.WRITE],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one scope."},
    )


class ExportForm(forms.Form):
    """What is exported, as what; `force` is shown when the query may find what nobody meant."""

    q = forms.CharField(label="Query", required=False, max_length=10_000)
    format = forms.ChoiceField(
        choices=[(each.name, each.label) for each in FORMATS.values()],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose a format."},
    )
    project = forms.ModelChoiceField(
        Project.objects.none(),
        to_field_name="slug",
        empty_label="All of it, in one folder",
        required=False,
        help_text="Only what is in a project, in folders by its splits.",
    )
    name = forms.CharField(
        label="File name", required=False, max_length=MAX_NAME, help_text="Without it, the date."
    )
    force = forms.BooleanField(
        label="Export it all the same", required=False, widget=forms.HiddenInput
    )

    def __init__(self, *args: Any, workspace: Workspace, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["project"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 -- declared above
        field.queryset = workspace.projects.order_by("name")


class UploadForm(forms.Form):
    """What is said of every file of an upload; `about` is what the operation takes."""

    project = forms.ModelChoiceField(
        Project.objects.none(), to_field_name="slug", empty_label="No project", required=False
    )
    split = forms.ChoiceField(choices=Split.choices, required=False)
    batch = forms.CharField(max_length=120, required=False)
    tags = forms.CharField(max_length=2_000, required=False)
    metadata = forms.CharField(required=False, strip=False)

    def __init__(self, *args: Any, workspace: Workspace, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["project"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 -- declared above
        field.queryset = workspace.projects.order_by("name")

    def clean_tags(self) -> list[str]:
        return read_tags(self.cleaned_data["tags"])

    def clean_metadata(self) -> dict[str, Value]:
        return read_many(self.cleaned_data["metadata"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not cleaned.get("project") and (cleaned.get("split") or cleaned.get("batch")):
            self.add_error("project", "A split or batch belongs to a project; choose one.")
        return cleaned

    @property
    def about(self) -> About:
        return About(**self.cleaned_data)
