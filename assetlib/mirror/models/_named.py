from __future__ import annotations

from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.db import models


class Named(models.Model):
    """What has a name of its own in the workspace, and says of another's that it is taken."""

    name: models.CharField[str, str]

    class Meta:
        abstract = True

    def unique_error_message(
        self,
        model_class: type[models.Model],
        unique_check: Sequence[str],  # noqa: ARG002 -- Django’s
    ) -> ValidationError:
        what = model_class.__name__.lower()
        return ValidationError(f"There is a {what} “{self.name}” already.", code="unique")
