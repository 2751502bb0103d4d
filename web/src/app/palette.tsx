/** ⌘K: go to any page, pipeline or run, or do something, by typing part of its name. */
import { Modal, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { JumpDocument, JumpPipelinesDocument } from "@/gen/graphql";
import { StateIcon } from "@/ui/state";
import { ask } from "./client";
import { show } from "./open";
import { useProject, useProjects } from "./project";

interface Entry {
  key: string;
  group: string;
  label: string;
  state?: string;
  go: () => unknown;
}

export default function Palette() {
  const { t } = useTranslation();
  const close = () => show(null);
  return (
    <Modal opened onClose={close} withCloseButton={false} padding={0} yOffset="12vh" centered={false} size={560} aria-label={t("Search or jump to")}>
      <Search close={close} />
    </Modal>
  );
}

function Search({ close }: { close: () => void }) {
  const { t } = useTranslation();
  const [words, setWords] = useState("");
  const [at, setAt] = useState(0);
  const entries = useEntries(words);
  useEffect(() => setAt(0), [words]);
  const take = (entry: Entry | undefined) => {
    if (!entry) return;
    close();
    entry.go();
  };
  return (
    <div onKeyDown={(event) => {
      if (event.key === "ArrowDown") { event.preventDefault(); setAt((at + 1) % Math.max(entries.length, 1)); }
      if (event.key === "ArrowUp") { event.preventDefault(); setAt((at + entries.length - 1) % Math.max(entries.length, 1)); }
      if (event.key === "Enter") take(entries[at]);
    }}>
      <TextInput variant="unstyled" size="md" px={16} py={8} value={words} onChange={(event) => setWords(event.currentTarget.value)} data-autofocus
        placeholder={t("A page, a pipeline, a run, an action")} aria-label={t("Search or jump to")} role="combobox" aria-expanded aria-controls="palette" aria-activedescendant={entries[at] ? `palette-${entries[at].key}` : undefined} />
      <div id="palette" role="listbox" aria-label={t("Results")} style={{ maxHeight: "50vh", overflowY: "auto", borderTop: "1px solid var(--line)", padding: 6 }}>
        {entries.map((entry, index) => (
          <div key={entry.key} id={`palette-${entry.key}`} role="option" aria-selected={index === at} onMouseMove={() => setAt(index)} onClick={() => take(entry)}
            style={{ display: "flex", gap: 8, alignItems: "center", padding: "7px 10px", borderRadius: 6, cursor: "pointer", background: index === at ? "var(--accent-soft)" : undefined }}>
            {entry.state && <StateIcon state={entry.state} />}
            <span style={{ flex: 1, minWidth: 0, overflow: "hidden", textOverflow: "ellipsis", whiteSpace: "nowrap" }}>{entry.label}</span>
            <span style={{ color: "var(--ink-3)", fontSize: 12 }}>{entry.group}</span>
          </div>
        ))}
        {entries.length === 0 && <div role="option" aria-selected={false} aria-disabled style={{ padding: 14, color: "var(--ink-3)" }}>{t("Nothing is called so.")}</div>}
      </div>
    </div>
  );
}

function useEntries(words: string): Entry[] {
  const { t } = useTranslation();
  const go = useNavigate();
  const project = useProject();
  const projects = useProjects().data?.projects.nodes ?? [];
  const [search] = useDebouncedValue(words.trim(), 120);
  const runs = useQuery({ queryKey: ["jump", search], queryFn: () => ask(JumpDocument, { search }), placeholderData: keepPreviousData });
  const pipelines = useQuery({
    queryKey: ["jump-pipelines", project?.name, search], enabled: Boolean(project), placeholderData: keepPreviousData,
    queryFn: () => ask(JumpPipelinesDocument, { project: project!.name, search }),
  });
  const name = project?.name ?? "";
  const places: Entry[] = [
    { key: "home", group: t("Page"), label: t("Home"), go: () => go({ to: "/" }) },
    { key: "notebooks", group: t("Page"), label: t("Notebooks"), go: () => go({ to: "/notebooks" }) },
    { key: "new-notebook", group: t("Action"), label: t("New notebook"), go: () => go({ to: "/notebooks", search: { new: "1" } }) },
    { key: "images", group: t("Page"), label: t("Images"), go: () => go({ to: "/images" }) },
    { key: "runs", group: t("Page"), label: t("Runs"), go: () => go({ to: "/runs" }) },
    { key: "searches", group: t("Page"), label: t("Searches"), go: () => go({ to: "/searches" }) },
    { key: "templates", group: t("Page"), label: t("Templates"), go: () => go({ to: "/templates" }) },
    { key: "models", group: t("Page"), label: t("Models"), go: () => go({ to: "/models" }) },
    { key: "services", group: t("Page"), label: t("Services"), go: () => go({ to: "/services" }) },
    { key: "new-service", group: t("Action"), label: t("New service"), go: () => go({ to: "/services", search: { new: "1" } }) },
    { key: "clusters", group: t("Page"), label: t("Clusters"), go: () => go({ to: "/clusters" }) },
    { key: "projects", group: t("Page"), label: t("Projects"), go: () => go({ to: "/projects" }) },
    { key: "tokens", group: t("Page"), label: t("API tokens"), go: () => go({ to: "/tokens" }) },
  ];
  if (project) {
    places.unshift({ key: "pipelines", group: t("Page"), label: t("Pipelines"), go: () => go({ to: "/projects/$project/pipelines", params: { project: name } }) });
    places.push({ key: "new", group: t("Action"), label: t("New pipeline"), go: () => go({ to: "/projects/$project/pipelines", params: { project: name }, search: { new: "1" } }) });
  }
  for (const each of projects) places.push({ key: each.id, group: t("Project"), label: each.name, go: () => go({ to: "/projects/$project/pipelines", params: { project: each.name } }) });
  const low = words.trim().toLowerCase();
  const found = places.filter((entry) => entry.label.toLowerCase().includes(low));
  for (const pipeline of pipelines.data?.project?.pipelines.nodes ?? []) {
    found.push({ key: pipeline.id, group: t("Pipeline"), label: pipeline.name, go: () => go({ to: "/projects/$project/pipelines/$pipeline", params: { project: name, pipeline: pipeline.name } }) });
  }
  for (const run of runs.data?.runs.nodes ?? []) {
    found.push({ key: run.id, group: t("Run"), label: `${run.pipeline.name} #${run.number}`, state: run.state, go: () => go({ to: "/runs/$run", params: { run: run.id } }) });
  }
  return found;
}
