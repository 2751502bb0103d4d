/** What the specs of notebooks and services have in common, as forms edit it: flat, with mappings where the API has lists of
 * names and values. */
import type { ResourcesInput, SecretEnvVarInput } from "@/gen/graphql";

export const GIB = 2 ** 30;

export interface Workload {
  cpu: number;
  memory: number;
  gpu: number;
  gpu_type: string;
  gpu_share: string;
  devices: Record<string, number>;
  claims: Record<string, number>;
  requirements: string[];
  image: string | null;
  root: boolean;
  env: Record<string, string>;
  /** null: the value is kept. */
  secrets: Record<string, string | null>;
  project_secrets: string[];
  volumes: string[];
}

/** A workload that requests nothing beyond its CPU and memory. */
export const workload = (cpu: number, memory: number): Workload => ({
  cpu,
  memory,
  gpu: 0,
  gpu_type: "",
  gpu_share: "",
  devices: {},
  claims: {},
  requirements: [],
  image: null,
  root: false,
  env: {},
  secrets: {},
  project_secrets: [],
  volumes: [],
});

const counts = (mapping: Record<string, number>) =>
  Object.entries(mapping).map(([name, count]) => ({ name, count }));
const values = <Value>(mapping: Record<string, Value>) =>
  Object.entries(mapping).map(([name, value]) => ({ name, value }));

/** The common fields as the API takes them, and `rest`: those of the form that are its own. */
export function toCommon<Draft extends Workload>(draft: Draft) {
  const { cpu, memory, gpu, gpu_type, gpu_share, devices, claims, ...others } = draft;
  const { requirements, image, root, env, secrets, project_secrets, volumes, ...rest } = others;
  const resources: ResourcesInput = {
    cpu,
    memory,
    gpu,
    gpuType: gpu_type,
    gpuShare: gpu_share,
    devices: counts(devices),
    claims: counts(claims),
  };
  const common = {
    resources,
    environment: { requirements, image, root },
    env: values(env),
    secrets: values(secrets) satisfies SecretEnvVarInput[],
    projectSecrets: project_secrets,
    volumes,
  };
  return { common, rest };
}

interface Read {
  resources: {
    cpu: number;
    memory: number;
    gpu: number;
    gpuType: string;
    gpuShare: string;
    devices: { name: string; count: number }[];
    claims: { name: string; count: number }[];
  };
  environment: { requirements: string[]; image: string | null; root: boolean };
  env: { name: string; value: string }[];
  secrets: { name: string }[];
  projectSecrets: string[];
  volumes: string[];
}

/** The common fields of a spec that was read; the values of its secrets are kept. */
export function fromCommon({
  resources,
  environment,
  env,
  secrets,
  projectSecrets,
  volumes,
}: Read): Workload {
  const { gpuType, gpuShare, devices, claims, cpu, memory, gpu } = resources;
  const { requirements, image, root } = environment;
  return {
    cpu,
    memory,
    gpu,
    gpu_type: gpuType,
    gpu_share: gpuShare,
    devices: Object.fromEntries(devices.map((each) => [each.name, each.count])),
    claims: Object.fromEntries(claims.map((each) => [each.name, each.count])),
    requirements,
    image,
    root,
    env: Object.fromEntries(env.map((each) => [each.name, each.value])),
    secrets: Object.fromEntries(secrets.map((each) => [each.name, null])),
    project_secrets: projectSecrets,
    volumes,
  };
}

/** Fields of forms and their paths in the spec, where these differ. */
export const PATHS: Record<string, string> = {
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
