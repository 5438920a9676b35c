# SPDX-License-Identifier: Apache-2.0
"""Every setting is declared in full, and takes what people write."""

import pytest

from nemodesk.errors import UsageError
from nemodesk.settings.declared import DECLARED, SECRETS, SECRETS_BY_HAND
from nemodesk.settings.setting import Setting


@pytest.mark.parametrize("setting", DECLARED.values(), ids=list(DECLARED))
def test_a_declaration_is_whole(setting: Setting[object]) -> None:
    """Its default is allowed, a sentence says what it does, and nonsense is refused."""
    assert setting.check(setting.default) == setting.default
    assert setting.sentence.endswith(".")
    assert (setting.kind == "choice") == bool(setting.choices)
    for nonsense in (None, object(), "\0", -10, 10**30, 1.5, [], {"a": object()}):
        with pytest.raises(UsageError, match=setting.key):
            setting.check(nonsense)


def test_secrets_are_no_settings() -> None:
    """No secret can be got like a setting, and only known ones are set by hand."""
    assert not set(SECRETS) & set(DECLARED)
    assert set(SECRETS) >= SECRETS_BY_HAND


@pytest.mark.parametrize(
    ("key", "text", "value"),
    [
        ("trash.keep_days", " 365 ", 365),
        ("downloads.rate_bytes_per_s", "1,000,000", 1_000_000),
        ("engine.gpu_layers", "-1", -1),
        ("privacy.offline", "ON", True),
        ("chat.show_speed", "no", False),
        ("appearance.language", "pt_br", "pt_BR"),
        ("hub.endpoint", "https://hub.example:8443/x", "https://hub.example:8443/x"),
        ("hub.endpoint", "", ""),
        ("hub.proxy", "socks5://user:word@proxy:1080", "socks5://user:word@proxy:1080"),
        ("window.state", '{"a": 1}', {"a": 1}),
    ],
)
def test_what_people_write_is_understood(key: str, text: str, value: object) -> None:
    """Spaces, capitals and separators do not matter."""
    assert DECLARED[key].parse(text) == value


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("trash.keep_days", "1e3"),
        ("trash.keep_days", "٣"),
        ("trash.keep_days", "9" * 5000),
        ("privacy.offline", "perhaps"),
        ("hub.endpoint", "socks5://host"),
        ("hub.endpoint", "https://"),
        ("hub.endpoint", "https://a b"),
        ("hub.proxy", "proxy:1080"),
        ("window.state", "[" * 5000),
        ("window.state", "7"),
    ],
)
def test_nonsense_is_refused(key: str, text: str) -> None:
    """The sentence says what the setting takes."""
    with pytest.raises(UsageError, match="takes"):
        DECLARED[key].parse(text)
