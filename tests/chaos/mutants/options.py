"""How pytest is started for mistakes, and what must be the same in every process that runs tests."""

import hypothesis

OPTIONS = ["-q", "-s", "-x", "--no-header", "-p", "no:cacheprovider", "-p", "tests.chaos.mutants.memory_cloud"]
OPTIONS += ["-W", "ignore::pytest.PytestAssertRewriteWarning"]


def settle_hypothesis() -> None:
    """Try the same examples in every process, and lose no time with making failures small."""
    hypothesis.settings.register_profile(
        "mutants",
        database=None,
        derandomize=True,
        deadline=None,
        phases=(hypothesis.Phase.explicit, hypothesis.Phase.generate),
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    hypothesis.settings.load_profile("mutants")
