"""Projects and images in Django's admin. Deleting an image moves it to the trash, as anywhere."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html

from assetlib.accounts.models import User
from assetlib.changes.act import act
from assetlib.changes.models import ActKind, Origin
from images import trash
from images.files import rendition_url
from images.models import Image, ImageQuerySet, Membership, Project
from images.projects import delete_project


@admin.register(Project)
class ProjectAdmin(admin.ModelAdmin[Project]):
    list_display = ("name", "slug", "workspace", "created_at")
    list_filter = ("workspace",)
    list_select_related = ("workspace",)
    search_fields = ("name", "slug", "description")
    readonly_fields = ("slug", "created_at")

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        said = [f"{project.name} (its images stay)" for project in objs]
        return said, {"projects": len(said)}, set(), []

    def delete_model(self, request: HttpRequest, obj: Project) -> None:
        delete_project(obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Project]) -> None:
        for project in queryset:
            delete_project(project)


class MembershipInline(admin.TabularInline[Membership, Image]):
    model = Membership
    extra = 0
    fields = readonly_fields = ("project", "split", "batch", "added_at")
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Image | None = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Membership]:
        return super().get_queryset(request).select_related("project")


class InTrash(admin.SimpleListFilter):
    title = "trash"
    parameter_name = "trash"

    def lookups(self, request: HttpRequest, model_admin: object) -> list[tuple[str, str]]:
        return [("no", "In the library"), ("yes", "In the trash")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Image]) -> QuerySet[Image]:
        match self.value():
            case "yes":
                return queryset.exclude(deleted_at=None)
            case "no":
                return queryset.filter(deleted_at=None)
            case _:
                return queryset


@admin.register(Image)
class ImageAdmin(admin.ModelAdmin[Image]):
    list_display = (
        "picture",
        "filename",
        "public_id",
        "workspace",
        "format",
        "uploaded_at",
        "trashed",
    )
    list_display_links = ("picture", "filename")
    list_filter = ("workspace", "format", "origin", InTrash)
    list_select_related = ("workspace",)
    search_fields = ("filename", "public_id", "sha256")
    show_full_result_count = False
    ordering = ("-id",)
    actions = ("move_to_trash", "restore")
    inlines = (MembershipInline,)

    def has_add_permission(self, request: HttpRequest) -> bool:
        # Images come from files: by upload, command or API.
        return False

    def has_change_permission(self, request: HttpRequest, obj: Image | None = None) -> bool:
        return False

    def get_actions(self, request: HttpRequest) -> Any:
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions

    @admin.display(description="")
    def picture(self, image: Image) -> str:
        return format_html(
            '<img src="{}" alt="" width="64" height="48">', rendition_url(image, "thumb")
        )

    @admin.display(boolean=True)
    def trashed(self, image: Image) -> bool:
        return image.deleted_at is not None

    @admin.action(description="Move to the trash", permissions=["delete"])
    def move_to_trash(self, request: HttpRequest, queryset: ImageQuerySet) -> None:
        count = self._move(request, queryset, ActKind.DELETE)
        messages.success(request, f"{count:,} images are in the trash.")

    @admin.action(description="Restore from the trash", permissions=["delete"])
    def restore(self, request: HttpRequest, queryset: ImageQuerySet) -> None:
        count = self._move(request, queryset, ActKind.RESTORE)
        messages.success(request, f"{count:,} images are back.")

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        said = [f"{image.filename} (to the trash)" for image in objs]
        return said, {"images": len(said)}, set(), []

    def delete_model(self, request: HttpRequest, obj: Image) -> None:
        self._move(request, Image.objects.filter(pk=obj.pk), ActKind.DELETE)

    def _move(self, request: HttpRequest, queryset: ImageQuerySet, kind: ActKind) -> int:
        by = request.user if isinstance(request.user, User) else None
        move = trash.trash if kind == ActKind.DELETE else trash.restore
        by_workspace: dict[int, list[Image]] = {}
        for image in queryset.select_related("workspace"):
            by_workspace.setdefault(image.workspace_id, []).append(image)
        count = 0
        for images in by_workspace.values():
            with act(images[0].workspace, by=by, origin=Origin.USER, kind=kind) as acting:
                count += move(acting, images)
        return count
