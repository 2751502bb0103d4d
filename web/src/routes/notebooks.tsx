/** Notebooks of the chosen project or of all mine: which run, which are idle, whose they are; opening, starting, stopping, making. */

import { ActionIcon, Button, Menu, Switch } from "@mantine/core";
import { IconDots } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ask } from "@/api/client";
import { nextPage } from "@/api/connection";
import { CloneNotebook, DeleteNotebook, NewNotebook } from "@/features/notebooks/dialogs";
import { off, shown, useNotebookActions } from "@/features/notebooks/notebook";
import { useEnding } from "@/features/notebooks/stop";
import { Use } from "@/features/notebooks/use";
import { type NotebookRowFragment, NotebooksDocument } from "@/gen/graphql";
import { requested } from "@/lib/devices";
import { bytes, number } from "@/lib/format";
import { localised } from "@/lib/i18n";
import { useTitle } from "@/ui/crumbs";
import { css, Empty, Head, Loading, Panel } from "@/ui/page";
import { Made, NotListed, SearchField, Wider } from "@/ui/scoped";
import { State } from "@/ui/state";

export function Notebooks() {
  const { t } = useTranslation();
  const search = useSearch({ from: "/notebooks" });
  const go = useNavigate({ from: "/notebooks" });
  useTitle([{ label: t("nav.notebooks") }]);
  const set = (change: Partial<typeof search>) =>
    void go({ search: (now) => ({ ...now, ...change }), replace: true });
  const variables = {
    project: search.project ?? null,
    mine: search.mine === "1",
    search: search.search ?? "",
  };
  const list = useInfiniteQuery({
    queryKey: ["notebooks", variables],
    queryFn: ({ pageParam }) => ask(NotebooksDocument, { ...variables, after: pageParam }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => nextPage(page.notebooks),
  });
  const rows = list.data?.pages.flatMap((page) => page.notebooks.nodes) ?? [];
  const [dialog, setDialog] = useState<{ what: "clone" | "delete"; row: NotebookRowFragment } | null>(null);
  const making = (open: boolean) => set({ new: open ? "1" : undefined });
  const filtered = Boolean(search.mine || search.search);
  return (
    <>
      <Head title={t("nav.notebooks")} actions={<Made go={() => making(true)}>{t("notebook.create")}</Made>}>
        <div className={`${css.flow} ${css.gap8} ${css.mt12} ${css.middle}`}>
          <SearchField
            label={t("notebook.filterName")}
            value={search.search}
            set={(next) => set({ search: next })}
          />
          <Switch
            label={t("notebook.filterMine")}
            checked={search.mine === "1"}
            onChange={(event) => set({ mine: event.currentTarget.checked ? "1" : undefined })}
          />
        </div>
      </Head>
      <div className={css.body}>
        <Panel label={t("nav.notebooks")}>
          {list.error ? (
            <NotListed error={list.error} retry={() => void list.refetch()} />
          ) : list.isPending ? (
            <Loading rows={8} />
          ) : rows.length === 0 ? (
            filtered ? (
              <Empty
                title={t("notebook.noMatch")}
                action={<Button onClick={() => void go({ search: {} })}>{t("notebook.clearFilters")}</Button>}
              >
                {t("common.fewerFilters")}
              </Empty>
            ) : (
              <Empty
                title={t("notebook.empty.title")}
                action={
                  <Wider>
                    <Made go={() => making(true)}>{t("notebook.create")}</Made>
                  </Wider>
                }
              >
                {t("notebook.empty.text")}
              </Empty>
            )
          ) : (
            <Table rows={rows} project={!search.project} ask={(what, row) => setDialog({ what, row })} />
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
      </div>
      {search.new && <NewNotebook close={() => making(false)} given={search.project} />}
      {dialog?.what === "clone" && <CloneNotebook notebook={dialog.row} close={() => setDialog(null)} />}
      {dialog?.what === "delete" && <DeleteNotebook notebook={dialog.row} close={() => setDialog(null)} />}
    </>
  );
}

function Table({
  rows,
  project,
  ask: want,
}: {
  rows: NotebookRowFragment[];
  project: boolean;
  ask: (what: "clone" | "delete", row: NotebookRowFragment) => void;
}) {
  const { t } = useTranslation();
  const go = useNavigate();
  const { start, open } = useNotebookActions();
  const ending = useEnding();
  return (
    <div className={css.scroll}>
      <table className={css.table}>
        <thead>
          <tr>
            <th>{t("common.name")}</th>
            <th>{t("common.state")}</th>
            <th>{t("notebook.activity.title")}</th>
            <th className={css.hideSmall}>{t("common.owner")}</th>
            {project && <th className={css.hideSmall}>{t("kind.project")}</th>}
            <th className={css.hideSmall}>{t("common.resources")}</th>
            <th>
              <span className={css.sr}>{t("common.actions")}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr
              key={row.id}
              data-row
              tabIndex={-1}
              onKeyDown={(event) => {
                if (event.target === event.currentTarget && event.key === "Enter")
                  void go({ to: "/notebooks/$notebook", params: { notebook: row.id } });
              }}
            >
              <td>
                <Link
                  to="/notebooks/$notebook"
                  params={{ notebook: row.id }}
                  className={`${css.fw600} ${css.ink}`}
                >
                  {row.name}
                </Link>{" "}
                <span className={css.dim}>{row.kind.toLowerCase()}</span>
              </td>
              <td title={localised(row.explanation ?? undefined)}>
                <State state={shown(row.state)} reason={row.reason} />
              </td>
              <td>
                <Use notebook={row} />
              </td>
              <td className={css.hideSmall}>{row.owner.name}</td>
              {project && <td className={css.hideSmall}>{row.project.name}</td>}
              <td className={css.hideSmall}>
                {t("common.cores", { n: number(row.spec.resources.cpu) })} ·{" "}
                {bytes(row.spec.resources.memory)}
                {requested({ gpu: row.spec.resources.gpu, gpu_share: row.spec.resources.gpuShare }, " · ")}
              </td>
              <td className={css.right}>
                <span className={`${css.inline} ${css.gap4}`}>
                  {off(row.state) ? (
                    <Button
                      size="compact-sm"
                      disabled={!row.viewerCanChange}
                      aria-label={t("notebook.startName", { name: row.name })}
                      onClick={() => void start(row.id)}
                    >
                      {t("common.start")}
                    </Button>
                  ) : (
                    <Button
                      size="compact-sm"
                      variant="filled"
                      disabled={row.viewerMayOpen === "NONE" || row.state !== "RUNNING"}
                      aria-label={t("notebook.openName", { name: row.name })}
                      onClick={() => void open(row)}
                    >
                      {t("common.open")}
                    </Button>
                  )}
                  <Menu position="bottom-end">
                    <Menu.Target>
                      <ActionIcon aria-label={t("common.moreFor", { name: row.name })}>
                        <IconDots size={16} />
                      </ActionIcon>
                    </Menu.Target>
                    <Menu.Dropdown>
                      <Menu.Item
                        disabled={!row.viewerCanStop || off(row.state) || row.state === "STOPPING"}
                        onClick={() => void ending.end(row, false)}
                      >
                        {t("common.stop")}
                      </Menu.Item>
                      <Menu.Item
                        disabled={!row.viewerCanChange || off(row.state)}
                        onClick={() => void ending.end(row, true)}
                      >
                        {t("common.restart")}
                      </Menu.Item>
                      <Menu.Item onClick={() => want("clone", row)}>{t("common.copyMenu")}</Menu.Item>
                      <Menu.Divider />
                      <Menu.Item
                        color="red"
                        disabled={!row.viewerCanStop || !off(row.state)}
                        onClick={() => want("delete", row)}
                      >
                        {t("common.deleteMenu")}
                      </Menu.Item>
                    </Menu.Dropdown>
                  </Menu>
                </span>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {ending.dialog}
    </div>
  );
}
