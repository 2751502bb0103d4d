/** What one does with the best trial of a search: run its pipeline with its parameters, or make what it left a version of a model and deploy it. */
import { Button, Menu } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { ask } from "@/api/client";
import { BestFilesDocument, type BestFilesQuery, type SearchQuery } from "@/gen/graphql";
import { isModelFile } from "@/lib/models";
import { Choice } from "@/ui/act";

type Found = NonNullable<SearchQuery["search"]>;
type Step = NonNullable<BestFilesQuery["run"]>["steps"][number];

export function UseBest({
  found,
  best,
  start,
  register,
}: {
  found: Found;
  best: NonNullable<Found["bestTrial"]>;
  /** The dialogs of runs and of models, given the values that they begin with. */
  start: (pipeline: string, params: Record<string, unknown>, close: () => void) => ReactNode;
  register: (run: string, step: Step, close: () => void) => ReactNode;
}) {
  const { t } = useTranslation();
  const [dialog, setDialog] = useState<"run" | "register" | null>(null);
  const files = useQuery({
    queryKey: ["best-files", best.runId],
    queryFn: () => ask(BestFilesDocument, { run: best.runId }),
  });
  const steps = (files.data?.run?.steps ?? []).filter((step) => step.artifacts.length > 0);
  const step = steps.find((each) => each.artifacts.some((file) => isModelFile(file.path))) ?? steps.at(-1);
  const missing = files.isPending
    ? t("search.loadingFiles")
    : !files.data?.run
      ? t("search.runDeleted")
      : !step && t("search.noFiles");
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <Button variant="filled">{t("search.useBest")}</Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={() => setDialog("run")}>{t("search.runWithBest")}</Menu.Item>
          <Choice why={missing} onClick={() => setDialog("register")}>
            {t("search.deployBest")}
          </Choice>
        </Menu.Dropdown>
      </Menu>
      {dialog === "run" &&
        start(found.pipelineId, best.params as Record<string, unknown>, () => setDialog(null))}
      {dialog === "register" && step && register(best.runId, step, () => setDialog(null))}
    </>
  );
}
