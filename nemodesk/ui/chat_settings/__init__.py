# SPDX-License-Identifier: Apache-2.0
"""The panel Chat settings: what can be chosen about answers. It keeps and applies nothing."""
