# SPDX-License-Identifier: Apache-2.0
"""The window: widgets that show values and emit wishes. No engine, file or database is opened."""
