/** The project that one works in: the last one opened, kept by name in this browser. */
import { useQuery } from "@tanstack/react-query";
import { useEffect, useSyncExternalStore } from "react";
import { MyProjectsDocument } from "@/gen/graphql";
import { ask } from "./client";

const KEY = "cube-project";
const tellers = new Set<() => void>();

export function useProjects(enabled = true) {
  return useQuery({ queryKey: ["my-projects"], queryFn: () => ask(MyProjectsDocument), enabled });
}

export function remember(name: string) {
  if (localStorage.getItem(KEY) === name) return;
  localStorage.setItem(KEY, name);
  for (const tell of tellers) tell();
}

/** The remembered project if it is still mine, else my newest; null when I have none. */
export function useProject() {
  const kept = useSyncExternalStore((tell) => {
    tellers.add(tell);
    return () => tellers.delete(tell);
  }, () => localStorage.getItem(KEY));
  const { data } = useProjects();
  const mine = data?.projects.nodes ?? [];
  return mine.find((project) => project.name === kept) ?? mine[0] ?? null;
}

export function useRemember(name: string | undefined) {
  useEffect(() => {
    if (name) remember(name);
  }, [name]);
}
