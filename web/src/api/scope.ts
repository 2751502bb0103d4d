/** Which project the lists are of: what their address says, and on other pages what was chosen last; null: all of mine. */
import { useSyncExternalStore } from "react";

const KEY = "cube-scope";
/** Pages that list what belongs to projects. */
export const LISTS = [
  "/",
  "/pipelines",
  "/runs",
  "/schedules",
  "/searches",
  "/templates",
  "/notebooks",
  "/images",
  "/models",
  "/services",
] as const;
export type List = (typeof LISTS)[number];

const listed = (path: string) => (LISTS as readonly string[]).includes(path);

/** A link to a list means what it says; the bare address of the platform means where one was. */
function first(): string | null {
  const said = new URLSearchParams(location.search).get("project");
  return listed(location.pathname) && (said || location.pathname !== "/")
    ? said || null
    : localStorage.getItem(KEY) || null;
}

let scope = first();
const tellers = new Set<() => void>();

export function choose(next: string | null) {
  localStorage.setItem(KEY, next ?? "");
  if (scope === next) return;
  scope = next;
  for (const tell of tellers) tell();
}

export function useScope(): string | null {
  return useSyncExternalStore(
    (tell) => {
      tellers.add(tell);
      return () => tellers.delete(tell);
    },
    () => scope,
  );
}

/** For routes of lists: an address that names no project gets the chosen one. */
export function inScope<Search extends { project?: string }>({
  search,
  next,
}: {
  search: Search;
  next: (search: Search) => Search;
}): Search {
  const made = next(search);
  return { ...made, project: made.project ?? scope ?? undefined };
}

/** What was gone to: a list says what is chosen from now on. */
export function follow(path: string, search: { project?: string }) {
  if (listed(path)) choose(search.project || null);
}

/** The list to show when another project is chosen on a page: itself, or that of its kind. */
export function listOf(path: string): List {
  const [, head = "", , next] = path.split("/");
  const found = `/${head === "projects" && next === "pipelines" ? next : head === "compare" ? "runs" : head}`;
  return listed(found) ? (found as List) : "/";
}
