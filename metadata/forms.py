"""Clean what a person typed into keys, values and tags, and say what is wrong beside the field."""

from __future__ import annotations

import json
from typing import Any

from django import forms

from metadata.json_rules import MetadataProblem, parse_lines
from metadata.keynames import KeyProblem, TagProblem, check_key, check_tag
from metadata.values import TYPES, Value, ValueProblem, from_json, parse_typed

TYPE_CHOICES = [("", "auto"), *((name, value_type.label) for name, value_type in TYPES.items())]


class EntryForm(forms.Form):
    """A key and a value as typed; `typed` is what will be stored."""

    key = forms.CharField(error_messages={"required": "Type a key, such as camera_id."})
    value = forms.CharField(required=False, strip=False)
    type = forms.ChoiceField(choices=TYPE_CHOICES, required=False)

    typed: Value

    def clean_key(self) -> str:
        try:
            return check_key(self.cleaned_data["key"])
        except KeyProblem as problem:
            raise forms.ValidationError(problem.message) from problem

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if "value" in cleaned and "type" in cleaned:
            try:
                typed = cleaned["value"].replace("\r\n", "\n")
                self.typed = parse_typed(typed, cleaned["type"])
            except ValueProblem as problem:
                self.add_error("value", f"{problem.message} {problem.hint}".strip())
        return cleaned


class ChangeForm(EntryForm):
    """An entry edited in place: what was shown travels along, so a lost race is noticed."""

    shown = forms.CharField(strip=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        shown = read_shown(cleaned.get("shown", ""))
        # A browser writes line breaks as CR LF; unchanged text is no change, outer spaces and all.
        typed = cleaned.get("value", "").replace("\r\n", "\n")
        if shown is None or cleaned.get("type") != shown.type.name:
            return cleaned
        if typed == shown.text.replace("\r\n", "\n"):
            self.errors.pop("value", None)
            self.typed = shown
        return cleaned


def write_shown(value: Value | None) -> str:
    """Return the form's note of the value the editor showed; None is no entry."""
    return json.dumps(None if value is None else value.json)


def read_shown(note: str) -> Value | None:
    """Return the value of a form's note; a note nobody wrote here is as good as no entry."""
    try:
        raw = json.loads(note)
        return None if raw is None else from_json(raw)
    except (ValueError, RecursionError):
        return None


class TagForm(forms.Form):
    """One tag, or several parted by spaces or commas."""

    tags = forms.CharField(
        max_length=2_000, error_messages={"required": "Type a tag, such as needs-annotation."}
    )

    def clean_tags(self) -> list[str]:
        return read_tags(self.cleaned_data["tags"])


class ManyForm(forms.Form):
    """Pasted JSON, or lines of `key = value`; `entries` is what will be stored."""

    text = forms.CharField(
        strip=False,
        error_messages={"required": "Paste a JSON object, or lines such as camera_id = cam001."},
    )

    entries: dict[str, Value]

    def clean_text(self) -> str:
        text: str = self.cleaned_data["text"]
        self.entries = read_many(text)
        return text


def read_tags(text: str) -> list[str]:
    """Return the tags of a field, parted by spaces or commas. Raises forms.ValidationError."""
    try:
        return [check_tag(tag) for tag in text.replace(",", " ").split()]
    except TagProblem as problem:
        raise forms.ValidationError(problem.message) from problem


def read_many(text: str) -> dict[str, Value]:
    """Return the entries of pasted JSON or lines. Raises forms.ValidationError with each fault."""
    try:
        return parse_lines(text)
    except MetadataProblem as problem:
        said = [f"{each.key}: {each.message}" for each in problem.problems]
        raise forms.ValidationError(said) from problem
