# SPDX-License-Identifier: Apache-2.0
"""Markdown as flat values, parsed while it streams in. It knows no Qt and loads nothing."""
