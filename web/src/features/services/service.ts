/** A service as its pages show it: its states and its traffic. */
import { cache } from "@/api/cache";
import type { ServiceQuery } from "@/gen/graphql";

export type Whole = NonNullable<ServiceQuery["service"]>;
export type Revision = Whole["revisions"][number];

export const fresh = () =>
  void Promise.all(["services", "service"].map((key) => cache.invalidateQueries({ queryKey: [key] })));
export const off = (state: string) => ["STOPPED", "ASLEEP", "FAILED"].includes(state.toUpperCase());
export const answers = (state: string) => ["READY", "DEGRADED"].includes(state);
/** [revision, percent] of the traffic, the largest share first. */
export const shares = (traffic: { revision: number; weight: number }[]) =>
  traffic.map((each) => [each.revision, each.weight] as const).sort((a, b) => b[1] - a[1]);
