"""The command line of the tests, and what a back end's sheet says about them."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

import backends
from reinmax_multi import estimators

BACKEND = pytest.StashKey[tuple[backends.Sheet, Any]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--backend", choices=backends.NAMES, help="the one back end to test")
    parser.addoption("--device", default="cpu", help="one of the devices of its sheet")
    parser.addoption("--whole", action="store_true", help="all estimators where one of a kind do")
    parser.addoption("--memory", type=float, default=20.0, help="GiB for tests/quality/sizes")
    parser.addoption("--recordings", type=Path, help="where tests.agreement.record wrote")


def pytest_configure(config: pytest.Config) -> None:
    name, device = config.getoption("backend"), config.getoption("device")
    if name is None:
        return
    sheet = backends.sheet(name)
    if device not in sheet.devices:
        raise pytest.UsageError(f"--device {device}: {sheet.framework} runs on {sheet.devices}")
    for warning in sheet.upstream_warnings:
        config.addinivalue_line("filterwarnings", warning)
    config.stash[BACKEND] = sheet.on(device), backends.driver(name, device)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark what the sheet expects to fail; an expectation that fits no test is an error."""
    if not config.getoption("whole"):
        spared = [item for item in items if item.get_closest_marker("whole") is not None]
        config.hook.pytest_deselected(items=spared)
        items[:] = [item for item in items if item not in spared]
    if BACKEND not in config.stash:
        return
    functions = [item for item in items if isinstance(item, pytest.Function)]
    part = any("::" in argument for argument in config.args)
    for failure in chosen(config)[0].expected_failures:
        named = [item for item in functions if item.originalname == failure.test]
        fitting = [item for item in named if failure.fits(_facts(item.callspec.params))]
        if named and not fitting and not part:
            raise pytest.UsageError(f"no test fits the expected failure {failure}")
        for item in fitting if failure.is_due else ():
            reason = f"{failure.reason}: {failure.url}"
            item.add_marker(pytest.mark.xfail(reason=reason, strict=True))


def _facts(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters of a test, and what the record of its estimator says of itself."""
    record = getattr(estimators, str(parameters.get("estimator")), None)
    return {**(vars(record) if record else {}), **parameters}


def chosen(config: pytest.Config) -> tuple[backends.Sheet, Any]:
    """The sheet and the driver of the back end on the command line."""
    if BACKEND not in config.stash:
        raise pytest.UsageError(f"name one back end: --backend {'|'.join(backends.NAMES)}")
    return config.stash[BACKEND]


@pytest.fixture(scope="session")
def sheet(pytestconfig: pytest.Config) -> backends.Sheet:
    """The facts of the back end."""
    return chosen(pytestconfig)[0]


@pytest.fixture(scope="session")
def driver(pytestconfig: pytest.Config) -> Any:
    """The driver of the back end, on the chosen device."""
    return chosen(pytestconfig)[1]


@pytest.fixture(autouse=True)
def no_warning_is_logged(
    pytestconfig: pytest.Config, caplog: pytest.LogCaptureFixture
) -> Iterator[None]:
    """Frameworks log what no filter of warnings sees: recompilation, autograph, a lost graph."""
    yield
    allowed = chosen(pytestconfig)[0].upstream_logs if BACKEND in pytestconfig.stash else ()
    records = [*caplog.get_records("setup"), *caplog.get_records("call")]
    warnings = [record.getMessage() for record in records if record.levelno >= logging.WARNING]
    unknown = [text for text in warnings if not any(part in text for part in allowed)]
    assert not unknown, unknown
