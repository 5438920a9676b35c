# SPDX-License-Identifier: Apache-2.0
"""What stands in the window while it is locked."""
