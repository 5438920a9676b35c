# SPDX-License-Identifier: Apache-2.0
"""Fetching model files: the list of downloads, and the child process that fetches one of them."""
