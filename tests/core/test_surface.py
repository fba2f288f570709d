"""Every adapter has the same face: the family, ``bind``, one signature; there is one version."""

from __future__ import annotations

import ast
import math
import re
from importlib import metadata
from pathlib import Path

import pytest

import reinmax_multi
from reinmax_multi import estimators
from reinmax_multi.diagnosis._docstring import docstring

from . import source

IDIOM = {  # what a framework spells in its own way: its randomness and its word for an axis
    "numpy": {"rng", "axis"},
    "torch": {"generator", "dim"},
    "jax": {"key", "axis"},
    "tf": {"seed", "axis"},
}

each_adapter = pytest.mark.parametrize("adapter", source.ADAPTERS)


def function(tree, name):
    """The only function of that name, wherever it is nested."""
    (found,) = (
        node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name == name
    )
    return found


def parameters(arguments):
    """Positional parameters, and keyword-only ones, each with its default as text."""
    missing = [None] * (len(arguments.args) - len(arguments.defaults))
    defaults = [*missing, *arguments.defaults]
    positional, keyword = (
        {
            argument.arg: None if default is None else ast.unparse(default)
            for argument, default in zip(names, values, strict=True)
            if argument.arg != "self"
        }
        for names, values in (
            (arguments.args, defaults),
            (arguments.kwonlyargs, arguments.kw_defaults),
        )
    )
    return positional, keyword


def bound_parameters(adapter):
    bind = function(source.tree(source.binding(adapter)), "bind")
    return parameters(function(bind, "bound").args)


def test_every_folder_of_the_package_that_binds_is_an_adapter_listed_here():
    binding = {
        path.relative_to(source.PACKAGE).parts[0].removesuffix(".py")
        for path in source.PACKAGE.rglob("*.py")
        if "bind" in source.defined(path)
    }
    assert binding == set(source.ADAPTERS)


def test_the_family_holds_one_record_a_file_under_its_own_name():
    files = {path.stem for path in (source.PACKAGE / "estimators").glob("*.py")} - {"__init__"}
    assert files == set(estimators.__all__)
    for name in estimators.__all__:
        assert getattr(estimators, name).name == name


def test_the_hyper_parameters_have_the_defaults_and_ranges_that_the_documents_name():
    ranges = {
        (name, each.name): (each.default, "> 0" if each.positive else each.least)
        for name in estimators.__all__
        for each in getattr(estimators, name).parameters
    }
    assert ranges == {
        ("decoupled_straight_through", "forward_tau"): (1.0, "> 0"),
        ("gapped_straight_through", "gap"): (1.0, "> 0"),
        ("gumbel_rao", "num_samples"): (10, 1),
        ("reinmax_cv", "num_samples"): (10, 1),
        ("reinmax_cv", "eta"): (1.0, -math.inf),
        ("reinmax_rao", "num_samples"): (10, 1),
    }


@each_adapter
def test_an_adapter_exports_the_family_and_bind(adapter):
    # no framework there to hand a derivative to, or to differentiate a loss
    own = {"Derivative"} if adapter == "numpy" else {"diagnose"}
    exported = source.exported(source.face(adapter))
    assert exported == sorted({*estimators.__all__, "bind", "BoundEstimator"} | own)


@each_adapter
def test_an_adapter_binds_each_estimator_under_its_own_name(adapter):
    bound = {
        ast.unparse(node.targets[0]): ast.unparse(node.value)
        for node in source.tree(source.face(adapter)).body
        if isinstance(node, ast.Assign) and ast.unparse(node.value).startswith("bind(")
    }
    assert bound == {name: f"bind(estimators.{name})" for name in estimators.__all__}


@each_adapter
def test_a_bound_estimator_has_the_same_parameters_in_every_adapter(adapter):
    positional, keyword = bound_parameters(adapter)
    assert positional == {"logits": None, "tau": "1.0"}
    assert set(keyword) == IDIOM[adapter] | {"sample"}
    axis = "dim" if adapter == "torch" else "axis"
    assert keyword == {name: "-1" if name == axis else "None" for name in keyword}


@pytest.mark.parametrize("adapter", sorted(set(source.ADAPTERS) - {"numpy"}))
def test_the_protocol_for_type_checkers_is_the_signature(adapter):
    call = function(source.tree(source.binding(adapter)), "__call__")
    assert parameters(call.args) == bound_parameters(adapter)


@each_adapter
def test_the_docstring_describes_every_parameter_and_its_example_runs_the_estimator(adapter):
    (text,) = (
        ast.literal_eval(node.value)
        for node in source.tree(source.binding(adapter)).body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "_PARAMETERS"
    )
    positional, keyword = bound_parameters(adapter)
    described = re.findall(r"^    (\w+) : ", text.partition("Returns")[0], re.MULTILINE)
    assert described == [*positional, *keyword]
    assert f"from reinmax_multi.{adapter} import {{name}}" in text


def test_diagnose_has_the_same_parameters_in_every_framework():
    faces = [
        parameters(function(source.tree(source.diagnosing(adapter)), "diagnose").args)
        for adapter in source.DIFFERENTIATING
    ]
    assert faces[0][0] == {"loss": None, "logits": None, "estimators": "None"}
    assert all(face == faces[0] for face in faces)


def test_the_docstring_of_diagnose_describes_every_parameter():
    text = docstring(samples="", losses="", logits="", traced="", example="")
    described = re.findall(r"^    (\w+) : ", text.partition("Returns")[0], re.MULTILINE)
    positional, keyword = parameters(
        function(source.tree(source.diagnosing("jax")), "diagnose").args
    )
    assert described == [*positional, *keyword]


def test_the_version_is_written_in_one_place():
    literal = re.compile(rf"[\"']{re.escape(reinmax_multi.__version__)}[\"']")
    places = [path for path in source.PACKAGE.rglob("*.py") if literal.search(path.read_text())]
    assert places == [source.PACKAGE / "__init__.py"]


def test_the_distribution_has_the_version_of_the_package():
    """A checkout has a pyproject.toml that points at the package; a wheel has metadata."""
    project = source.PACKAGE.parent / "pyproject.toml"
    if project.exists():
        text = project.read_text(encoding="utf-8")
        assert 'dynamic = ["version"]' in text
        assert 'path = "reinmax_multi/__init__.py"' in text
    else:
        installed = metadata.distribution("reinmax-multi")
        assert Path(installed.locate_file("reinmax_multi")).resolve() == source.PACKAGE.resolve()
        assert installed.version == reinmax_multi.__version__
