"""People and who may do what, in Django's admin."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.forms import BaseInlineFormSet
from django.http import HttpRequest

from assetlib.accounts.models import Member, Role, User, Workspace


class MembershipInline(admin.TabularInline[Member, User]):
    model = Member
    extra = 0
    autocomplete_fields = ("workspace",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Member]:
        return super().get_queryset(request).select_related("workspace")


@admin.register(User)
class AccountAdmin(UserAdmin[User]):
    inlines = (MembershipInline,)


class MembersFormSet(BaseInlineFormSet[Member, Workspace, Any]):
    """A workspace keeps an admin: without one nobody could let others in."""

    def clean(self) -> None:
        super().clean()
        kept = [
            form for form in self.forms if form.cleaned_data and not form.cleaned_data.get("DELETE")
        ]
        if kept or self.instance.pk is None:
            roles = {form.cleaned_data.get("role") for form in kept}
            if Role.ADMIN not in roles:
                raise ValidationError("A workspace needs at least one member who is its admin.")


class MemberInline(admin.TabularInline[Member, Workspace]):
    model = Member
    formset = MembersFormSet
    extra = 0
    autocomplete_fields = ("user",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Member]:
        return super().get_queryset(request).select_related("user")
