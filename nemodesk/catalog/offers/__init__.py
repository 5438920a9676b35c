# SPDX-License-Identifier: Apache-2.0
"""What can be downloaded: shipped with the program, and learned from the hub. No network."""
