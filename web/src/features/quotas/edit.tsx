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
      placeholder={t("no limit")}
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
      title={t("Quota")}
      close={close}
      busy={busy}
      go={() => void save()}
      label={t("Save")}
      error={
        ["cpu", "memory", "gpu", "pods", "notebooks", "cards", "storage", "user", "project"].some(fault)
          ? null
          : error
      }
      why={!target && !whole && !name && t("Say whose it is.")}
      size={560}
    >
      {!target && (
        <div className={`${ui.gap12} ${ui.columns200}`}>
          <Select
            label={t("Whose")}
            data={[
              { value: "user", label: t("A person's") },
              { value: "project", label: t("A project's") },
              { value: "everybody:user", label: t("Every person's without their own") },
              { value: "everybody:project", label: t("Every project's without its own") },
            ]}
            value={scope}
            onChange={(next) => next && setScope(next as typeof scope)}
            allowDeselect={false}
          />
          {!whole && (
            <TextInput
              required
              label={scope === "user" ? t("User name") : t("Project")}
              value={name}
              onChange={(event) => setName(event.currentTarget.value)}
              error={fault(scope)}
            />
          )}
        </div>
      )}
      <div className={`${ui.gap12} ${ui.columns130}`}>
        {field("cpu", t("CPU cores"))}
        {field("memory", t("Memory, GiB"), GIB)}
        {field("gpu", t("GPUs"))}
        {field("pods", t("Pods"))}
        {field("notebooks", t("Notebooks that are on"))}
        {(chosen.project || chosen.everybody === "project") && field("storage", t("Kept files, GiB"), GIB)}
      </div>
      <TextInput
        label={t("GPUs by kind")}
        description={t("Of those that are asked for by their kind, such as A100: 2, H100: 1")}
        placeholder={t("no limit")}
        value={cards}
        onChange={(event) => setCards(event.currentTarget.value)}
        error={fault("cards")}
      />
      <Switch
        label={t("What does not fit now waits for its turn; else it is refused")}
        checked={waits}
        onChange={(event) => setWaits(event.currentTarget.checked)}
      />
    </Dialog>
  );
}
