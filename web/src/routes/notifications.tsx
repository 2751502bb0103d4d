/** My notifications, and which of them I get. */
import { Tabs } from "@mantine/core";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Channels } from "@/features/notifications/channels";
import { NotificationList } from "@/features/notifications/list";
import { NotificationSettings } from "@/features/notifications/settings";
import { useTitle } from "@/ui/crumbs";
import { css, Head } from "@/ui/page";

export function Notifications() {
  const { t } = useTranslation();
  const search = useSearch({ from: "/notifications" });
  const go = useNavigate({ from: "/notifications" });
  useTitle([{ label: t("nav.notifications") }]);
  const tab = search.tab ?? "list";
  return (
    <>
      <Head title={t("nav.notifications")}>
        <Tabs
          value={tab}
          onChange={(next) => void go({ search: { tab: next === "list" ? undefined : (next ?? undefined) } })}
        >
          <Tabs.List>
            <Tabs.Tab value="list">{t("notification.inbox")}</Tabs.Tab>
            <Tabs.Tab value="settings">{t("common.settings")}</Tabs.Tab>
            <Tabs.Tab value="channels">{t("channel.title")}</Tabs.Tab>
          </Tabs.List>
        </Tabs>
      </Head>
      <div className={css.body}>
        {tab === "settings" ? (
          <NotificationSettings />
        ) : tab === "channels" ? (
          <Channels project={null} />
        ) : (
          <NotificationList
            unread={search.unread === "1"}
            choose={(unread) =>
              void go({ search: (now) => ({ ...now, unread: unread ? "1" : undefined }), replace: true })
            }
          />
        )}
      </div>
    </>
  );
}
