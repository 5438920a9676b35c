# SPDX-License-Identifier: Apache-2.0
"""Which settings and secrets go from one computer to another. It stores nothing."""

from typing import Any
from urllib.parse import urlsplit

from nemodesk.settings.declared import DECLARED
from nemodesk.settings.settings import Settings

_SECRETS = ("hf_token",)
"""Not the vault's key nor the password on start: they belong to one computer's chats."""
_OF_THE_COMPUTER = frozenset({"engine.threads", "engine.gpu_layers"})
"""Another computer has other processors."""
_ADDRESSES = ("hub.endpoint", "hub.proxy")
"""They may hold a name and a password."""


def portable_settings(settings: Settings) -> dict[str, Any]:
    """Return what was chosen, without what makes sense on this computer only, and no secrets."""
    return {
        key: value
        for key, value in settings.everything().items()
        if key not in _OF_THE_COMPUTER
        and not (key in DECLARED and DECLARED[key].is_hidden)
        and not (key in _ADDRESSES and _has_password(value))
    }


def portable_secrets(settings: Settings) -> dict[str, str]:
    """Return the secrets that make sense elsewhere, by their names or their settings' keys."""
    secrets = {name: value for name in _SECRETS if (value := settings.secret(name))}
    chosen = settings.everything()
    addresses = {key: chosen[key] for key in _ADDRESSES if _has_password(chosen.get(key))}
    return {**secrets, **addresses}


def take_settings(settings: Settings, values: dict[str, Any], *, replaces: bool) -> int:
    """Let these settings count; return how many differ from before.

    Args:
        replaces: whether all others have their defaults from now on.
    """
    before = settings.everything()
    wanted: dict[str, Any] = {}
    if replaces:
        # What belongs to the computer, or to its window, stays.
        wanted = dict.fromkeys(portable_settings(settings))
    wanted |= {key: value for key, value in values.items() if key not in _OF_THE_COMPUTER}
    settings.choose(wanted)
    after = settings.everything()
    return sum(before.get(key) != after.get(key) for key in wanted)


def take_secrets(settings: Settings, secrets: dict[str, str]) -> int:
    """Keep these secrets; return how many there are."""
    for name in _SECRETS:
        if secrets.get(name):
            settings.set_secret(name, secrets[name])
    settings.choose({key: secrets[key] for key in _ADDRESSES if key in secrets})
    return sum(name in secrets for name in (*_SECRETS, *_ADDRESSES))


def _has_password(address: object) -> bool:
    try:
        return isinstance(address, str) and "@" in urlsplit(address).netloc
    except ValueError:
        return True
