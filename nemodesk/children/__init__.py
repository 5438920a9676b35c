# SPDX-License-Identifier: Apache-2.0
"""Child processes of this program: how they are started, spoken to and ended."""
