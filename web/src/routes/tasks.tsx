/** The periodic jobs of the platform: when they are due, how they went, and running one now. For administrators and auditors. */
import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { cache } from "@/api/cache";
import { act, ask } from "@/api/client";
import { useViewer } from "@/api/viewer";
import { RunScheduledTaskDocument, ScheduledTasksDocument, type ScheduledTasksQuery } from "@/gen/graphql";
import { duration } from "@/lib/format";
import { localised } from "@/lib/i18n";
import { useTitle } from "@/ui/crumbs";
import { Ago, barred, css, Failure, Head, Loading, Panel, Wall } from "@/ui/page";
import { State } from "@/ui/state";
import { complain, say } from "@/ui/toast";

type Task = ScheduledTasksQuery["scheduledTasks"][number];

export function Tasks() {
  const { t } = useTranslation();
  const me = useViewer().data?.viewer;
  useTitle([{ label: t("nav.tasks") }]);
  const query = useQuery({
    queryKey: ["scheduled-tasks"],
    queryFn: () => ask(ScheduledTasksDocument),
    refetchInterval: 5000,
  });
  const run = async (name: string) => {
    try {
      await act(RunScheduledTaskDocument, { name });
      say(t("task.started", { name }));
    } catch (error) {
      complain(error);
    }
    void cache.invalidateQueries({ queryKey: ["scheduled-tasks"] });
  };
  if (barred(query.error)) return <Wall error={query.error} />;
  return (
    <>
      <Head title={t("nav.tasks")} facts={<span>{t("task.hint")}</span>} />
      <div className={css.body}>
        <Panel label={t("nav.tasks")}>
          {query.error ? (
            <div className={css.p14}>
              <Failure error={query.error} retry={() => void query.refetch()} />
            </div>
          ) : query.data ? (
            <div className={css.scroll}>
              <table className={css.table}>
                <thead>
                  <tr>
                    <th>{t("task.task")}</th>
                    <th>{t("common.state")}</th>
                    <th>{t("task.last")}</th>
                    <th className={css.num}>{t("common.duration")}</th>
                    <th>{t("task.next")}</th>
                    <th>{t("task.schedule")}</th>
                    {me?.admin && (
                      <th>
                        <span className={css.sr}>{t("common.actions")}</span>
                      </th>
                    )}
                  </tr>
                </thead>
                <tbody>
                  {query.data.scheduledTasks.map((task) => (
                    <Row key={task.name} task={task} run={me?.admin ? run : undefined} />
                  ))}
                </tbody>
              </table>
            </div>
          ) : (
            <Loading rows={10} />
          )}
        </Panel>
      </div>
    </>
  );
}

function Row({ task, run }: { task: Task; run?: (name: string) => void }) {
  const { t } = useTranslation();
  return (
    <tr>
      <td className={css.normal}>
        <div className={css.fw550}>{localised(task.description)}</div>
        <div className={`${css.mono} ${css.dim} ${css.breaks}`}>{task.name}</div>
        {task.lastError && <div className={css.breaks}>{task.lastError}</div>}
      </td>
      <td>
        {task.runningSince ? (
          <State state="RUNNING" />
        ) : task.lastStartedAt ? (
          <State state={task.lastError ? "FAILED" : "SUCCEEDED"} />
        ) : (
          <span className={css.dim}>{t("task.never")}</span>
        )}
      </td>
      <td>{task.lastStartedAt && <Ago at={task.lastStartedAt} />}</td>
      <td className={css.num}>
        {task.lastDurationSeconds === null ? "" : duration(task.lastDurationSeconds)}
      </td>
      <td>
        <Ago at={task.nextAt} />
      </td>
      <td className={css.mono}>{task.schedule}</td>
      {run && (
        <td className={css.num}>
          <Button size="compact-sm" disabled={task.runningSince !== null} onClick={() => run(task.name)}>
            {t("task.run")}
          </Button>
        </td>
      )}
    </tr>
  );
}
