/** The limits of a project, of a person, or of all who have none of their own, as a form. */
import { NumberInput, Select, Switch, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { cache } from "@/api/cache";
import { act, Refused } from "@/api/client";
import {
  type AmountWholeFragment,
  type GpuTypeCountInput,
  type QuotaScope,
  type QuotaTargetInput,
  SetQuotaDocument,
} from "@/gen/graphql";
import { useAttempt } from "@/ui/attempt";
import { Dialog } from "@/ui/dialog";
import ui from "@/ui/ui.module.css";

export type Target = { project?: string; user?: string; defaultFor?: QuotaScope } | null;
type Amounts = Pick<AmountWholeFragment, "cpu" | "memory" | "gpu" | "pods" | "notebooks" | "storage">;
const GIB = 2 ** 30;
const NONE = {
  cpu: null,
  memory: null,
  gpu: null,
  pods: null,
  notebooks: null,
  storage: null,
  gpusByType: [],
};

/** "A100: 2, H100: 1" as counts by type; null when it is not written so. */
function byType(text: string): GpuTypeCountInput[] | null {
  const counts = text
    .split(",")
    .map((each) => each.split(":").map((part) => part.trim()))
    .filter(([type]) => type)
    .map(([type, count]) => ({ type: type!, count: count ? Number(count) : Number.NaN }));
  return counts.every(({ count }) => Number.isInteger(count)) ? counts : null;
}

export function EditQuota({
  target,
  limits,
  queue,
  close,
}: {
  target: Target;
  limits: AmountWholeFragment | null;
  queue: boolean;
  close: () => void;
}) {
  const { t } = useTranslation();
  const [scope, setScope] = useState<"user" | "project" | "default:USER" | "default:PROJECT">("user");
  const [name, setName] = useState("");
  const { gpusByType, ...known }: AmountWholeFragment = limits ?? NONE;
  const [value, setValue] = useState<Amounts>(known);
  const [types, setTypes] = useState(gpusByType.map(({ type, count }) => `${type}: ${count}`).join(", "));
  const counts = byType(types);
  const [waits, setWaits] = useState(queue);
  const { busy, error, run } = useAttempt();
  const fault = (field: string) =>
    error instanceof Refused ? error.faults.find((each) => each.field === field)?.message : undefined;
  const whole = scope.startsWith("default");
  const chosen: NonNullable<Target> =
    target ??
    (scope === "user"
      ? { user: name }
      : scope === "project"
        ? { project: name }
        : { defaultFor: scope.slice("default:".length) as QuotaScope });
  const stores = Boolean(chosen.project) || chosen.defaultFor === "PROJECT";
  const save = () =>
    run(async () => {
      await act(SetQuotaDocument, {
        target: chosen as QuotaTargetInput,
        limits: { ...value, gpusByType: counts, storage: stores ? value.storage : null },
        queue: waits,
      });
      void cache.invalidateQueries({ queryKey: ["quota"] });
      close();
    });
  const field = (key: keyof Amounts, label: string, unit = 1) => (
    <NumberInput
      label={label}
      min={0}
      placeholder={t("common.noLimit")}
      allowDecimal={key === "cpu" || unit > 1}
      value={value[key] == null ? "" : Number(value[key]) / unit}
      error={fault(key)}
      onChange={(next) =>
        setValue({
          ...value,
          [key]: next === "" ? null : unit > 1 ? Math.round(Number(next) * unit) : Number(next),
        })
      }
    />
  );
  return (
    <Dialog
      title={t("quota.quota")}
      close={close}
      busy={busy}
      go={() => void save()}
      label={t("common.save")}
      error={
        ["cpu", "memory", "gpu", "pods", "notebooks", "gpusByType", "storage", "user", "project"].some(fault)
          ? null
          : error
      }
      why={(!target && !whole && !name && t("quota.subjectRequired")) || (!counts && t("quota.gpuTypesHint"))}
      size={560}
    >
      {!target && (
        <div className={`${ui.gap12} ${ui.columns200}`}>
          <Select
            label={t("quota.subject")}
            data={[
              { value: "user", label: t("quota.user") },
              { value: "project", label: t("quota.project") },
              { value: "default:USER", label: t("quota.everyUser") },
              { value: "default:PROJECT", label: t("quota.everyProject") },
            ]}
            value={scope}
            onChange={(next) => next && setScope(next as typeof scope)}
            allowDeselect={false}
          />
          {!whole && (
            <TextInput
              required
              label={scope === "user" ? t("common.userName") : t("kind.project")}
              value={name}
              onChange={(event) => setName(event.currentTarget.value)}
              error={fault(scope)}
            />
          )}
        </div>
      )}
      <div className={`${ui.gap12} ${ui.columns130}`}>
        {field("cpu", t("common.cpuCores"))}
        {field("memory", t("common.memoryGib"), GIB)}
        {field("gpu", t("common.gpus"))}
        {field("pods", t("quota.pods"))}
        {field("notebooks", t("quota.notebooks"))}
        {stores && field("storage", t("quota.storageGib"), GIB)}
      </div>
      <TextInput
        label={t("quota.gpuTypes")}
        description={t("quota.gpuTypesHint")}
        placeholder={t("common.noLimit")}
        value={types}
        onChange={(event) => setTypes(event.currentTarget.value)}
        error={fault("gpusByType")}
      />
      <Switch
        label={t("quota.queueHint")}
        checked={waits}
        onChange={(event) => setWaits(event.currentTarget.checked)}
      />
    </Dialog>
  );
}
