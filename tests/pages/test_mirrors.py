"""The pages of mirrors: settings, trial, plan, runs, ledger, and where an image is in buckets."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from django.test import Client
from django.utils.html import escape
from moto import mock_aws

from assetlib.accounts.models import Role, User, Workspace
from assetlib.changes.models import ActKind, ChangeSet
from assetlib.jobs.models import Job
from assetlib.jobs.worker import work_off
from assetlib.mirror import runs
from assetlib.mirror.models import OF_EDITS, Credential, Mirror, Run, RunState, StrategyName
from assetlib.search.index import verify
from images.models import Image
from tests.conftest import logged_in
from tests.factories import make_image, make_member, make_mirror, make_project, make_user
from tests.metadata.writes import edit, held
from tests.mirror.shelf import Shelf, image_at, make_shelf, outcomes, ran

HTMX = {"HX-Request": "true"}


@pytest.fixture
def shelf() -> Iterator[Shelf]:
    with mock_aws():
        yield make_shelf()


@pytest.fixture
def mirror(workspace: Workspace, shelf: Shelf) -> Mirror:
    return make_mirror(workspace)


@pytest.fixture
def admin(workspace: Workspace) -> User:
    return make_member(workspace, Role.ADMIN, make_user("dora"))


@pytest.fixture
def as_admin(admin: User) -> Client:
    return logged_in(admin)


FORM = {
    "name": "line3",
    "bucket": "line3",
    "prefix": "raw/",
    "strategy": "mergeUserWins",
    "update_images": "on",
    "update_metadata": "on",
    "orphans": "keep",
    "naming": "path",
    "every": "2",
    "unit": "hours",
}


@pytest.fixture
def credential(mirror: Mirror) -> Credential:
    """Access keys, and no mirror that goes by them."""
    credential = mirror.credential
    mirror.delete()
    return credential


def test_an_admin_has_a_bucket_followed(
    as_admin: Client, workspace: Workspace, credential: Credential
) -> None:
    project = make_project(workspace, "Line 3")
    said = FORM | {"credential": str(credential.pk), "project": str(project.pk)}

    response = as_admin.post("/acme/mirrors/-/new", said)

    mirror = Mirror.objects.get()
    assert response["Location"] == "/acme/mirrors/line3"
    assert (mirror.bucket, mirror.prefix, mirror.project) == ("line3", "raw/", project)
    assert (mirror.strategy, mirror.every_minutes) == ("mergeUserWins", 120)
    assert mirror.due_at is not None
    page = as_admin.get("/acme/mirrors/line3/settings").content.decode()
    assert 'name="every" value="2"' in page


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"name": "Line 3"}, "make a name"),
        ({"bucket": ""}, "This field is required"),
        ({"bucket": "s3://frames/raw"}, "“frames” as the bucket and “raw/” as the prefix would"),
        ({"bucket": "Frames"}, "lower-case letters, digits"),
        ({"credential": "0"}, "Select a valid choice"),
        ({"every": "-1"}, "greater than or equal to 0"),
        ({"strategy": "theirs"}, "Select a valid choice"),
    ],
)
def test_what_is_wrong_is_said_beside_it_and_nothing_is_kept(
    as_admin: Client, credential: Credential, wrong: dict[str, str], said: str
) -> None:
    response = as_admin.post(
        "/acme/mirrors/-/new", FORM | {"credential": str(credential.pk)} | wrong
    )

    assert response.status_code == 422
    assert said in response.content.decode()
    assert not Mirror.objects.exists()


def test_a_name_that_is_taken_is_said(as_admin: Client, mirror: Mirror) -> None:
    said = FORM | {"credential": str(mirror.credential.pk)}

    response = as_admin.post("/acme/mirrors/-/new", said)

    assert response.status_code == 422
    assert "There is a mirror “line3” already." in response.content.decode()


def test_a_name_of_a_credential_that_is_taken_is_said(as_admin: Client, mirror: Mirror) -> None:
    name = mirror.credential.name
    said = {"name": name, "kind": "keys", "access_key_id": "a", "secret_access_key": "b"}

    response = as_admin.post("/acme/mirrors/-/credentials", said | {"addressing": "auto"})

    assert response.status_code == 422
    assert f"There is a credential “{name}” already." in response.content.decode()


def test_the_connection_is_tried_step_by_step_before_anything_is_kept(
    as_admin: Client, credential: Credential, shelf: Shelf
) -> None:
    shelf.put("raw/a.png", 1)
    said = FORM | {"credential": str(credential.pk)}

    good = as_admin.post("/acme/mirrors/-/test", said, headers=HTMX).content.decode()
    bad = as_admin.post("/acme/mirrors/-/test", said | {"bucket": "nowhere"}, headers=HTMX)
    unsaid = as_admin.post("/acme/mirrors/-/test", said | {"bucket": ""}, headers=HTMX)

    assert "1 object listed." in good
    assert "Read raw/a.png." in good
    assert "There is no bucket “nowhere”" in bad.content.decode()
    assert "name a bucket first" in unsaid.content.decode()
    wrong = as_admin.post(
        "/acme/mirrors/-/test", said | {"bucket": "s3://line3"}, headers=HTMX
    ).content.decode()
    assert "“line3” as the bucket would work." in wrong
    assert "name a bucket first" not in wrong
    assert not Mirror.objects.exists()


def test_secrets_are_kept_and_never_shown(as_admin: Client, workspace: Workspace) -> None:
    said = {
        "name": "store",
        "kind": "keys",
        "addressing": "auto",
        "access_key_id": "AKIA1",
        "secret_access_key": "very-secret",
    }

    assert as_admin.post("/acme/mirrors/-/credentials", said).status_code == 302

    kept = workspace.credentials.get()
    assert kept.secrets == {"secret_access_key": "very-secret"}
    again = as_admin.get("/acme/mirrors/-/credentials/store").content.decode()
    assert "very-secret" not in again
    assert "the one that is kept stays" in again
    assert (
        "the one that is kept" not in as_admin.get("/acme/mirrors/-/credentials").content.decode()
    )
    # Without one the secret stays.
    as_admin.post(
        "/acme/mirrors/-/credentials/store", said | {"secret_access_key": "", "region": "x"}
    )
    kept.refresh_from_db()
    assert (kept.region, kept.secrets) == ("x", {"secret_access_key": "very-secret"})


@pytest.mark.parametrize(
    ("kind", "field"),
    [
        ("keys", "This kind of credential needs a secret access key."),
        ("session", "This kind of credential needs a session token."),
        ("role", "This kind of credential needs a role ARN."),
        ("machine", "does not lend its own credential"),
    ],
)
def test_a_credential_without_what_it_needs_is_refused(
    as_admin: Client, workspace: Workspace, kind: str, field: str
) -> None:
    response = as_admin.post(
        "/acme/mirrors/-/credentials", {"name": "store", "kind": kind, "addressing": "auto"}
    )

    assert response.status_code == 422
    assert field in response.content.decode()
    assert not workspace.credentials.exists()


def test_a_credential_in_use_is_not_forgotten(as_admin: Client, mirror: Mirror) -> None:
    name = mirror.credential.name
    as_admin.post(f"/acme/mirrors/-/credentials/{name}/delete")
    assert Credential.objects.exists()
    mirror.delete()

    as_admin.post(f"/acme/mirrors/-/credentials/{name}/delete")

    assert not Credential.objects.exists()


def test_a_run_is_asked_for_watched_and_called_off(
    as_editor: Client, mirror: Mirror, shelf: Shelf
) -> None:
    shelf.put("a.png", 1)

    as_editor.post("/acme/mirrors/line3/run")

    page = as_editor.get("/acme/mirrors/line3", headers=HTMX).content.decode()
    assert "waits for a worker" in page
    # What came of it nobody knows yet.
    assert "Nothing there." not in page
    assert 'hx-trigger="every 1s"' in page
    as_editor.post("/acme/mirrors/line3/run")
    assert Run.objects.count() == 1
    as_editor.post("/acme/mirrors/line3/cancel")
    assert Run.objects.get().state == RunState.CANCELLED
    as_editor.post("/acme/mirrors/line3/run")
    work_off()
    done = as_editor.get("/acme/mirrors/line3").content.decode()
    assert "1 new." in done
    assert "every 1s" not in done
    assert "Changes, undo" in done


def test_a_plan_shows_what_would_come_and_what_other_strategies_would_do(
    as_editor: Client, mirror: Mirror, shelf: Shelf
) -> None:
    shelf.put("a.png", 1)
    shelf.say("a.json", {"line": 3, "site": "A"})
    ran(mirror)
    edit(image_at(mirror, "a.png"), {"line": 4, "own": True})
    shelf.put("b.png", 2)

    as_editor.post("/acme/mirrors/line3/plan")
    work_off()

    page = as_editor.get("/acme/mirrors/line3/plan").content.decode()
    assert "new image" in page
    assert "b.png" in page
    result = Job.objects.get(kind="mirror-plan").result["strategies"]
    assert result["mergeBucketWins"] == {"line": {"replaced": 1, "users": 1}}
    assert result["mergeUserWins"] == {"line": {"kept": 1}}
    assert result["append"] == {"line": {"kept": 1}}
    assert result["untilFirstChange"] == {}
    assert result["overwrite"]["own"] == {"removed": 1, "users": 1}
    other = as_editor.get("/acme/mirrors/line3/plan?strategy=overwrite").content.decode()
    assert "own" in other
    assert Image.objects.count() == 1


def test_strategies_are_called_as_in_the_settings_and_none_is_made_up(
    as_editor: Client, mirror: Mirror, shelf: Shelf
) -> None:
    shelf.put("a.png", 1)
    as_editor.post("/acme/mirrors/line3/plan")
    work_off()

    page = as_editor.get("/acme/mirrors/line3/plan?strategy=append").content.decode()

    assert "merge; the bucket wins · now" in page
    assert "Nothing would change by “only add new keys”." in page
    # What is chosen stands above what may be a long list.
    assert page.index("Strategies") < page.index("<code>a.png</code>")
    assert as_editor.get("/acme/mirrors/line3/plan?strategy=theirs").status_code == 404


def test_a_plan_that_cannot_list_says_why(as_editor: Client, mirror: Mirror) -> None:
    Mirror.objects.update(bucket="nowhere")

    as_editor.post("/acme/mirrors/line3/plan")
    work_off()

    assert "There is no bucket" in as_editor.get("/acme/mirrors/line3/plan").content.decode()


def test_the_ledger_is_filtered_and_what_it_shows_is_read_again(
    as_editor: Client, mirror: Mirror, shelf: Shelf
) -> None:
    shelf.put("good.png", 1)
    shelf.put("bad.png", 2)
    shelf.say("bad.json", b"{")
    ran(mirror)

    listed = as_editor.get("/acme/mirrors/line3/objects?outcome=problem").content.decode()
    named = as_editor.get("/acme/mirrors/line3/objects?path=good", headers=HTMX).content.decode()
    nothing = as_editor.get("/acme/mirrors/line3/objects?path=none").content.decode()

    assert "bad.png" in listed
    assert "good.png" not in listed
    assert "good.png" in named
    assert "No such object" in nothing
    shelf.say("bad.json", {"line": 3})
    as_editor.post("/acme/mirrors/line3/retry", {"outcome": "problem", "path": ""})
    work_off()
    assert held(image_at(mirror, "bad.png")) == {"line": 3}


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("none", "The ledger has no such object."),
        ("png", "These are more than 1 objects, the most that are read again at once: narrow them"),
    ],
)
def test_nothing_and_too_much_is_not_read_again(
    as_editor: Client,
    mirror: Mirror,
    shelf: Shelf,
    monkeypatch: pytest.MonkeyPatch,
    path: str,
    said: str,
) -> None:
    monkeypatch.setattr(runs, "MOST_RETRIED", 1)
    shelf.put("a.png", 1)
    shelf.put("b.png", 2)
    ran(mirror)

    answer = as_editor.post("/acme/mirrors/line3/retry", {"path": path}, follow=True)

    assert said in answer.content.decode()
    assert mirror.runs.count() == 1
    assert set(outcomes(mirror).values()) == {"synced"}
    as_editor.post("/acme/mirrors/line3/retry", {"path": "a.png"})
    assert mirror.runs.count() == 2


def test_the_image_s_page_shows_the_sidecar_beside_what_holds_and_follows_again(
    as_editor: Client, mirror: Mirror, shelf: Shelf
) -> None:
    shelf.put("a.png", 1)
    shelf.say("a.json", {"line": 3})
    ran(mirror)
    image = image_at(mirror, "a.png")
    edit(image, {"line": 4})

    panel = as_editor.get(f"/acme/images/{image.public_id}/mirrors", headers=HTMX)

    assert "differs" in panel.content.decode()
    response = as_editor.post(
        f"/acme/images/{image.public_id}/mirrors/follow", {"mirror": "line3"}, headers=HTMX
    )
    assert "changed" in response["HX-Trigger"]
    assert held(image) == {"line": 3}
    plain = as_editor.post(f"/acme/images/{image.public_id}/mirrors/follow", {"mirror": "line3"})
    assert plain["Location"] == f"/acme/images/{image.public_id}"


def test_the_image_s_page_compares_with_no_sidecar_that_has_left(
    as_editor: Client, mirror: Mirror, shelf: Shelf
) -> None:
    for path, value in (("a", 3), ("b", 4)):
        shelf.put(f"{path}.png", 1)
        shelf.say(f"{path}.json", {"line": value})
    ran(mirror)
    image = image_at(mirror, "a.png")
    shelf.drop("a.png")
    shelf.drop("a.json")
    ran(mirror)
    assert held(image) == {"line": 4}

    panel = as_editor.get(f"/acme/images/{image.public_id}/mirrors", headers=HTMX).content.decode()

    assert "differs" not in panel
    # The path is still told, with what became of it.
    assert "left the bucket" in panel


def test_following_again_is_refused_while_the_mirror_is_being_deleted(
    as_editor: Client, mirror: Mirror, shelf: Shelf
) -> None:
    shelf.put("a.png", 1)
    ran(mirror)
    image = image_at(mirror, "a.png")
    Mirror.objects.update(being_deleted=True)
    address, asked = f"/acme/images/{image.public_id}/mirrors/follow", {"mirror": "line3"}

    response = as_editor.post(address, asked, headers=HTMX)

    assert "line3 is being deleted." in response["HX-Trigger"]
    plain = as_editor.post(address, asked, follow=True)
    assert "line3 is being deleted." in plain.content.decode()


def test_the_image_s_page_says_that_the_mirror_leaves_it_alone(
    as_editor: Client, mirror: Mirror, shelf: Shelf
) -> None:
    shelf.put("a.png", 1)
    shelf.say("a.json", {"line": 3})
    ran(mirror)
    edit(image_at(mirror, "a.png"), {"line": 4})
    panel = f"/acme/images/{image_at(mirror, 'a.png').public_id}/mirrors"

    assert "leaves it alone" not in as_editor.get(panel, headers=HTMX).content.decode()
    Mirror.objects.update(strategy="untilFirstChange")
    assert "leaves it alone" in as_editor.get(panel, headers=HTMX).content.decode()


@pytest.mark.parametrize("strategy", StrategyName.values)
def test_the_editor_says_what_becomes_of_an_edit_of_what_is_the_buckets(
    as_editor: Client, mirror: Mirror, shelf: Shelf, strategy: str
) -> None:
    mirror.strategy = strategy
    mirror.save()
    shelf.put("a.png", 1)
    shelf.say("a.json", {"n": 1})
    ran(mirror)
    image = image_at(mirror, "a.png")
    edit(image, {"own": 1})
    page = f"/acme/images/{image.public_id}"

    said = as_editor.get(f"{page}?edit=n").content.decode()

    assert escape(OF_EDITS[strategy]) in said
    assert "From the bucket" not in as_editor.get(f"{page}?edit=own").content.decode()


def test_an_image_of_no_bucket_has_no_panel(as_viewer: Client, workspace: Workspace) -> None:
    image = make_image(workspace)

    panel = as_viewer.get(f"/acme/images/{image.public_id}/mirrors", headers=HTMX)

    assert "hidden" in panel.content.decode()


def test_a_deleted_mirror_leaves_images_and_entries_and_an_index_that_agrees(
    as_admin: Client, workspace: Workspace, mirror: Mirror, shelf: Shelf
) -> None:
    shelf.put("a.png", 1)
    shelf.say("a.json", {"line": 3})
    ran(mirror)
    image = image_at(mirror, "a.png")

    response = as_admin.post("/acme/mirrors/line3/delete")

    assert response["Location"] == "/acme/mirrors"
    listed = as_admin.get("/acme/mirrors").content.decode()
    assert "being deleted" in listed
    assert 'hx-trigger="every 2s"' in listed
    page = as_admin.get("/acme/mirrors/line3").content.decode()
    assert "This mirror is being deleted" in page
    assert "Run now" not in page
    work_off()
    assert not Mirror.objects.exists()
    assert held(image) == {"line": 3}
    assert not list(verify(workspace))


def test_one_with_a_run_under_way_is_not_deleted(as_admin: Client, mirror: Mirror) -> None:
    as_admin.post("/acme/mirrors/line3/run")

    response = as_admin.post("/acme/mirrors/line3/delete", follow=True)

    assert "A run of line3 is under way already" in response.content.decode()
    assert not Mirror.objects.get().being_deleted


def test_one_that_is_being_deleted_is_not_changed_or_run(as_admin: Client, mirror: Mirror) -> None:
    as_admin.post("/acme/mirrors/line3/delete")
    said = FORM | {"credential": str(mirror.credential.pk)}

    changed = as_admin.post("/acme/mirrors/line3/settings", said)
    run = as_admin.post("/acme/mirrors/line3/run", follow=True)

    assert changed.status_code == 422
    assert "line3 is being deleted." in changed.content.decode()
    assert "line3 is being deleted." in run.content.decode()
    assert not Run.objects.exists()


def test_a_run_that_failed_says_why_in_the_list_and_not_what_is_there(
    as_viewer: Client, mirror: Mirror
) -> None:
    Mirror.objects.update(bucket="nowhere")
    ran(mirror)

    for page in ("/acme/mirrors", "/acme/mirrors/line3"):
        said = as_viewer.get(page).content.decode()
        assert "There is no bucket “nowhere”" in said
        assert "Nothing there." not in said


def test_a_run_is_in_the_history_as_a_sync(as_viewer: Client, mirror: Mirror, shelf: Shelf) -> None:
    shelf.put("a.png", 1)
    ran(mirror)

    assert ChangeSet.objects.get().kind == ActKind.MIRROR
    assert "synced" in as_viewer.get("/acme/activity").content.decode()


def test_a_sync_tells_which_keys_it_has_applied(
    as_viewer: Client, mirror: Mirror, shelf: Shelf
) -> None:
    shelf.put("a.png", 1)
    shelf.say("a.json", {"site": "A", "line": 3})
    ran(mirror)
    shelf.say("a.json", {"line": 3})
    ran(mirror)

    change_set = ChangeSet.objects.latest("pk")
    page = as_viewer.get(f"/acme/changes/{change_set.pk}").content.decode()
    assert "keys from line3" in page
    assert "<del>line, site</del>" in page
    assert "<ins>line</ins>" in page


def test_a_change_tells_its_moment_by_the_clock_of_the_workspace(
    as_viewer: Client, workspace: Workspace, mirror: Mirror, shelf: Shelf
) -> None:
    shelf.put("a.png", 1)
    ran(mirror)
    Workspace.objects.update(time_zone="Asia/Tokyo")
    ChangeSet.objects.update(at=datetime(2026, 5, 1, 22, 30, tzinfo=UTC))

    page = as_viewer.get(f"/acme/changes/{ChangeSet.objects.get().pk}").content.decode()

    assert "Synced 2026-05-02 07:30" in page
    assert "2026-05-01 22:30" not in page
