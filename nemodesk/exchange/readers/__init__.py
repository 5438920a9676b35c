# SPDX-License-Identifier: Apache-2.0
"""Chats of each program that we read, from decoded JSON to a chat of ours. They open no file."""
