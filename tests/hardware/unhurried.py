# SPDX-License-Identifier: Apache-2.0
"""How hypothesis tries examples here: without a time limit, for others may take the cores."""

from hypothesis import HealthCheck, settings

UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""A decorator for tests with `given`."""

UNHURRIED_ON_DISK = settings(UNHURRIED, max_examples=40)
"""The same for tests that write files for each example."""
