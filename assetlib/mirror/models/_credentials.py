"""How to get into buckets."""

from __future__ import annotations

from django.core.validators import RegexValidator
from django.db import models

from assetlib.accounts.models import Workspace
from assetlib.mirror.models._named import Named
from assetlib.mirror.secrets import seal, unseal

named = RegexValidator(
    r"^[a-z0-9][a-z0-9._-]{0,62}\Z", "Lower-case letters, digits, “-”, “_” and “.” make a name."
)


# Django's own check of addresses takes no host without a dot, as `http://minio:9000` has.
addressed = RegexValidator(
    r"^https?://[^\s/?#@]+/?\Z", "An address such as https://s3.example.org is needed."
)


class CredentialKind(models.TextChoices):
    KEYS = "keys", "access keys"
    SESSION = "session", "access keys and session token"
    ROLE = "role", "assumed role"
    MACHINE = "machine", "the machine’s own"


class Addressing(models.TextChoices):
    """How a bucket's name stands in an address."""

    AUTO = "auto", "automatic"
    PATH = "path", "in the path"
    VIRTUAL = "virtual", "in the host’s name"


class Credential(Named):
    """How to get into buckets. What is secret of it is stored encrypted."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="credentials")
    name = models.CharField(max_length=63, validators=[named])
    kind = models.CharField(max_length=10, choices=CredentialKind, default=CredentialKind.KEYS)
    access_key_id = models.CharField(max_length=255, blank=True)
    sealed = models.TextField(blank=True, editable=False)
    role_arn = models.CharField("role ARN", max_length=2_048, blank=True)
    external_id = models.CharField("external id", max_length=1_224, blank=True)
    session_name = models.CharField(max_length=64, blank=True)
    endpoint_url = models.CharField(
        "endpoint URL",
        max_length=500,
        blank=True,
        validators=[addressed],
        help_text="of stores other than AWS",
    )
    region = models.CharField(max_length=63, blank=True)
    addressing = models.CharField(max_length=10, choices=Addressing, default=Addressing.AUTO)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "name"], name="one_credential_a_name")
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def secrets(self) -> dict[str, str]:
        """`secret_access_key` and `session_token`, as far as there are. Raises SealedError."""
        return unseal(self.sealed)

    def seal(self, **secrets: str) -> None:
        """Keep these secrets; to be followed by `save`."""
        self.sealed = seal({name: secret for name, secret in secrets.items() if secret})
