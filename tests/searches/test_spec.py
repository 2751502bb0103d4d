"""What a search is: one space out of four notations, the same suggestions for the same past, and what is
refused."""

import json
from dataclasses import replace
from importlib.util import find_spec

import pytest
from pydantic import ValidationError

from cubestudio.pipelines.metrics.spec import Reported, sparse
from cubestudio.searches import studies, suggest
from cubestudio.searches.space import grid_point, spread_point
from cubestudio.searches.spec import Objective, SearchSpec, value_of
from cubestudio.searches.studies import Past, Studies, comparable, stride_of
from tests import specs

MINE = {
    "lr": {"type": "float", "low": 1e-4, "high": 1e-1, "log": True},
    "units": {"type": "int", "low": 16, "high": 64, "step": 16},
    "opt": {"type": "categorical", "choices": ["adam", "sgd"]},
}
NNI = {
    "lr": {"_type": "loguniform", "_value": [1e-4, 1e-1]},
    "units": {"_type": "quniform", "_value": [16, 64, 16]},
    "opt": {"_type": "choice", "_value": ["adam", "sgd"]},
}
KATIB = [
    {
        "name": "lr",
        "parameterType": "double",
        "feasibleSpace": {"min": "0.0001", "max": "0.1", "distribution": "logUniform"},
    },
    {"name": "units", "parameterType": "int", "feasibleSpace": {"min": "16", "max": "64", "step": "16"}},
    {"name": "opt", "parameterType": "categorical", "feasibleSpace": {"list": ["adam", "sgd"]}},
]
OPTUNA = {
    "lr": {"name": "FloatDistribution", "attributes": {"low": 1e-4, "high": 1e-1, "log": True, "step": None}},
    "units": {"name": "IntDistribution", "attributes": {"low": 16, "high": 64, "log": False, "step": 16}},
    "opt": {"name": "CategoricalDistribution", "attributes": {"choices": ["adam", "sgd"]}},
}


GP = find_spec("torch") is not None and find_spec("scipy") is not None


def defined(**more) -> SearchSpec:
    if isinstance(more.get("parameters"), dict):
        more["parameters"] = specs.named(more["parameters"])
    space = {} if "imported_parameters" in more else {"parameters": specs.named(MINE)}
    return SearchSpec.model_validate(
        {"objectives": [{"metric": "y", "direction": "minimize"}], **space, **more}
    )


@pytest.mark.parametrize("space", [NNI, KATIB, OPTUNA], ids=["nni", "katib", "optuna"])
def test_four_notations_say_the_same(space):
    assert defined(imported_parameters=space).parameters == defined().parameters


def test_what_katib_calls_an_option_is_a_parameter_here():
    told = [{**each, "name": f"--{each['name']}-x-y"} for each in KATIB]
    assert [each.name for each in defined(imported_parameters=told).parameters] == [
        "lr_x_y",
        "units_x_y",
        "opt_x_y",
    ]


def test_choices_between_spaces_are_read():
    told = {
        "layer": {
            "_type": "choice",
            "_value": [
                {"_name": "conv", "size": {"_type": "randint", "_value": [1, 4]}, "rate": NNI["lr"]},
                {"_name": "pool", "size": {"_type": "choice", "_value": [2, 4]}},
                {"_name": "empty"},
            ],
        }
    }
    layer, conv, rate, pool = defined(imported_parameters=told).parameters
    assert (layer.name, layer.choices) == ("layer", ("conv", "pool", "empty"))
    assert (conv.name, conv.low, conv.high, conv.conditions) == ("layer_conv_size", 1, 3, {"layer": "conv"})
    assert (rate.name, rate.log, rate.conditions) == ("layer_rate", True, {"layer": "conv"})
    assert (pool.name, pool.choices, pool.conditions) == ("layer_pool_size", (2, 4), {"layer": "pool"})
    for odd in ([{"_name": 1}], [{"size": 1}], ["x", {"_name": "y"}], [{"_name": "y", "in": told["layer"]}]):
        with pytest.raises(ValidationError, match="layer: "):
            defined(imported_parameters={"layer": {"_type": "choice", "_value": odd}})


