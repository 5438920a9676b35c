# SPDX-License-Identifier: Apache-2.0
"""Measurements against llama.cpp's own tools: `python -m benchmarks`."""
