/** Which kinds of notifications I get. */
import { Switch } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { cache } from "@/api/cache";
import { act, ask } from "@/api/client";
import {
  type NotificationKind,
  NotificationSettingsDocument,
  type NotificationSettingsQuery,
  UpdateNotificationSettingsDocument,
} from "@/gen/graphql";
import { css, Failure, Loading, Panel } from "@/ui/page";
import { complain } from "@/ui/toast";
import { GROUPS, useKinds } from "./kinds";

const KEY = ["notification-settings"];

async function choose(kind: NotificationKind, console: boolean) {
  try {
    const chosen = await act(UpdateNotificationSettingsDocument, { settings: [{ kind, console }] });
    cache.setQueryData<NotificationSettingsQuery>(KEY, { notificationSettings: chosen });
  } catch (error) {
    complain(error);
  }
}

export function NotificationSettings() {
  const { t } = useTranslation();
  const names = useKinds();
  const query = useQuery({ queryKey: KEY, queryFn: () => ask(NotificationSettingsDocument) });
  const on = new Map(query.data?.notificationSettings.settings.map((each) => [each.kind, each.console]));
  return (
    <Panel title={t("notification.settings")}>
      {query.error ? (
        <div className={css.p14}>
          <Failure error={query.error} retry={() => void query.refetch()} />
        </div>
      ) : query.isPending ? (
        <Loading rows={6} />
      ) : (
        <table className={css.table}>
          <thead>
            <tr>
              <th>{t("notification.event")}</th>
              <th>{t("notification.console")}</th>
            </tr>
          </thead>
          <tbody>
            {GROUPS.flat().map((kind) => (
              <tr key={kind}>
                <td className={css.normal}>{names[kind]}</td>
                <td>
                  <Switch
                    aria-label={t("notification.inConsole", { kind: names[kind] })}
                    checked={on.get(kind) ?? false}
                    onChange={(event) => void choose(kind, event.currentTarget.checked)}
                  />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Panel>
  );
}
