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
      say(t("{{name}} is back.", { name: project.name }));
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
          <Button onClick={() => void restore()}>{t("Take it back")}</Button>
        ) : undefined
      }
    >
      <b>{t("This project is archived")}</b>
      <div>
        {t("All that is in it can be looked at; nothing can be changed or started.")}{" "}
        {!project.viewerCanRestore && t("An owner can take it back.")}
      </div>
    </Notice>
  );
}

export function Ending({ project }: { project: Found }) {
  const { t } = useTranslation();
  const [asking, setAsking] = useState<"archive" | "delete" | null>(null);
  if (!project.viewerCanManage && !project.viewerCanRestore) return null;
  return (
    <Panel title={t("The end of the project")}>
      <div className={`${css.flow} ${css.p14} ${css.gap12} ${css.middle}`}>
        <span className={`${css.dim} ${css.basis260}`}>
          {project.archivedAt
            ? t(
                "What is deleted is gone for good: pipelines, runs, files, models, notebooks and their folders.",
              )
            : t(
                "An archived project is out of the way and can be taken back. Only an archived one can be deleted.",
              )}
        </span>
        {project.archivedAt ? (
          <Button color="red" onClick={() => setAsking("delete")}>
            {t("Delete…")}
          </Button>
        ) : (
          <Button onClick={() => setAsking("archive")}>{t("Archive…")}</Button>
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
  const going = query.data?.projectContents.going ?? [];
  const end = () =>
    run(async () => {
      await act(ArchiveProjectDocument, { id: project.id });
      say(t("{{name}} is archived.", { name: project.name }));
      void cache.invalidateQueries();
      close();
    });
  return (
    <Dialog
      title={t("Archive {{name}}", { name: project.name })}
      close={close}
      busy={busy}
      go={() => void end()}
      label={t("Archive")}
      error={error}
      why={!query.data ? t("Loading…") : going.length > 0 ? t("Stop what runs first.") : null}
    >
      {query.error ? (
        <Failure error={query.error} retry={() => void query.refetch()} />
      ) : query.isPending ? (
        <Loading rows={2} />
      ) : going.length ? (
        <Notice tone="waitful">
          <b>{t("First this must end or be stopped")}</b>
          <ul className={`${css.flush} ${css.bullets} ${css.mah160} ${css.scrolls} ${css.mt4}`}>
            {going.map((each) => (
              <li key={each}>{each}</li>
            ))}
          </ul>
        </Notice>
      ) : (
        <span>
          {t(
            "Its members still see it among the archived projects and can look at everything. Nothing in it can be changed or started until an owner takes it back.",
          )}
        </span>
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
    pipeline: t("Pipelines"),
    run: t("Runs"),
    search: t("Searches"),
    notebook: t("Notebooks"),
    service: t("Services"),
    model: t("Models"),
    image: t("Images"),
    template: t("Templates"),
    log: t("Logs"),
    secret: t("Secrets"),
    registry: t("Registries"),
    member: t("Members"),
  };
  const counts = (query.data?.projectContents.counts ?? {}) as Record<string, number>;
  const end = () =>
    run(async () => {
      await act(DeleteProjectDocument, { id: project.id, name });
      say(t("{{name}} is deleted.", { name: project.name }));
      await go({ to: "/projects" });
      void cache.invalidateQueries();
    });
  return (
    <Dialog
      title={t("Delete {{name}}", { name: project.name })}
      close={close}
      busy={busy}
      go={() => void end()}
      label={t("Delete for good")}
      error={error}
      why={name !== project.name && t("Type its name first.")}
      danger
    >
      <Notice tone="bad">{t("This cannot be undone. With the project go:")}</Notice>
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
        label={t("Write {{name}} to delete it", { name: project.name })}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        autoComplete="off"
      />
    </Dialog>
  );
}
