# SPDX-License-Identifier: Apache-2.0
"""What to expect of a model on a computer, and which one to choose."""
