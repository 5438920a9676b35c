# SPDX-License-Identifier: Apache-2.0
"""The engine process: the only code that imports llama_cpp. It knows no window and no chats."""
