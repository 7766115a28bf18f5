"""Credentials: how mirrors get into buckets. What is secret of one is sent, and never answered."""

from __future__ import annotations

from typing import Annotated, Any

from django.db import transaction
from django.http import HttpResponse, JsonResponse
from django.urls import reverse
from ninja import Router
from pydantic import Field, SecretStr, StringConstraints

from assetlib.accounts.models import Scope, Workspace
from assetlib.api.v1 import mirror_schemas
from assetlib.api.v1.bodies import Json, Strict, Text
from assetlib.api.v1.entrance import Call, operation
from assetlib.api.v1.pagination import Cursor, Limit, page_of
from assetlib.api.v1.problems import not_found, wrong_field
from assetlib.mirror.configure import SECRETS, delete_credential, keep_credential
from assetlib.mirror.models import Credential
from assetlib.mirror.secrets import SealedError

router = Router(tags=["credentials"])
# As long as the form's.
MOST_KEY, MOST_TOKEN = 1_000, 4_000
AccessKeyId = Annotated[Text, StringConstraints(max_length=255)]
SecretKey = Annotated[SecretStr, Field(max_length=MOST_KEY)]
Token = Annotated[SecretStr, Field(max_length=MOST_TOKEN)]
Arn = Annotated[Text, StringConstraints(max_length=2_048)]
ExternalId = Annotated[Text, StringConstraints(max_length=1_224)]
SessionName = Annotated[Text, StringConstraints(max_length=64)]
Endpoint = Annotated[Text, StringConstraints(max_length=500)]
Region = Annotated[Text, StringConstraints(max_length=63)]


@operation(
    router, "GET", "/credentials", scope=Scope.ADMIN, answers={200: mirror_schemas.CredentialPage}
)
def credentials(call: Call, limit: Limit = 50, cursor: Cursor = "") -> HttpResponse:
    """List the credentials, by name. Nobody can read a secret."""
    rows = call.workspace.credentials.prefetch_related("mirrors")
    page = page_of(rows, "name", limit=limit, cursor=cursor)
    items = [credential_object(each) for each in page.items]
    return JsonResponse({"items": items, "next": page.next})


class NewCredential(Strict):
    """`keys` needs `access_key_id` and `secret_access_key`, `session` a `session_token` besides.

    `role` needs `role_arn`, and acts in it by the keys, or as this machine where that is allowed.
    """

    name: mirror_schemas.Name
    kind: mirror_schemas.KindName = "keys"
    access_key_id: AccessKeyId = ""
    secret_access_key: SecretKey | None = None
    session_token: Token | None = None
    role_arn: Arn = ""
    external_id: ExternalId = ""
    session_name: SessionName = ""
    endpoint_url: Endpoint = ""
    region: Region = ""
    addressing: mirror_schemas.AddressingName = "auto"


@operation(
    router,
    "POST",
    "/credentials",
    scope=Scope.ADMIN,
    answers={201: mirror_schemas.Credential},
    problems=(409,),
)
def create(call: Call, body: Json[NewCredential]) -> HttpResponse:
    """Keep a credential; its secrets are stored encrypted."""
    made = _put(call, Credential(workspace=call.workspace), body)
    names = {"workspace": call.workspace.slug, "credential": made.name}
    address = reverse("api-v1:credential", kwargs=names)
    return JsonResponse(credential_object(made), status=201, headers={"Location": address})


@operation(
    router,
    "GET",
    "/credentials/{credential}",
    scope=Scope.ADMIN,
    answers={200: mirror_schemas.Credential},
    url_name="credential",
)
def credential(call: Call, credential: str) -> HttpResponse:
    return JsonResponse(credential_object(_credential(call, credential)))


class CredentialPatch(Strict):
    """What is not sent, or null, stays as it is; so does a secret that is empty."""

    name: mirror_schemas.Name | None = None
    kind: mirror_schemas.KindName | None = None
    access_key_id: AccessKeyId | None = None
    secret_access_key: SecretKey | None = None
    session_token: Token | None = None
    role_arn: Arn | None = None
    external_id: ExternalId | None = None
    session_name: SessionName | None = None
    endpoint_url: Endpoint | None = None
    region: Region | None = None
    addressing: mirror_schemas.AddressingName | None = None


@operation(
    router,
    "PATCH",
    "/credentials/{credential}",
    scope=Scope.ADMIN,
    answers={200: mirror_schemas.Credential},
    problems=(409,),
)
def change(call: Call, credential: str, body: Json[CredentialPatch]) -> HttpResponse:
    """Change it for all mirrors that go by it; the next run uses it."""
    return JsonResponse(credential_object(_put(call, _credential(call, credential), body)))


@operation(
    router,
    "DELETE",
    "/credentials/{credential}",
    scope=Scope.ADMIN,
    answers={204: None},
    problems=(409,),
)
def delete(call: Call, credential: str) -> HttpResponse:
    """Forget it; 409 while a mirror goes by it."""
    delete_credential(_credential(call, credential))
    return HttpResponse(status=204)


def _credential(call: Call, name: str) -> Credential:
    found = call.workspace.credentials.prefetch_related("mirrors").filter(name=name).first()
    if found is None:
        raise not_found("credential", name)
    return found


def _put(call: Call, credential: Credential, body: Strict) -> Credential:
    said = {name: value for name, value in body.model_dump().items() if value is not None}
    secrets = {name: said.pop(name, SecretStr("")).get_secret_value() for name in SECRETS}
    with transaction.atomic():
        # Nobody else takes the name meanwhile.
        Workspace.objects.lock(call.workspace.pk)
        others = call.workspace.credentials.exclude(pk=credential.pk)
        if "name" in said and others.filter(name=said["name"]).exists():
            raise wrong_field(
                "name", f"There is a credential “{said['name']}” already.", status=409
            )
        for name, value in said.items():
            setattr(credential, name, value)
        keep_credential(credential, **secrets)
    return credential


def credential_object(credential: Credential) -> dict[str, Any]:
    try:
        kept, is_readable = [*credential.secrets], True
    except SealedError:
        kept, is_readable = [], False
    return {
        "name": credential.name,
        "kind": credential.kind,
        "access_key_id": credential.access_key_id,
        "secrets": sorted(kept),
        "is_readable": is_readable,
        "role_arn": credential.role_arn,
        "external_id": credential.external_id,
        "session_name": credential.session_name,
        "endpoint_url": credential.endpoint_url,
        "region": credential.region,
        "addressing": credential.addressing,
        "mirrors": sorted(each.name for each in credential.mirrors.all()),
        "created_at": credential.created_at,
    }
