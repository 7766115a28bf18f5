"""Where the server is and what opens it: given, in the environment, or kept by `assetlib login`."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from assetlib.sdk._errors import ConfigurationError

URL, API_KEY, CONFIG = "ASSETLIB_URL", "ASSETLIB_API_KEY", "ASSETLIB_CONFIG"


@dataclass(frozen=True, slots=True)
class Login:
    url: str
    api_key: str


def find_login(url: str | None = None, api_key: str | None = None) -> Login:
    """Return what is given, else what the environment says, else what was kept.

    An API key is kept for one address, and sent to no other. Raises ConfigurationError.
    """
    url = url or os.environ.get(URL)
    api_key = api_key or os.environ.get(API_KEY)
    kept = None if url and api_key else read_login()
    url = url or (kept.url if kept else "")
    if not url:
        raise ConfigurationError(f"Which server? Give url, set {URL}, or run: assetlib login")
    if not url.startswith(("http://", "https://")):
        raise ConfigurationError(f"“{url}” is no address: it begins with http:// or https://.")
    if not api_key and kept and kept.url.rstrip("/") == url.rstrip("/"):
        api_key = kept.api_key
    if not api_key:
        raise ConfigurationError(
            f"No API key for {url}. Give api_key, set {API_KEY}, or run: assetlib login"
        )
    if not api_key.isascii() or not api_key.isprintable() or " " in api_key:
        raise ConfigurationError("This is no API key: it is letters, digits and “_”.")
    return Login(url, api_key)


def login_file() -> Path:
    base = os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config"
    return Path(os.environ.get(CONFIG) or Path(base) / "assetlib" / "login.json")


def read_login() -> Login | None:
    """Return what was kept, or None. Raises ConfigurationError when the file is damaged."""
    path = login_file()
    try:
        return Login(**json.loads(path.read_bytes()))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError) as error:
        raise ConfigurationError(f"{path} cannot be read; run: assetlib login") from error


def keep_login(login: Login) -> Path:
    """Write it down where only this user can read it."""
    path = login_file()
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    beside = path.with_suffix(".new")
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump(asdict(login), file)
    beside.replace(path)
    return path


def forget_login() -> bool:
    """Remove what was kept; whether there was something."""
    path = login_file()
    there = path.exists()
    path.unlink(missing_ok=True)
    return there
