/** The schedules of a pipeline: when each runs next, what came of its last moments, and changing it. */
import { Button, Menu } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { act, ask } from "@/api/client";
import { DeleteScheduleDocument, type ScheduleRowFragment, SchedulesDocument } from "@/gen/graphql";
import { Act, useBar } from "@/ui/act";
import { useAttempt } from "@/ui/attempt";
import { Dialog } from "@/ui/dialog";
import { Empty, Failure, Loading, Panel } from "@/ui/page";
import { say } from "@/ui/toast";
import ui from "@/ui/ui.module.css";
import { ScheduleForm } from "./form";
import { fresh, ScheduleTable } from "./table";

export function Schedules({ pipeline, canRun }: { pipeline: string; canRun: boolean }) {
  const { t } = useTranslation();
  const bar = useBar();
  const query = useQuery({
    queryKey: ["schedules", pipeline],
    queryFn: () => ask(SchedulesDocument, { pipeline }),
  });
  const [asking, setAsking] = useState<
    { form: ScheduleRowFragment | null } | { end: ScheduleRowFragment } | null
  >(null);
  const rows = query.data?.schedules.nodes ?? [];
  const make = (
    <Act variant="filled" why={bar(canRun)} onClick={() => setAsking({ form: null })}>
      {t("schedule.create")}
    </Act>
  );
  return (
    <>
      <Panel title={t("nav.schedules")} aside={rows.length > 0 && make}>
        {query.error ? (
          <div className={ui.p14}>
            <Failure error={query.error} retry={() => void query.refetch()} />
          </div>
        ) : query.isPending ? (
          <Loading rows={3} />
        ) : rows.length === 0 ? (
          <Empty title={t("schedule.manualOnly")} action={make}>
            {t("schedule.hint")}
          </Empty>
        ) : (
          <ScheduleTable
            rows={rows}
            name={(row) => <b>{row.name}</b>}
            actions={(row) => (
              <Menu position="bottom-end">
                <Menu.Target>
                  <Button
                    size="compact-sm"
                    variant="subtle"
                    aria-label={t("schedule.moreAbout", { name: row.name })}
                    disabled={!row.viewerCanChange}
                  >
                    …
                  </Button>
                </Menu.Target>
                <Menu.Dropdown>
                  <Menu.Item onClick={() => setAsking({ form: row })}>{t("common.editMenu")}</Menu.Item>
                  <Menu.Item color="red" onClick={() => setAsking({ end: row })}>
                    {t("common.deleteMenu")}
                  </Menu.Item>
                </Menu.Dropdown>
              </Menu>
            )}
          />
        )}
      </Panel>
      {asking && "form" in asking && query.data?.pipeline && (
        <ScheduleForm
          pipeline={query.data.pipeline}
          schedule={asking.form}
          close={() => setAsking(null)}
          done={() => void fresh()}
        />
      )}
      {asking && "end" in asking && <Delete row={asking.end} close={() => setAsking(null)} />}
    </>
  );
}

function Delete({ row, close }: { row: ScheduleRowFragment; close: () => void }) {
  const { t } = useTranslation();
  const { busy, error, run } = useAttempt();
  const end = () =>
    run(async () => {
      await act(DeleteScheduleDocument, { id: row.id });
      say(t("common.nameDeleted", { name: row.name }));
      void fresh();
      close();
    });
  return (
    <Dialog
      title={t("common.deleteName", { name: row.name })}
      close={close}
      busy={busy}
      go={() => void end()}
      label={t("common.deletePermanently")}
      error={error}
      danger
    >
      <span>{t("schedule.deleteHint")}</span>
    </Dialog>
  );
}
