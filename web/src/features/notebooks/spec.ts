/** The spec of a notebook as the form edits it. */
import { Refused } from "@/api/client";
import { faultAt, within } from "@/api/faults";
import type { NotebookQuery, NotebookSpecInput } from "@/gen/graphql";
import * as common from "@/lib/workload";
import { GIB, type Workload, workload } from "@/lib/workload";

export interface Draft extends Workload {
  size: number;
  python: string | null;
  repo: string | null;
  repo_secret: string | null;
  branch: string | null;
  script: string | null;
  command: string | null;
  port: number | null;
  path: string | null;
}

export const EMPTY: Draft = {
  ...workload(1, 2 * GIB),
  size: 10 * GIB,
  python: null,
  repo: null,
  repo_secret: null,
  branch: null,
  script: null,
  command: null,
  port: null,
  path: null,
};

export function toSpec(draft: Draft): NotebookSpecInput {
  const { common: shared, rest } = common.toCommon(draft);
  const { python, repo_secret, ...same } = rest;
  return { ...same, ...shared, environment: { ...shared.environment, python }, repoSecret: repo_secret };
}

type Spec = NonNullable<NotebookQuery["notebook"]>["spec"];

export function fromSpec(spec: Spec): Draft {
  const { size, environment, repo, repoSecret, branch, script, command, port, path } = spec;
  const own = { size, python: environment.python, repo, repo_secret: repoSecret };
  return { ...common.fromCommon(spec), ...own, branch, script, command, port, path };
}

const PATHS: Record<string, string> = {
  ...common.PATHS,
  python: "environment.python",
  repo_secret: "repoSecret",
};
const OUTSIDE = ["name", "project", "cluster", "kind", "sharing"];
/** The path of a field of the form in the input of the API. */
const path = (field: string) => (OUTSIDE.includes(field) ? field : `spec.${PATHS[field] ?? field}`);

/** What the server found wrong with a field of the form. */
export const faultOf = (error: unknown) => (field: string) => faultAt(error)(path(field));

/** Fields of the spec that the form does not show. */
const HIDDEN = ["python", "port"];
const SHOWN = [...OUTSIDE, ...Object.keys(EMPTY).filter((field) => !HIDDEN.includes(field))];

/** Whether nothing that is wrong is shown at a field of the form. */
export const unshown = (error: unknown) =>
  error instanceof Refused
    ? error.faults.every((each) => !SHOWN.some((field) => within(each.field, path(field))))
    : Boolean(error);
