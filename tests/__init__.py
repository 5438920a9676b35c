# SPDX-License-Identifier: Apache-2.0
"""The tests. The tree mirrors the package; nothing here ships with the program."""
