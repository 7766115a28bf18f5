"""The form of a credential, in pages and in Django's admin."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from assetlib.mirror.configure import SECRETS, check_credential
from assetlib.mirror.models import Credential
from assetlib.mirror.secrets import SealedError

SECRET = forms.PasswordInput(attrs={"autocomplete": "off", "spellcheck": "false"})
KEPT = "Left empty, the one that is kept stays."


class CredentialForm(forms.ModelForm[Credential]):
    """Secrets are entered and never shown; `keep_credential` is given them."""

    secret_access_key = forms.CharField(required=False, max_length=1_000, widget=SECRET)
    session_token = forms.CharField(required=False, max_length=4_000, widget=SECRET)

    class Meta:
        model = Credential
        fields: tuple[str, ...] = (
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

    def full_clean(self) -> None:
        # What a kind needs can be asked only of the whole credential, as it would be.
        super().full_clean()
        if not self.is_bound or self.errors:
            return
        try:
            check_credential(self.instance, **self.secrets)
        except ValidationError as problem:
            self.add_error(None, problem)
        except SealedError as problem:
            self.add_error(None, str(problem))
