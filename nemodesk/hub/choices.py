# SPDX-License-Identifier: Apache-2.0
"""What the person has chosen about the hub, as the settings say it. It asks nobody."""

import msgspec

from nemodesk.settings.settings import Settings


class HubChoices(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Choices about the hub, for this process or for a child of it.

    Attributes:
        endpoint: the hub's address; empty is the usual one.
        key: opens gated and private repositories; empty without one.
        proxy: the address of the proxy; empty is the system's.
        is_offline: nobody is to be asked anything.
    """

    endpoint: str = ""
    key: str = ""
    proxy: str = ""
    is_offline: bool = False

    def __repr__(self) -> str:
        """Tell neither the key nor a proxy's password."""
        return f"HubChoices(endpoint={bool(self.endpoint)}, is_offline={self.is_offline})"


def choices_in(settings: Settings) -> HubChoices:
    """Return what these settings say now."""
    return HubChoices(
        endpoint=settings.value("hub.endpoint"),
        key=settings.secret("hf_token") or "",
        proxy=settings.value("hub.proxy"),
        is_offline=settings.value("privacy.offline"),
    )
