"""The parameters of the suite: what the sheet and the driver of the back end offer."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

import backends
from reinmax_multi import estimators
from tests.conformance.cases import every_case, telling_cases
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
    "seed_map": "seed_maps",
    "unseeded": "unseeded",
    "round_trip": "round_trips",
}
NOT_OFFERED = object()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    sheet, driver = chosen(metafunc.config)
    wanted = metafunc.fixturenames
    if "estimator" in wanted:
        metafunc.parametrize("estimator", estimators.__all__)
    for argument, attribute in OFFERS.items():
        if argument in wanted:
            metafunc.parametrize(argument, list(getattr(driver, attribute)) or [NOT_OFFERED])
    if "repeating_seed_map" in wanted:
        offered = driver.seed_maps if "batched" in sheet.same_draws else ()
        metafunc.parametrize("repeating_seed_map", list(offered) or [NOT_OFFERED])
    modes = {
        "mode": list(sheet.modes),
        "forward_mode": [mode for mode in sheet.modes if mode not in sheet.reverse_only],
        "repeating_mode": list(sheet.same_draws) or [NOT_OFFERED],
    }
    argument = next((name for name in modes if name in wanted), None)
    names = [name for name in (argument, "dtype", "case") if name in wanted]
    if names:
        rows = _rows(sheet, modes.get(argument, [None]), names)
        metafunc.parametrize(names, rows, ids=lambda value: str(value))


def _rows(
    sheet: backends.Sheet, modes: list[str | None], names: Sequence[str]
) -> list[list[object]]:
    """Each mode with its dtypes with their cases, as far as the test asks for them."""
    rows = []
    for mode in modes:
        for dtype in sheet.modes.get(mode, sheet.dtypes) if "dtype" in names else [None]:
            cases = telling_cases if mode in sheet.slow_modes else every_case
            for case in cases(dtype) if "case" in names else [None]:
                rows.append([value for value in (mode, dtype, case) if value is not None])
    return rows


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """A test of something that the back end does not have does not exist."""
    absent = [item for item in items if _is_absent(item)]
    config.hook.pytest_deselected(items=absent)
    items[:] = [item for item in items if not _is_absent(item)]


def _is_absent(item: pytest.Item) -> bool:
    return hasattr(item, "callspec") and NOT_OFFERED in item.callspec.params.values()
