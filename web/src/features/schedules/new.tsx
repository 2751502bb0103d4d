/** A new schedule from the list of all: which pipeline first, then when. */
import { Select } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ask } from "@/api/client";
import { useProject, useProjects } from "@/api/project";
import { SchedulesDocument, SearchPipelinesDocument } from "@/gen/graphql";
import { Dialog } from "@/ui/dialog";
import { Notice } from "@/ui/page";
import ui from "@/ui/ui.module.css";
import { ScheduleForm } from "./form";
import { fresh } from "./table";

export function NewSchedule({ given, close }: { given?: string; close: () => void }) {
  const { t } = useTranslation();
  const here = useProject();
  const able = useProjects().data?.projects.nodes.filter((each) => each.viewerCanRun) ?? [];
  const [wanted, setProject] = useState(given ?? here?.name ?? "");
  const project = able.find((each) => each.name === wanted)?.name ?? able[0]?.name ?? "";
  const list = useQuery({
    queryKey: ["search-pipelines", project],
    queryFn: () => ask(SearchPipelinesDocument, { project }),
    enabled: Boolean(project),
  });
  const pipelines = list.data?.project?.pipelines.nodes ?? [];
  const [chosen, setChosen] = useState<string | null>(null);
  const pipeline = pipelines.find((each) => each.id === chosen)?.id ?? pipelines[0]?.id ?? null;
  const [when, setWhen] = useState(false);
  const form = useQuery({
    queryKey: ["schedules", pipeline],
    queryFn: () => ask(SchedulesDocument, { pipeline: pipeline! }),
    enabled: Boolean(pipeline),
  });
  if (when && form.data?.pipeline)
    return (
      <ScheduleForm pipeline={form.data.pipeline} schedule={null} close={close} done={() => void fresh()} />
    );
  const none = list.data && pipelines.length === 0;
  return (
    <Dialog
      title={t("schedule.create")}
      close={close}
      busy={when && form.isFetching}
      go={() => setWhen(true)}
      label={t("schedule.continue")}
      error={list.error ?? form.error}
      why={!project ? t("common.projectRequired") : !pipeline && t("common.pipelineRequired")}
    >
      {able.length === 0 && <Notice tone="waitful">{t("schedule.noProject")}</Notice>}
      <Select
        label={t("kind.project")}
        data={able.map((each) => each.name)}
        value={project || null}
        onChange={(next) => next && setProject(next)}
        allowDeselect={false}
        searchable
      />
      <Select
        label={t("kind.pipeline")}
        placeholder={none ? t("schedule.noPipelines") : undefined}
        data={pipelines.map((each) => ({ value: each.id, label: each.name }))}
        value={pipeline}
        onChange={setChosen}
        allowDeselect={false}
        searchable
      />
      {none && (
        <Link to="/pipelines" search={{ project, new: "1" }} className={ui.underlined}>
          {t("schedule.createPipeline")}
        </Link>
      )}
    </Dialog>
  );
}
