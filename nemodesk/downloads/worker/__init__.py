# SPDX-License-Identifier: Apache-2.0
"""The child process that fetches the files of one model. Only its pipes lead to it."""
