/** The spec of a search as the pages use it: parameters are flat, whatever their distribution. */
import type { TFunction } from "i18next";
import type {
  ParameterDistributionInput,
  PrunerName,
  SamplerName,
  SearchSpecFieldsFragment,
} from "@/gen/graphql";

export interface Parameter {
  name: string;
  type: "float" | "int" | "categorical";
  low: number | null;
  high: number | null;
  log: boolean;
  choices: unknown[];
}

export type Objective = SearchSpecFieldsFragment["objectives"][number];

export interface Spec extends Omit<SearchSpecFieldsFragment, "parameters"> {
  parameters: Parameter[];
}

export const flatten = (spec: SearchSpecFieldsFragment): Spec => ({
  ...spec,
  parameters: spec.parameters.map(({ name, distribution: { float, int, categorical } }) => ({
    name,
    type: float ? "float" : int ? "int" : "categorical",
    ...(float ?? int ?? { low: null, high: null, log: false }),
    choices: categorical?.choices ?? [],
  })),
});

/** The distribution of a parameter that the form has. */
export function distribution({
  type,
  low,
  high,
  log,
  choices,
}: Omit<Parameter, "name">): ParameterDistributionInput {
  if (type === "categorical") return { categorical: { choices } };
  const range = { low: low ?? 0, high: high ?? 0, log };
  return type === "int" ? { int: range } : { float: range };
}

export const samplers = (t: TFunction): Record<SamplerName, string> => ({
  TPE: "TPE",
  RANDOM: t("search.algorithms.random"),
  GRID: t("search.algorithms.grid"),
  QMC: t("search.algorithms.sobol"),
  CMAES: "CMA-ES",
  GP: t("search.algorithms.gp"),
  NSGA2: "NSGA-II",
  NSGA3: "NSGA-III",
});

export const pruners = (t: TFunction): Record<PrunerName, string> => ({
  MEDIAN: t("search.pruners.median"),
  PERCENTILE: t("search.pruners.quarter"),
  HALVING: t("search.pruners.halving"),
  HYPERBAND: "Hyperband",
  WILCOXON: "Wilcoxon",
});

export const options = <Name extends string>(labels: Record<Name, string>) =>
  Object.entries<string>(labels).map(([value, label]) => ({ value: value as Name, label }));
