/** The project that one works in: the chosen one, else the last one opened, kept by name in this browser. */
import { useQuery } from "@tanstack/react-query";
import { useEffect, useSyncExternalStore } from "react";
import { MyProjectsDocument, OneProjectDocument } from "@/gen/graphql";
import { ask } from "./client";
import { useScope } from "./scope";

const KEY = "cube-project";
const MOST = 5;
const tellers = new Set<() => void>();

export function useProjects(enabled = true) {
  return useQuery({ queryKey: ["my-projects"], queryFn: () => ask(MyProjectsDocument), enabled });
}

/** The names of the projects that were opened last, the last first. */
export function recent(): string[] {
  return (localStorage.getItem(KEY) ?? "").split(" ").filter(Boolean);
}

export function remember(name: string) {
  if (recent()[0] === name) return;
  localStorage.setItem(KEY, [name, ...recent().filter((each) => each !== name)].slice(0, MOST).join(" "));
  for (const tell of tellers) tell();
}

/** The project of a name; undefined until it is known, null when there is none that I may see. */
function useNamed(name: string | null) {
  const { data } = useProjects();
  const near = data?.projects.nodes.find((project) => project.name === name);
  const far = useQuery({
    queryKey: ["my-projects", name],
    queryFn: () => ask(OneProjectDocument, { key: name! }),
    enabled: Boolean(name && data && !near),
  });
  return near ?? (name ? far.data?.project : null);
}

/** The chosen project, when there is one: undefined until it is known, null when it is not there. */
export const useChosen = () => useNamed(useScope());

/** The chosen project or the last one opened, if it is still mine, else my newest; null when I have none. */
export function useProject() {
  const scope = useScope();
  const kept = useSyncExternalStore(
    (tell) => {
      tellers.add(tell);
      return () => tellers.delete(tell);
    },
    () => recent()[0] ?? null,
  );
  const named = useNamed(scope ?? kept);
  const { data } = useProjects();
  return named ?? data?.projects.nodes[0] ?? null;
}

export function useRemember(name: string | undefined) {
  useEffect(() => {
    if (name) remember(name);
  }, [name]);
}
