/** How many replicas there are: as many as asked for, more while they are busy, and by the hours. */
import { Button, NumberInput, Select, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { css } from "@/ui/page";

export interface Hours {
  cron: string;
  timezone: string;
  replicas: number;
}
interface Scaled {
  replicas: number;
  most: number | null;
  by: string;
  target: number;
  hours: Hours[];
  gpu: number;
}

const TARGETS: Record<string, number> = { cpu: 80, memory: 80, gpu: 80, requests: 4 };

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
  const set = (at: number, change: Partial<Hours>) =>
    put({ hours: value.hours.map((each, place) => (place === at ? { ...each, ...change } : each)) });
  const units = {
    cpu: t("service.metric.cpu"),
    memory: t("service.metric.memory"),
    gpu: t("service.metric.gpu"),
    requests: t("service.metric.concurrency"),
  } as Record<string, string>;
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
          value={value.most ?? ""}
          onChange={(next) => put({ most: next === "" ? null : Number(next) })}
          error={fault("most")}
        />
        {(value.most ?? 0) > value.replicas && (
          <Select
            label={t("service.scaleMetric.label")}
            data={[
              { value: "cpu", label: t("service.scaleMetric.cpu") },
              { value: "memory", label: t("service.scaleMetric.memory") },
              { value: "requests", label: t("service.scaleMetric.concurrency") },
              ...(value.gpu ? [{ value: "gpu", label: t("service.scaleMetric.gpu") }] : []),
            ]}
            value={value.by}
            onChange={(by) => by && put({ by, target: TARGETS[by]! })}
            allowDeselect={false}
            error={fault("by")}
          />
        )}
        {(value.most ?? 0) > value.replicas && (
          <NumberInput
            label={units[value.by]}
            min={1}
            step={1}
            allowDecimal={false}
            value={value.target}
            onChange={(next) => put({ target: Number(next) || 0 })}
            error={fault("target")}
          />
        )}
      </div>
      <div role="group" aria-label={t("service.scaleSchedule")} className={`${css.stack} ${css.gap8}`}>
        {value.hours.map((each, at) => (
          <div key={at} className={`${css.gap8} ${css.columns110} ${css.bottom}`}>
            <TextInput
              label={t("service.scaleFrom")}
              placeholder="0 8 * * 1-5"
              value={each.cron}
              onChange={(event) => set(at, { cron: event.currentTarget.value })}
              error={fault(`hours.${at}.cron`)}
              styles={{ input: { fontFamily: "var(--mono)" } }}
            />
            <TextInput
              label={t("common.timeZone")}
              value={each.timezone}
              onChange={(event) => set(at, { timezone: event.currentTarget.value })}
              error={fault(`hours.${at}.timezone`)}
            />
            <NumberInput
              label={t("service.scaleReplicas")}
              min={1}
              step={1}
              allowDecimal={false}
              value={each.replicas}
              onChange={(next) => set(at, { replicas: Number(next) || 0 })}
              error={fault(`hours.${at}.replicas`)}
            />
            <Button
              size="compact-sm"
              variant="subtle"
              aria-label={t("common.removeName", { name: each.cron || at + 1 })}
              onClick={() => put({ hours: value.hours.filter((_, place) => place !== at) })}
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
                hours: [
                  ...value.hours,
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
          {value.hours.length === 1 && <span className={css.dim}>{t("service.scaleScheduleHint")}</span>}
        </div>
      </div>
    </>
  );
}
