/** In what runs differ, and how likely each difference explains how they ended. Pure. */
import { type Definition, edgesOf } from "./graph";

export interface Compared {
  id: string;
  state: string;
  params: Record<string, unknown>;
  definition: Definition;
  steps: { name: string; state: string; reason: string | null; outputs: unknown; seconds: number | null }[];
  machines: Record<string, string>;
  /** What stands for the outcome when all ended alike: a metric, else seconds. */
  score: number | null;
}

interface Difference {
  kind: "parameter" | "argument" | "template" | "environment" | "resources" | "steps" | "machine";
  name: string;
  step: string | null;
  /** One for each run, as text. */
  values: string[];
  /** 0 to 1. */
  weight: number;
}

const PRIOR: Record<Difference["kind"], number> = {
  parameter: 1,
  argument: 1,
  template: 0.9,
  environment: 0.8,
  steps: 0.8,
  resources: 0.7,
  machine: 0.3,
};
const STARVED = /OOM|Timeout|Evicted|Unschedulable/;

const text = (value: unknown) =>
  value === undefined ? "–" : typeof value === "string" ? value : JSON.stringify(value);

/** How well equal values go with equal ends: 1 when they part the runs exactly as their ends do, 0 when not at all. */
export function parting(values: string[], runs: Compared[]): number {
  const states = runs.map((run) => run.state);
  if (new Set(states).size > 1) {
    let good = 0;
    let wrong = 0;
    let apart = 0;
    let alike = 0;
    for (let a = 0; a < runs.length; a += 1) {
      for (let b = a + 1; b < runs.length; b += 1) {
        if (states[a] !== states[b]) {
          apart += 1;
          if (values[a] !== values[b]) good += 1;
        } else {
          alike += 1;
          if (values[a] !== values[b]) wrong += 1;
        }
      }
    }
    return Math.max(0, good / apart - (alike ? wrong / alike : 0));
  }
  const scored = runs
    .map((run, index) => [run.score, values[index]!] as const)
    .filter((pair): pair is [number, string] => pair[0] !== null);
  if (scored.length < 2) return 0.5;
  const mean = scored.reduce((sum, [score]) => sum + score, 0) / scored.length;
  const total = scored.reduce((sum, [score]) => sum + (score - mean) ** 2, 0);
  if (total < 1e-12) return 0;
  const groups = new Map<string, number[]>();
  for (const [score, value] of scored) groups.set(value, [...(groups.get(value) ?? []), score]);
  let between = 0;
  for (const scores of groups.values())
    between += scores.length * (scores.reduce((sum, score) => sum + score, 0) / scores.length - mean) ** 2;
  return between / total / (groups.size === scored.length && scored.length > 2 ? 2 : 1);
}

/** The first step, in order, that went differently in some of the runs. */
export function divergence(runs: Compared[]): string | null {
  for (const { name } of runs[0]?.steps ?? []) {
    const states = runs.map((run) => {
      const step = run.steps.find((each) => each.name === name);
      return step ? step.state.replace("CACHED", "SUCCEEDED") : "–";
    });
    if (new Set(states).size > 1) return name;
  }
  return null;
}

function before(step: string, runs: Compared[]): Set<string> {
  const found = new Set<string>();
  const edges = runs.flatMap((run) => edgesOf(run.definition.steps));
  const queue = [step];
  for (let at = queue.pop(); at !== undefined; at = queue.pop()) {
    for (const [from, to] of edges) {
      if (to === at && !found.has(from)) {
        found.add(from);
        queue.push(from);
      }
    }
  }
  return found;
}

export function differences(runs: Compared[]): Difference[] {
  const found: Difference[] = [];
  const first = divergence(runs);
  const upstream = first ? before(first, runs) : new Set<string>();
  const starved = runs.some((run) => run.steps.some((step) => STARVED.test(step.reason ?? "")));
  const put = (kind: Difference["kind"], name: string, step: string | null, raw: unknown[]) => {
    const values = raw.map(text);
    if (new Set(values).size < 2) return;
    const near = step === null || first === null || step === first ? 1 : upstream.has(step) ? 0.8 : 0.4;
    const prior = kind === "resources" && starved ? 1 : PRIOR[kind];
    found.push({ kind, name, step, values, weight: prior * near * parting(values, runs) });
  };
  for (const name of new Set(runs.flatMap((run) => Object.keys(run.params))))
    put(
      "parameter",
      name,
      null,
      runs.map((run) => run.params[name]),
    );
  put(
    "steps",
    "steps",
    null,
    runs.map((run) => run.definition.steps.map((step) => step.name).join(", ")),
  );
  for (const name of new Set(runs.flatMap((run) => run.definition.steps.map((step) => step.name)))) {
    const steps = runs.map((run) => run.definition.steps.find((step) => step.name === name));
    if (steps.some((step) => !step)) continue;
    put(
      "template",
      "template",
      name,
      steps.map((step) => step!.template),
    );
    put(
      "environment",
      "environment",
      name,
      steps.map((step) => step!.environment ?? null),
    );
    put(
      "resources",
      "resources",
      name,
      steps.map((step) => step!.resources ?? null),
    );
    for (const option of ["when", "for_each", "skip", "retry", "timeout"] as const)
      put(
        "argument",
        option,
        name,
        steps.map((step) => step![option] ?? null),
      );
    for (const argument of new Set(steps.flatMap((step) => Object.keys(step!.args ?? {}))))
      put(
        "argument",
        argument,
        name,
        steps.map((step) => step!.args?.[argument]),
      );
    put(
      "machine",
      "machine",
      name,
      runs.map((run) => run.machines[name]),
    );
  }
  return found.sort((a, b) => b.weight - a.weight);
}
