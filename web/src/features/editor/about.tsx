/** The pipeline itself as a form: what it is, its parameters, how many steps at once. Shown when no step is selected. */
import { ActionIcon, Button, NumberInput, Select, Textarea, TextInput } from "@mantine/core";
import { IconTrash } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { Fault } from "@/api/client";
import type { Definition } from "@/lib/graph";
import { Field } from "@/ui/field";
import { Notice, css as ui } from "@/ui/page";
import css from "./editor.module.css";

const TYPES = ["str", "int", "float", "bool", "text", "enum", "list", "json", "date"];

export function About({
  definition,
  faults,
  locked,
  set,
  select,
}: {
  definition: Definition;
  faults: Fault[];
  locked: boolean;
  set: (values: Partial<Definition>, tag: string) => void;
  select: (step: string) => void;
}) {
  const { t } = useTranslation();
  const parameters = definition.parameters ?? [];
  const put = (index: number, values: object) =>
    set(
      { parameters: parameters.map((each, at) => (at === index ? { ...each, ...values } : each)) },
      `parameter.${index}`,
    );
  return (
    <div className={css.fields}>
      <b className={ui.fz15}>{definition.name}</b>
      {faults.length > 0 && (
        <Notice tone="bad">
          <b>{t("editor.problems", { count: faults.length })}</b>
          <ul className={`${ui.flush} ${ui.bullets} ${ui.mt4}`}>
            {faults.slice(0, 12).map((fault, index) => {
              const step = definition.steps[Number(/^steps\[(\d+)\]/.exec(fault.field ?? "")?.[1] ?? -1)];
              return (
                <li key={index}>
                  {step ? (
                    <button
                      type="button"
                      className={`${ui.bare} ${ui.p0} ${ui.accent} ${ui.left}`}
                      onClick={() => select(step.name)}
                    >
                      {fault.message}
                    </button>
                  ) : (
                    fault.message
                  )}{" "}
                  {fault.hint && <span className={ui.dim}>{fault.hint}</span>}
                </li>
              );
            })}
          </ul>
        </Notice>
      )}
      <Textarea
        label={t("common.description")}
        value={definition.description ?? ""}
        disabled={locked}
        autosize
        minRows={2}
        maxRows={5}
        onChange={(event) => set({ description: event.currentTarget.value }, "description")}
      />
      <NumberInput
        label={t("editor.parallelism")}
        description={t("editor.parallelismHint")}
        min={0}
        value={definition.parallelism ?? 0}
        disabled={locked}
        onChange={(next) => set({ parallelism: Number(next) }, "parallelism")}
      />
      <b>{t("common.parameters")}</b>
      {parameters.length === 0 && (
        <span className={ui.dim}>
          {t("editor.parametersHint", {
            example: "{{ params.name }}",
          })}
        </span>
      )}
      {parameters.map((parameter, index) => (
        <div key={index} className={`${ui.panel} ${ui.stack} ${ui.p10} ${ui.gap8}`}>
          <div className={css.reported}>
            <TextInput
              label={t("common.name")}
              value={parameter.name}
              disabled={locked}
              onChange={(event) => put(index, { name: event.currentTarget.value })}
              error={faults.find((fault) => fault.field?.startsWith(`parameters[${index}]`))?.message}
            />
            <Select
              label={t("common.type")}
              data={TYPES}
              value={parameter.type ?? "str"}
              allowDeselect={false}
              disabled={locked}
              onChange={(next) => next && put(index, { type: next, default: undefined })}
            />
            <ActionIcon
              mb={4}
              aria-label={t("editor.removeParameter", { name: parameter.name })}
              disabled={locked}
              onClick={() => set({ parameters: parameters.filter((_, at) => at !== index) }, "")}
            >
              <IconTrash size={15} />
            </ActionIcon>
          </div>
          {parameter.type === "enum" && (
            <TextInput
              label={t("editor.choices")}
              value={(parameter.choice ?? []).join(", ")}
              disabled={locked}
              onChange={(event) =>
                put(index, {
                  choice: event.currentTarget.value
                    .split(",")
                    .map((each) => each.trim())
                    .filter(Boolean),
                })
              }
            />
          )}
          <Field
            argument={{
              ...parameter,
              type: parameter.type ?? "str",
              label: t("common.default"),
              describe: "",
              require: false,
              default: undefined,
            }}
            value={parameter.default ?? undefined}
            disabled={locked}
            set={(value) => put(index, { default: value })}
          />
        </div>
      ))}
      {!locked && (
        <Button
          size="compact-sm"
          className={ui.selfStart}
          onClick={() =>
            set({ parameters: [...parameters, { name: `param${parameters.length + 1}`, type: "str" }] }, "")
          }
        >
          {t("editor.addParameter")}
        </Button>
      )}
    </div>
  );
}
