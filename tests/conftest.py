"""Settings of the random tests (``--hypothesis-profile=long`` looks longer), and how many run at once."""

import os

from hypothesis import HealthCheck, settings

pytest_plugins = ("served_people",)

# No deadline: a machine may be slow, and speed is never asserted.
settings.register_profile(
    "short", deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile(
    "long", deadline=None, max_examples=3000, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile(  # for mutation tests, which run the tests a thousand times
    "quick", deadline=None, max_examples=20, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("short")


def pytest_xdist_auto_num_workers() -> int:
    """Half as many again as there are cores: a third of the time of tests is waiting for others."""
    return max(2, (os.cpu_count() or 1) * 3 // 2)
