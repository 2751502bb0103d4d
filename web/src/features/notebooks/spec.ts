/** The spec of a notebook as the form edits it: flat, with mappings where the API has lists of names and values. */
import { Refused } from "@/api/client";
import type { NotebookQuery, NotebookSpecInput } from "@/gen/graphql";

export interface Draft {
  cpu: number;
  memory: number;
  gpu: number;
  gpu_type: string;
  gpu_share: string;
  devices: Record<string, number>;
  claims: Record<string, number>;
  size: number;
  python: string | null;
  requirements: string[];
  image: string | null;
  root: boolean;
  env: Record<string, string>;
  /** null: the value is kept. */
  secrets: Record<string, string | null>;
  project_secrets: string[];
  volumes: string[];
  repo: string | null;
  repo_secret: string | null;
  branch: string | null;
  script: string | null;
  command: string | null;
  port: number | null;
  path: string | null;
}

export const GIB = 2 ** 30;
export const EMPTY: Draft = {
  cpu: 1,
  memory: 2 * GIB,
  gpu: 0,
  gpu_type: "",
  gpu_share: "",
  devices: {},
  claims: {},
  size: 10 * GIB,
  python: null,
  requirements: [],
  image: null,
  root: false,
  env: {},
  secrets: {},
  project_secrets: [],
  volumes: [],
  repo: null,
  repo_secret: null,
  branch: null,
  script: null,
  command: null,
  port: null,
  path: null,
};

const counts = (mapping: Record<string, number>) =>
  Object.entries(mapping).map(([name, count]) => ({ name, count }));

export function toSpec(draft: Draft): NotebookSpecInput {
  const { cpu, memory, gpu, gpu_type, gpu_share, devices, claims, ...others } = draft;
  const { python, requirements, image, root, env, secrets, project_secrets, repo_secret, ...same } = others;
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
    environment: { python, requirements, image, root },
    env: Object.entries(env).map(([name, value]) => ({ name, value })),
    secrets: Object.entries(secrets).map(([name, value]) => ({ name, value })),
    projectSecrets: project_secrets,
    repoSecret: repo_secret,
  };
}

type Spec = NonNullable<NotebookQuery["notebook"]>["spec"];

export function fromSpec(spec: Spec): Draft {
  const { resources, environment, env, secrets, projectSecrets, repoSecret, ...same } = spec;
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
    repo_secret: repoSecret,
  };
}

const PATHS: Record<string, string> = {
  cpu: "resources.cpu",
  memory: "resources.memory",
  gpu: "resources.gpu",
  gpu_type: "resources.gpuType",
  gpu_share: "resources.gpuShare",
  devices: "resources.devices",
  claims: "resources.claims",
  python: "environment.python",
  requirements: "environment.requirements",
  image: "environment.image",
  root: "environment.root",
  project_secrets: "projectSecrets",
  repo_secret: "repoSecret",
};
const OUTSIDE = ["name", "project", "cluster", "kind", "sharing"];
/** The path of a field of the form in the input of the API. */
const path = (field: string) => (OUTSIDE.includes(field) ? field : `spec.${PATHS[field] ?? field}`);
const within = (found: string | null | undefined, at: string) =>
  found === at || found?.startsWith(`${at}[`) || found?.startsWith(`${at}.`);

/** What the server found wrong at a path of the input. */
export const faultAt = (error: unknown) => (at: string) =>
  error instanceof Refused ? error.faults.find((each) => within(each.field, at))?.message : undefined;

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
