# SPDX-License-Identifier: Apache-2.0
"""Models that other programs keep. They are read where they lie, and never changed."""
