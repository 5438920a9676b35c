# SPDX-License-Identifier: Apache-2.0
"""One turn of a chat: messages, an engine, and a stream of events. No window."""
