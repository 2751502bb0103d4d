/** The files of the steps before a step, as the step finds them. Pure. */
import { quoted } from "@/lib/shell";

export interface Left {
  /** The step that left them. */
  step: string;
  /** Which item of its fan-out left them; null when it has none. */
  item: number | null;
  files: string[];
}

/** Paths below $CUBE_INPUT_DIR: the folder of the step, then its files. */
export function pathsOf({ step, item, files }: Left): string[] {
  const folder = item === null ? step : `${step}/${item}`;
  return [folder, ...files.map((file) => `${folder}/${file}`)];
}

const PLAIN = /^[\w./@%+=:,-]*$/;

/** A path below the input folder as it is written into a field: `file` for arguments that name a file below it, else the language of the field. */
export function spelled(path: string, field: string): string {
  if (field === "file") return path;
  if (field === "python") return `os.environ["CUBE_INPUT_DIR"] + ${JSON.stringify(`/${path}`)}`;
  return PLAIN.test(path) ? `$CUBE_INPUT_DIR/${path}` : `"$CUBE_INPUT_DIR"/${quoted(path)}`;
}

interface Ran {
  steps: { id: string; name: string; state: string; itemCount?: number | null }[];
}

/** Of each step its newest result: runs come newest first. */
export function newestOf(
  runs: Ran[],
  names: string[],
): Map<string, { id: string; itemCount: number | null }> {
  const found = new Map<string, { id: string; itemCount: number | null }>();
  for (const run of runs) {
    for (const step of run.steps) {
      if (
        names.includes(step.name) &&
        !found.has(step.name) &&
        (step.state === "SUCCEEDED" || step.state === "CACHED")
      )
        found.set(step.name, { id: step.id, itemCount: step.itemCount ?? null });
    }
  }
  return found;
}
