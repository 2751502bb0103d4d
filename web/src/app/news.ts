/** Runs, notebooks, images, searches, models, services and schedules that change anywhere among my projects: lists show it at once, and pages that summarise look again. */
import { useEffect } from "react";
import { cache } from "@/api/cache";
import { listen } from "@/api/socket";
import { ChangedDocument, type FoundKind, type RunRowFragment, RunsChangedDocument } from "@/gen/graphql";

interface Pages {
  pages: { runs: { nodes: RunRowFragment[] } }[];
  pageParams: unknown[];
}

const SUMMARIES = ["home", "pipelines", "pipeline", "pipeline-runs", "schedules"];
const LISTS: Partial<Record<FoundKind, string[]>> = {
  NOTEBOOK: ["notebooks"],
  IMAGE: ["images"],
  SEARCH: ["searches"],
  MODEL: ["models"],
  SERVICE: ["services"],
  SCHEDULE: ["schedules"],
};
const waiting = new Set<string>();
let scheduled = false;

function later(keys: string[]) {
  for (const key of keys) waiting.add(key);
  if (scheduled) return;
  scheduled = true;
  setTimeout(() => {
    scheduled = false;
    for (const key of waiting) void cache.invalidateQueries({ queryKey: [key] });
    waiting.clear();
  }, 700);
}

function hear(run: RunRowFragment) {
  let known = true;
  for (const [key, data] of cache.getQueriesData<Pages>({ queryKey: ["runs"] })) {
    if (!data) continue;
    if (data.pages.some((page) => page.runs.nodes.some((node) => node.id === run.id))) {
      cache.setQueryData<Pages>(key, {
        ...data,
        pages: data.pages.map((page) => ({
          ...page,
          runs: {
            ...page.runs,
            nodes: page.runs.nodes.map((node) =>
              node.id === run.id
                ? { ...node, ...run, pipeline: { ...node.pipeline, ...run.pipeline } }
                : node,
            ),
          },
        })),
      });
      if (cache.isFetching({ queryKey: key, exact: true })) known = false; // what is on its way may be older
    } else known = false;
  }
  later(known ? SUMMARIES : [...SUMMARIES, "runs"]);
}

export function useNews(signedIn: boolean) {
  useEffect(() => {
    if (!signedIn) return;
    const quiet = listen(ChangedDocument, {}, ({ changed }) => later(LISTS[changed.kind] ?? []));
    const variables: { project?: string | null; since?: string | null } = {};
    const stop = listen(RunsChangedDocument, variables, ({ runsChanged }) => {
      variables.since = runsChanged.cursor;
      hear(runsChanged.run);
    });
    return () => {
      quiet();
      stop();
    };
  }, [signedIn]);
}
