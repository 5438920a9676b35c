# SPDX-License-Identifier: Apache-2.0
"""The process that reads one document and ends."""
