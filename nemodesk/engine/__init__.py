# SPDX-License-Identifier: Apache-2.0
"""Inference in processes of its own: messages, the child's owner, and the child."""
