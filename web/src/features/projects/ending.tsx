/** Putting a project away, taking it back, and deleting it with all that is in it. */
import { Button, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { cache } from "@/api/cache";
import { act, ask } from "@/api/client";
import {
  ArchiveProjectDocument,
  DeleteProjectDocument,
  ProjectContentsDocument,
  type ProjectQuery,
  RestoreProjectDocument,
} from "@/gen/graphql";
import { useAttempt } from "@/ui/attempt";
import { Dialog } from "@/ui/dialog";
import { css, Failure, Loading, Notice, Panel } from "@/ui/page";
import { complain, say } from "@/ui/toast";
import own from "./projects.module.css";

type Found = NonNullable<ProjectQuery["project"]>;

/** That a project is archived, above everything else on its page. */
export function Archived({ project }: { project: Found }) {
  const { t } = useTranslation();
  const restore = async () => {
    try {
      await act(RestoreProjectDocument, { id: project.id });
      say(t("project.restored", { name: project.name }));
      void cache.invalidateQueries();
    } catch (error) {
      complain(error);
    }
  };
  if (!project.archivedAt) return null;
  return (
    <Notice
      tone="waitful"
      action={
        project.viewerCanRestore ? (
          <Button onClick={() => void restore()}>{t("project.restore")}</Button>
        ) : undefined
      }
    >
      <b>{t("project.archived")}</b>
      <div>
        {t("project.archivedHint")} {!project.viewerCanRestore && t("project.archivedRestore")}
      </div>
    </Notice>
  );
}

export function Ending({ project }: { project: Found }) {
  const { t } = useTranslation();
  const [asking, setAsking] = useState<"archive" | "delete" | null>(null);
  if (!project.viewerCanManage && !project.viewerCanRestore) return null;
  return (
    <Panel title={t("project.danger.title")}>
      <div className={`${css.flow} ${css.p14} ${css.gap12} ${css.middle}`}>
        <span className={`${css.dim} ${css.basis260}`}>
          {project.archivedAt ? t("project.danger.deleteHint") : t("project.danger.archiveHint")}
        </span>
        {project.archivedAt ? (
          <Button color="red" onClick={() => setAsking("delete")}>
            {t("common.deleteMenu")}
          </Button>
        ) : (
          <Button onClick={() => setAsking("archive")}>{t("project.archiveMenu")}</Button>
        )}
      </div>
      {asking === "archive" && <Archive project={project} close={() => setAsking(null)} />}
      {asking === "delete" && <Delete project={project} close={() => setAsking(null)} />}
    </Panel>
  );
}

const useContents = (project: Found) =>
  useQuery({
    queryKey: ["project-contents", project.id],
    queryFn: () => ask(ProjectContentsDocument, { key: project.id }),
    staleTime: 0,
  });

function Archive({ project, close }: { project: Found; close: () => void }) {
  const { t } = useTranslation();
  const { busy, error, run } = useAttempt();
  const query = useContents(project);
  const going = query.data?.projectContents.running ?? [];
  const end = () =>
    run(async () => {
      await act(ArchiveProjectDocument, { id: project.id });
      say(t("project.archivedName", { name: project.name }));
      void cache.invalidateQueries();
      close();
    });
  return (
    <Dialog
      title={t("project.archiveName", { name: project.name })}
      close={close}
      busy={busy}
      go={() => void end()}
      label={t("project.archive")}
      error={error}
      why={!query.data ? t("common.loading") : going.length > 0 ? t("project.stopWorkFirst") : null}
    >
      {query.error ? (
        <Failure error={query.error} retry={() => void query.refetch()} />
      ) : query.isPending ? (
        <Loading rows={2} />
      ) : going.length ? (
        <Notice tone="waitful">
          <b>{t("project.runningWork")}</b>
          <ul className={`${css.flush} ${css.bullets} ${css.mah160} ${css.scrolls} ${css.mt4}`}>
            {going.map((each) => (
              <li key={each}>{each}</li>
            ))}
          </ul>
        </Notice>
      ) : (
        <span>{t("project.archiveHint")}</span>
      )}
    </Dialog>
  );
}

function Delete({ project, close }: { project: Found; close: () => void }) {
  const { t } = useTranslation();
  const go = useNavigate();
  const { busy, error, run } = useAttempt();
  const [name, setName] = useState("");
  const query = useContents(project);
  const nouns: Record<string, string> = {
    pipeline: t("nav.pipelines"),
    run: t("nav.runs"),
    search: t("nav.searches"),
    notebook: t("nav.notebooks"),
    service: t("nav.services"),
    model: t("nav.models"),
    image: t("nav.images"),
    template: t("nav.templates"),
    log: t("project.logs"),
    secret: t("common.secrets"),
    registry: t("registry.title"),
    member: t("common.members"),
  };
  const counts = (query.data?.projectContents.counts ?? {}) as Record<string, number>;
  const end = () =>
    run(async () => {
      await act(DeleteProjectDocument, { id: project.id, name });
      say(t("common.nameDeleted", { name: project.name }));
      await go({ to: "/projects" });
      void cache.invalidateQueries();
    });
  return (
    <Dialog
      title={t("common.deleteName", { name: project.name })}
      close={close}
      busy={busy}
      go={() => void end()}
      label={t("common.deletePermanently")}
      error={error}
      why={name !== project.name && t("common.typeNameFirst")}
      danger
    >
      <Notice tone="bad">{t("project.deleteHint")}</Notice>
      {query.error ? (
        <Failure error={query.error} retry={() => void query.refetch()} />
      ) : query.isPending ? (
        <Loading rows={3} />
      ) : (
        <ul className={own.counts}>
          {Object.keys(nouns)
            .filter((noun) => counts[noun])
            .map((noun) => (
              <li key={noun} className={`${css.line} ${css.spread}`}>
                <span className={css.dim}>{nouns[noun]}</span>
                <b className={css.digits}>{counts[noun]}</b>
              </li>
            ))}
        </ul>
      )}
      <TextInput
        label={t("project.confirmDelete", { name: project.name })}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        autoComplete="off"
      />
    </Dialog>
  );
}
