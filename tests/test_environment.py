from __future__ import annotations

from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from assetlib.environment import database, flag, number, secret_key, storage, words


@pytest.mark.parametrize(
    ("text", "value"),
    [("1", True), ("TRUE", True), (" on ", True), ("0", False), ("off", False), ("", True)],
)
def test_a_switch(monkeypatch: pytest.MonkeyPatch, text: str, value: bool) -> None:
    monkeypatch.setenv("SWITCH", text)

    assert flag("SWITCH", default=True) is value


@pytest.mark.parametrize(
    ("read", "text", "said"),
    [
        (lambda: flag("X", default=False), "maybe", "X is “maybe”; true or false would work"),
        (lambda: number("X", 8), "many", "a whole number such as 8 would work"),
        (lambda: number("X", 8), "-1", "a whole number"),
        (lambda: database("X", Path("a")), "mysql://host/name", "sqlite or postgres would work"),
    ],
)
def test_what_does_not_read_says_which_and_what_would(
    monkeypatch: pytest.MonkeyPatch, read: object, text: str, said: str
) -> None:
    monkeypatch.setenv("X", text)

    with pytest.raises(ImproperlyConfigured, match=said):
        read()  # type: ignore[operator]


def test_sqlite_writes_are_immediate_and_postgres_connections_are_kept(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("X", raising=False)
    embedded = database("X", tmp_path / "a.sqlite3")
    monkeypatch.setenv("X", "postgres://me@db.example/assets")
    server = database("X", tmp_path)

    assert embedded["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert embedded["CONN_MAX_AGE"] is None
    assert (server["HOST"], server["NAME"], server["USER"]) == ("db.example", "assets", "me")


def test_files_lie_in_a_folder_or_a_bucket(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("X", raising=False)
    assert storage("X", tmp_path)["OPTIONS"] == {"location": tmp_path}
    monkeypatch.setenv(
        "X", "s3://assets/library?endpoint=http://127.0.0.1:9000&region=eu-1&addressing=path"
    )

    options = storage("X", tmp_path)["OPTIONS"]

    assert options["bucket_name"] == "assets"
    assert options["location"] == "library"
    assert options["endpoint_url"] == "http://127.0.0.1:9000"
    assert options["addressing_style"] == "path"
    assert options["signature_version"] == "s3v4"


def test_the_secret_key_is_made_once_and_only_its_owner_reads_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("X", raising=False)
    file = tmp_path / "secret"

    first, again = secret_key("X", file), secret_key("X", file)

    assert first == again
    assert len(first) >= 50
    assert file.stat().st_mode & 0o077 == 0
    monkeypatch.setenv("X", "given")
    assert secret_key("X", file) == "given"


def test_words_are_parted_by_spaces_or_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("X", "a.example, b.example  c.example")

    assert words("X", "") == ["a.example", "b.example", "c.example"]
