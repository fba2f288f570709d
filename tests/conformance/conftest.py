"""The parameters of the suite: what the sheet and the driver of the back end offer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

import backends
from reinmax_multi import estimators
from tests.conformance.cases import EVERY_CASE, KINDS, Case, cases_of
from tests.conftest import chosen

OFFERS = {
    "layout": "layouts",
    "gradient": "gradients",
    "derivative": "derivatives",
    "curvature": "curvatures",
    "third_derivative": "third_derivatives",
    "repeating_gradient": "same_bits",
    "refused": "refused",
    "tau_trace": "tau_traces",
    "argument_map": "argument_maps",
    "seed_map": "seed_maps",
    "unseeded": "unseeded",
    "round_trip": "round_trips",
}
FOLDER = Path(__file__).parent
NOT_OFFERED = object()
TRANSFORMS = ("gradient", "derivative", "curvature", "third_derivative", "tau_trace", "refused")
COMPILED = ("gumbel_rao", "minimum_variance")  # what loops, and what solves
FEW_SHAPES = ("empty-batch", "rank-3-middle-axis", "two-stages-first-axis")
"""Of an estimator that does not meet every case; JAX compiles each operation for each of them."""


@pytest.fixture(autouse=True)
def _strictness(driver: Any) -> Iterator[None]:
    with driver.strictness():
        yield


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    sheet, driver = chosen(metafunc.config)
    wanted = metafunc.fixturenames
    if "every_mode" in wanted:
        metafunc.parametrize("every_mode", list(sheet.modes))
        metafunc.parametrize("every_mode_estimator", estimators.__all__)
    family = _family(metafunc)
    if "tempered" in wanted:
        metafunc.parametrize("tempered", [name for name in family if _has_taus(name)])
    for argument, attribute in OFFERS.items():
        if argument in wanted:
            offered = _quick(metafunc, list(getattr(driver, attribute)))
            metafunc.parametrize(argument, offered or [NOT_OFFERED])
    if "repeating_seed_map" in wanted:
        offered = driver.seed_maps if "batched" in sheet.same_draws else ()
        metafunc.parametrize("repeating_seed_map", list(offered) or [NOT_OFFERED])
    if "plain_gradient" in wanted:
        plain = [name for name in driver.gradients if name not in driver.compiling][:1]
        metafunc.parametrize("plain_gradient", plain or [NOT_OFFERED])
    modes = {
        "mode": list(sheet.modes),
        "forward_mode": [mode for mode in sheet.modes if mode not in sheet.reverse_only],
        "repeating_mode": list(sheet.same_draws) or [NOT_OFFERED],
    }
    argument = next((name for name in modes if name in wanted), None)
    names = [name for name in ("estimator", argument, "dtype", "case") if name in wanted]
    if names:
        rows = _rows(sheet, family, modes.get(argument, [None]), names)
        metafunc.parametrize(names, rows, ids=lambda value: str(value))


def _family(metafunc: pytest.Metafunc) -> Sequence[str]:
    """The estimators that a test meets."""
    whole = metafunc.config.getoption("whole")
    quick = metafunc.definition.get_closest_marker("quick")
    if quick is not None and not whole:
        return quick.args
    by_kind = metafunc.definition.get_closest_marker("of_each_kind") is not None
    return KINDS if by_kind and not whole else estimators.__all__


def _quick(metafunc: pytest.Metafunc, offered: list[str]) -> list[str]:
    """For a test that asks for no more, what works and does not compile, and the plainest that
    does.
    """
    if metafunc.definition.get_closest_marker("quick") is None:
        return offered
    sheet, driver = chosen(metafunc.config)
    failing = {name for failure in sheet.expected_failures for name in failure.where.values()}
    spared = (driver.compiling - {driver.plainest}) | failing
    return [name for name in offered if name not in spared]


def _has_taus(name: str) -> bool:
    record = getattr(estimators, name)
    return record.least_tau < record.greatest_tau


def _rows(
    sheet: backends.Sheet, family: Sequence[str], modes: list[str | None], names: Sequence[str]
) -> list[list[object]]:
    """Each estimator and mode with its dtypes with their cases, as far as the test asks."""
    rows = []
    for estimator in family if "estimator" in names else [None]:
        for mode in modes:
            dtypes = sheet.modes.get(mode, sheet.dtypes) if "dtype" in names else [None]
            for dtype in dtypes:
                if _is_spared(sheet, estimator, mode) and "case" not in names:
                    continue
                cases = [None]
                if "case" in names:
                    cases = cases_of(dtype, estimator, mode in sheet.slow_modes)
                for case in cases:
                    rows.append([v for v in (estimator, mode, dtype, case) if v is not None])
    return rows


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """A test of something that the back end does not have does not exist."""
    absent = [item for item in items if _is_absent(item)]
    config.hook.pytest_deselected(items=absent)
    items[:] = [item for item in items if not _is_absent(item)]


def _is_absent(item: pytest.Item) -> bool:
    if not hasattr(item, "callspec") or not item.path.is_relative_to(FOLDER):
        return False
    parameters = item.callspec.params
    if NOT_OFFERED in parameters.values():
        return True
    estimator = parameters.get("estimator", parameters.get("tempered"))
    record = getattr(estimators, str(estimator), None)
    shape = parameters.get("shape", parameters.get("case"))
    if record is not None and record.greatest_size and isinstance(shape, Case):
        return shape.shape[shape.axis] > record.greatest_size
    if estimator in {None, *EVERY_CASE}:
        return False
    is_spared = isinstance(parameters.get("shape"), Case) and shape.name not in FEW_SHAPES
    return is_spared or _compiles_for_long(chosen(item.config)[1], parameters)


def _compiles_for_long(driver: Any, parameters: Mapping[str, Any]) -> bool:
    """A transform that compiles, other than the plainest one."""
    if not driver.compiling.intersection(parameters.get(kind) for kind in TRANSFORMS):
        return False
    plainest = parameters.get("gradient") == driver.plainest and parameters["source"] == "drawn"
    return not (plainest and parameters["estimator"] in COMPILED)


def _is_spared(sheet: backends.Sheet, estimator: str | None, mode: str | None) -> bool:
    """Whether a compilation for this estimator would only try the binding, of which one is all."""
    return mode in sheet.slow_modes and estimator not in {None, *EVERY_CASE}
