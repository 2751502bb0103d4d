/** When a pipeline runs by itself: shown as the next times while it is typed. */
import { Button, Checkbox, NumberInput, Select, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { act, ask, Refused } from "@/api/client";
import {
  CheckScheduleDocument,
  SaveScheduleDocument,
  type ScheduleRowFragment,
  type SchedulesQuery,
} from "@/gen/graphql";
import { moment } from "@/lib/format";
import { useAttempt } from "@/ui/attempt";
import { Dialog } from "@/ui/dialog";
import { type Argument, Field } from "@/ui/field";
import { css, Notice } from "@/ui/page";
import { say } from "@/ui/toast";

export interface Definition {
  cron: string;
  timezone?: string;
  params?: Record<string, unknown>;
  cluster?: string | null;
  cache?: boolean;
  missed?: string;
  parallel?: number;
  full?: string;
  begins_at?: string | null;
  ends_at?: string | null;
}

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
  const [told, setTold] = useState<Definition>(
    (schedule?.definition as Definition | undefined) ?? { cron: "0 2 * * *", timezone: MINE },
  );
  const patch = (part: Partial<Definition>) => setTold((now) => ({ ...now, ...part }));
  const [settled] = useDebouncedValue(told, 250);
  const check = useQuery({
    queryKey: ["check-schedule", settled],
    queryFn: () => ask(CheckScheduleDocument, { definition: settled }),
    placeholderData: keepPreviousData,
    retry: false,
    staleTime: 0,
  });
  const parameters =
    (pipeline.version?.definition as { parameters?: Argument[] } | undefined)?.parameters ?? [];
  const faults = [error, check.error].flatMap((each) => (each instanceof Refused ? each.faults : []));
  const fault = (field: string) =>
    faults.find((each) => each.field === field || each.field === `definition.${field}`)?.message;
  const shown = [
    "name",
    "cron",
    "timezone",
    "parallel",
    "begins_at",
    "ends_at",
    "cluster",
    ...parameters.map((each) => `params.${each.name}`),
  ].some(fault);
  const zone = told.timezone ?? "UTC";
  const presets: [string, string][] = [
    ["0 * * * *", t("schedule.preset.hourly")],
    ["0 2 * * *", t("schedule.preset.nightly")],
    ["0 8 * * 1-5", t("schedule.preset.weekdays")],
    ["0 6 * * 1", t("schedule.preset.weekly")],
    ["0 3 1 * *", t("schedule.preset.monthly")],
  ];
  const save = () =>
    run(async () => {
      await act(SaveScheduleDocument, {
        pipeline: pipeline.id,
        name,
        definition: told,
        id: schedule?.id ?? null,
      });
      say(t("common.saved"));
      done();
      close();
    });
  const upcoming = check.error ? [] : (check.data?.checkSchedule.upcoming ?? []);
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
          value={told.cron}
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
            variant={told.cron === cron ? "light" : "default"}
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
      {(check.data?.checkSchedule.missed ?? 0) > 0 && !check.error && !schedule && (
        <Notice tone="waitful">
          {t("schedule.backfill", {
            count: check.data!.checkSchedule.missed,
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
              value={told.params?.[parameter.name]}
              error={fault(`params.${parameter.name}`)}
              set={(value) => {
                const params = { ...told.params };
                if (value === undefined) delete params[parameter.name];
                else params[parameter.name] = value;
                patch({ params });
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
              { value: "last", label: t("schedule.missed.last") },
              { value: "all", label: t("schedule.missed.all") },
              { value: "none", label: t("schedule.missed.skip") },
            ]}
            value={told.missed ?? "last"}
            onChange={(next) => next && patch({ missed: next })}
            allowDeselect={false}
          />
          <NumberInput
            label={t("schedule.maxConcurrent")}
            min={1}
            max={50}
            value={told.parallel ?? 1}
            onChange={(next) => patch({ parallel: Number(next) || 1 })}
            error={fault("parallel")}
          />
          <Select
            label={t("schedule.overlap.label")}
            data={[
              { value: "wait", label: t("schedule.overlap.queue") },
              { value: "skip", label: t("schedule.overlap.skip") },
            ]}
            value={told.full ?? "wait"}
            onChange={(next) => next && patch({ full: next })}
            allowDeselect={false}
          />
          {pipeline.project.clusters.length > 1 && (
            <Select
              label={t("kind.cluster")}
              data={pipeline.project.clusters}
              value={told.cluster ?? pipeline.project.cluster}
              onChange={(next) => patch({ cluster: next })}
              allowDeselect={false}
              error={fault("cluster")}
            />
          )}
          <TextInput
            type="datetime-local"
            label={t("schedule.startsAt")}
            description={t("schedule.startsAtHint")}
            value={local(told.begins_at)}
            onChange={(event) =>
              patch({
                begins_at: event.currentTarget.value
                  ? new Date(event.currentTarget.value).toISOString()
                  : null,
              })
            }
            error={fault("begins_at")}
          />
          <TextInput
            type="datetime-local"
            label={t("schedule.endsAt")}
            description={t("schedule.endsAtHint")}
            value={local(told.ends_at)}
            onChange={(event) =>
              patch({
                ends_at: event.currentTarget.value ? new Date(event.currentTarget.value).toISOString() : null,
              })
            }
            error={fault("ends_at")}
          />
          <Checkbox
            label={t("run.useCache")}
            checked={told.cache ?? false}
            onChange={(event) => patch({ cache: event.currentTarget.checked })}
            className={css.selfBottom}
          />
        </div>
      </details>
    </Dialog>
  );
}
