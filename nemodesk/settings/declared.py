# SPDX-License-Identifier: Apache-2.0
"""All settings and secrets that there are. It keeps no value."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from nemodesk.settings.setting import Effect, Page, Setting

_GIB = 1024**3

_ALL: tuple[Setting[Any], ...] = (
    Setting(
        key="appearance.theme",
        kind="choice",
        default="system",
        choices=("system", "light", "dark", "high_contrast"),
        sentence="How the window looks; “system” follows the computer.",
    ),
    Setting(
        key="appearance.language",
        kind="choice",
        default="system",
        choices=("system", "en", "zh_CN", "es", "fr", "de", "ja", "pt_BR", "ar"),
        sentence="The language of the window; “system” follows the computer.",
        takes_effect=Effect.NEXT_START,
    ),
    Setting(
        key="window.state",
        kind="record",
        default={},
        sentence="Where the window was and how it was arranged.",
        is_hidden=True,
    ),
    Setting(
        key="first_run.finished",
        kind="switch",
        default=False,
        sentence="Whether the first page has been answered.",
        takes_effect=Effect.NEXT_START,
        is_hidden=True,
    ),
    Setting(
        key="keyring.absence_told",
        kind="switch",
        default=False,
        sentence="Whether the window has said that there is no keyring.",
        is_hidden=True,
    ),
    Setting(
        key="chat.send_with",
        kind="choice",
        default="enter",
        choices=("enter", "ctrl_enter"),
        sentence="Which key sends a message; the other one begins a new line.",
    ),
    Setting(
        key="chat.automatic_titles",
        kind="switch",
        default=True,
        sentence="The model gives a new chat its title.",
        takes_effect=Effect.NEXT_MESSAGE,
    ),
    Setting(
        key="chat.show_speed",
        kind="switch",
        default=False,
        sentence="Each answer says how fast it was written.",
    ),
    Setting(
        key="downloads.rate_bytes_per_s",
        kind="number",
        default=0,
        maximum=100 * _GIB,
        unit="bytes a second; 0 sets no limit",
        sentence="How fast all downloads together may be.",
        page=Page.STORAGE,
    ),
    Setting(
        key="trash.keep_days",
        kind="number",
        default=30,
        minimum=1,
        maximum=3650,
        unit="days",
        sentence="How long removed chats and models stay in the trash.",
        page=Page.STORAGE,
    ),
    Setting(
        key="engine.threads",
        kind="number",
        default=0,
        maximum=1024,
        unit="threads; 0 is automatic",
        sentence="How many of the processor's threads compute.",
        takes_effect=Effect.NEXT_LOAD,
        page=Page.PERFORMANCE,
    ),
    Setting(
        key="engine.context_tokens",
        kind="number",
        default=0,
        maximum=16 * 1024 * 1024,
        unit="tokens; 0 is automatic",
        sentence="How much of a chat a model keeps in mind.",
        takes_effect=Effect.NEXT_LOAD,
        page=Page.PERFORMANCE,
    ),
    Setting(
        key="engine.gpu_layers",
        kind="number",
        default=-1,
        minimum=-1,
        maximum=10_000,
        unit="layers; -1 is automatic",
        sentence="How many layers of a model the graphics card computes.",
        takes_effect=Effect.NEXT_LOAD,
        page=Page.PERFORMANCE,
    ),
    Setting(
        key="engine.cache_type",
        kind="choice",
        default="f16",
        choices=("f16", "q8_0"),
        sentence="How exactly the chat is kept in memory; q8_0 takes half the room.",
        takes_effect=Effect.NEXT_LOAD,
        page=Page.PERFORMANCE,
    ),
    Setting(
        key="privacy.offline",
        kind="switch",
        default=False,
        sentence="NemoDesk makes no connection at all.",
        page=Page.PRIVACY,
        environment=("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE"),
    ),
    Setting(
        key="hub.endpoint",
        kind="address",
        default="",
        sentence="Where models come from; empty is huggingface.co.",
        takes_effect=Effect.NEXT_REQUEST,
        page=Page.CONNECTIONS,
        environment=("HF_ENDPOINT",),
    ),
    Setting(
        key="hub.proxy",
        kind="address",
        default="",
        schemes=("http", "https", "socks5", "socks5h"),
        sentence="The proxy to reach it through; empty is the system's.",
        takes_effect=Effect.NEXT_REQUEST,
        page=Page.CONNECTIONS,
        environment=("HTTPS_PROXY", "ALL_PROXY"),
    ),
    Setting(
        key="lock.enabled",
        kind="switch",
        default=False,
        sentence="NemoDesk asks for a password before it shows chats.",
        page=Page.PRIVACY,
    ),
    Setting(
        key="lock.after_minutes",
        kind="number",
        default=0,
        maximum=1440,
        unit="minutes; 0 asks only at the start",
        sentence="After how long without use it asks again.",
        page=Page.PRIVACY,
    ),
)

DECLARED: Mapping[str, Setting[Any]] = MappingProxyType({setting.key: setting for setting in _ALL})
"""Every setting by its key, in the order in which people read them."""

SECRETS: Mapping[str, str] = MappingProxyType(
    {
        "hf_token": "The key that opens gated and private repositories of the hub.",
        "vault_key": "The key of the encrypted chats.",
        "lock_password": "What the password on start is checked with.",
    }
)
"""Every secret by its name, with what it is. Their values are in the keyring or nowhere."""

SECRETS_BY_HAND = frozenset({"hf_token"})
"""Those that a person sets. Changing the others by hand would lock the person out."""
