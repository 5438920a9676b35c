# SPDX-License-Identifier: Apache-2.0
"""Where a message is written and a model is picked. It sends nothing itself."""
