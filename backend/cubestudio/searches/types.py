"""The spec of a search in the graph: the input, and the output with the same fields."""

import strawberry

from cubestudio.core.graph.enum import enum
from cubestudio.core.graph.scalars import Json, Long
from cubestudio.searches import spec

enum(
    spec.Direction,
    "Which values of an objective are better.",
    {"MINIMIZE": "Lower values.", "MAXIMIZE": "Higher values."},
    name="OptimizationDirection",
)
enum(
    spec.ReportedValue,
    "Which of the values that a trial reported of an objective is used.",
    {
        "LAST": "The value that was reported last, whatever it is.",
        "MIN": "The lowest finite value.",
        "MAX": "The highest finite value.",
    },
)
enum(
    spec.SamplerName,
    "An algorithm of the platform that suggests points.",
    {
        "TPE": "Tree-structured Parzen estimator, multivariate. Considers trials that are running.",
        "RANDOM": "Random points.",
        "GRID": "Every point once. Each float range needs a step.",
        "QMC": "Quasi-random: a scrambled Halton sequence, which covers the space evenly.",
        "CMAES": "Covariance matrix adaptation evolution strategy. One objective.",
        "GP": "Gaussian process. Needs PyTorch and SciPy in the platform's environment; no conditions.",
        "NSGA2": "Genetic algorithm NSGA-II.",
        "NSGA3": "Genetic algorithm NSGA-III.",
    },
)
enum(
    spec.PrunerName,
    "A rule by which trials are stopped early, by the values that they report of the objective.",
    {
        "MEDIAN": "Stops a trial that is worse than the median of the others at the same step.",
        "PERCENTILE": "Stops a trial that is not among the best `percentile` percent at the same step.",
        "HALVING": "Successive halving: at each rung, the best 1 of `reductionFactor` continues.",
        "HYPERBAND": "Several brackets of successive halving, up to `maxSteps`.",
        "WILCOXON": "Stops a trial that a Wilcoxon signed-rank test finds worse than the best.",
    },
)
enum(
    spec.EngineName,
    "External software that can suggest the points of a search.",
    {
        "KATIB": "Katib, on a Kubernetes cluster where it is installed.",
        "NNI": "Neural Network Intelligence of Microsoft.",
        "RAY": "Ray Tune.",
    },
    name="SearchEngineName",
)

METRIC = "Name of a metric that the runs report, or of an output of a step, 1–200 characters."
DIRECTION = "Which values are better."
GOAL = "The search ends when a trial reaches this value; null: no goal. For the first objective."
TAKE = "Which of the reported values is used."
LOW = "Lowest value, included."
HIGH = "Highest value, included."
STEP = "Only `low`, `low` + `step`, … are used; greater than 0. Null: {none}. Not with `log`."
LOG = "Whether orders of magnitude are equally likely; `low` is then above 0."
WHOLE = "Between -2^53 and 2^53."
CHOICES = "1–1000 values: text, numbers, booleans or null."
DISTRIBUTION = "The values that it can have."
CONDITIONS = "It exists only in points where each of these parameters, named before it, has this value."
PARAMETER_NAME = "Name of a parameter of the pipeline. Letters, digits and _; does not begin with a digit."
SAMPLER_NAME = "The algorithm."
SAMPLER_STARTUP = "Random trials before it learns, 1–10000; the population of NSGA2 and NSGA3."
ENGINE_NAME = "The engine."
ENGINE_ALGORITHM = "One of `SearchEngine.algorithms`; the first of them when it is empty."
ENGINE_SETTINGS = "Options of the algorithm, by its own names."
ENGINE_IMAGE = (
    "Image where the engine is installed, at most 300 characters. Null: it is installed when it starts. "
    "Not for KATIB."
)
PRUNER_NAME = "The rule."
WARMUP_STEPS = "No trial is stopped before this step, 0 or more."
INTERVAL_STEPS = "Trials are judged only at multiples of this step, 1 or more. For MEDIAN and PERCENTILE."
PRUNER_STARTUP = "No trial is stopped before this number of trials has succeeded, 0 or more."
PERCENTILE = "Percent of the best trials that continue, 0–100. For PERCENTILE."
REDUCTION_FACTOR = "1 of this number of trials continues, 2 or more. For HALVING and HYPERBAND."
MAX_STEPS = "Steps of a full trial, 1 or more. For HYPERBAND."
WARM_START_SEARCH = "Id of a search that you may see."
WARM_START_TRIALS = "Number of its best points, 1–100. Those outside the space are left out."
OBJECTIVES = "What is optimized, 1–4. With several, the result is the Pareto-optimal trials."
PARAMETERS = "The search space, 1–200 parameters."
IMPORTED = (
    "The search space in the format of NNI (`_type` and `_value` by name), Katib (the list `parameters` of "
    "an Experiment) or Optuna (distributions by name), in place of `parameters`. JSON, because the format is "
    "that of the other software. It is stored as `parameters`."
)
SAMPLER = "The algorithm that suggests points. It is not used when the search has an engine."
ENGINE = "External software that suggests the points. One objective, no conditions. Null: `sampler` does."
PRUNER = "The rule by which trials are stopped early; null: none. Only with one objective."
TRIALS = "Number of trials, 1–10000."
PARALLELISM = "Number of trials that run at the same time, 1–256."
MAX_FAILED_TRIALS = "The search fails when this number of trials has failed, 1 or more."
TIMEOUT_SECONDS = "No trial starts when this time in seconds has passed, at least 1; null: no limit."
SEED = "Seed of the sampler, 0–2147483647. Equal seeds and results give equal points."
FIXED_PARAMS = (
    "Values of other parameters of the pipeline, equal in every trial: {parameter: value}. JSON, because the "
    "pipeline defines the shape of the values."
)
STARTING_POINTS = (
    "Points that run first, each {parameter: value}. They lie in the search space and may leave parameters "
    "out."
)
WARM_START = "Another search whose best points run first; null: none."


