/** Where a project's work is on Kubernetes; administrators say so. */
import { Button, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { cache } from "@/api/cache";
import { act, Refused } from "@/api/client";
import { UpdateProjectDocument } from "@/gen/graphql";
import { useAttempt } from "@/ui/attempt";
import { css, Failure, Panel } from "@/ui/page";
import { say } from "@/ui/toast";

const KINDS = ["run", "build", "notebook", "service"] as const;

export function Places({
  id,
  spaces,
  group,
  admin,
}: {
  id: string;
  spaces: Record<string, string>;
  group: string | null;
  admin: boolean;
}) {
  const { t } = useTranslation();
  const words = {
    run: t("Namespace of runs"),
    build: t("Namespace of builds"),
    notebook: t("Namespace of notebooks"),
    service: t("Namespace of services"),
  };
  const [value, setValue] = useState(spaces);
  const [nodes, setNodes] = useState(group ?? "");
  const { busy, error, run } = useAttempt();
  const fault = (field: string) =>
    error instanceof Refused && error.field === field
      ? [error.message, error.hint].filter(Boolean).join(" ")
      : undefined;
  const changed = KINDS.some((kind) => (value[kind] ?? "") !== (spaces[kind] ?? ""));
  const moved = nodes !== (group ?? "");
  const save = () =>
    run(async () => {
      await act(UpdateProjectDocument, {
        id,
        spaces: changed ? value : null,
        nodeGroup: moved ? nodes || "-" : null,
      });
      say(t("Saved."));
      void cache.invalidateQueries({ queryKey: ["project"] });
    });
  return (
    <Panel title={t("On Kubernetes")}>
      <div className={`${css.stack} ${css.p14} ${css.gap12}`}>
        <div className={`${css.gap12} ${css.columns180}`}>
          {KINDS.map((kind) => (
            <TextInput
              key={kind}
              label={words[kind]}
              placeholder={t("the installation's")}
              value={value[kind] ?? ""}
              disabled={!admin}
              onChange={(event) => setValue({ ...value, [kind]: event.currentTarget.value })}
            />
          ))}
          <TextInput
            label={t("Group of nodes")}
            description={t("By their label org")}
            placeholder={t("the installation's")}
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
            {t("Save")}
          </Button>
        ) : (
          <span className={css.dim}>{t("Administrators can change this.")}</span>
        )}
      </div>
    </Panel>
  );
}
