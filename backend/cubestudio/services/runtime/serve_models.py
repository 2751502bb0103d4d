"""How each framework's files are loaded and asked. Of every class: `prepare` gives rows the form that the
model takes and raises when that cannot be done, before the model is called; `predict` calls it, for
probabilities (`chances`) where it has these."""

import glob
import importlib.util
import json
import os
import re
import sys

from serve_rows import Failed, Wrong, columns, described, say

XGBOOST = rb'\s*\{\s*("version"\s*:\s*\[[\d\s,]*\]\s*,\s*)?"learner"\s*:'
LIGHTGBM = rb"tree\s+version=v\d"
"""How the files of these two begin, whose endings those of others have, too."""
MOST_HEAD = 2**26
"""Characters before the first tree that are looked through for what a file of LightGBM says of itself."""


def found(folder, *endings, begins=None):
    """The one file of the model with such an ending. `begins`: pattern by ending of how the file begins, for
    those that others have, too."""
    paths = sorted(
        path
        for path in glob.glob(os.path.join(folder, "**"), recursive=True)
        if path.lower().endswith(endings)
    )
    paths = [path for path in paths if os.path.isfile(path) and like(path, begins or {})]
    if not paths:
        raise SystemExit(
            "the model has no file that ends with "
            + " or ".join(endings)
            + (" and is a model" if begins else "")
        )
    if len(paths) > 1:
        say(
            "of",
            len(paths),
            "files that could be the model the first is taken:",
            os.path.relpath(paths[0], folder),
        )
    return paths[0]


def like(path, begins):
    pattern = begins.get(os.path.splitext(path)[1].lower())
    if pattern is None:
        return True
    with open(path, "rb") as file:
        return re.match(pattern, file.read(1000)) is not None


def table_of(width):
    """The inputs of a model that takes so many numbers for each row, as the open inference protocol describes
    them."""
    return [{"name": "input-0", "datatype": "FP64", "shape": [-1, width or -1]}]


def answers(datatype):
    return [{"name": "output-0", "datatype": datatype, "shape": [-1]}]


class Model:
    """What the open inference protocol is told where there is no signature: [{name, datatype, shape}], -1 for
    any length."""

    inputs = ()
    outputs = ()


class Pickled(Model):
    """scikit-learn and whatever else has `predict` and was kept with joblib or pickle."""

    def __init__(self, folder):
        path = found(folder, ".joblib", ".pkl", ".pickle")
        try:
            import joblib

            self.model = joblib.load(path)
        except ImportError:
            import pickle

            with open(path, "rb") as file:
                self.model = pickle.load(file)  # noqa: S301 - the project's own, run as the project's own user
        if isinstance(self.model, dict) and "model" in self.model:
            self.model = self.model["model"]
        self.names = getattr(self.model, "feature_names_in_", None)
        self.width = getattr(self.model, "n_features_in_", None)
        if isinstance(self.width, int):
            self.inputs = table_of(self.width)

    def prepare(self, rows):
        return columns(rows, self.names, self.width)

    def predict(self, table, chances):
        return (
            self.model.predict_proba(table)
            if chances and hasattr(self.model, "predict_proba")
            else self.model.predict(table)
        )


class Booster(Model):
    """Boosted trees in a file of their own library, which keeps what they minimise and not what was made of
    it: whoever trained a classifier by the interface of scikit-learn gets the numbers of the classes, as
    `predict` of that answers, and the share of each as `predict_proba` does."""

    classes = False
    """Whether it was trained to tell classes apart."""

    def shares(self, table):
        """The share of each class for each row, or of the second alone where there are two."""
        raise NotImplementedError

    def values(self, table):
        """What one that knows no classes answers."""
        raise NotImplementedError

    def described(self, width):
        self.inputs = table_of(width)
        self.outputs = answers("INT64" if self.classes else "FP64")

    def predict(self, table, chances):
        import numpy

        if not self.classes:
            return self.values(table)
        shares = numpy.asarray(self.shares(table))
        if shares.ndim == 1:
            shares = numpy.stack([1 - shares, shares], 1)
        return shares if chances else shares.argmax(1)