@pytest.mark.parametrize(
    ("told", "value"),
    [
        ({"type": "float", "low": 0, "high": 1, "step": 0.1}, 0.1 + 0.2),
        ({"type": "float", "low": 0, "high": 1, "step": 2}, 0.0),
        ({"type": "int", "low": 1 - 2**53, "high": 2**53 - 1}, 2**53 - 1),
        ({"type": "int", "low": 0, "high": 10, "step": 3}, 9.0),
        ({"type": "float", "low": 1e-320, "high": 1, "log": True}, 1e-320),
        ({"type": "categorical", "choices": [None, True, 1, "1"]}, 1),
        ({"type": "categorical", "choices": [None]}, None),
    ],
)
def test_a_starting_point_in_the_space_is_tried_first_and_learned_from(told, value):
    spec = defined(parameters={"x": told}, starting_points=[{"x": value}])
    first, memory = suggest.suggest(spec, [], 0)
    assert first == {"x": value}
    past = [Past(number=0, params=first, state="Succeeded", values=[1.0], curve=[], memory=memory)]
    assert spec.parameters[0].holds(suggest.suggest(spec, past, 1)[0]["x"])


def loss(params) -> float:
    return abs(params["lr"] - 0.01) * 10 + abs(params["units"] - 32) / 32 + (params["opt"] == "sgd")


def played(spec: SearchSpec, count: int, past=()) -> list[Past]:
    past = list(past)
    for number in range(len(past), count):
        params, memory = suggest.suggest(spec, past, number)
        past.append(
            Past(
                number=number,
                params=params,
                state="Succeeded",
                values=[loss(params)],
                curve=[],
                memory=memory,
            )
        )
    return past


def test_an_algorithm_whose_packages_are_not_there_says_which():
    if GP:
        assert defined(sampler={"name": "gp"}).sampler.name == "gp"
    else:
        with pytest.raises(
            ValidationError, match=r"the sampler gp needs (torch scipy|torch|scipy) beside the platform"
        ):
            defined(sampler={"name": "gp"})


@pytest.mark.parametrize("name", ["tpe", "random", "qmc", "cmaes", "nsga2", "nsga3", *(["gp"] if GP else [])])
def test_the_same_past_gives_the_same_suggestions_also_after_a_restart(name):
    spec = defined(sampler={"name": name, "startup_trials": 5}, seed=7)
    once = played(spec, 24)

    def points(past):
        return [each.params for each in past]

    assert points(played(spec, 24)) == points(once)
    assert points(played(spec, 24, once[:11])) == points(once), "from the middle, as after a restart"
    assert points(played(spec.model_copy(update={"seed": 8}), 24)) != points(once)
    for each in once:
        assert (
            1e-4 <= each.params["lr"] <= 1e-1
            and each.params["units"] in (16, 32, 48, 64)
            and each.params["opt"] in ("adam", "sgd")
        )


ENDS = ("Succeeded", "Pruned", "Failed", "Succeeded", "Cancelled")


def raced(spec: SearchSpec, count: int, key: str | None) -> list[Past]:
    """Trials three at a time, that report on their way, and end in every way."""
    past: list[Past] = []
    for number in range(count):
        params, memory = suggest.suggest(spec, past, number, key)
        past.append(
            Past(
                number=number,
                params=params,
                state="Running",
                values=None,
                curve=[],
                memory=json.loads(json.dumps(memory)),
            )
        )
        for place, each in enumerate(past):
            if each.state == "Running":
                curve = [*each.curve, [len(each.curve), loss(each.params) / (1 + len(each.curve))]]
                past[place] = replace(each, curve=curve)
        going = {each.number: len(each.curve) - 2 for each in past if each.state == "Running"}
        for place, (end, memory) in suggest.hopeless(spec, past, going, key).items():
            past[place] = replace(
                past[place], memory=json.loads(json.dumps(memory)), state="Pruning" if end else "Running"
            )
        if number >= 2:
            done = past[number - 2]
            state = "Pruned" if done.state == "Pruning" else ENDS[number % len(ENDS)]
            past[number - 2] = replace(
                done, state=state, values=[loss(done.params)] if state == "Succeeded" else None
            )
    return past


