# SPDX-License-Identifier: Apache-2.0
"""The list of chats at the window's leading edge. It loads and stores nothing."""
