/** The spec of a revision as the form edits it. */
import { Refused } from "@/api/client";
import { faultAt, within } from "@/api/faults";
import type {
  NonFinite,
  ReplicaScheduleInput,
  ScaleMetric,
  ServiceKind,
  ServiceQuery,
  ServiceSpecInput,
} from "@/gen/graphql";
import { fromCommon, GIB, PATHS, toCommon, type Workload, workload } from "@/lib/workload";

export interface Draft extends Workload {
  kind: ServiceKind;
  replicas: number;
  maxReplicas: number | null;
  scaleMetric: ScaleMetric;
  targetValue: number;
  schedules: Required<ReplicaScheduleInput>[];
  script: string | null;
  command: string | null;
  readyPath: string | null;
  timeoutSeconds: number;
  idleTimeoutSeconds: number;
  nonFinite: NonFinite;
}

const SCRIPT =
  "def load(folder):\n    # what is loaded once; folder holds the files of the model\n    return None\n\ndef predict(model, inputs):\n    return [sum(row) for row in inputs]\n";
export const EMPTY: Draft = {
  ...workload(0.5, GIB),
  kind: "MODEL",
  replicas: 1,
  maxReplicas: null,
  scaleMetric: "CPU",
  targetValue: 80,
  schedules: [],
  script: SCRIPT,
  command: null,
  readyPath: null,
  timeoutSeconds: 60,
  idleTimeoutSeconds: 0,
  nonFinite: "NULL",
};

export const served = (kind: ServiceKind) => kind === "MODEL" || kind === "FUNCTION";

export function toSpec(draft: Draft): ServiceSpecInput {
  const { common, rest } = toCommon(draft);
  const { script, nonFinite, ...same } = rest;
  return {
    ...same,
    ...common,
    nonFinite: served(draft.kind) ? nonFinite : "NULL",
    ...(draft.kind === "FUNCTION" ? { script } : {}),
  };
}

type Spec = NonNullable<ServiceQuery["service"]>["revisions"][number]["spec"];

export function fromSpec(spec: Spec): Draft {
  const { resources, environment, env, secrets, projectSecrets, volumes, ...same } = spec;
  return { ...same, ...fromCommon(spec), script: spec.script ?? EMPTY.script };
}

const OUTSIDE = ["name", "project", "model", "force", "strategy"];
/** The path of a field of the form in the input of the API. */
const path = (field: string) =>
  OUTSIDE.includes(field.split(".")[0]!) ? field : `spec.${PATHS[field] ?? field}`;

/** What the server found wrong with a field of the form. */
export const faultOf = (error: unknown) => (field: string) => faultAt(error)(path(field));

const SHOWN = [...Object.keys(EMPTY), "name", "project", "model", "force", "strategy.gates.differenceRate"];

/** Whether something is wrong that no field of the form shows. */
export const unshown = (error: unknown) =>
  error instanceof Refused
    ? error.faults.length === 0 ||
      error.faults.some((each) => !SHOWN.some((field) => within(each.field, path(field))))
    : Boolean(error);