@pytest.mark.parametrize("pruner", ["median", "halving", "hyperband"])
@pytest.mark.parametrize("name", ["tpe", "cmaes", "nsga2", *(["gp"] if GP else [])])
def test_a_study_that_is_kept_says_what_one_that_is_made_anew_says(name, pruner, monkeypatch):
    spec = defined(
        sampler={"name": name, "startup_trials": 4},
        pruner={"name": pruner, "startup_trials": 2},
        seed=3,
        starting_points=[{"lr": 0.01}],
    )
    made = []
    learn = studies.Study.learn
    monkeypatch.setattr(suggest, "STUDIES", Studies())
    monkeypatch.setattr(studies.Study, "learn", lambda self, past: (made.append(self), learn(self, past))[1])
    kept = raced(spec, 20, "s")
    assert (len({id(each) for each in made}) == 1) == (name not in studies.GENERATIONS), "it was made once"
    assert kept == raced(spec, 20, None)


def test_a_study_is_made_again_when_it_was_told_otherwise(monkeypatch):
    monkeypatch.setattr(suggest, "STUDIES", Studies())
    spec = defined(seed=3, sampler={"name": "tpe", "startup_trials": 2})
    past = played(spec, 8)
    once = suggest.suggest(spec, past, 8, "s")
    assert suggest.suggest(spec, past, 8, "s") == once, "the trial that it asked for was not begun"
    other = [replace(past[0], values=[0.0]), *past[1:]]
    for known in (other, past[:5], past):
        assert suggest.suggest(spec, known, len(known), "s") == suggest.suggest(spec, known, len(known))
    changed = spec.model_copy(update={"seed": 4})
    assert suggest.suggest(changed, past, 8, "s") == suggest.suggest(changed, past, 8)


def test_only_so_much_is_kept():
    kept = Studies(most=10)
    for name in ("a", "b", "c"):
        kept.put(
            name,
            kept.take(
                name,
                defined(),
                [
                    Past(number=n, params={}, state="Failed", values=None, curve=[], memory={})
                    for n in range(4)
                ],
            ),
        )
    assert set(kept._kept) == {"b", "c"}


def test_it_learns():
    tpe, chance = (
        min(each.values[0] for each in played(defined(sampler={"name": name}, seed=1), 60)[30:])
        for name in ("tpe", "random")
    )
    assert tpe < chance
    found = suggest.importance(defined(), played(defined(seed=1), 60))
    assert set(found) == {"lr", "units", "opt"} and sum(found.values()) == pytest.approx(1)


def test_a_grid_is_gone_through_once_and_conditions_hold():
    space = {
        "kind": {"type": "categorical", "choices": ["tree", "net"]},
        "depth": {"type": "int", "low": 1, "high": 3, "conditions": {"kind": "tree"}},
    }
    grid = defined(parameters=space, sampler={"name": "grid"}, trials=100)
    assert grid.most == 6
    points = [grid_point(grid.parameters, number) for number in range(grid.most)]
    assert points[:3] == [
        {"kind": "tree", "depth": 1},
        {"kind": "tree", "depth": 2},
        {"kind": "tree", "depth": 3},
    ] and points[3] == {"kind": "net"}
    for number in range(20):
        params, _ = suggest.suggest(defined(parameters=space), [], number)
        assert ("depth" in params) == (params["kind"] == "tree")


