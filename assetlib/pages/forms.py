from __future__ import annotations

from typing import Any

from django import forms

from assetlib.accounts.models import Workspace
from images.models import Project, Split


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
