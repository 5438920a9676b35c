# SPDX-License-Identifier: Apache-2.0
"""Private, offline chat with language models on a person's own computer."""

__version__ = "0.1.0"