@strawberry.input(description="A number that a search optimizes.")
class SearchObjectiveInput:
    metric: str = strawberry.field(description=METRIC)
    direction: spec.Direction = strawberry.field(default=spec.Direction.MAXIMIZE, description=DIRECTION)
    goal: float | None = strawberry.field(default=None, description=GOAL)
    take: spec.ReportedValue = strawberry.field(default=spec.ReportedValue.LAST, description=TAKE)


@strawberry.type(description="A number that a search optimizes.")
class SearchObjective:
    metric: str = strawberry.field(description=METRIC)
    direction: spec.Direction = strawberry.field(description=DIRECTION)
    goal: float | None = strawberry.field(description=GOAL)
    take: spec.ReportedValue = strawberry.field(description=TAKE)


@strawberry.input(description="Numbers of a range.")
class FloatDistributionInput:
    low: float = strawberry.field(description=LOW)
    high: float = strawberry.field(description=HIGH)
    step: float | None = strawberry.field(default=None, description=STEP.format(none="any number"))
    log: bool = strawberry.field(default=False, description=LOG)


@strawberry.type(description="Numbers of a range.")
class FloatDistribution:
    low: float = strawberry.field(description=LOW)
    high: float = strawberry.field(description=HIGH)
    step: float | None = strawberry.field(description=STEP.format(none="any number"))
    log: bool = strawberry.field(description=LOG)


@strawberry.input(description="Whole numbers of a range.")
class IntDistributionInput:
    low: Long = strawberry.field(description=f"{LOW} {WHOLE}")
    high: Long = strawberry.field(description=f"{HIGH} {WHOLE}")
    step: Long | None = strawberry.field(default=None, description=STEP.format(none="1"))
    log: bool = strawberry.field(default=False, description=LOG)


@strawberry.type(description="Whole numbers of a range.")
class IntDistribution:
    low: Long = strawberry.field(description=f"{LOW} {WHOLE}")
    high: Long = strawberry.field(description=f"{HIGH} {WHOLE}")
    step: Long | None = strawberry.field(description=STEP.format(none="1"))
    log: bool = strawberry.field(description=LOG)


@strawberry.input(description="One of some values, without an order.")
class CategoricalDistributionInput:
    choices: list[Json | None] = strawberry.field(description=CHOICES)


@strawberry.type(description="One of some values, without an order.")
class CategoricalDistribution:
    choices: list[Json | None] = strawberry.field(description=CHOICES)


