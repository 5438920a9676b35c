# SPDX-License-Identifier: Apache-2.0
"""Model files: what their headers say, and which of them there are. It downloads nothing."""
