# SPDX-License-Identifier: Apache-2.0
"""The room Settings and its pages. It reads and writes no settings."""
