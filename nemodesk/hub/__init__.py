# SPDX-License-Identifier: Apache-2.0
"""Talks to the hub: search, file lists and the beginnings of files. It downloads no model.

Every call connects only when somebody has asked for it, waits in the caller's thread, and ends in
one of our errors with one sentence.
"""
