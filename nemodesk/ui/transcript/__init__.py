# SPDX-License-Identifier: Apache-2.0
"""The transcript: a chat's messages as widgets. It stores nothing and asks no model."""

from nemodesk.ui.transcript.transcript import Transcript

__all__ = ["Transcript"]
