/** Where one is, made from the address; a page may name its last part. */
import { useLocation } from "@tanstack/react-router";
import { useEffect, useSyncExternalStore } from "react";
import { useTranslation } from "react-i18next";
import { useProject } from "@/api/project";

interface Crumb {
  label: string;
  to?: string;
}

let named: Crumb[] | null = null;
const tellers = new Set<() => void>();

function put(crumbs: Crumb[] | null) {
  named = crumbs;
  for (const tell of tellers) tell();
}

/** Name this page: its title in the browser, its crumbs at the top. */
export function useTitle(crumbs: Crumb[]) {
  const key = JSON.stringify(crumbs);
  useEffect(() => {
    const own = JSON.parse(key) as Crumb[];
    put(own);
    document.title = `${own.at(-1)?.label ?? "Cube Studio"} · Cube Studio`;
    return () => put(null);
  }, [key]);
}

export function useCrumbs(): Crumb[] {
  const { t } = useTranslation();
  const path = useLocation({ select: (location) => location.pathname });
  const project = useProject();
  const own = useSyncExternalStore(
    (tell) => {
      tellers.add(tell);
      return () => tellers.delete(tell);
    },
    () => named,
  );
  if (own) return own;
  return [{ label: path === "/" ? t("nav.home") : (project?.name ?? "Cube Studio") }];
}
