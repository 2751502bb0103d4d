/** One notebook: how it stands, the way in, what goes on in it, its log, what it is made of. */

import { Button, Menu, Tabs } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { lazy, Suspense, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { put } from "@/api/cache";
import { ask } from "@/api/client";
import { patient } from "@/api/patient";
import { useRemember } from "@/api/project";
import { listen } from "@/api/socket";
import { NewImage } from "@/features/images/form";
import { CloneNotebook, DeleteNotebook } from "@/features/notebooks/dialogs";
import { coming, type Evidence, off, shown, useNotebookActions } from "@/features/notebooks/notebook";
import { Settings } from "@/features/notebooks/settings";
import { useEnding } from "@/features/notebooks/stop";
import { Activity, Card, Warning } from "@/features/notebooks/use";
import { Pods, VIEWS } from "@/features/run/pods";
import {
  NotebookDocument,
  NotebookPackagesDocument,
  type NotebookQuery,
  NotebookUpdatedDocument,
} from "@/gen/graphql";
import { requested } from "@/lib/devices";
import { bytes, number } from "@/lib/format";
import { localised } from "@/lib/i18n";
import { tabOf } from "@/lib/tab";
import { Act, Choice, useBar } from "@/ui/act";
import { useTitle } from "@/ui/crumbs";
import { Ago, css, Empty, Failure, Head, Loading, Notice, Panel } from "@/ui/page";
import { Restarted } from "@/ui/restarted";
import { State, useWord } from "@/ui/state";
import { complain } from "@/ui/toast";
import { Way } from "@/ui/way";

const Terminal = lazy(() =>
  patient(() => import("@/features/run/terminal")).then((module) => ({ default: module.Terminal })),
);

type Whole = NonNullable<NotebookQuery["notebook"]>;

/** The notebook, kept right by its subscription. */
function useNotebook(id: string) {
  const query = useQuery({ queryKey: ["notebook", id], queryFn: () => ask(NotebookDocument, { id }) });
  const there = Boolean(query.data?.notebook);
  useEffect(() => {
    if (there)
      return listen(NotebookUpdatedDocument, { id }, ({ notebookUpdated }) =>
        put<NotebookQuery>(["notebook", id], { notebook: notebookUpdated.notebook }),
      );
  }, [id, there]);
  return query;
}

export function Notebook() {
  const { t } = useTranslation();
  const bar = useBar();
  const { notebook: id } = useParams({ from: "/notebooks/$notebook" });
  const search = useSearch({ from: "/notebooks/$notebook" });
  const go = useNavigate({ from: "/notebooks/$notebook" });
  const query = useNotebook(id);
  const notebook = query.data?.notebook;
  const { start, open } = useNotebookActions();
  const ending = useEnding();
  const [dialog, setDialog] = useState<"clone" | "delete" | null>(null);
  const [image, setImage] = useState<string[] | null>(null);
  const freeze = async (of: string) => {
    try {
      setImage((await ask(NotebookPackagesDocument, { id: of })).notebookPackages);
    } catch (error) {
      complain(error);
    }
  };
  useRemember(notebook?.project.name);
  useTitle([{ label: t("Notebooks"), to: "/notebooks" }, { label: notebook?.name ?? t("Notebook") }]);
  if (query.error)
    return (
      <div className={css.body}>
        <Failure error={query.error} retry={() => void query.refetch()} />
      </div>
    );
  if (query.isPending) return <Loading rows={8} what={t("Loading the notebook…")} />;
  if (!notebook)
    return (
      <Empty
        whole
        title={t("There is no such notebook")}
        action={<Link to="/notebooks">{t("All notebooks")}</Link>}
      >
        {t("It was deleted, or you are not a member of its project.")}
      </Empty>
    );
  const inside = notebook.viewerMayOpen !== "NONE";
  const tab = tabOf(
    search.tab,
    [
      "about",
      ...(inside ? [...VIEWS, "settings"] : []),
      ...(notebook.viewerMayOpen === "EDIT" ? ["terminal"] : []),
    ],
    "about",
  );
  return (
    <>
      <Head
        title={notebook.name}
        state={<State state={shown(notebook.state)} reason={notebook.reason} />}
        actions={
          <>
            {off(notebook.state) ? (
              <Act
                variant="filled"
                why={bar(notebook.viewerCanChange)}
                onClick={() => void start(notebook.id)}
              >
                {t("Start")}
              </Act>
            ) : (
              <Act
                variant="filled"
                why={
                  !inside
                    ? t("It is not shared with you.")
                    : notebook.state !== "RUNNING" && t("It does not run yet.")
                }
                onClick={() => void open(notebook)}
              >
                {t("Open")}
              </Act>
            )}
            {!off(notebook.state) && (
              <Act
                why={
                  bar(notebook.viewerCanStop) || (notebook.state === "STOPPING" && t("It is being stopped."))
                }
                loading={ending.busy}
                onClick={() => void ending.end(notebook, false)}
              >
                {t("Stop")}
              </Act>
            )}
            <Menu position="bottom-end">
              <Menu.Target>
                <Button aria-label={t("More")}>…</Button>
              </Menu.Target>
              <Menu.Dropdown>
                <Choice
                  why={bar(notebook.viewerCanChange) || (off(notebook.state) && t("It does not run."))}
                  onClick={() => void ending.end(notebook, true)}
                >
                  {t("Restart")}
                </Choice>
                <Menu.Item onClick={() => setDialog("clone")}>{t("Copy…")}</Menu.Item>
                <Choice
                  why={
                    (notebook.viewerMayOpen !== "EDIT" ||
                      notebook.state !== "RUNNING" ||
                      notebook.kind !== "jupyter") &&
                    t("It is for a JupyterLab that runs and that you may work in.")
                  }
                  onClick={() => void freeze(notebook.id)}
                >
                  {t("Save its packages as an image…")}
                </Choice>
                <Menu.Divider />
                <Choice
                  color="red"
                  why={bar(notebook.viewerCanStop) || (!off(notebook.state) && t("Stop it first."))}
                  onClick={() => setDialog("delete")}
                >
                  {t("Delete…")}
                </Choice>
              </Menu.Dropdown>
            </Menu>
          </>
        }
        facts={
          <>
            <span>
              {t("Kind")} <b>{notebook.kind}</b>
            </span>
            <span>
              {t("Project")}{" "}
              <Link
                to="/projects/$project"
                params={{ project: notebook.project.name }}
                className={`${css.fw600} ${css.underlined}`}
              >
                {notebook.project.name}
              </Link>
            </span>
            <span>
              {t("Whose")} <b>{notebook.owner.name}</b>
            </span>
            <span>
              {t("Cluster")} <b>{notebook.cluster}</b>
            </span>
            <span>
              <b>
                {t("{{n}} cores", { n: number(notebook.cpu) })} · {bytes(Number(notebook.memory))}
                {requested({ gpu: notebook.gpu, gpu_share: notebook.gpuShare }, " · ")}
              </b>
            </span>
            {notebook.readyAt && !off(notebook.state) && (
              <span>
                {t("Up since")}{" "}
                <b>
                  <Ago at={notebook.readyAt} />
                </b>
              </span>
            )}
          </>
        }
      >
        <Tabs
          value={tab}
          onChange={(next) =>
            void go({ search: { tab: next === "about" ? undefined : (next ?? undefined) }, replace: true })
          }
          keepMounted={false}
          mt={10}
          mb={-13}
        >
          <Tabs.List>
            <Tabs.Tab value="about">{t("About")}</Tabs.Tab>
            <Tabs.Tab value="log" disabled={!inside}>
              {t("Log")}
            </Tabs.Tab>
            <Tabs.Tab value="resources" disabled={!inside}>
              {t("Resources")}
            </Tabs.Tab>
            <Tabs.Tab value="events" disabled={!inside}>
              {t("Events")}
            </Tabs.Tab>
            <Tabs.Tab value="terminal" disabled={notebook.viewerMayOpen !== "EDIT"}>
              {t("Terminal")}
            </Tabs.Tab>
            <Tabs.Tab value="settings" disabled={!inside}>
              {t("Settings")}
            </Tabs.Tab>
          </Tabs.List>
        </Tabs>
      </Head>
      <div className={css.body}>
        <Warning notebook={notebook} />
        {notebook.state === "FAILED" && (
          <Notice
            tone="bad"
            action={
              inside ? (
                <Button onClick={() => void go({ search: { tab: "log" } })}>{t("See the log")}</Button>
              ) : undefined
            }
          >
            <b>{t("It could not go on")}</b>
            <div>{localised(notebook.explanation ?? notebook.reason ?? "")}</div>
          </Notice>
        )}
        <Restarted last={notebook.restarted} />
        {notebook.state === "UNKNOWN" && (
          <Notice tone="waitful">
            {t(
              "Its cluster does not answer now. What goes on there goes on; this page is right again when it does.",
            )}
          </Notice>
        )}
        {tab === "about" && <About notebook={notebook} inside={inside} />}
        {VIEWS.includes(tab) && inside && <Inside notebook={notebook} pod={search.pod} tab={tab} />}
        {tab === "terminal" && notebook.viewerMayOpen === "EDIT" && <Shell notebook={notebook} />}
        {tab === "settings" && inside && <Settings key={notebook.id} notebook={notebook} />}
      </div>
      {image && (
        <NewImage
          given={{ project: notebook.project.name, definition: { pip: image } }}
          close={() => setImage(null)}
        />
      )}
      {ending.dialog}
      {dialog === "clone" && <CloneNotebook notebook={notebook} close={() => setDialog(null)} />}
      {dialog === "delete" && (
        <DeleteNotebook
          notebook={notebook}
          close={() => setDialog(null)}
          then={() => void go({ to: "/notebooks" })}
        />
      )}
    </>
  );
}

function About({ notebook, inside }: { notebook: Whole; inside: boolean }) {
  const { t } = useTranslation();
  const started = notebook.stages.some((stage) => stage.at);
  return (
    <>
      {notebook.description && <span>{notebook.description}</span>}
      {!inside && (
        <Notice>
          {t(
            "It is not shared with you: you see that it is there and what it uses. {{name}} can share it in its settings.",
            { name: notebook.owner.name },
          )}
        </Notice>
      )}
      {Boolean(notebook.evidence) && off(notebook.state) && <Card evidence={notebook.evidence as Evidence} />}
      {started && (coming(notebook.state) || !off(notebook.state)) && (
        <Way stages={notebook.stages} moving={coming(notebook.state)} explanation={notebook.explanation} />
      )}
      {!started && (
        <Panel label={t("About")}>
          <Empty title={t("It was never started")}>
            {t("Start it: it gets a folder that stays, and an address that lets nobody else in.")}
          </Empty>
        </Panel>
      )}
      {(notebook.state === "RUNNING" || Boolean((notebook.activity as { at?: string }).at)) &&
        !notebook.evidence && <Activity notebook={notebook} policy={notebook.policy} />}
      <Panel title={t("Files")}>
        <div className={`${css.dim} ${css.p14}`}>
          {t("Its folder stays when it is stopped, restarted or changed, and goes only when it is deleted.")}{" "}
          <code className={css.mono}>{notebook.folder}</code>
        </div>
      </Panel>
    </>
  );
}

function Inside({ notebook, pod, tab }: { notebook: Whole; pod: string | undefined; tab: string }) {
  const { t } = useTranslation();
  const word = useWord();
  const go = useNavigate({ from: "/notebooks/$notebook" });
  const pods = notebook.pods.map((each) => ({
    pod: each,
    label: `${each.createdAt ? new Date(each.createdAt).toLocaleString() : ""} · ${word(each.state)}`,
  }));
  return (
    <Pods
      pods={pods}
      chosen={pod}
      choose={(next) => void go({ search: { tab, pod: next }, replace: true })}
      tab={tab}
      label={t("Start")}
    />
  );
}

function Shell({ notebook }: { notebook: Whole }) {
  const { t } = useTranslation();
  const pod = notebook.pods.find((each) => each.state === "RUNNING");
  return (
    <Panel title={t("Terminal")}>
      {pod ? (
        <div className={css.tall}>
          <Suspense fallback={<Loading rows={5} />}>
            <Terminal key={pod.id} pod={pod.id} />
          </Suspense>
        </div>
      ) : (
        <div className={`${css.dim} ${css.p20}`}>{t("A terminal needs a running pod.")}</div>
      )}
    </Panel>
  );
}