def test_points_of_a_spread_sequence_fill_the_space_evenly():
    """Of 16 points each sixteenth of the first range has one, of 27 each ninth of the second has three; by
    chance neither is so."""
    space = SearchSpec.model_validate(
        {
            "objectives": [{"metric": "y"}],
            "parameters": specs.named({name: {"type": "float", "low": 0, "high": 1} for name in ("a", "b")}),
            "sampler": {"name": "qmc"},
        }
    ).parameters
    points = [spread_point(space, number, 3) for number in range(27)]
    assert {int(((point["a"] - points[0]["a"]) % 1) * 16 + 1e-9) for point in points[:16]} == set(range(16))
    shares = [int(((point["b"] - points[0]["b"]) % 1) * 9 + 1e-9) for point in points]
    assert {share: shares.count(share) for share in shares} == dict.fromkeys(range(9), 3)


def test_a_hopeless_trial_is_found():
    spec = defined(pruner={"name": "median", "startup_trials": 3})
    past = [
        Past(
            number=n,
            params={"lr": 0.01, "units": 32, "opt": "adam"},
            state="Succeeded",
            values=[1.0],
            curve=[[0, 2.0], [1, 1.0]],
            memory={},
        )
        for n in range(4)
    ]
    bad = Past(
        number=4,
        params={"lr": 0.1, "units": 16, "opt": "sgd"},
        state="Running",
        values=None,
        curve=[[0, 9.0], [1, 9.0]],
        memory={},
    )
    good = Past(
        number=5,
        params={"lr": 0.02, "units": 32, "opt": "adam"},
        state="Running",
        values=None,
        curve=[[0, 1.0], [1, 0.5]],
        memory={},
    )
    found = suggest.hopeless(spec, [*past, bad, good], {4: 0, 5: 1})
    assert (found[4][0], found[5][0]) == (True, False)


def test_the_front_of_several_objectives():
    spec = defined(objectives=[{"metric": "a", "direction": "minimize"}, {"metric": "b"}])
    values = [[1, 1], [2, 3], [3, 2], [1, 1], [0.5, 0]]
    past = [
        Past(number=n, params={}, state="Succeeded", values=each, curve=[], memory={})
        for n, each in enumerate(values)
    ]
    assert suggest.front(spec, past) == [0, 1, 3, 4]


def reported(*values) -> Reported:
    return Reported.of([(step, step, 0, float(value)) for step, value in enumerate(values)])


def test_what_counts_of_what_was_reported():
    told = reported(3, 1, "nan", 2)
    assert [value_of(Objective(metric="m", take=take), told, [])[0] for take in ("last", "min", "max")] == [
        2.0,
        1.0,
        3.0,
    ]
    assert value_of(Objective(metric="m"), None, [{"m": 1}, {"m": 4, "x": 2}]) == (4.0, None)


@pytest.mark.parametrize(
    ("told", "outputs", "take", "words"),
    [
        (
            reported(3, "nan"),
            [],
            "last",
            "the last value that it reported of m is NaN, which is no finite number",
        ),
        (reported(3, "inf"), [], "last", "is Infinity"),
        (reported(3, "-inf"), [{"m": 1}], "last", "is -Infinity"),
        (reported("nan", "inf"), [], "min", "none of the values that it reported of m is a finite number"),
        (reported("nan"), [], "max", "none of the values"),
        (None, [{"m": 1}, {"m": "NaN"}], "last", "its output m is NaN"),
        (None, [{"m": True}], "last", "its output m is True"),
        (None, [{"m": None}], "last", "its output m is None"),
        (None, [{"m": "text"}], "last", "its output m is text"),
        (None, [{"x": 1}], "last", "it reported no m, neither as a metric nor as an output"),
        (None, [], "max", "it reported no m"),
    ],
)
def test_what_is_no_number_counts_as_none_and_says_so(told, outputs, take, words):
    value, reason = value_of(Objective(metric="m", take=take), told, outputs)
    assert value is None and words in reason


