"""Files MLmodel that would have MLflow run code of theirs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.labelling.mlmodel import FLAVORS, write_mlmodel
from triage.labelling.registry.format.layout import LayoutError
from triage.labelling.registry.format.mlmodel import check_mlmodel

OWN, SPARK = FLAVORS["python_function"], FLAVORS["spark"]


def test_what_this_project_writes_is_accepted(tmp_path: Path) -> None:
    write_mlmodel(tmp_path, {"python_function": OWN, "spark": SPARK})
    check_mlmodel(tmp_path)


@pytest.mark.parametrize(
    "flavors",
    [
        pytest.param({"python_function": OWN | {"loader_module": "evil"}, "spark": SPARK}, id="other loader"),
        pytest.param({"python_function": OWN | {"code": "code"}, "spark": SPARK}, id="folder of code"),
        pytest.param({"python_function": OWN | {"model_code_path": "a.py"}, "spark": SPARK}, id="model from code"),
        pytest.param({"python_function": OWN | {"data": "model.pkl"}, "spark": SPARK}, id="data"),
        pytest.param({"python_function": OWN | {"env": "conda.yaml"}, "spark": SPARK}, id="conda"),
        pytest.param({"python_function": OWN, "spark": SPARK | {"code": "code"}}, id="code of the Spark flavor"),
        pytest.param({"python_function": OWN, "spark": SPARK | {"model_data": "../x"}}, id="data elsewhere"),
        pytest.param(
            {"python_function": OWN, "spark": SPARK, "sklearn": {"pickled_model": "model.pkl"}},
            id="pickled scikit-learn",
        ),
        pytest.param({"python_function": OWN}, id="a flavor is missing"),
        pytest.param({}, id="no flavor"),
        pytest.param(None, id="nothing"),
    ],
)
def test_anything_else_is_refused(tmp_path: Path, flavors: Any) -> None:
    write_mlmodel(tmp_path, flavors)
    with pytest.raises(LayoutError, match="its MLmodel"):
        check_mlmodel(tmp_path)


@pytest.mark.parametrize(
    "text", ["!!python/object/apply:os.system ['touch marker']", "[" * 1_200, "\x00", "a", "&a [*a"]
)
def test_yaml_that_is_no_mlmodel_is_refused_and_runs_nothing(
    tmp_path: Path, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "MLmodel").write_text(text, "utf-8")
    with pytest.raises(LayoutError, match="cannot be read"):
        check_mlmodel(tmp_path)
    assert not (tmp_path / "marker").exists()
