/** When a pipeline runs by itself: shown as the next times while it is typed. */
import { Button, Checkbox, NumberInput, Select, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { act, ask, Refused } from "@/api/client";
import {
  CreateScheduleDocument,
  PreviewScheduleDocument,
  type ScheduleRowFragment,
  type ScheduleSpecInput,
  type SchedulesQuery,
  UpdateScheduleDocument,
} from "@/gen/graphql";
import { moment } from "@/lib/format";
import { useAttempt } from "@/ui/attempt";
import { Dialog } from "@/ui/dialog";
import { type Argument, Field } from "@/ui/field";
import { css, Notice } from "@/ui/page";
import { say } from "@/ui/toast";

const NAMES = ["tick", "tick.date", "tick.time", "tick.yesterday"];
const ZONES = Intl.supportedValuesOf("timeZone");
const MINE = Intl.DateTimeFormat().resolvedOptions().timeZone;

/** For a field of the browser's own kind, which speaks its local time. */
const local = (at: string | null | undefined) =>
  at ? new Date(Date.parse(at) - new Date(at).getTimezoneOffset() * 60_000).toISOString().slice(0, 16) : "";

export function ScheduleForm({
  pipeline,
  schedule,
  close,
  done,
}: {
  pipeline: NonNullable<SchedulesQuery["pipeline"]>;
  schedule: ScheduleRowFragment | null;
  close: () => void;
  done: () => void;
}) {
  const { t, i18n } = useTranslation();
  const { busy, error, run } = useAttempt();
  const [name, setName] = useState(schedule?.name ?? "");
  const [spec, setSpec] = useState<ScheduleSpecInput>(
    schedule?.spec ?? { cron: "0 2 * * *", timezone: MINE },
  );
  const patch = (part: Partial<ScheduleSpecInput>) => setSpec((now) => ({ ...now, ...part }));
  const [settled] = useDebouncedValue(spec, 250);
  const check = useQuery({
    queryKey: ["preview-schedule", settled],
    queryFn: () => ask(PreviewScheduleDocument, { spec: settled }),
    placeholderData: keepPreviousData,
    retry: false,
    staleTime: 0,
  });
  const parameters =
    (pipeline.version?.definition as { parameters?: Argument[] } | undefined)?.parameters ?? [];
  const faults = [error, check.error].flatMap((each) => (each instanceof Refused ? each.faults : []));
  const fault = (field: string) =>
    faults.find((each) => each.field === field || each.field === `spec.${field}`)?.message;
  const shown = [
    "name",
    "cron",
    "timezone",
    "maxActiveRuns",
    "startsAt",
    "endsAt",
    "cluster",
    ...parameters.map((each) => `params.${each.name}`),
  ].some(fault);
  const zone = spec.timezone ?? "UTC";
  const params = (spec.params ?? {}) as Record<string, unknown>;
  const presets: [string, string][] = [
    ["0 * * * *", t("schedule.preset.hourly")],
    ["0 2 * * *", t("schedule.preset.nightly")],
    ["0 8 * * 1-5", t("schedule.preset.weekdays")],
    ["0 6 * * 1", t("schedule.preset.weekly")],
    ["0 3 1 * *", t("schedule.preset.monthly")],
  ];
  const save = () =>
    run(async () => {
      if (schedule) await act(UpdateScheduleDocument, { input: { id: schedule.id, name, spec } });
      else await act(CreateScheduleDocument, { input: { pipelineId: pipeline.id, name, spec } });
      say(t("common.saved"));
      done();
      close();
    });
  const upcoming = check.error ? [] : (check.data?.previewSchedule.upcoming ?? []);
  return (
    <Dialog
      size={620}
      title={schedule ? t("common.editName", { name: schedule.name }) : t("schedule.create")}
      close={close}
      busy={busy}
      go={() => void save()}
      label={t("common.save")}
      error={shown ? null : (error ?? check.error)}
      why={!name.trim() ? t("common.nameRequired") : check.error ? t("common.incomplete") : null}
    >
      <TextInput
        label={t("common.name")}
        description={t("common.nameRule")}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        error={fault("name")}
        required
        data-autofocus
      />
      <div className={`${css.gap12} ${css.columns200}`}>
        <TextInput
          label={t("schedule.cron")}
          description={t("schedule.cronHint")}
          value={spec.cron}
          onChange={(event) => patch({ cron: event.currentTarget.value })}
          error={fault("cron")}
          styles={{ input: { fontFamily: "var(--mono)" } }}
          required
        />
        <Select
          label={t("common.timeZone")}
          description={t("schedule.timeZoneHint")}
          data={["UTC", ...ZONES.filter((each) => each !== "UTC")]}
          value={zone}
          onChange={(next) => next && patch({ timezone: next })}
          searchable
          allowDeselect={false}
          error={fault("timezone")}
        />
      </div>
      <div className={`${css.flow} ${css.gap6}`}>
        {presets.map(([cron, label]) => (
          <Button
            key={cron}
            size="compact-sm"
            variant={spec.cron === cron ? "light" : "default"}
            onClick={() => patch({ cron })}
          >
            {label}
          </Button>
        ))}
      </div>
      {upcoming.length > 0 ? (
        <div aria-live="polite" className={check.isPlaceholderData ? css.faded : ""}>
          <b>{t("schedule.nextRuns")}</b>
          {upcoming.map((at) => (
            <div key={at} className={css.digits}>
              {moment(at, zone, i18n.language)}
            </div>
          ))}
        </div>
      ) : (
        !check.error && !check.isPending && <Notice tone="waitful">{t("schedule.ended")}</Notice>
      )}
      {(check.data?.previewSchedule.catchUpRuns ?? 0) > 0 && !check.error && !schedule && (
        <Notice tone="waitful">
          {t("schedule.backfill", {
            count: check.data!.previewSchedule.catchUpRuns,
          })}
        </Notice>
      )}
      {parameters.length > 0 && (
        <fieldset className={`${css.bareFieldset} ${css.stack} ${css.gap10}`}>
          <legend className={`${css.fw600} ${css.p0} ${css.mb4}`}>{t("schedule.parameters")}</legend>
          <span className={css.dim}>
            {t("schedule.parametersHint", {
              names: NAMES.map((each) => `{{ ${each} }}`).join(", "),
              interpolation: { escapeValue: false, skipOnVariables: true },
            })}
          </span>
          {parameters.map((parameter) => (
            <Field
              key={parameter.name}
              argument={{ ...parameter, require: parameter.require ?? false }}
              names={NAMES}
              value={params[parameter.name]}
              error={fault(`params.${parameter.name}`)}
              set={(value) => {
                const next = { ...params };
                if (value === undefined) delete next[parameter.name];
                else next[parameter.name] = value;
                patch({ params: next });
              }}
            />
          ))}
        </fieldset>
      )}
      <details>
        <summary className={`${css.pointer} ${css.fw600}`}>{t("common.more")}</summary>
        <div className={`${css.gap12} ${css.mt10} ${css.columns220}`}>
          <Select
            label={t("schedule.missed.label")}
            data={[
              { value: "LAST", label: t("schedule.missed.last") },
              { value: "ALL", label: t("schedule.missed.all") },
              { value: "NONE", label: t("schedule.missed.skip") },
            ]}
            value={spec.catchUpPolicy ?? "LAST"}
            onChange={(next) => next && patch({ catchUpPolicy: next })}
            allowDeselect={false}
          />
          <NumberInput
            label={t("schedule.maxConcurrent")}
            min={1}
            max={50}
            value={spec.maxActiveRuns ?? 1}
            onChange={(next) => patch({ maxActiveRuns: Number(next) || 1 })}
            error={fault("maxActiveRuns")}
          />
          <Select
            label={t("schedule.overlap.label")}
            data={[
              { value: "WAIT", label: t("schedule.overlap.queue") },
              { value: "SKIP", label: t("schedule.overlap.skip") },
            ]}
            value={spec.concurrencyPolicy ?? "WAIT"}
            onChange={(next) => next && patch({ concurrencyPolicy: next })}
            allowDeselect={false}
          />
          {pipeline.project.clusters.length > 1 && (
            <Select
              label={t("kind.cluster")}
              data={pipeline.project.clusters}
              value={spec.cluster ?? pipeline.project.cluster}
              onChange={(next) => patch({ cluster: next })}
              allowDeselect={false}
              error={fault("cluster")}
            />
          )}
          <TextInput
            type="datetime-local"
            label={t("schedule.startsAt")}
            description={t("schedule.startsAtHint")}
            value={local(spec.startsAt)}
            onChange={(event) =>
              patch({
                startsAt: event.currentTarget.value
                  ? new Date(event.currentTarget.value).toISOString()
                  : null,
              })
            }
            error={fault("startsAt")}
          />
          <TextInput
            type="datetime-local"
            label={t("schedule.endsAt")}
            description={t("schedule.endsAtHint")}
            value={local(spec.endsAt)}
            onChange={(event) =>
              patch({
                endsAt: event.currentTarget.value ? new Date(event.currentTarget.value).toISOString() : null,
              })
            }
            error={fault("endsAt")}
          />
          <Checkbox
            label={t("run.useCache")}
            checked={spec.cache ?? false}
            onChange={(event) => patch({ cache: event.currentTarget.checked })}
            className={css.selfBottom}
          />
        </div>
      </details>
    </Dialog>
  );
}
