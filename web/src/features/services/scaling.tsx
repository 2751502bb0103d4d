/** How many replicas there are: as many as asked for, more while they are busy, and by the hours. */
import { Button, NumberInput, Select, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { ScaleMetric } from "@/gen/graphql";
import { css } from "@/ui/page";
import type { Draft } from "./spec";

type Scaled = Pick<Draft, "replicas" | "maxReplicas" | "scaleMetric" | "targetValue" | "schedules" | "gpu">;

const TARGETS: Record<ScaleMetric, number> = { CPU: 80, MEMORY: 80, GPU: 80, REQUESTS: 4 };

export function Scaling({
  value,
  put,
  fault,
}: {
  value: Scaled;
  put: (change: Partial<Scaled>) => void;
  fault: (field: string) => string | undefined;
}) {
  const { t } = useTranslation();
  const set = (at: number, change: Partial<Draft["schedules"][number]>) =>
    put({ schedules: value.schedules.map((each, place) => (place === at ? { ...each, ...change } : each)) });
  const units = {
    CPU: t("service.metric.cpu"),
    MEMORY: t("service.metric.memory"),
    GPU: t("service.metric.gpu"),
    REQUESTS: t("service.metric.concurrency"),
  };
  return (
    <>
      <div className={`${css.gap12} ${css.columns130} ${css.bottom}`}>
        <NumberInput
          label={t("service.replicas")}
          min={1}
          step={1}
          allowDecimal={false}
          value={value.replicas}
          onChange={(next) => put({ replicas: Number(next) || 0 })}
          error={fault("replicas")}
        />
        <NumberInput
          label={t("service.maxReplicas")}
          placeholder={t("service.maxReplicasHint")}
          min={1}
          step={1}
          allowDecimal={false}
          value={value.maxReplicas ?? ""}
          onChange={(next) => put({ maxReplicas: next === "" ? null : Number(next) })}
          error={fault("maxReplicas")}
        />
        {(value.maxReplicas ?? 0) > value.replicas && (
          <Select
            label={t("service.scaleMetric.label")}
            data={[
              { value: "CPU", label: t("service.scaleMetric.cpu") },
              { value: "MEMORY", label: t("service.scaleMetric.memory") },
              { value: "REQUESTS", label: t("service.scaleMetric.concurrency") },
              ...(value.gpu ? [{ value: "GPU", label: t("service.scaleMetric.gpu") }] : []),
            ]}
            value={value.scaleMetric}
            onChange={(next) =>
              next && put({ scaleMetric: next as ScaleMetric, targetValue: TARGETS[next as ScaleMetric] })
            }
            allowDeselect={false}
            error={fault("scaleMetric")}
          />
        )}
        {(value.maxReplicas ?? 0) > value.replicas && (
          <NumberInput
            label={units[value.scaleMetric]}
            min={1}
            step={1}
            allowDecimal={false}
            value={value.targetValue}
            onChange={(next) => put({ targetValue: Number(next) || 0 })}
            error={fault("targetValue")}
          />
        )}
      </div>
      <div role="group" aria-label={t("service.scaleSchedule")} className={`${css.stack} ${css.gap8}`}>
        {value.schedules.map((each, at) => (
          <div key={at} className={`${css.gap8} ${css.columns110} ${css.bottom}`}>
            <TextInput
              label={t("service.scaleFrom")}
              placeholder="0 8 * * 1-5"
              value={each.cron}
              onChange={(event) => set(at, { cron: event.currentTarget.value })}
              error={fault(`schedules[${at}].cron`)}
              styles={{ input: { fontFamily: "var(--mono)" } }}
            />
            <TextInput
              label={t("common.timeZone")}
              value={each.timezone}
              onChange={(event) => set(at, { timezone: event.currentTarget.value })}
              error={fault(`schedules[${at}].timezone`)}
            />
            <NumberInput
              label={t("service.scaleReplicas")}
              min={1}
              step={1}
              allowDecimal={false}
              value={each.replicas}
              onChange={(next) => set(at, { replicas: Number(next) || 0 })}
              error={fault(`schedules[${at}].replicas`)}
            />
            <Button
              size="compact-sm"
              variant="subtle"
              aria-label={t("common.removeName", { name: each.cron || at + 1 })}
              onClick={() => put({ schedules: value.schedules.filter((_, place) => place !== at) })}
              mb={5}
            >
              {t("common.remove")}
            </Button>
          </div>
        ))}
        <div className={`${css.flow} ${css.gap10} ${css.middle}`}>
          <Button
            size="compact-sm"
            onClick={() =>
              put({
                schedules: [
                  ...value.schedules,
                  {
                    cron: "0 8 * * 1-5",
                    timezone: Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC",
                    replicas: value.replicas + 1,
                  },
                ],
              })
            }
          >
            {t("service.addScaleSchedule")}
          </Button>
          {value.schedules.length === 1 && <span className={css.dim}>{t("service.scaleScheduleHint")}</span>}
        </div>
      </div>
    </>
  );
}
