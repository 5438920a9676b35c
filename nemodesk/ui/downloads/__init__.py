# SPDX-License-Identifier: Apache-2.0
"""The room Downloads. It fetches nothing itself."""
