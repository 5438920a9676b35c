# SPDX-License-Identifier: Apache-2.0
"""The format of model files, and which of them the engine runs. It knows no library."""
