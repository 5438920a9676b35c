# SPDX-License-Identifier: Apache-2.0
"""Files that a person gives to a model: what they are, and the text in them."""
