/** What a workload requests of a cluster besides cores, memory and a number of GPUs: which kind and what part of each, further devices, claims. Pure. */

export interface Gpus {
  gpu: number;
  gpu_type?: string;
  gpu_share?: string;
  /** How many, by the names that the administrator has set. */
  devices?: Record<string, number>;
  /** How many, by classes of devices. */
  claims?: Record<string, number>;
}

/** Requests without what says nothing. */
export const said = (value: Gpus): Gpus => ({
  gpu: value.gpu,
  ...(value.gpu_type ? { gpu_type: value.gpu_type } : {}),
  ...(value.gpu_share ? { gpu_share: value.gpu_share } : {}),
  ...(Object.keys(value.devices ?? {}).length ? { devices: value.devices } : {}),
  ...(Object.keys(value.claims ?? {}).length ? { claims: value.claims } : {}),
});

/** Each as a line, such as rdma or rdma=2. */
export const written = (amounts: Record<string, number> | undefined): string[] =>
  Object.entries(amounts ?? {}).map(([name, count]) => (count === 1 ? name : `${name}=${count}`));

/** The amounts that lines say; `bad` is the first line that says none. Of two lines of one name the last counts. */
export function read(lines: string[]): { amounts: Record<string, number>; bad: string | null } {
  const amounts = new Map<string, number>();
  let bad: string | null = null;
  for (const line of lines) {
    const found = /^\s*([^\s=]+)\s*(?:=\s*([1-9]\d{0,3}))?\s*$/.exec(line);
    if (found) amounts.set(found[1]!, Number(found[2] ?? 1));
    else bad ??= line;
  }
  return { amounts: Object.fromEntries(amounts), bad };
}

/** The number of GPUs, with what makes no sense without any taken away. */
export const counted = (gpu: number): Partial<Gpus> => (gpu ? { gpu } : { gpu, gpu_share: "" });

/** For a line of text: `, 2 GPU`, `, 0.5 GPU`, `, 2 × 8Gi GPU`; empty without any. */
export function requested(value: Gpus, before = ", "): string {
  const more = [...written(value.devices), ...written(value.claims)]
    .map((each) => `${before}${each}`)
    .join("");
  if (!value.gpu) return more;
  const kind = value.gpu_type ? ` ${value.gpu_type}` : "";
  if (!value.gpu_share) return `${before}${value.gpu} GPU${kind}${more}`;
  return `${before}${value.gpu > 1 ? `${value.gpu} × ` : ""}${value.gpu_share} GPU${kind}${more}`;
}
