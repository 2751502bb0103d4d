/** The spec of a revision as the form edits it: flat, with mappings where the API has lists of names and values. */
import { Refused } from "@/api/client";
import type {
  NonFinite,
  ReplicaScheduleInput,
  ScaleMetric,
  ServiceKind,
  ServiceQuery,
  ServiceSpecInput,
} from "@/gen/graphql";

export interface Draft {
  kind: ServiceKind;
  cpu: number;
  memory: number;
  gpu: number;
  gpu_type: string;
  gpu_share: string;
  devices: Record<string, number>;
  claims: Record<string, number>;
  replicas: number;
  maxReplicas: number | null;
  scaleMetric: ScaleMetric;
  targetValue: number;
  schedules: Required<ReplicaScheduleInput>[];
  requirements: string[];
  image: string | null;
  root: boolean;
  env: Record<string, string>;
  /** null: the value is kept. */
  secrets: Record<string, string | null>;
  project_secrets: string[];
  volumes: string[];
  script: string | null;
  command: string | null;
  readyPath: string | null;
  timeoutSeconds: number;
  idleTimeoutSeconds: number;
  nonFinite: NonFinite;
}

export const GIB = 2 ** 30;
const SCRIPT =
  "def load(folder):\n    # what is loaded once; folder holds the files of the model\n    return None\n\ndef predict(model, inputs):\n    return [sum(row) for row in inputs]\n";
export const EMPTY: Draft = {
  kind: "MODEL",
  cpu: 0.5,
  memory: GIB,
  gpu: 0,
  gpu_type: "",
  gpu_share: "",
  devices: {},
  claims: {},
  replicas: 1,
  maxReplicas: null,
  scaleMetric: "CPU",
  targetValue: 80,
  schedules: [],
  requirements: [],
  image: null,
  root: false,
  env: {},
  secrets: {},
  project_secrets: [],
  volumes: [],
  script: SCRIPT,
  command: null,
  readyPath: null,
  timeoutSeconds: 60,
  idleTimeoutSeconds: 0,
  nonFinite: "NULL",
};

export const served = (kind: ServiceKind) => kind === "MODEL" || kind === "FUNCTION";
const counts = (mapping: Record<string, number>) =>
  Object.entries(mapping).map(([name, count]) => ({ name, count }));

export function toSpec(draft: Draft): ServiceSpecInput {
  const { cpu, memory, gpu, gpu_type, gpu_share, devices, claims, requirements, image, root, ...rest } =
    draft;
  const { env, secrets, project_secrets, script, nonFinite, ...same } = rest;
  return {
    ...same,
    resources: {
      cpu,
      memory,
      gpu,
      gpuType: gpu_type,
      gpuShare: gpu_share,
      devices: counts(devices),
      claims: counts(claims),
    },
    environment: { requirements, image, root },
    env: Object.entries(env).map(([name, value]) => ({ name, value })),
    secrets: Object.entries(secrets).map(([name, value]) => ({ name, value })),
    projectSecrets: project_secrets,
    nonFinite: served(draft.kind) ? nonFinite : "NULL",
    ...(draft.kind === "FUNCTION" ? { script } : {}),
  };
}

type Spec = NonNullable<ServiceQuery["service"]>["revisions"][number]["spec"];

export function fromSpec(spec: Spec): Draft {
  const { resources, environment, env, secrets, projectSecrets, ...same } = spec;
  const { gpuType, gpuShare, devices, claims, ...amounts } = resources;
  return {
    ...same,
    ...amounts,
    ...environment,
    gpu_type: gpuType,
    gpu_share: gpuShare,
    devices: Object.fromEntries(devices.map((each) => [each.name, each.count])),
    claims: Object.fromEntries(claims.map((each) => [each.name, each.count])),
    env: Object.fromEntries(env.map((each) => [each.name, each.value])),
    secrets: Object.fromEntries(secrets.map((each) => [each.name, null])),
    project_secrets: projectSecrets,
    script: spec.script ?? EMPTY.script,
  };
}

const GROUPS: Record<string, string> = {
  cpu: "resources.cpu",
  memory: "resources.memory",
  gpu: "resources.gpu",
  gpu_type: "resources.gpuType",
  gpu_share: "resources.gpuShare",
  devices: "resources.devices",
  claims: "resources.claims",
  requirements: "environment.requirements",
  image: "environment.image",
  root: "environment.root",
  project_secrets: "projectSecrets",
};
const OUTSIDE = ["name", "project", "model", "force", "strategy"];
/** The path of a field of the form in the input of the API. */
const path = (field: string) =>
  OUTSIDE.includes(field.split(".")[0]!) ? field : `spec.${GROUPS[field] ?? field}`;
const within = (found: string | null | undefined, at: string) =>
  found === at || found?.startsWith(`${at}[`) || found?.startsWith(`${at}.`);

/** What the server found wrong with a field of the form. */
export const faultOf = (error: unknown) => (field: string) =>
  error instanceof Refused
    ? error.faults.find((each) => within(each.field, path(field)))?.message
    : undefined;

const SHOWN = [...Object.keys(EMPTY), "name", "project", "model", "force", "strategy.gates.differenceRate"];

/** Whether something is wrong that no field of the form shows. */
export const unshown = (error: unknown) =>
  error instanceof Refused
    ? error.faults.length === 0 ||
      error.faults.some((each) => !SHOWN.some((field) => within(each.field, path(field))))
    : Boolean(error);