class Boosted(Booster):
    def __init__(self, folder):
        import xgboost

        self.model = xgboost.Booster(
            model_file=found(folder, ".ubj", ".xgb", ".json", begins={".json": XGBOOST})
        )
        self.names = self.model.feature_names
        self.kind = json.loads(self.model.save_config())["learner"]["objective"]["name"]
        self.classes = self.kind in (
            "binary:logistic",
            "binary:logitraw",
            "binary:hinge",
            "multi:softprob",
            "multi:softmax",
        )
        best = self.model.attr("best_iteration")  # of one that was stopped early: what came after is not used
        self.rounds = {"iteration_range": (0, int(best) + 1)} if best and best.isdecimal() else {}
        self.described(self.model.num_features())

    def prepare(self, rows):
        import numpy
        import xgboost

        table = columns(rows, self.names, self.model.num_features())
        data = table if hasattr(table, "columns") else numpy.asarray(table, dtype="float32")
        return xgboost.DMatrix(data, feature_names=self.names)

    def values(self, table):
        return self.model.predict(table, **self.rounds)

    def shares(self, table):
        import numpy

        if self.kind in (
            "multi:softmax",
            "binary:logitraw",
        ):  # the one answers the class alone, the other no share
            margins = self.model.predict(table, output_margin=True, **self.rounds)
            if margins.ndim == 1:
                return 1 / (1 + numpy.exp(-margins))
            powers = numpy.exp(margins - margins.max(1, keepdims=True))
            return powers / powers.sum(1, keepdims=True)
        return self.values(table)


class Light(Booster):
    def __init__(self, folder):
        import lightgbm

        path = found(folder, ".lgb", ".txt", begins={".txt": LIGHTGBM})
        self.model = lightgbm.Booster(model_file=path)
        self.names = self.model.feature_name()
        with open(path, encoding="utf-8", errors="replace") as file:
            head = file.read(MOST_HEAD).partition("\nTree=")[0]
        self.classes = (
            re.search(r"^objective=(binary|multiclass|multiclassova)\b", head, re.MULTILINE) is not None
        )
        self.described(self.model.num_feature())

    def prepare(self, rows):
        return columns(rows, self.names)

    def values(self, table):
        return self.model.predict(table)

    shares = values


class Flavored(Model):
    """A model folder of MLflow, whatever made it, by what MLflow calls python_function."""

    def __init__(self, folder):
        import mlflow.pyfunc

        paths = glob.glob(os.path.join(folder, "**", "MLmodel"), recursive=True)
        if not paths:
            raise SystemExit("the model has no file MLmodel")
        self.model = mlflow.pyfunc.load_model(
            os.path.dirname(min(paths, key=lambda path: (path.count(os.sep), path)))
        )
        self.schema = self.model.metadata.get_input_schema()

    def prepare(self, rows):
        import numpy
        import pandas

        if self.schema is None:
            return pandas.DataFrame(columns(rows, None))
        if not self.schema.is_tensor_spec():
            names = self.schema.input_names() if self.schema.has_input_names() else None
            table = columns(rows, names, len(self.schema.inputs))
            table = table if hasattr(table, "columns") else pandas.DataFrame(table)
            kinds = zip(table.columns, self.schema.pandas_types())  # noqa: B905 - old versions of Python have no strict
            return table.astype({name: kind for name, kind in kinds if kind != "object"})
        if not self.schema.has_input_names():
            return numpy.asarray(rows, dtype=self.schema.inputs[0].type)
        return {
            each.name: numpy.asarray([row[each.name] for row in rows], dtype=each.type)
            for each in self.schema.inputs
        }

    def predict(self, table, chances):
        raw = self.model.get_raw_model() if chances and hasattr(self.model, "get_raw_model") else None
        answer = raw.predict_proba(table) if hasattr(raw, "predict_proba") else self.model.predict(table)
        if isinstance(answer, dict):  # a tensor for each output
            return [dict(zip(answer, row)) for row in zip(*answer.values())]  # noqa: B905 - as above
        return answer.to_dict("records") if hasattr(answer, "columns") else answer


