/** When a project's idle notebooks are stopped. */
import { Button, NumberInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { cache } from "@/api/cache";
import { act, ask } from "@/api/client";
import { faultAt } from "@/api/faults";
import { NotebookPolicyDocument, SetNotebookPolicyDocument } from "@/gen/graphql";
import { useAttempt } from "@/ui/attempt";
import { css, Failure, Panel } from "@/ui/page";
import { say } from "@/ui/toast";

export function Policy({ project }: { project: string }) {
  const query = useQuery({
    queryKey: ["notebook-policy", project],
    queryFn: () => ask(NotebookPolicyDocument, { key: project }),
  });
  const found = query.data?.project;
  if (!found) return null;
  return (
    <Form
      key={JSON.stringify(found.notebookPolicy)}
      project={found.id}
      policy={found.notebookPolicy}
      may={found.viewerCanMaintain}
    />
  );
}

function Form({
  project,
  policy,
  may,
}: {
  project: string;
  policy: { idleMinutes: number; gpuIdleMinutes: number; warnMinutes: number };
  may: boolean;
}) {
  const { t } = useTranslation();
  const [idle, setIdle] = useState(policy.idleMinutes);
  const [gpu, setGpu] = useState(policy.gpuIdleMinutes);
  const [warn, setWarn] = useState(policy.warnMinutes);
  const { busy, error, run } = useAttempt();
  const fault = faultAt(error);
  const save = () =>
    run(async () => {
      await act(SetNotebookPolicyDocument, { project, idle, gpu, warn });
      void cache.invalidateQueries({ queryKey: ["notebook-policy"] });
      say(t("common.saved"));
    });
  const same = idle === policy.idleMinutes && gpu === policy.gpuIdleMinutes && warn === policy.warnMinutes;
  const field = (
    label: string,
    description: string,
    value: number,
    set: (value: number) => void,
    name: string,
  ) => (
    <NumberInput
      label={label}
      description={description}
      min={0}
      max={43_200}
      allowDecimal={false}
      value={value}
      onChange={(next) => set(Number(next) || 0)}
      disabled={!may}
      error={fault(name)}
      flex="1 1 200px"
    />
  );
  return (
    <Panel title={t("notebook.idle.title")}>
      <div className={`${css.stack} ${css.p14} ${css.gap12}`}>
        <div className={`${css.flow} ${css.gap12} ${css.bottom}`}>
          {field(t("notebook.idle.minutes"), t("notebook.idle.minutesHint"), idle, setIdle, "idleMinutes")}
          {field(
            t("notebook.idle.gpuMinutes"),
            t("notebook.idle.gpuMinutesHint"),
            gpu,
            setGpu,
            "gpuIdleMinutes",
          )}
          {field(t("notebook.idle.warning"), t("notebook.idle.warningHint"), warn, setWarn, "warnMinutes")}
        </div>
        {Boolean(error) && !["idleMinutes", "gpuIdleMinutes", "warnMinutes"].some(fault) && (
          <Failure error={error} />
        )}
        {may ? (
          <Button className={css.selfStart} disabled={same} loading={busy} onClick={() => void save()}>
            {t("common.save")}
          </Button>
        ) : (
          <span className={css.dim}>{t("common.ownersOnly")}</span>
        )}
      </div>
    </Panel>
  );
}
