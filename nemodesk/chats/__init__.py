# SPDX-License-Identifier: Apache-2.0
"""The chats that are kept: their values and their SQLite store. No engine, no window."""
