# SPDX-License-Identifier: Apache-2.0
"""Chats on their way in and out, and backups of everything. No Qt, no network."""
