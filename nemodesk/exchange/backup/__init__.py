# SPDX-License-Identifier: Apache-2.0
"""Everything in one file, and out of it again on this computer or another. No Qt."""
