/** The limits of a project, of a person, or of all who have none of their own, as a form. */
import { NumberInput, Select, Switch, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { cache } from "@/api/cache";
import { act, Refused } from "@/api/client";
import { type AmountWholeFragment, SetQuotaDocument } from "@/gen/graphql";
import { useAttempt } from "@/ui/attempt";
import { Dialog } from "@/ui/dialog";
import ui from "@/ui/ui.module.css";

export type Target = { project?: string; user?: string; everybody?: string } | null;
const GIB = 2 ** 30;

/** "A100: 2, H100: 1" as an object; what is no number is left for the server to refuse. */
function kinds(text: string): Record<string, unknown> | null {
  const pairs = text
    .split(",")
    .map((each) => each.split(":").map((part) => part.trim()))
    .filter(([kind]) => kind);
  return pairs.length
    ? Object.fromEntries(
        pairs.map(([kind, most]) => [
          kind,
          most && !Number.isNaN(Number(most)) ? Number(most) : (most ?? null),
        ]),
      )
    : null;
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
  const [scope, setScope] = useState<"user" | "project" | "everybody:user" | "everybody:project">("user");
  const [name, setName] = useState("");
  const [value, setValue] = useState<AmountWholeFragment>(
    limits ?? { cpu: null, memory: null, gpu: null, pods: null, notebooks: null, cards: null, storage: null },
  );
  const [cards, setCards] = useState(
    Object.entries((limits?.cards ?? {}) as Record<string, number>)
      .map(([kind, most]) => `${kind}: ${most}`)
      .join(", "),
  );
  const [waits, setWaits] = useState(queue);
  const { busy, error, run } = useAttempt();
  const fault = (field: string) =>
    error instanceof Refused ? error.faults.find((each) => each.field === field)?.message : undefined;
  const whole = scope.startsWith("everybody");
  const chosen: NonNullable<Target> =
    target ??
    (scope === "user"
      ? { user: name }
      : scope === "project"
        ? { project: name }
        : { everybody: scope.slice("everybody:".length) });
  const save = () =>
    run(async () => {
      await act(SetQuotaDocument, {
        project: chosen.project ?? null,
        user: chosen.user ?? null,
        everybody: chosen.everybody ?? null,
        ...value,
        cards: kinds(cards),
        storage: chosen.project || chosen.everybody === "project" ? value.storage : null,
        queue: waits,
      });
      void cache.invalidateQueries({ queryKey: ["quota"] });
      close();
    });
  const field = (key: Exclude<keyof AmountWholeFragment, "cards">, label: string, unit = 1) => (
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
        ["cpu", "memory", "gpu", "pods", "notebooks", "cards", "storage", "user", "project"].some(fault)
          ? null
          : error
      }
      why={!target && !whole && !name && t("quota.subjectRequired")}
      size={560}
    >
      {!target && (
        <div className={`${ui.gap12} ${ui.columns200}`}>
          <Select
            label={t("quota.subject")}
            data={[
              { value: "user", label: t("quota.user") },
              { value: "project", label: t("quota.project") },
              { value: "everybody:user", label: t("quota.everyUser") },
              { value: "everybody:project", label: t("quota.everyProject") },
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
        {(chosen.project || chosen.everybody === "project") && field("storage", t("quota.storageGib"), GIB)}
      </div>
      <TextInput
        label={t("quota.gpuTypes")}
        description={t("quota.gpuTypesHint")}
        placeholder={t("common.noLimit")}
        value={cards}
        onChange={(event) => setCards(event.currentTarget.value)}
        error={fault("cards")}
      />
      <Switch
        label={t("quota.queueHint")}
        checked={waits}
        onChange={(event) => setWaits(event.currentTarget.checked)}
      />
    </Dialog>
  );
}
