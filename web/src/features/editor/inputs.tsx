/** What the steps before a step leave for it, as paths that a press puts where the cursor is. */
import { useQueries, useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { ask } from "@/api/client";
import { PipelineStepsDocument, StepFilesDocument } from "@/gen/graphql";
import { Failure, css as ui } from "@/ui/page";
import css from "./editor.module.css";
import { newestOf, pathsOf } from "./files";

const SHOWN = 40;

export function Inputs({
  pipeline,
  before,
  disabled,
  put,
}: {
  pipeline: string;
  before: string[];
  disabled: boolean;
  put: (path: string) => void;
}) {
  const { t } = useTranslation();
  const runs = useQuery({
    queryKey: ["steps-before", pipeline],
    queryFn: () => ask(PipelineStepsDocument, { id: pipeline }),
    enabled: before.length > 0,
  });
  const found = newestOf(runs.data?.pipeline?.runs.nodes ?? [], before);
  const left = useQueries({
    queries: before.map((name) => ({
      queryKey: ["step-files", found.get(name)?.id],
      queryFn: () => ask(StepFilesDocument, { id: found.get(name)!.id }),
      enabled: found.has(name),
    })),
  });
  const error = runs.error ?? left.find((each) => each.error)?.error;
  if (!before.length) return null;
  return (
    <div role="group" aria-label={t("editor.inputFiles")}>
      <b>{t("editor.inputFiles")}</b>
      <div className={`${ui.dim} ${ui.fz11_5}`}>{t("editor.inputFilesHint")}</div>
      {Boolean(error) && <Failure error={error} retry={() => void runs.refetch()} />}
      <div className={`${ui.stack} ${ui.gap4} ${ui.mt6}`}>
        {before.map((name, index) => {
          const step = left[index]?.data?.step;
          const item = step?.itemCount != null ? step.items[0] : undefined;
          const paths = pathsOf({
            step: name,
            item: item ? (item.item ?? 0) : null,
            files: ((item ?? step)?.artifacts ?? []).map((file) => file.path),
          });
          return (
            <div key={name} className={`${ui.flow} ${ui.gap4}`}>
              {paths.slice(0, SHOWN).map((path) => (
                <button
                  key={path}
                  type="button"
                  className={css.path}
                  disabled={disabled}
                  onMouseDown={(event) => event.preventDefault()}
                  onClick={() => put(path)}
                >
                  $CUBE_INPUT_DIR/{path}
                </button>
              ))}
              {paths.length > SHOWN && (
                <span className={ui.dim}>{t("editor.moreFiles", { count: paths.length - SHOWN })}</span>
              )}
              {item && <span className={ui.dim}>{t("editor.filesPerItem", { count: step!.items! })}</span>}
              {runs.data && !found.has(name) && <span className={ui.dim}>{t("editor.filesAfterRun")}</span>}
            </div>
          );
        })}
      </div>
    </div>
  );
}
