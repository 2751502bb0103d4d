/** The selected step: why it is as it is, its log, what it ran, what it left, what it used, what happened. */

import { ActionIcon, Button, Select, Tabs } from "@mantine/core";
import { IconX } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { lazy, type ReactNode, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { ask } from "@/api/client";
import { patient } from "@/api/patient";
import { type RunQuery, StepWholeDocument } from "@/gen/graphql";
import { localised } from "@/lib/i18n";
import { tabOf } from "@/lib/tab";
import { Empty, Failure, Loading, Notice, Took, css as ui } from "@/ui/page";
import { final, State, useWord } from "@/ui/state";
import { Artifacts } from "./artifacts";
import { Events } from "./events";
import { Log } from "./log";
import type { Tracked } from "./metrics";
import { Overview } from "./overview";
import css from "./run.module.css";

const Metrics = lazy(() =>
  patient(() => import("./metrics")).then((module) => ({ default: module.Metrics })),
);
const Terminal = lazy(() =>
  patient(() => import("./terminal")).then((module) => ({ default: module.Terminal })),
);
const FanUse = lazy(() => patient(() => import("./fanned")).then((module) => ({ default: module.FanUse })));
const Resources = lazy(() =>
  patient(() => import("./resources")).then((module) => ({ default: module.Resources })),
);

type Run = NonNullable<RunQuery["run"]>;

export function Inspector({
  run,
  step,
  close,
  fan,
  usual,
  register,
  open,
}: {
  run: Run;
  step: Run["steps"][number];
  close: () => void;
  fan: ReactNode;
  usual: string | null;
  register: ((item: number | null, files: { path: string; size: number }[]) => void) | null;
  open: ((item: number | null) => Promise<void>) | null;
}) {
  const { t } = useTranslation();
  const word = useWord();
  const search = useSearch({ from: "/runs/$run" });
  const go = useNavigate({ from: "/runs/$run" });
  const id = search.item ?? step.id;
  const query = useQuery({
    queryKey: ["step", id, step.state, step.attempt, step.podId],
    queryFn: () => ask(StepWholeDocument, { id }),
    placeholderData: (old) => (old?.step?.id === id ? old : undefined),
  });
  const whole = query.data?.step;
  const shown = search.item && whole ? whole : step;
  const pods = whole?.pods ?? [];
  const pod =
    pods.find((each) => each.id === search.pod) ??
    pods.find((each) => each.id === shown.podId) ??
    pods.at(-1) ??
    null;
  const tries = pods.some((each) => each.attempt > 1);
  const set = (change: Partial<typeof search>) =>
    void go({ search: (now) => ({ ...now, ...change }), replace: true });
  const items = fan !== null && !search.item;
  const tab = tabOf(
    search.tab,
    [
      ...(items ? ["items"] : []),
      "log",
      "overview",
      "artifacts",
      "metrics",
      "resources",
      "events",
      "terminal",
    ],
    items ? "items" : shown.state === "CACHED" ? "artifacts" : "log",
  );
  const cached = shown.state === "CACHED";
  const [opening, setOpening] = useState(false);
  const enter = run.viewerCanCancel && pod?.state === "RUNNING";
  return (
    <aside className={css.inspector} aria-label={t("model.fromStep", { name: step.name })}>
      <div className={css.inspectorHead}>
        <div className={`${ui.flow} ${ui.gap8} ${ui.middle}`}>
          <h2 className={`${ui.flush} ${ui.fz15} ${ui.breaks}`}>
            {step.name}
            {search.item && whole ? ` · ${t("run.itemN", { n: whole.item })}` : ""}
          </h2>
          <State state={shown.state} reason={shown.reason} />
          <span className={ui.dim}>
            <Took from={shown.startedAt} to={shown.finishedAt} moving={!final(shown.state)} />
            {usual && !cached ? ` · ${t("run.usually", { time: usual })}` : ""}
          </span>
          <span className={`${ui.line} ${ui.push} ${ui.gap6} ${ui.middle}`}>
            {search.item && (
              <button
                type="button"
                className={`${ui.bare} ${ui.accent}`}
                onClick={() => set({ item: undefined, pod: undefined, tab: undefined })}
              >
                {t("run.allItems")}
              </button>
            )}
            {pods.length > 1 && (
              <Select
                size="xs"
                w={210}
                aria-label={t("run.attemptColumn")}
                allowDeselect={false}
                value={pod?.id ?? null}
                onChange={(next) => set({ pod: next ?? undefined, line: undefined })}
                data={pods.map((each) => ({
                  value: each.id,
                  label: `${each.item !== null && !search.item && items ? `${t("run.itemN", { n: each.item })}, ` : ""}${each.role ? `${each.role} ${each.rank ?? ""}`.trim() : ""}${each.role && tries ? ", " : ""}${!each.role || tries ? t("run.attempt", { n: each.attempt }) : ""}: ${word(each.state)}`,
                }))}
              />
            )}
            {open && !items && !(search.item && !whole) && (
              <Button
                size="compact-sm"
                loading={opening}
                onClick={() => {
                  setOpening(true);
                  void open(search.item && whole ? whole.item : null).finally(() => setOpening(false));
                }}
                title={t("run.openInNotebookHint")}
              >
                {t("run.openInNotebook")}
              </Button>
            )}
            <ActionIcon aria-label={t("common.close")} onClick={close}>
              <IconX size={16} />
            </ActionIcon>
          </span>
        </div>
        {shown.explanation && (
          <Notice tone={shown.state === "FAILED" ? "bad" : "waitful"}>{localised(shown.explanation)}</Notice>
        )}
        {cached && shown.cacheReason && (
          <Notice
            action={
              whole?.cachedFrom && (
                <Link
                  to="/runs/$run"
                  params={{ run: whole.cachedFrom.runId }}
                  search={{
                    step: whole.cachedFrom.name,
                    item: whole.cachedFrom.item === null ? undefined : whole.cachedFrom.id,
                  }}
                >
                  {t("run.cachedFrom")}
                </Link>
              )
            }
          >
            {localised(shown.cacheReason)}
          </Notice>
        )}
        <Tabs value={tab} onChange={(next) => set({ tab: next ?? undefined })} keepMounted={false}>
          <Tabs.List>
            {fan !== null && !search.item && <Tabs.Tab value="items">{t("run.items")}</Tabs.Tab>}
            <Tabs.Tab value="log">{t("common.log")}</Tabs.Tab>
            <Tabs.Tab value="overview">{t("run.code")}</Tabs.Tab>
            <Tabs.Tab value="artifacts">
              {t("common.files")}
              {whole?.artifacts.length ? ` ${whole.artifacts.length}` : ""}
            </Tabs.Tab>
            <Tabs.Tab value="metrics">{t("common.metrics")}</Tabs.Tab>
            <Tabs.Tab value="resources">{t("common.resources")}</Tabs.Tab>
            <Tabs.Tab value="events">{t("common.events")}</Tabs.Tab>
            {enter && <Tabs.Tab value="terminal">{t("common.terminal")}</Tabs.Tab>}
          </Tabs.List>
        </Tabs>
      </div>
      <div className={css.inspectorBody} key={tab}>
        {query.error ? (
          <div className={ui.p14}>
            <Failure error={query.error} retry={() => void query.refetch()} />
          </div>
        ) : !whole ? (
          <Loading rows={5} />
        ) : (
          <Suspense fallback={<Loading rows={5} />}>
            {tab === "items" && fan}
            {tab === "log" &&
              (pod ? (
                <Log key={pod.id} pod={pod.id} moving={!final(pod.state)} />
              ) : items && !cached ? (
                <Empty
                  title={t("run.logPerItem")}
                  action={<Button onClick={() => set({ tab: "items" })}>{t("run.chooseItem")}</Button>}
                />
              ) : (
                <div className={`${ui.dim} ${ui.p20}`}>
                  {cached
                    ? t("run.cachedNoLog")
                    : final(shown.state)
                      ? t("common.noLog")
                      : t("common.notStarted")}
                </div>
              ))}
            {tab === "overview" && <Overview step={whole} params={run.params as Record<string, unknown>} />}
            {tab === "artifacts" && (
              <Artifacts
                files={whole.artifacts}
                omitted={whole.omittedFiles}
                outputs={whole.outputs as Record<string, unknown> | null}
                done={final(shown.state)}
                register={
                  register &&
                  (shown.state === "SUCCEEDED" || shown.state === "CACHED") &&
                  !step.itemCount === !search.item
                    ? () =>
                        register(
                          search.item ? whole.item : null,
                          whole.artifacts.map((file) => ({ path: file.path, size: Number(file.size) })),
                        )
                    : null
                }
              />
            )}
            {tab === "metrics" && (
              <Metrics
                run={run.id}
                step={step.name}
                item={search.item ? whole.item : null}
                moving={!final(shown.state)}
                tracked={whole.mlflow as Tracked}
                warnings={whole.warnings}
              />
            )}
            {tab === "resources" &&
              (pod ? (
                <Resources pod={pod} />
              ) : items && !cached ? (
                <FanUse step={step.id} state={step.state} open={(item) => set({ item, pod: undefined })} />
              ) : (
                <div className={`${ui.dim} ${ui.p20}`}>{t("run.noUsage")}</div>
              ))}
            {tab === "events" && <Events step={whole} run={run} />}
            {tab === "terminal" &&
              (pod && enter ? (
                <Terminal key={pod.id} pod={pod.id} />
              ) : (
                <div className={`${ui.dim} ${ui.p20}`}>{t("common.terminalNeedsPod")}</div>
              ))}
          </Suspense>
        )}
      </div>
    </aside>
  );
}
