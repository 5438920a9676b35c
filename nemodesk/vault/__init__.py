# SPDX-License-Identifier: Apache-2.0
"""Encrypts the file with all chats, and keeps the ways to its key. It knows no chats."""
