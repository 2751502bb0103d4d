/** What is being edited, with everything that was done to it: undo has no end. Pure but for the hook. */
import { useCallback, useRef, useState } from "react";
import { equal } from "@/lib/equal";
import type { Definition, StepSpec } from "@/lib/graph";
import { edgesOf, needsOf, renamed } from "@/lib/graph";

export type Layout = Record<string, [number, number]>;

export const layoutOf = (positions: { step: string; x: number; y: number }[]): Layout =>
  Object.fromEntries(positions.map(({ step, x, y }) => [step, [x, y]]));

export const positionsOf = (layout: Layout) =>
  Object.entries(layout).map(([step, [x, y]]) => ({ step, x: Math.round(x), y: Math.round(y) }));

export interface Work {
  definition: Definition;
  layout: Layout;
}

export interface History {
  past: Work[];
  now: Work;
  future: Work[];
}

/** The next history: `tag` joins changes of the same thing, such as letters typed into one field, into one step back. */
export function change(history: History, next: Work, join: boolean): History {
  return { past: join ? history.past : [...history.past, history.now], now: next, future: [] };
}

export function undo({ past, now, future }: History): History {
  const last = past.at(-1);
  return last ? { past: past.slice(0, -1), now: last, future: [now, ...future] } : { past, now, future };
}

export function redo({ past, now, future }: History): History {
  const [next, ...rest] = future;
  return next ? { past: [...past, now], now: next, future: rest } : { past, now, future };
}

const DEFAULTS: Record<string, unknown> = {
  args: {},
  needs: [],
  for_each: null,
  when: null,
  retry: { limit: 0, pause: 1, factor: 2 },
  timeout: null,
  resources: null,
  environment: null,
  outputs: [],
  secrets: [],
  volumes: [],
  skip: false,
  cache: null,
};

/** A step without what is as it would be anyway. */
export function slim(step: StepSpec): StepSpec {
  return Object.fromEntries(
    Object.entries(step).filter(([key, value]) => !(key in DEFAULTS) || !equal(value, DEFAULTS[key])),
  ) as unknown as StepSpec;
}

export function slimmed(definition: Definition): Definition {
  const { name, description, parameters, parallelism, steps } = definition;
  const plain: Record<string, unknown> = {
    type: "str",
    item_type: "str",
    label: "",
    describe: "",
    placeholder: "",
    language: null,
    require: false,
    default: null,
    choice: [],
    range: null,
    editable: true,
    sub_args: [],
  };
  return {
    name,
    ...(description ? { description } : {}),
    ...(parameters?.length
      ? {
          parameters: parameters.map(
            (parameter) =>
              Object.fromEntries(
                Object.entries(parameter).filter(([key, value]) => !equal(value, plain[key])),
              ) as never,
          ),
        }
      : {}),
    ...(parallelism ? { parallelism } : {}),
    steps: (steps ?? []).map(slim),
  };
}

/** Give a step another name; what needs it or uses its outputs follows. */
export function rename(work: Work, from: string, to: string): Work {
  const steps = work.definition.steps.map((step) => {
    const followed = renamed(step, from, to);
    return {
      ...followed,
      name: step.name === from ? to : step.name,
      ...(step.needs ? { needs: step.needs.map((need) => (need === from ? to : need)) } : {}),
    };
  });
  const { [from]: place, ...layout } = work.layout;
  return { definition: { ...work.definition, steps }, layout: place ? { ...layout, [to]: place } : layout };
}

export function patch(work: Work, name: string, values: Partial<StepSpec>): Work {
  return {
    ...work,
    definition: {
      ...work.definition,
      steps: work.definition.steps.map((step) => (step.name === name ? slim({ ...step, ...values }) : step)),
    },
  };
}

export function remove(work: Work, names: Set<string>): Work {
  const steps = work.definition.steps
    .filter((step) => !names.has(step.name))
    .map((step) => slim({ ...step, needs: (step.needs ?? []).filter((need) => !names.has(need)) }));
  return {
    definition: { ...work.definition, steps },
    layout: Object.fromEntries(Object.entries(work.layout).filter(([name]) => !names.has(name))),
  };
}

/** Whether an arrow is there because a value names the other's output, and not only because it is drawn. */
export function spoken(step: StepSpec, need: string): boolean {
  return needsOf({ ...step, needs: [] }).includes(need);
}

export function useWork(start: Work) {
  const [history, setHistory] = useState<History>({ past: [], now: start, future: [] });
  const last = useRef({ tag: "", at: 0 });
  const set = useCallback((make: (now: Work) => Work, tag = "") => {
    const at = Date.now();
    const join = tag !== "" && last.current.tag === tag && at - last.current.at < 1500;
    last.current = { tag, at };
    setHistory((old) => {
      const next = make(old.now);
      return next === old.now ? old : change(old, next, join);
    });
  }, []);
  return {
    work: history.now,
    edges: edgesOf(history.now.definition.steps),
    set,
    reset: useCallback((work: Work) => setHistory({ past: [], now: work, future: [] }), []),
    undo: useCallback(() => setHistory(undo), []),
    redo: useCallback(() => setHistory(redo), []),
    canUndo: history.past.length > 0,
    canRedo: history.future.length > 0,
  };
}