@strawberry.input(description="The values that a parameter can have. Give exactly one field.", one_of=True)
class ParameterDistributionInput:
    float: FloatDistributionInput | None = strawberry.field(
        default=strawberry.UNSET, description="Numbers of a range."
    )
    int: IntDistributionInput | None = strawberry.field(
        default=strawberry.UNSET, description="Whole numbers of a range."
    )
    categorical: CategoricalDistributionInput | None = strawberry.field(
        default=strawberry.UNSET, description="One of some values, without an order."
    )


@strawberry.type(description="The values that a parameter can have. Exactly one field is not null.")
class ParameterDistribution:
    float: FloatDistribution | None = strawberry.field(description="Numbers of a range.")
    int: IntDistribution | None = strawberry.field(description="Whole numbers of a range.")
    categorical: CategoricalDistribution | None = strawberry.field(
        description="One of some values, without an order."
    )


@strawberry.input(description="A value that another parameter must have.")
class ParameterConditionInput:
    parameter: str = strawberry.field(description="Name of the other parameter.")
    value: Json | None = strawberry.field(default=None, description="Its value.")


@strawberry.type(description="A value that another parameter must have.")
class ParameterCondition:
    parameter: str = strawberry.field(description="Name of the other parameter.")
    value: Json | None = strawberry.field(description="Its value.")


@strawberry.input(description="One parameter of a search space.")
class SearchParameterInput:
    name: str = strawberry.field(description=PARAMETER_NAME)
    distribution: ParameterDistributionInput = strawberry.field(description=DISTRIBUTION)
    conditions: list[ParameterConditionInput] = strawberry.field(default_factory=list, description=CONDITIONS)


@strawberry.type(description="One parameter of a search space.")
class SearchParameter:
    name: str = strawberry.field(description=PARAMETER_NAME)
    distribution: ParameterDistribution = strawberry.field(description=DISTRIBUTION)
    conditions: list[ParameterCondition] = strawberry.field(description=CONDITIONS)


@strawberry.input(description="An algorithm of the platform that suggests points.")
class SamplerInput:
    name: spec.SamplerName = strawberry.field(default=spec.SamplerName.TPE, description=SAMPLER_NAME)
    startup_trials: int = strawberry.field(default=10, description=SAMPLER_STARTUP)


@strawberry.type(description="An algorithm of the platform that suggests points.")
class Sampler:
    name: spec.SamplerName = strawberry.field(description=SAMPLER_NAME)
    startup_trials: int = strawberry.field(description=SAMPLER_STARTUP)


@strawberry.input(description="An option of the algorithm of an engine.")
class EngineSettingInput:
    name: str = strawberry.field(description="Name of the option, as the algorithm has it.")
    value: Json | None = strawberry.field(
        default=None, description="A number, boolean, null or text of at most 200 characters."
    )


@strawberry.type(description="An option of the algorithm of an engine.")
class EngineSetting:
    name: str = strawberry.field(description="Name of the option, as the algorithm has it.")
    value: Json | None = strawberry.field(
        description="A number, boolean, null or text of at most 200 characters."
    )


@strawberry.input(description="External software that suggests the points of a search.")
class ExternalEngineInput:
    name: spec.EngineName = strawberry.field(description=ENGINE_NAME)
    algorithm: str = strawberry.field(default="", description=ENGINE_ALGORITHM)
    settings: list[EngineSettingInput] = strawberry.field(default_factory=list, description=ENGINE_SETTINGS)
    image: str | None = strawberry.field(default=None, description=ENGINE_IMAGE)


@strawberry.type(description="External software that suggests the points of a search.")
class ExternalEngine:
    name: spec.EngineName = strawberry.field(description=ENGINE_NAME)
    algorithm: str = strawberry.field(description=ENGINE_ALGORITHM)
    settings: list[EngineSetting] = strawberry.field(description=ENGINE_SETTINGS)
    image: str | None = strawberry.field(description=ENGINE_IMAGE)