class Onnx(Model):
    def __init__(self, folder):
        import onnxruntime

        self.session = onnxruntime.InferenceSession(
            found(folder, ".onnx"), providers=onnxruntime.get_available_providers()
        )
        self.takes = self.session.get_inputs()
        self.inputs = [onnx_tensor(each, each.name) for each in self.takes]
        self.outputs = [onnx_tensor(self.session.get_outputs()[0], "output-0")]

    def prepare(self, rows):
        import numpy

        kinds = {
            "tensor(float)": "float32",
            "tensor(double)": "float64",
            "tensor(int64)": "int64",
            "tensor(int32)": "int32",
        }
        if len(self.takes) == 1:
            rows = [list(row.values()) if isinstance(row, dict) else row for row in rows]
            return {self.takes[0].name: numpy.asarray(rows, dtype=kinds.get(self.takes[0].type))}
        table = [
            row if isinstance(row, dict) else dict(zip([each.name for each in self.takes], row, strict=True))
            for row in rows
        ]
        return {
            each.name: numpy.asarray([row[each.name] for row in table], dtype=kinds.get(each.type))
            for each in self.takes
        }

    def predict(self, fed, chances):
        left = self.session.run(None, fed)
        return left[-1] if chances and len(left) > 1 else left[0]


def onnx_tensor(told, name):
    """An input or output of a graph as the open inference protocol describes it; the first length is that of
    the rows."""
    kinds = {"bool": "BOOL", "float16": "FP16", "float": "FP32", "double": "FP64", "string": "BYTES"}
    word = told.type.partition("(")[2].rstrip(")")
    shape = [length if isinstance(length, int) and length > 0 else -1 for length in told.shape or ()]
    return {
        "name": name,
        "datatype": kinds.get(word, word.upper() if "int" in word else "BYTES"),
        "shape": [-1, *shape[1:]],
    }


class Scripted(Model):
    def __init__(self, folder):
        import torch

        torch.set_grad_enabled(False)
        self.model = torch.jit.load(
            found(folder, ".pt", ".pth"), map_location="cuda" if torch.cuda.is_available() else "cpu"
        ).eval()

    def prepare(self, rows):
        import torch

        rows = [list(row.values()) if isinstance(row, dict) else row for row in rows]
        place = next((each.device for each in self.model.parameters()), torch.device("cpu"))
        return torch.tensor(rows, dtype=torch.float32, device=place)

    def predict(self, rows, chances):
        import torch

        answer = self.model(rows)
        return (torch.softmax(answer, -1) if chances else answer).cpu()


class Own(Model):
    """A script of the person's, with `predict(model, inputs)` and, if it wants, `load(folder)` and
    `check(inputs)`."""

    def __init__(self, folder, script):
        told = importlib.util.spec_from_file_location("predict", script)
        self.module = importlib.util.module_from_spec(told)
        sys.path.insert(0, folder)
        told.loader.exec_module(self.module)
        if not hasattr(self.module, "predict"):
            raise SystemExit("the script has no function predict(model, inputs)")
        self.model = self.module.load(folder) if hasattr(self.module, "load") else None

    def check(self, rows):
        """Ask the script whether it takes the inputs: its ValueError is the caller's."""
        if not hasattr(self.module, "check"):
            return
        try:
            self.module.check(rows)
        except ValueError as error:
            raise Wrong(described(error, str))
        except BaseException as error:  # SystemExit too: one request does not end the server
            say("check failed:", described(error))
            raise Failed("check raised %s; its log says more" % type(error).__name__)

    def prepare(self, rows):
        return rows

    def predict(self, rows, chances):
        return self.module.predict(self.model, rows)


def loaded(framework, folder, script):
    """The model in a folder, or what a script makes of it."""
    if script:
        return Own(folder, script)
    makers = {
        "mlflow": Flavored,
        "sklearn": Pickled,
        "other": Pickled,
        "xgboost": Boosted,
        "lightgbm": Light,
        "onnx": Onnx,
        "torchscript": Scripted,
    }
    if framework not in makers:
        raise SystemExit(
            "there is no server for %s here: give a script with predict(model, inputs), or use Triton or vLLM"
            % framework
        )
    return makers[framework](folder)
