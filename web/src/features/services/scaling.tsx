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
    cpu: t("Cores in use, percent"),
    memory: t("Memory in use, percent"),
    gpu: t("Cards in use, percent"),
    requests: t("Requests at once, each"),
  } as Record<string, string>;
  return (
    <>
      <div className={`${css.gap12} ${css.columns130} ${css.bottom}`}>
        <NumberInput
          label={t("Replicas")}
          min={1}
          step={1}
          allowDecimal={false}
          value={value.replicas}
          onChange={(next) => put({ replicas: Number(next) || 0 })}
          error={fault("replicas")}
        />
        <NumberInput
          label={t("At most")}
          placeholder={t("as many")}
          min={1}
          step={1}
          allowDecimal={false}
          value={value.most ?? ""}
          onChange={(next) => put({ most: next === "" ? null : Number(next) })}
          error={fault("most")}
        />
        {(value.most ?? 0) > value.replicas && (
          <Select
            label={t("More when")}
            data={[
              { value: "cpu", label: t("cores are busy") },
              { value: "memory", label: t("memory is full") },
              { value: "requests", label: t("requests are many") },
              ...(value.gpu ? [{ value: "gpu", label: t("cards are busy") }] : []),
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
      <div role="group" aria-label={t("By the hours")} className={`${css.stack} ${css.gap8}`}>
        {value.hours.map((each, at) => (
          <div key={at} className={`${css.gap8} ${css.columns110} ${css.bottom}`}>
            <TextInput
              label={t("From (cron)")}
              placeholder="0 8 * * 1-5"
              value={each.cron}
              onChange={(event) => set(at, { cron: event.currentTarget.value })}
              error={fault(`hours.${at}.cron`)}
              styles={{ input: { fontFamily: "var(--mono)" } }}
            />
            <TextInput
              label={t("Time zone")}
              value={each.timezone}
              onChange={(event) => set(at, { timezone: event.currentTarget.value })}
              error={fault(`hours.${at}.timezone`)}
            />
            <NumberInput
              label={t("Replicas at least")}
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
              aria-label={t("Remove {{name}}", { name: each.cron || at + 1 })}
              onClick={() => put({ hours: value.hours.filter((_, place) => place !== at) })}
              mb={5}
            >
              {t("Remove")}
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
            {t("More by the hours")}
          </Button>
          {value.hours.length === 1 && (
            <span className={css.dim}>{t("Add the moment from which there are fewer again.")}</span>
          )}
        </div>
      </div>
    </>
  );
}
