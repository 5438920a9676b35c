# SPDX-License-Identifier: Apache-2.0
"""Model files: which there are here, and which can be had. It downloads nothing.

gguf reads what a file says, offers knows what the hub has, foreign what other programs keep;
the modules beside them are the library on this computer.
"""
