# SPDX-License-Identifier: Apache-2.0
"""Chats as JSON, JSON lines, Markdown and HTML, piece by piece. They open no file."""
