# SPDX-License-Identifier: Apache-2.0
"""Where the hub is, with which key it is asked, and whether at all.

The environment says so, and what it does not say the person has chosen in the settings.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from nemodesk.errors import NetworkError
from nemodesk.hub.choices import HubChoices

DEFAULT_ENDPOINT = "https://huggingface.co"

_TRUE = frozenset({"1", "on", "yes", "true"})  # huggingface_hub: constants.py
_LONGEST_KEY = 1000
_PROXIES = ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy", "HTTP_PROXY", "http_proxy")


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """How the hub is reached.

    Attributes:
        endpoint: the hub's address without a slash at the end.
        key: opens gated and private repositories; empty without one.
        is_offline: nobody is to be asked anything.
        certificates: the file or folder with the authorities to trust instead of the system's.
        proxy: the address of the proxy that the person has chosen; empty is the environment's or
            the system's.
    """

    endpoint: str = DEFAULT_ENDPOINT
    key: str = field(default="", repr=False)
    is_offline: bool = False
    certificates: str = ""
    proxy: str = field(default="", repr=False)

    @property
    def host(self) -> str:
        """The hub's name for people, without a password that stands in its address."""
        return urlsplit(self.endpoint).netloc.rpartition("@")[2]

    def page(self, *parts: str) -> str:
        """Return the address of a page for people."""
        return "/".join([f"https://{self.host}" if self._is_public else self._bare, *parts])

    def file_address(self, repo_id: str, path: str, *, revision: str) -> str:
        """Return where a file is had."""
        from huggingface_hub import hf_hub_url  # noqa: PLC0415 - 150 ms that most starts do without

        return hf_hub_url(repo_id, path, revision=revision, endpoint=self.endpoint)

    @property
    def _is_public(self) -> bool:
        return self.endpoint == DEFAULT_ENDPOINT

    @property
    def _bare(self) -> str:
        parts = urlsplit(self.endpoint)
        return f"{parts.scheme}://{self.host}{parts.path}"


def read_surroundings(
    environment: Mapping[str, str], choices: HubChoices | None = None
) -> Surroundings:
    """Return what these variables say: HF_ENDPOINT, HF_TOKEN, HF_HUB_OFFLINE, SSL_CERT_FILE.

    They win over the person's choices; only offline is where either of them says so.

    Raises:
        NetworkError: one of them makes no sense.
    """
    choices = choices or HubChoices()
    has_proxy = any(environment.get(name) for name in _PROXIES)
    return Surroundings(
        endpoint=_endpoint(environment.get("HF_ENDPOINT", "").strip().rstrip("/"))
        or choices.endpoint.strip().rstrip("/")
        or DEFAULT_ENDPOINT,
        key=_key(environment.get("HF_TOKEN", "").strip(), "HF_TOKEN") or _key(choices.key),
        is_offline=choices.is_offline
        or any(
            environment.get(name, "").lower() in _TRUE
            for name in ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE")
        ),
        certificates=environment.get("SSL_CERT_FILE") or environment.get("SSL_CERT_DIR", ""),
        proxy="" if has_proxy else choices.proxy,
    )


def _endpoint(text: str) -> str:
    if not text:
        return ""
    try:
        parts = urlsplit(text)
        is_address = parts.scheme in {"http", "https"} and bool(parts.hostname)
        _ = parts.port  # raises ValueError for a port that is none
    except ValueError:
        is_address = False
    if not is_address:
        raise NetworkError(
            "HF_ENDPOINT does not hold the address of a hub. Write it as https://HOST, or "
            "remove it."
        )
    return text


def _key(text: str, name: str = "") -> str:
    if text.isascii() and text.isprintable() and " " not in text and len(text) <= _LONGEST_KEY:
        return text
    # The text is not shown: part of it may well be the key.
    place = name or "The setting hf_token"
    raise NetworkError(
        f"{place} does not hold a key of the hub. Copy the key again, as one word, or remove it."
    )