@strawberry.input(description="A rule by which trials are stopped early.")
class PrunerInput:
    name: spec.PrunerName = strawberry.field(description=PRUNER_NAME)
    warmup_steps: int = strawberry.field(default=0, description=WARMUP_STEPS)
    interval_steps: int = strawberry.field(default=1, description=INTERVAL_STEPS)
    startup_trials: int = strawberry.field(default=5, description=PRUNER_STARTUP)
    percentile: float = strawberry.field(default=25.0, description=PERCENTILE)
    reduction_factor: int = strawberry.field(default=3, description=REDUCTION_FACTOR)
    max_steps: int = strawberry.field(default=100, description=MAX_STEPS)


@strawberry.type(description="A rule by which trials are stopped early.")
class Pruner:
    name: spec.PrunerName = strawberry.field(description=PRUNER_NAME)
    warmup_steps: int = strawberry.field(description=WARMUP_STEPS)
    interval_steps: int = strawberry.field(description=INTERVAL_STEPS)
    startup_trials: int = strawberry.field(description=PRUNER_STARTUP)
    percentile: float = strawberry.field(description=PERCENTILE)
    reduction_factor: int = strawberry.field(description=REDUCTION_FACTOR)
    max_steps: int = strawberry.field(description=MAX_STEPS)


@strawberry.input(description="Another search whose best points run first.")
class WarmStartInput:
    search_id: strawberry.ID = strawberry.field(description=WARM_START_SEARCH)
    trials: int = strawberry.field(default=5, description=WARM_START_TRIALS)


@strawberry.type(description="Another search whose best points run first.")
class WarmStart:
    search_id: strawberry.ID = strawberry.field(description=WARM_START_SEARCH)
    trials: int = strawberry.field(description=WARM_START_TRIALS)


@strawberry.input(description="What a search optimizes and how. Give `parameters` or `importedParameters`.")
class SearchSpecInput:
    objectives: list[SearchObjectiveInput] = strawberry.field(description=OBJECTIVES)
    parameters: list[SearchParameterInput] | None = strawberry.field(
        default=strawberry.UNSET, description=PARAMETERS
    )
    imported_parameters: Json | None = strawberry.field(default=strawberry.UNSET, description=IMPORTED)
    sampler: SamplerInput | None = strawberry.field(
        default=strawberry.UNSET, description=f"{SAMPLER} Null: TPE."
    )
    engine: ExternalEngineInput | None = strawberry.field(default=None, description=ENGINE)
    pruner: PrunerInput | None = strawberry.field(default=None, description=PRUNER)
    trials: int = strawberry.field(default=20, description=TRIALS)
    parallelism: int = strawberry.field(default=2, description=PARALLELISM)
    max_failed_trials: int = strawberry.field(default=5, description=MAX_FAILED_TRIALS)
    timeout_seconds: float | None = strawberry.field(default=None, description=TIMEOUT_SECONDS)
    seed: int = strawberry.field(default=0, description=SEED)
    fixed_params: Json | None = strawberry.field(
        default=strawberry.UNSET, description=f"{FIXED_PARAMS} Null: none."
    )
    starting_points: list[Json] | None = strawberry.field(
        default=strawberry.UNSET, description=f"{STARTING_POINTS} Null: none."
    )
    warm_start: WarmStartInput | None = strawberry.field(default=None, description=WARM_START)


@strawberry.type(description="What a search optimizes and how, as `SearchSpecInput` takes it.")
class SearchSpec:
    objectives: list[SearchObjective] = strawberry.field(description=OBJECTIVES)
    parameters: list[SearchParameter] = strawberry.field(description=PARAMETERS)
    sampler: Sampler = strawberry.field(description=SAMPLER)
    engine: ExternalEngine | None = strawberry.field(description=ENGINE)
    pruner: Pruner | None = strawberry.field(description=PRUNER)
    trials: int = strawberry.field(description=TRIALS)
    parallelism: int = strawberry.field(description=PARALLELISM)
    max_failed_trials: int = strawberry.field(description=MAX_FAILED_TRIALS)
    timeout_seconds: float | None = strawberry.field(description=TIMEOUT_SECONDS)
    seed: int = strawberry.field(description=SEED)
    fixed_params: Json = strawberry.field(description=FIXED_PARAMS)
    starting_points: list[Json] = strawberry.field(description=STARTING_POINTS)
    warm_start: WarmStart | None = strawberry.field(description=WARM_START)
