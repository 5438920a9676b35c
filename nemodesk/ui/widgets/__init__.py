# SPDX-License-Identifier: Apache-2.0
"""Small parts that several rooms of the window are built from. No room, no wish of its own."""
