/** Channels beyond the console, of a project or my own: whether each works, and what the last receiver said. */
import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { cache } from "@/api/cache";
import { act, ask } from "@/api/client";
import {
  type ChannelRowFragment,
  DeleteNotificationChannelDocument,
  NotificationChannelsDocument,
  TestNotificationChannelDocument,
} from "@/gen/graphql";
import { Ago, css, Failure, Loading, Panel } from "@/ui/page";
import { State } from "@/ui/state";
import { complain, say } from "@/ui/toast";
import { EditChannel } from "./channel";
import { CHANNELS } from "./kinds";

/** How often the list is fetched again while a message is on its way. */
const SOON = 1500;
const fresh = () => void cache.invalidateQueries({ queryKey: ["notification-channels"] });
const waits = (row: ChannelRowFragment) => row.deliveries.filter((each) => each.state === "WAITING").length;

export function Channels({ project }: { project: string | null }) {
  const { t } = useTranslation();
  const query = useQuery({
    queryKey: ["notification-channels", project],
    queryFn: () => ask(NotificationChannelsDocument, { project }),
    refetchInterval: ({ state }) => (state.data?.notificationChannels.some(waits) ? SOON : false),
  });
  const [dialog, setDialog] = useState<ChannelRowFragment | "new" | null>(null);
  const rows = query.data?.notificationChannels ?? [];
  return (
    <Panel
      title={t("channel.title")}
      aside={
        <Button size="compact-sm" onClick={() => setDialog("new")} disabled={!query.data}>
          {t("channel.add")}
        </Button>
      }
    >
      {query.error ? (
        <div className={css.p14}>
          <Failure error={query.error} retry={() => void query.refetch()} />
        </div>
      ) : query.isPending ? (
        <Loading rows={2} />
      ) : rows.length === 0 ? (
        <div className={`${css.dim} ${css.p14}`}>
          {project ? t("channel.noneOfProject") : t("channel.none")}
        </div>
      ) : (
        rows.map((row) => <Channel key={row.id} row={row} edit={() => setDialog(row)} />)
      )}
      {dialog && (
        <EditChannel
          project={project}
          channel={dialog === "new" ? null : dialog}
          mail={query.data?.mailConfigured ?? false}
          saved={fresh}
          close={() => setDialog(null)}
        />
      )}
    </Panel>
  );
}

function Channel({ row, edit }: { row: ChannelRowFragment; edit: () => void }) {
  const { t } = useTranslation();
  const attempt = async (work: () => Promise<unknown>) => {
    try {
      await work();
      fresh();
    } catch (error) {
      complain(error);
    }
  };
  const test = () =>
    attempt(async () => {
      await act(TestNotificationChannelDocument, { id: row.id });
      say(t("channel.testSent", { name: row.name }));
    });
  const remove = () => attempt(() => act(DeleteNotificationChannelDocument, { id: row.id }));
  const waiting = waits(row);
  return (
    <div className={`${css.row} ${css.wraps}`}>
      <div className={`${css.basis200} ${css.miw0}`}>
        <div className={`${css.line} ${css.gap8} ${css.middle}`}>
          <b>{row.name}</b>
          {row.error ? (
            <State state="FAILED" as={t("channel.failing")} />
          ) : row.deliveredAt ? (
            <State state="SUCCEEDED" as={t("channel.working")} />
          ) : (
            <State state="UNKNOWN" as={t("channel.notTested")} />
          )}
        </div>
        <div className={`${css.dim} ${css.breaks}`}>
          {CHANNELS[row.kind] ?? t("channel.email")} · {row.address}
          {row.hasSecret && ` · ${t("channel.signed")}`}
          {" · "}
          {row.deliveredAt ? (
            <>
              {t("channel.delivered")} <Ago at={row.deliveredAt} />
            </>
          ) : (
            t("channel.noDelivery")
          )}
        </div>
        {row.error && <div className={css.breaks}>{row.error}</div>}
        {waiting > 0 && <div className={css.dim}>{t("channel.waiting", { count: waiting })}</div>}
      </div>
      <div className={`${css.line} ${css.gap8} ${css.wraps}`}>
        <Button
          size="compact-sm"
          aria-label={t("channel.testName", { name: row.name })}
          onClick={() => void test()}
        >
          {t("channel.test")}
        </Button>
        <Button size="compact-sm" aria-label={t("common.editName", { name: row.name })} onClick={edit}>
          {t("common.edit")}
        </Button>
        <Button
          size="compact-sm"
          variant="subtle"
          aria-label={t("common.removeName", { name: row.name })}
          onClick={() => void remove()}
        >
          {t("common.remove")}
        </Button>
      </div>
    </div>
  );
}
