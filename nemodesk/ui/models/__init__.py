# SPDX-License-Identifier: Apache-2.0
"""The room Models. It loads, adds and removes nothing itself."""
