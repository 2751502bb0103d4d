/** Where a project's work is on Kubernetes; administrators say so. */
import { Button, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { cache } from "@/api/cache";
import { act, Refused } from "@/api/client";
import { type ProjectNamespacesInput, UpdateProjectDocument } from "@/gen/graphql";
import { useAttempt } from "@/ui/attempt";
import { css, Failure, Panel } from "@/ui/page";
import { say } from "@/ui/toast";

const KINDS = ["run", "build", "notebook", "service"] as const;

export function Places({
  id,
  namespaces,
  group,
  admin,
}: {
  id: string;
  namespaces: ProjectNamespacesInput;
  group: string | null;
  admin: boolean;
}) {
  const { t } = useTranslation();
  const words = {
    run: t("project.placement.runs"),
    build: t("project.placement.builds"),
    notebook: t("project.placement.notebooks"),
    service: t("project.placement.services"),
  };
  const [value, setValue] = useState(namespaces);
  const [nodes, setNodes] = useState(group ?? "");
  const { busy, error, run } = useAttempt();
  const fault = (field: string) =>
    error instanceof Refused && error.field === field
      ? [error.message, error.hint].filter(Boolean).join(" ")
      : undefined;
  const changed = KINDS.some((kind) => (value[kind] ?? "") !== (namespaces[kind] ?? ""));
  const moved = nodes !== (group ?? "");
  const save = () =>
    run(async () => {
      await act(UpdateProjectDocument, {
        id,
        namespaces: changed ? value : null,
        nodeGroup: moved ? nodes || "-" : null,
      });
      say(t("common.saved"));
      void cache.invalidateQueries({ queryKey: ["project"] });
    });
  return (
    <Panel title={t("project.placement.title")}>
      <div className={`${css.stack} ${css.p14} ${css.gap12}`}>
        <div className={`${css.gap12} ${css.columns180}`}>
          {KINDS.map((kind) => (
            <TextInput
              key={kind}
              label={words[kind]}
              placeholder={t("project.placement.default")}
              value={value[kind] ?? ""}
              disabled={!admin}
              onChange={(event) => setValue({ ...value, [kind]: event.currentTarget.value })}
            />
          ))}
          <TextInput
            label={t("project.placement.nodeGroup")}
            description={t("project.placement.nodeGroupHint")}
            placeholder={t("project.placement.default")}
            value={nodes}
            disabled={!admin}
            error={fault("nodeGroup")}
            onChange={(event) => setNodes(event.currentTarget.value)}
          />
        </div>
        {Boolean(error) && !fault("nodeGroup") && <Failure error={error} />}
        {admin ? (
          <Button
            className={css.selfStart}
            loading={busy}
            disabled={!changed && !moved}
            onClick={() => void save()}
          >
            {t("common.save")}
          </Button>
        ) : (
          <span className={css.dim}>{t("project.placement.readOnly")}</span>
        )}
      </div>
    </Panel>
  );
}
