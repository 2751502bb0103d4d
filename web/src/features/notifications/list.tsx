/** My notifications, newest first: what happened, where, and whether I have read it. */
import { Button, SegmentedControl } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { cache } from "@/api/cache";
import { act, ask } from "@/api/client";
import { nextPage } from "@/api/connection";
import {
  MarkNotificationsReadDocument,
  type NotificationRowFragment,
  NotificationsDocument,
} from "@/gen/graphql";
import { Ago, css, Empty, Failure, Loading, Panel } from "@/ui/page";
import { State } from "@/ui/state";
import { complain } from "@/ui/toast";
import { pathOf, STATES, useKinds, useMessage } from "./kinds";

async function mark(ids: string[] | null) {
  try {
    await act(MarkNotificationsReadDocument, { ids });
    void cache.invalidateQueries({ queryKey: ["notifications"] });
  } catch (error) {
    complain(error);
  }
}

export function NotificationList({ unread, choose }: { unread: boolean; choose: (unread: boolean) => void }) {
  const { t } = useTranslation();
  const list = useInfiniteQuery({
    queryKey: ["notifications", unread],
    queryFn: ({ pageParam }) => ask(NotificationsDocument, { unread, after: pageParam }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => nextPage(page.notifications),
  });
  const rows = list.data?.pages.flatMap((page) => page.notifications.nodes) ?? [];
  return (
    <>
      <Panel
        title={t("notification.inbox")}
        aside={
          <>
            <SegmentedControl
              size="xs"
              aria-label={t("notification.filter")}
              value={unread ? "unread" : "all"}
              onChange={(next) => choose(next === "unread")}
              data={[
                { value: "all", label: t("notification.all") },
                { value: "unread", label: t("notification.unread") },
              ]}
            />
            <Button
              size="compact-sm"
              disabled={!rows.some((row) => row.unread)}
              onClick={() => void mark(null)}
            >
              {t("notification.markAll")}
            </Button>
          </>
        }
      >
        {list.error ? (
          <div className={css.p14}>
            <Failure error={list.error} retry={() => void list.refetch()} />
          </div>
        ) : list.isPending ? (
          <Loading rows={6} />
        ) : rows.length === 0 ? (
          <Empty title={unread ? t("notification.empty.unread") : t("notification.empty.title")}>
            {t("notification.empty.text")}
          </Empty>
        ) : (
          <div className={css.scroll}>
            <table className={css.table}>
              <thead>
                <tr>
                  <th className={css.hideSmall}>{t("notification.kindLabel")}</th>
                  <th>{t("notification.message")}</th>
                  <th className={css.hideSmall}>{t("kind.project")}</th>
                  <th>{t("common.time")}</th>
                  <th>
                    <span className={css.sr}>{t("common.actions")}</span>
                  </th>
                </tr>
              </thead>
              <tbody>
                {rows.map((row) => (
                  <Row key={row.id} row={row} />
                ))}
              </tbody>
            </table>
          </div>
        )}
      </Panel>
      {list.hasNextPage && (
        <Button
          className={css.selfCenter}
          loading={list.isFetchingNextPage}
          onClick={() => void list.fetchNextPage()}
        >
          {t("common.showMore")}
        </Button>
      )}
    </>
  );
}

function Row({ row }: { row: NotificationRowFragment }) {
  const { t } = useTranslation();
  const names = useKinds();
  const message = useMessage()(row);
  return (
    <tr>
      <td className={css.hideSmall}>
        <State state={STATES[row.kind]} as={names[row.kind]} />
      </td>
      <td className={`${css.normal} ${css.breaks}`}>
        <Link
          to={pathOf(row.subject)}
          className={row.unread ? `${css.fw600} ${css.ink}` : css.ink}
          onClick={() => {
            if (row.unread) void mark([row.id]);
          }}
        >
          {message}
        </Link>
        {row.unread && <span className={css.sr}>{t("notification.unread")}</span>}
        {row.detail && <div className={css.dim}>{row.detail}</div>}
      </td>
      <td className={css.hideSmall}>{row.subject.project}</td>
      <td>
        <Ago at={row.createdAt} />
      </td>
      <td className={css.right}>
        {row.unread && (
          <Button
            size="compact-sm"
            aria-label={t("notification.markOne", { message })}
            onClick={() => void mark([row.id])}
          >
            {t("notification.mark")}
          </Button>
        )}
      </td>
    </tr>
  );
}
