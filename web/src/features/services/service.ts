/** What the pages about services know of them: rollouts as they are told, states as shown. */
import { cache } from "@/api/cache";
import type { ServiceQuery } from "@/gen/graphql";

export type Whole = NonNullable<ServiceQuery["service"]>;
export type Revision = Whole["revisions"][number];

export interface Look {
  gate: "errors" | "rejected" | "slow" | "difference";
  verdict: "" | "good" | "bad";
  seen: number;
  of: number;
  share: number | null;
  others: number | null;
  milliseconds?: number;
}

/** The last way of a revision to the traffic. */
export interface Rollout {
  revision: number;
  kind: "roll" | "canary" | "hold";
  steps: number[];
  step: number;
  state: "waiting" | "going" | "held" | "done" | "back" | "ended";
  looked: Look[];
  said: { at: string; words: string }[];
}

export interface Serves {
  id: string;
  modelId: string;
  name: string;
  number: number;
  signature: { example?: unknown[] } | null;
}

export const fresh = () =>
  void Promise.all(["services", "service"].map((key) => cache.invalidateQueries({ queryKey: [key] })));
export const off = (state: string) => ["STOPPED", "ASLEEP", "FAILED"].includes(state.toUpperCase());
export const answers = (state: string) => ["READY", "DEGRADED"].includes(state);
/** [revision, percent] of the traffic, the largest share first. */
export const shares = (traffic: unknown) =>
  Object.entries(traffic as Record<string, number>)
    .map(([key, weight]) => [Number(key), weight] as const)
    .sort((a, b) => b[1] - a[1]);
