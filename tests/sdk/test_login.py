"""Where the server's address and the API key come from."""

from __future__ import annotations

from pathlib import Path

import pytest

from assetlib.sdk import ConfigurationError, Library
from assetlib.sdk._login import Login, find_login, forget_login, keep_login, login_file


@pytest.fixture(autouse=True)
def at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ASSETLIB_URL", "ASSETLIB_API_KEY", "ASSETLIB_CONFIG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))


def test_what_is_given_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSETLIB_URL", "http://env")
    monkeypatch.setenv("ASSETLIB_API_KEY", "al_env")
    keep_login(Login("http://kept", "al_kept"))

    assert find_login("http://given", "al_given") == Login("http://given", "al_given")
    assert find_login() == Login("http://env", "al_env")


def test_what_was_kept_comes_last_and_only_its_owner_can_read_it() -> None:
    path = keep_login(Login("http://kept", "al_kept"))

    assert find_login() == Login("http://kept", "al_kept")
    assert path == login_file()
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_kept_api_key_is_sent_to_no_other_server() -> None:
    keep_login(Login("http://kept", "al_kept"))

    assert find_login("http://kept/") == Login("http://kept/", "al_kept")
    with pytest.raises(ConfigurationError, match="No API key for http://other"):
        find_login("http://other")


def test_it_can_be_forgotten() -> None:
    keep_login(Login("http://kept", "al_kept"))

    assert forget_login()
    assert not forget_login()
    with pytest.raises(ConfigurationError, match=r"Which server\?"):
        find_login()


@pytest.mark.parametrize(
    ("url", "api_key", "said"),
    [
        (None, "al_key", "Which server"),
        ("localhost:8000", "al_key", "begins with http"),
        ("http://localhost", None, "No API key"),
        ("http://localhost", "al_key\n", "no API key"),
        ("http://localhost", "“al_key”", "no API key"),
    ],
)
def test_what_is_missing_is_said(url: str | None, api_key: str | None, said: str) -> None:
    with pytest.raises(ConfigurationError, match=said):
        Library(url, api_key)


def test_a_damaged_file_is_said_unless_it_is_not_needed() -> None:
    keep_login(Login("http://kept", "al_kept")).write_text("{")

    with pytest.raises(ConfigurationError, match="run: assetlib login"):
        find_login()
    assert find_login("http://given", "al_given").url == "http://given"
