/** Trials as the pages use them, out of the packed list of the API. Pure. */
import type { OptimizationDirection } from "@/gen/graphql";
import type { Parameter } from "./spec";

export interface Trial {
  number: number;
  state: string;
  params: Record<string, unknown>;
  values: number[] | null;
  run: string | null;
  began: number;
  ended: number | null;
  reason: string | null;
}

type Packed = [
  number,
  string,
  Record<string, unknown>,
  number[] | null,
  string | null,
  number,
  number | null,
  string | null,
];

export const unpack = (packed: unknown): Trial[] =>
  (packed as Packed[]).map(([number, state, params, values, run, began, ended, reason]) => ({
    number,
    state,
    params,
    values,
    run,
    began,
    ended,
    reason,
  }));

/** The first objective's value of a trial that succeeded. */
export const value = (trial: Trial): number | null => trial.values?.[0] ?? null;

/** The best value up to each trial, in the order of their numbers; null before the first. */
export function bestSoFar(trials: Trial[], direction: OptimizationDirection): (number | null)[] {
  let best: number | null = null;
  return trials.map((trial) => {
    const now = value(trial);
    if (now !== null && (best === null || (direction === "MINIMIZE" ? now < best : now > best))) best = now;
    return best;
  });
}

/** Where a value is on its axis, from 0 (low) to 1 (high); null when it is not there. */
export function place(
  parameter: Pick<Parameter, "type" | "low" | "high" | "log" | "choices">,
  value: unknown,
): number | null {
  if (value === undefined || value === null) return null;
  if (parameter.type === "categorical") {
    const at = parameter.choices.indexOf(value);
    return at < 0 ? null : parameter.choices.length === 1 ? 0.5 : at / (parameter.choices.length - 1);
  }
  const [low, high, now] = [parameter.low ?? 0, parameter.high ?? 1, Number(value)];
  if (high === low) return 0.5;
  return parameter.log ? Math.log(now / low) / Math.log(high / low) : (now - low) / (high - low);
}
