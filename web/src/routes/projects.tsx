/** My projects, and making one. */

import { Button, SegmentedControl, TextInput } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { cache } from "@/api/cache";
import { act, ask, Refused } from "@/api/client";
import { nextPage } from "@/api/connection";
import { remember } from "@/api/project";
import { useRole } from "@/features/projects/roles";
import { CreateProjectDocument, ProjectsDocument } from "@/gen/graphql";
import { useTitle } from "@/ui/crumbs";
import { Dialog } from "@/ui/dialog";
import { Ago, css, Empty, Failure, Head, Loading, Panel } from "@/ui/page";

export function Projects() {
  const { t } = useTranslation();
  const role = useRole();
  const [making, setMaking] = useState(false);
  const [archived, setArchived] = useState(false);
  useTitle([{ label: t("nav.projects") }]);
  const list = useInfiniteQuery({
    queryKey: ["projects", archived],
    queryFn: ({ pageParam }) => ask(ProjectsDocument, { after: pageParam, archived }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => nextPage(page.projects),
  });
  const rows = list.data?.pages.flatMap((page) => page.projects.nodes) ?? [];
  return (
    <>
      <Head
        title={t("nav.projects")}
        actions={
          <Button variant="filled" onClick={() => setMaking(true)}>
            {t("project.create")}
          </Button>
        }
      />
      <div className={css.body}>
        <SegmentedControl
          className={css.selfStart}
          aria-label={t("project.filter")}
          value={archived ? "archived" : "used"}
          onChange={(next) => setArchived(next === "archived")}
          data={[
            { value: "used", label: t("project.active") },
            { value: "archived", label: t("project.filterArchived") },
          ]}
        />
        <Panel label={t("nav.projects")}>
          {list.error ? (
            <div className={css.p14}>
              <Failure error={list.error} retry={() => void list.refetch()} />
            </div>
          ) : list.isPending ? (
            <Loading />
          ) : rows.length === 0 && archived ? (
            <Empty title={t("project.noArchived")}>{t("project.noArchivedHint")}</Empty>
          ) : rows.length === 0 ? (
            <Empty
              title={t("project.empty")}
              action={
                <Button variant="filled" onClick={() => setMaking(true)}>
                  {t("project.create")}
                </Button>
              }
            >
              {t("common.projectDescription")}
            </Empty>
          ) : (
            <div className={css.scroll}>
              <table className={css.table}>
                <thead>
                  <tr>
                    <th>{t("common.name")}</th>
                    <th className={css.hideSmall}>{t("common.description")}</th>
                    <th>{t("project.yourRole")}</th>
                    <th className={css.num}>{t("common.members")}</th>
                    <th className={css.hideSmall}>{t("kind.cluster")}</th>
                    <th className={css.hideSmall}>{t("common.created")}</th>
                  </tr>
                </thead>
                <tbody>
                  {rows.map((row) => (
                    <tr key={row.id}>
                      <td>
                        <Link
                          to="/projects/$project"
                          params={{ project: row.name }}
                          data-row
                          className={`${css.fw600} ${css.ink}`}
                        >
                          {row.name}
                        </Link>
                      </td>
                      <td className={css.hideSmall} title={row.description}>
                        {row.description || <span className={css.dim}>–</span>}
                      </td>
                      <td>{role(row.viewerRole)}</td>
                      <td
                        className={css.num}
                        title={row.members.map((member) => member.user.name).join(", ")}
                      >
                        {row.members.length}
                      </td>
                      <td className={css.hideSmall}>{row.cluster}</td>
                      <td className={css.hideSmall}>
                        <Ago at={row.createdAt} />
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          )}
        </Panel>
        {list.hasNextPage && (
          <Button className={css.selfCenter} onClick={() => void list.fetchNextPage()}>
            {t("common.showMore")}
          </Button>
        )}
      </div>
      {making && <NewProject close={() => setMaking(false)} />}
    </>
  );
}

function NewProject({ close }: { close: () => void }) {
  const { t } = useTranslation();
  const go = useNavigate();
  const [name, setName] = useState("");
  const [description, setDescription] = useState("");
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const make = async () => {
    setBusy(true);
    setError(null);
    try {
      const project = await act(CreateProjectDocument, { name, description });
      remember(project.name);
      void cache.invalidateQueries({ queryKey: ["my-projects"] });
      void cache.invalidateQueries({ queryKey: ["projects"] });
      await go({ to: "/pipelines", search: { project: project.name } });
    } catch (caught) {
      setError(caught);
      setBusy(false);
    }
  };
  const fault = (field: string) =>
    error instanceof Refused ? error.faults.find((each) => each.field === field)?.message : undefined;
  return (
    <Dialog
      title={t("project.create")}
      close={close}
      busy={busy}
      go={() => void make()}
      label={t("project.createSubmit")}
      error={fault("name") || fault("description") ? null : error}
      why={!name && t("common.nameRequired")}
    >
      <TextInput
        label={t("common.name")}
        description={t("common.nameRule")}
        value={name}
        onChange={(event) => setName(event.currentTarget.value.toLowerCase().replace(/[^a-z0-9-]+/g, "-"))}
        error={fault("name")}
        required
        data-autofocus
      />
      <TextInput
        label={t("common.description")}
        value={description}
        onChange={(event) => setDescription(event.currentTarget.value)}
        error={fault("description")}
      />
    </Dialog>
  );
}
