/** Definitions as YAML and back, and steps as what goes over the clipboard. */
import { parse, stringify } from "yaml";
import { type Definition, fresh, renamed, type StepSpec } from "@/lib/graph";
import { slimmed } from "./state";

export const write = (definition: Definition) =>
  stringify(slimmed(definition), { lineWidth: 120, aliasDuplicateObjects: false });

/** A definition, or why the text is none: [line from 1, words]. */
export function read(text: string): { definition: Definition } | { fault: [number, string] } {
  try {
    const data = parse(text, { maxAliasCount: 0 }) as Definition | null;
    if (typeof data !== "object" || data === null || Array.isArray(data))
      return { fault: [1, "A pipeline is a YAML object with a name and steps."] };
    if (data.steps !== undefined && data.steps !== null && !Array.isArray(data.steps))
      return { fault: [1, "steps is a list."] };
    const steps = (data.steps ?? []) as unknown[];
    if (
      steps.some(
        (step) => typeof step !== "object" || step === null || typeof (step as StepSpec).name !== "string",
      )
    )
      return { fault: [1, "Each step has a name and a template."] };
    return { definition: { ...data, steps: steps as StepSpec[] } };
  } catch (error) {
    const place = (error as { linePos?: { line: number }[] }).linePos?.[0]?.line ?? 1;
    return { fault: [place, (error as Error).message.split("\n")[0]!] };
  }
}

export const copy = (steps: StepSpec[]) => stringify({ steps }, { lineWidth: 120 });

/** Steps from the clipboard under names that are free, their arrows among themselves kept; null when it holds none. */
export function paste(text: string, taken: string[]): StepSpec[] | null {
  let steps: StepSpec[];
  try {
    const data = parse(text, { maxAliasCount: 0 }) as { steps?: StepSpec[] } | null;
    if (
      !Array.isArray(data?.steps) ||
      !data.steps.every((step) => typeof step?.name === "string" && typeof step.template === "string")
    )
      return null;
    steps = data.steps;
  } catch {
    return null;
  }
  const names = new Map<string, string>();
  for (const step of steps) names.set(step.name, fresh(step.name, [...taken, ...names.values()]));
  const inside = new Set(steps.map((step) => step.name));
  return steps.map((step) => {
    let moved = { ...step };
    for (const [from, to] of names) if (from !== to) moved = renamed(moved, from, to);
    return {
      ...moved,
      name: names.get(step.name)!,
      needs: (step.needs ?? [])
        .filter((need) => inside.has(need) || taken.includes(need))
        .map((need) => names.get(need) ?? need),
    };
  });
}
