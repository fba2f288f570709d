"""What a diagnosis returns: plain records, a table, a picture and JSON."""

from __future__ import annotations

import json
import math
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from ._extra import need
from ._joint import Numbers
from ._picture import picture
from ._record import Record, break_even, mean_squared_error

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from rich.table import Table


MIN_WIDTH = 76
"""Of the table, in characters: the lines below it are not broken, and it fits 80."""


@dataclass(frozen=True)
class Diagnosis:
    """How far the estimators are from the gradient of the expected loss.

    Parameters
    ----------
    framework
        Its name and version.
    reference
        How the gradient was found.
    gradient
        The reference gradient, in the shape of the logits.
    gradient_error
        The standard error of its length, in units of its length; 0 when it was enumerated.
    batch_size
        How many samples a timed pass had.
    seed
        The seed; it determines all numbers but ``seconds``.
    records
        One for each estimator at each temperature.
    refused
        The temperatures that an estimator refused, with its message.

    """

    framework: str
    reference: str
    gradient: Numbers
    gradient_error: float
    batch_size: int
    seed: int
    records: tuple[Record, ...]
    refused: dict[str, str]

    def to_json(self) -> str:
        """All fields; NaN as null."""
        facts = asdict(self) | {"gradient": self.gradient.tolist()}
        facts["records"] = [
            {key: _or_null(value) for key, value in record.items()} for record in self.records
        ]
        return json.dumps(facts, indent=1, allow_nan=False)

    def table(self) -> Table:
        """A row for each record, for rich to print; needs ``reinmax-multi[diagnose]``.

        It fits 80 columns. Bias and std are in units of the gradient's length, MSE of its square.
        """
        table: Table = need("rich.table").Table(
            title=f"Gradient estimators in {self.framework}",
            caption=self._caption(),
            box=need("rich.box").SIMPLE_HEAD,
            show_edge=False,
            padding=0,
            min_width=MIN_WIDTH,
            caption_justify="left",
        )
        table.add_column("estimator", overflow="fold")  # only a long name of a user's is folded
        table.add_column("tau", no_wrap=True)
        for title in ("bias", "std", "MSE", "cosine", "µs"):
            table.add_column(title, justify="right", no_wrap=True)
        for record in self.records:
            tau = record["tau"]
            table.add_row(
                record["estimator"],
                "" if tau is None else f"{tau:g}",
                _with_error(record["relative_bias"], record["relative_bias_error"]),
                _with_error(record["relative_std"], record["relative_std_error"]),
                _with_error(record["relative_mse"], record["relative_mse_error"]),
                _with_error(record["cosine"], record["cosine_error"]),
                f"{record['seconds'] * 1e6:.2f}",
            )
        return table

    def best(self, samples: int = 1) -> Record:
        """The record with the least mean squared error where so many estimates are averaged.

        A mean over a batch, or over ``sample_shape``, divides the variance by their number and
        leaves the bias: what is best for one sample need not be for a thousand.

        Parameters
        ----------
        samples
            How many estimates the mean is of, at least 1.

        Raises
        ------
        ValueError
            ``samples`` is below 1.

        """
        if samples < 1:
            raise ValueError(f"samples must be at least 1, got {samples}: count those of a mean")
        return min(self.records, key=lambda record: mean_squared_error(record, samples))

    def plot(self) -> Figure:
        """Relative bias against relative standard deviation; needs ``reinmax-multi[diagnose]``.

        Save it by ``.savefig(path)``. A line joins the temperatures of an estimator, bars are
        standard errors, and along a grey line the mean squared error is constant.
        """
        return picture(self.framework, self.records)

    def _caption(self) -> str:
        lines = [
            "bias, std: in units of the gradient's length; MSE: of its square",
            "cosine: of the mean estimate to the gradient",
            f"µs: forward and backward pass of {self.batch_size} samples, divided by them",
            f"gradient: {self.reference}",
        ]
        if self.gradient_error:
            lines.append(f"its relative standard error: {self.gradient_error:.2g}")
        if not all(record["exact"] for record in self.records):
            lines.append("in brackets: the standard error in units of the last digit")
        lines += self._turns()
        lines += [f"left out: {reason.partition(':')[0]}" for reason in self.refused.values()]
        return "\n".join(lines)

    def _turns(self) -> list[str]:
        """From how many samples on another record is the best."""
        lines: list[str] = []
        best, samples = self.best(), 1.0
        while True:
            later = [
                (turn, record)
                for record in self.records
                if samples < (turn := break_even(record, best)) < math.inf
            ]
            if not later:
                return lines
            samples, best = min(later, key=lambda turn: turn[0])
            lines.append(f"least MSE of a mean of {math.ceil(samples)} or more: {_named(best)}")


def _named(record: Record) -> str:
    tau = record["tau"]
    return record["estimator"] if tau is None else f"{record['estimator']} at tau = {tau:g}"


def _with_error(value: float, error: float) -> str:
    """The error in brackets, in units of the last digit."""
    if error == 0 or not math.isfinite(error):
        return f"{value:.3g}"
    digits = max(0, -math.floor(math.log10(error)))
    return f"{value:.{digits}f}({round(error * 10**digits)})"


def _or_null(value: Any) -> Any:
    return None if isinstance(value, float) and math.isnan(value) else value
