# SPDX-License-Identifier: Apache-2.0
"""The real program on a screen of its own, found and used as a screen reader does."""
