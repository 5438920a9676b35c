# SPDX-License-Identifier: Apache-2.0
"""What this computer is, and what fits into it."""
