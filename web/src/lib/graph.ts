/** A pipeline as a graph: what each step needs, paths, closing of cycles. Pure. */

export interface StepSpec {
  name: string;
  template: string;
  args?: Record<string, unknown>;
  needs?: string[];
  for_each?: unknown;
  when?: string | null;
  retry?: { limit?: number; pause?: number; factor?: number };
  timeout?: number | null;
  resources?: {
    cpu?: number;
    memory?: number | string;
    gpu?: number;
    gpu_type?: string;
    gpu_share?: string;
    devices?: Record<string, number>;
    claims?: Record<string, number>;
  } | null;
  environment?: {
    python?: string | null;
    requirements?: string[];
    image?: string | null;
    root?: boolean;
  } | null;
  outputs?: string[];
  secrets?: string[];
  volumes?: string[];
  skip?: boolean;
  cache?: boolean | null;
}

export interface Definition {
  name: string;
  description?: string;
  parameters?: {
    name: string;
    type?: string;
    default?: unknown;
    label?: string;
    describe?: string;
    choice?: unknown[];
    range?: [number | null, number | null] | null;
  }[];
  parallelism?: number;
  steps: StepSpec[];
}

const NAME = /\{\{\s*steps\.([a-z][a-z0-9-]*)\.outputs\b/g;
/** In a condition a name needs no braces. */
const BARE = /(?<![\w.-])steps\.([a-z][a-z0-9-]*)\.outputs\b/g;
const QUOTED = /'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"/g;

/** Steps named in double braces anywhere in a value. */
function mentioned(value: unknown): string[] {
  if (typeof value === "string") return [...value.matchAll(NAME)].map((match) => match[1]!);
  if (Array.isArray(value)) return value.flatMap(mentioned);
  if (value && typeof value === "object") return Object.values(value).flatMap(mentioned);
  return [];
}

/** Steps named in a condition: with braces anywhere, without them outside quotes. */
function conditioned(when: string | null | undefined): string[] {
  if (!when) return [];
  return [...mentioned(when), ...[...when.replace(QUOTED, "''").matchAll(BARE)].map((match) => match[1]!)];
}

/** The steps before a step: those it names, and those whose outputs it uses. */
export function needsOf(step: StepSpec): string[] {
  return [
    ...new Set([
      ...(step.needs ?? []),
      ...mentioned(step.args),
      ...mentioned(step.for_each),
      ...conditioned(step.when),
    ]),
  ];
}

/** Every arrow as [from, to] between steps that exist. */
export function edgesOf(steps: StepSpec[]): [string, string][] {
  const known = new Set(steps.map((step) => step.name));
  return steps.flatMap((step) =>
    needsOf(step)
      .filter((need) => known.has(need))
      .map((need): [string, string] => [need, step.name]),
  );
}

/** The way from one step to another along arrows, or null. */
export function path(edges: [string, string][], from: string, to: string): string[] | null {
  const next = new Map<string, string[]>();
  for (const [start, end] of edges) next.set(start, [...(next.get(start) ?? []), end]);
  const came = new Map<string, string | null>([[from, null]]);
  const queue = [from];
  for (let at = queue.shift(); at !== undefined; at = queue.shift()) {
    if (at === to) {
      const way: string[] = [];
      for (let step: string | null = at; step !== null; step = came.get(step) ?? null) way.unshift(step);
      return way;
    }
    for (const each of next.get(at) ?? []) {
      if (!came.has(each)) {
        came.set(each, at);
        queue.push(each);
      }
    }
  }
  return null;
}

/** The circle that an arrow would close, or null when it may be drawn. */
export function closes(edges: [string, string][], from: string, to: string): string[] | null {
  if (from === to) return [from, to];
  const way = path(edges, to, from);
  return way ? [...way, to] : null;
}

/** A name that no step has yet. */
export function fresh(wanted: string, taken: Iterable<string>): string {
  const used = new Set(taken);
  const base =
    wanted
      .toLowerCase()
      .replace(/[^a-z0-9-]+/g, "-")
      .replace(/^[^a-z]+/, "")
      .slice(0, 44)
      .replace(/-+$/, "") || "step";
  if (!used.has(base)) return base;
  for (let n = 2; ; n += 1) if (!used.has(`${base}-${n}`)) return `${base}-${n}`;
}

/** A value with every mention of a step's outputs following it to its new name. */
export function renamed<T>(value: T, from: string, to: string): T {
  if (typeof value === "string")
    return value.replace(new RegExp(`(\\{\\{\\s*steps\\.)${from}(\\.outputs\\b)`, "g"), `$1${to}$2`) as T;
  if (Array.isArray(value)) return value.map((each) => renamed(each, from, to)) as T;
  if (value && typeof value === "object") {
    const follow = (key: string, each: unknown) =>
      key === "when" && "template" in value && typeof each === "string"
        ? rephrased(each, from, to)
        : renamed(each, from, to);
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, follow(key, each)])) as T;
  }
  return value;
}

/** A condition with every mention of a step's outputs following it: in quotes only those in braces. */
function rephrased(when: string, from: string, to: string): string {
  const bare = new RegExp(`(?<![\\w.-])(steps\\.)${from}(\\.outputs\\b)`, "g");
  return renamed(when, from, to).replace(/('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")|[^'"]+/g, (part, quoted) =>
    quoted ? part : part.replace(bare, `$1${to}$2`),
  );
}
