/** What happened to a step or a pod, in order, from what is known of its attempts and what the cluster says. */

import { useQuery } from "@tanstack/react-query";
import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import { ask } from "@/api/client";
import { PodEventsDocument, type PodRowFragment, type RunQuery, type StepWholeQuery } from "@/gen/graphql";
import { duration } from "@/lib/format";
import { localised } from "@/lib/i18n";
import { css, Empty, Failure } from "@/ui/page";
import { StateIcon } from "@/ui/state";
import own from "./run.module.css";

interface Event {
  at: string;
  state: string;
  text: string;
  why?: string | null;
}

/** What is known here of one pod. */
function known(pod: PodRowFragment, t: TFunction): Event[] {
  const events: Event[] = [];
  if (pod.createdAt)
    events.push({
      at: pod.createdAt,
      state: "PENDING",
      text: t("run.event.submitted", { n: pod.attempt }),
    });
  if (pod.startedAt) {
    const waited = pod.createdAt ? (Date.parse(pod.startedAt) - Date.parse(pod.createdAt)) / 1000 : 0;
    events.push({
      at: pod.startedAt,
      state: "RUNNING",
      text: `${t("run.event.started", { n: pod.attempt, machine: pod.machine ?? "–" })}${waited > 0.5 ? ` ${t("run.event.waited", { time: duration(waited) })}` : ""}`,
    });
  }
  if (pod.finishedAt) {
    const how = pod.signal
      ? t("run.event.bySignal", { n: pod.signal })
      : pod.exitCode !== null
        ? t("run.event.byExitCode", { n: pod.exitCode })
        : "";
    events.push({
      at: pod.finishedAt,
      state: pod.state,
      text: t("run.event.ended", { n: pod.attempt, how }).replace(" .", "."),
      why: pod.explanation,
    });
  }
  return events;
}

/** What its cluster says of a pod; a process of a machine has nobody who would. */
function useTold(pod: PodRowFragment | undefined) {
  const query = useQuery({
    queryKey: ["step", "events", pod?.id, pod?.state],
    queryFn: () => ask(PodEventsDocument, { id: pod!.id }),
    enabled: pod?.runtime === "container",
  });
  const events: Event[] = [];
  for (const each of query.data?.pod?.events ?? []) {
    if (each.at)
      events.push({
        at: each.at,
        state: each.bad ? "FAILED" : "PENDING",
        text: `${each.reason}${each.count > 1 ? ` ×${each.count}` : ""}`,
        why: each.explanation,
      });
  }
  return { query, events, manifest: query.data?.pod?.manifest as unknown };
}

export function Events({
  step,
  run,
}: {
  step: NonNullable<StepWholeQuery["step"]>;
  run: NonNullable<RunQuery["run"]>;
}) {
  const { t } = useTranslation();
  const told = useTold(step.pods.at(-1));
  const events: Event[] = [
    {
      at: run.createdAt,
      state: "QUEUED",
      text: t("run.event.runStarted", { name: run.author.name }),
    },
    ...step.pods.flatMap((pod) => known(pod, t)),
  ];
  if (step.finishedAt)
    events.push({
      at: step.finishedAt,
      state: step.state,
      text: step.state === "CACHED" ? t("run.event.cached") : t("run.event.stepEnded"),
      why: step.state === "CACHED" ? step.cacheReason : step.pods.length ? null : step.explanation,
    });
  if (events.length === 1 && !told.events.length && !step.startedAt && step.state === "QUEUED")
    return <Empty title={t("run.event.none")}>{t("run.event.waiting")}</Empty>;
  return <Line events={[...events, ...told.events]} told={told} />;
}

export function PodEvents({ pod }: { pod: PodRowFragment }) {
  const { t } = useTranslation();
  const told = useTold(pod);
  return <Line events={[...known(pod, t), ...told.events]} told={told} />;
}

function Line({ events, told }: { events: Event[]; told: ReturnType<typeof useTold> }) {
  const { t, i18n } = useTranslation();
  // Clusters tell whole seconds: within one, what is known better stays in its order.
  const whole = (event: Event) => event.at.slice(20, 23) === "000";
  events.sort(
    (a, b) =>
      a.at.slice(0, 19).localeCompare(b.at.slice(0, 19)) ||
      (whole(a) || whole(b) ? 0 : a.at.localeCompare(b.at)),
  );
  return (
    <>
      {told.query.error && (
        <div className={css.pOver}>
          <Failure error={told.query.error} retry={() => void told.query.refetch()} />
        </div>
      )}
      <ol className={`${css.plainList} ${css.stack} ${css.p14} ${css.gap10}`}>
        {events.map((event, index) => (
          <li key={index} className={own.event}>
            <time dateTime={event.at} className={`${css.dim} ${css.digits}`}>
              {new Date(event.at).toLocaleTimeString(i18n.language, { hour12: false })}.
              {event.at.slice(20, 23)}
            </time>
            <StateIcon state={event.state} />
            <span>
              {event.text}
              {event.why && <span className={css.dim}> {localised(event.why)}</span>}
            </span>
          </li>
        ))}
      </ol>
      {Boolean(told.manifest) && (
        <details className={css.pUnder}>
          <summary className={css.pointer}>{t("run.podManifest")}</summary>
          <pre
            tabIndex={0}
            role="region"
            aria-label={t("run.podManifest")}
            className={`${css.flush} ${css.mah420} ${css.scrolls} ${css.fz12} ${css.mt6}`}
          >
            {JSON.stringify(told.manifest, null, 1)}
          </pre>
        </details>
      )}
    </>
  );
}