@pytest.mark.parametrize("name", ["median", "percentile", "halving"])
@pytest.mark.parametrize("odd", ["NaN", "Infinity", "-Infinity"])
def test_a_trial_that_diverged_is_hopeless_and_harms_no_other(name, odd):
    spec = defined(
        objectives=[{"metric": "loss", "direction": "minimize"}],
        pruner={"name": name, "startup_trials": 1, "warmup_steps": 1},
    )
    params = {"lr": 0.01, "units": 16, "opt": "adam"}
    good = [
        Past(
            number=n,
            params=params,
            state="Succeeded",
            values=[0.1],
            curve=[[step, 0.1] for step in range(1, 30)],
            memory={},
        )
        for n in range(3)
    ]
    bad = Past(
        number=3,
        params=params,
        state="Running",
        values=None,
        curve=[[step, odd] for step in range(1, 30)],
        memory={},
    )
    fine = Past(
        number=4,
        params=params,
        state="Running",
        values=None,
        curve=[[step, 0.05] for step in range(1, 30)],
        memory={},
    )
    ended = {
        number: end
        for number, (end, _) in suggest.hopeless(spec, [*good, bad, fine], {3: None, 4: None}).items()
    }
    assert ended[3] is True
    assert name == "halving" or ended[4] is False


def test_long_curves_are_compared_where_both_have_points():
    long = [list(point) for point in sparse([(n, n, 0, 1.0) for n in range(50_000)])]
    short = [[n, 1.0] for n in range(900)]
    stride = stride_of(long)
    assert stride > 1 and stride_of(short) == 1
    assert set(comparable(short, stride)) <= set(comparable(long, stride))


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"parameters": {"x": {"type": "float", "low": 2, "high": 1}}}, "low is above high"),
        (
            {"parameters": {"x": {"type": "float", "low": 0, "high": 1, "log": True}}},
            "x: log needs a low above 0",
        ),
        ({"imported_parameters": {"x": {"_type": "normal", "_value": [0, 1]}}}, "quniform, loguniform"),
        ({"parameters": {"x": {"type": "int", "low": 0.5, "high": 2}}}, "use a float distribution"),
        ({"sampler": {"name": "grid"}}, "a grid needs a step for lr"),
        ({"starting_points": [{"nope": 1}]}, "not in the space"),
        ({"starting_points": [{"lr": 2}]}, "2 is not in the range of lr"),
        ({"starting_points": [{"lr": 0.01}, {"lr": "0.01"}]}, "'0.01' is not in the range of lr"),
        ({"starting_points": [{"lr": None}]}, "null is not in the range"),
        ({"starting_points": [{"units": True}]}, "true is not in the range"),
        ({"starting_points": [{"units": 20}]}, "20 is not in the range of units"),
        ({"starting_points": [{"opt": "Adam"}]}, "'Adam' is not in the range of opt"),
        (
            {
                "parameters": {"c": {"type": "categorical", "choices": [1, 2]}},
                "starting_points": [{"c": True}],
            },
            "true is not in the range of c",
        ),
        (
            {"parameters": {"x": {"type": "int", "low": 2**53 + 1, "high": 2**53 + 1}}},
            "low and high of an int lie between",
        ),
        (
            {"parameters": {"x": {"type": "int", "low": -(2**63), "high": 0}}},
            "low and high of an int lie between",
        ),
        ({"parameters": {"x": {"type": "float", "low": 0, "high": 1, "step": 1e-300}}}, "make step larger"),
        ({"parameters": {"x": {"type": "float", "low": 0, "high": 1e308, "step": 1}}}, "make step larger"),
        ({"parameters": {"x": {"type": "float", "low": 0, "high": 1, "step": 5e-324}}}, "make step larger"),
        ({"fixed_params": {"lr": 0.1}}, "lr is also in the space"),
        (
            {"parameters": {"x": {"type": "categorical", "choices": [1], "conditions": {"y": 1}}}},
            "not a parameter before it",
        ),
        ({"objectives": [{"metric": "a"}, {"metric": "b"}], "pruner": {"name": "median"}}, "cannot prune"),
        ({"trials": 0}, "greater than or equal to 1"),
    ],
)
def test_what_is_refused(told, words):
    with pytest.raises(ValidationError, match=words):
        defined(**told)
