from __future__ import annotations

import pytest
from pytest_django import Settings

from assetlib.mirror.secrets import SealedError, seal, unseal

SECRETS = {"secret_access_key": "hush"}


def test_what_is_sealed_is_read_again_and_says_nothing() -> None:
    sealed = seal(SECRETS)

    assert unseal(sealed) == SECRETS
    assert "hush" not in sealed
    assert seal(SECRETS) != sealed
    assert unseal("") == {}


def test_an_old_key_behind_the_new_one_still_opens(settings: Settings) -> None:
    settings.MIRROR_KEYS = ["first"]
    sealed = seal(SECRETS)

    settings.MIRROR_KEYS = ["second", "first"]
    assert unseal(sealed) == SECRETS

    settings.MIRROR_KEYS = ["second"]
    with pytest.raises(SealedError, match="ASSETLIB_MIRROR_KEY"):
        unseal(sealed)
