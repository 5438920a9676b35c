# SPDX-License-Identifier: Apache-2.0
"""Files beside messages: their chips, in the composer and in the transcript, and their preview."""
