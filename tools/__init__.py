# SPDX-License-Identifier: Apache-2.0
"""Scripts for building and documenting NemoDesk. The program itself uses none of them."""
