/** What ⌘K offers for a text: pages and actions of the console, and things of every kind that the platform finds by name. */
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { ask } from "@/api/client";
import type { List } from "@/api/scope";
import { FindDocument, type FindQuery, type FoundKind, LastRunsDocument, type RunState } from "@/gen/graphql";

export interface Entry {
  key: string;
  /** What it is, in a word. */
  group: string;
  label: string;
  detail?: string | null;
  project?: string | null;
  state?: RunState | null;
  go: () => unknown;
}

type Found = FindQuery["find"][number];
const LONGEST = 100;

/** What matches a text best first: pages that are called so, things that are, then pages and things that have it in their name. */
export function ordered<Item extends { label: string }>(
  text: string,
  pages: Item[],
  found: { exact: boolean; entry: Item }[],
): Item[] {
  const low = text.trim().toLowerCase();
  const near = pages.filter((page) => page.label.toLowerCase().includes(low));
  const same = (page: Item) => page.label.toLowerCase() === low;
  const things = (exact: boolean) => found.filter((each) => each.exact === exact).map((each) => each.entry);
  return [...near.filter(same), ...things(true), ...near.filter((page) => !same(page)), ...things(false)];
}

export function useFind(words: string, me: { admin: boolean; auditor: boolean } | null | undefined) {
  const pages = usePages(me);
  const entry = useEntry();
  const { t } = useTranslation();
  const go = useNavigate();
  const text = words.trim().slice(0, LONGEST);
  const [search] = useDebouncedValue(text, 120);
  const things = useQuery({
    queryKey: ["find", search],
    queryFn: () => ask(FindDocument, { text: search }),
    enabled: Boolean(search),
    placeholderData: keepPreviousData,
  });
  const runs = useQuery({ queryKey: ["find"], queryFn: () => ask(LastRunsDocument) });
  const found = text
    ? (things.data?.find ?? []).map((each) => ({ exact: each.exact, entry: entry(each) }))
    : (runs.data?.runs.nodes ?? []).map((run) => ({
        exact: false,
        entry: {
          key: run.id,
          group: t("kind.run"),
          label: `${run.pipeline.name} #${run.number}`,
          project: run.pipeline.project.name,
          state: run.state,
          go: () => go({ to: "/runs/$run", params: { run: run.id } }),
        },
      }));
  const late = text !== search || (text ? things.isFetching : runs.isPending);
  const before = text !== "" && (text !== search || things.isPlaceholderData); // what is shown meanwhile is of another text
  const still = before
    ? found
        .filter(({ entry: { label } }) => label.toLowerCase().includes(text.toLowerCase()))
        .map((each) => ({ ...each, exact: each.entry.label.toLowerCase() === text.toLowerCase() }))
    : found;
  return { entries: ordered(text, pages, still), late, error: text ? things.error : runs.error };
}

function useEntry(): (found: Found) => Entry {
  const { t } = useTranslation();
  const go = useNavigate();
  const kinds: Record<FoundKind, string> = {
    PROJECT: t("kind.project"),
    PIPELINE: t("kind.pipeline"),
    RUN: t("kind.run"),
    SCHEDULE: t("kind.schedule"),
    NOTEBOOK: t("kind.notebook"),
    IMAGE: t("kind.image"),
    SEARCH: t("kind.search"),
    MODEL: t("kind.model"),
    SERVICE: t("kind.service"),
    TEMPLATE: t("kind.template"),
    CLUSTER: t("kind.cluster"),
    GROUP: t("kind.group"),
    USER: t("kind.user"),
  };
  const open = ({ kind, id, name, project, detail }: Found): unknown => {
    switch (kind) {
      case "PROJECT":
        return go({ to: "/pipelines", search: { project: name } });
      case "PIPELINE":
        return go({
          to: "/projects/$project/pipelines/$pipeline",
          params: { project: project!, pipeline: name },
        });
      case "SCHEDULE":
        return go({
          to: "/projects/$project/pipelines/$pipeline",
          params: { project: project!, pipeline: detail! },
          search: { tab: "schedules" },
        });
      case "RUN":
        return go({ to: "/runs/$run", params: { run: id } });
      case "NOTEBOOK":
        return go({ to: "/notebooks/$notebook", params: { notebook: id } });
      case "IMAGE":
        return go({ to: "/images/$image", params: { image: id } });
      case "SEARCH":
        return go({ to: "/searches/$search", params: { search: id } });
      case "MODEL":
        return go({ to: "/models/$model", params: { model: id } });
      case "SERVICE":
        return go({ to: "/services/$service", params: { service: id } });
      case "TEMPLATE":
        return go({ to: "/templates/$template", params: { template: id } });
      case "CLUSTER":
        return go({ to: "/clusters" });
      case "USER":
        return go({ to: "/people", search: { search: name } });
      case "GROUP":
        return go({ to: "/people" });
    }
  };
  return (found) => ({
    key: `${found.kind}-${found.id}`,
    group: kinds[found.kind],
    label: found.name,
    detail: found.detail,
    project: found.project,
    state: found.runState,
    go: () => open(found),
  });
}

function usePages(me: { admin: boolean; auditor: boolean } | null | undefined): Entry[] {
  const { t } = useTranslation();
  const go = useNavigate();
  const lists: [List, string][] = [
    ["/", t("nav.home")],
    ["/notebooks", t("nav.notebooks")],
    ["/images", t("nav.images")],
    ["/pipelines", t("nav.pipelines")],
    ["/runs", t("nav.runs")],
    ["/schedules", t("nav.schedules")],
    ["/searches", t("nav.searches")],
    ["/templates", t("nav.templates")],
    ["/models", t("nav.models")],
    ["/services", t("nav.services")],
  ];
  const others: ["/clusters" | "/projects" | "/people" | "/audit" | "/tasks" | "/tokens", string][] = [
    ["/clusters", t("nav.clusters")],
    ["/projects", t("nav.projects")],
    ["/tokens", t("nav.tokens")],
  ];
  if (me?.admin || me?.auditor)
    others.push(["/people", t("nav.users")], ["/audit", t("nav.audit")], ["/tasks", t("nav.tasks")]);
  const fresh: ["/notebooks" | "/images" | "/pipelines" | "/searches" | "/services", string][] = [
    ["/notebooks", t("notebook.create")],
    ["/images", t("image.create")],
    ["/pipelines", t("pipeline.create")],
    ["/searches", t("search.create")],
    ["/services", t("service.create")],
  ];
  return [
    ...[...lists, ...others].map(([to, label]) => ({
      key: to,
      group: t("kind.page"),
      label,
      go: () => go({ to }),
    })),
    ...fresh.map(([to, label]) => ({
      key: `new ${to}`,
      group: t("kind.action"),
      label,
      go: () => go({ to, search: { new: "1" } }),
    })),
  ];
}
