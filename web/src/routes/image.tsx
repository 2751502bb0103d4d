/** One image: its versions, and of the chosen one the build live, what is in it, and how it differs from the one before. */
import { Button, Menu, Tabs } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { cache, put } from "@/api/cache";
import { act, ask } from "@/api/client";
import { useRemember } from "@/api/project";
import { listen } from "@/api/socket";
import { Facts, Packages } from "@/features/images/build";
import { NewImage } from "@/features/images/form";
import { fieldsOf } from "@/features/images/source";
import { UseImage } from "@/features/images/use";
import { NewNotebook } from "@/features/notebooks/dialogs";
import { Log } from "@/features/run/log";
import {
  BuildOneDocument,
  CancelBuildDocument,
  DeleteImageDocument,
  ImageChangedDocument,
  ImageDocument,
  type ImageQuery,
} from "@/gen/graphql";
import { bytes } from "@/lib/format";
import { tabOf } from "@/lib/tab";
import { Act, Choice, useBar } from "@/ui/act";
import { useAttempt } from "@/ui/attempt";
import { useTitle } from "@/ui/crumbs";
import { Dialog } from "@/ui/dialog";
import { Ago, css, Empty, Failure, Head, Loading, Notice, Panel, Took } from "@/ui/page";
import { final, State, StateIcon } from "@/ui/state";
import { complain, say } from "@/ui/toast";

function useImage(id: string) {
  const query = useQuery({ queryKey: ["image", id], queryFn: () => ask(ImageDocument, { id }) });
  const there = Boolean(query.data?.image);
  useEffect(() => {
    if (there)
      return listen(ImageChangedDocument, { id }, ({ imageChanged }) => {
        put<ImageQuery>(["image", id], { image: imageChanged.image });
        void cache.invalidateQueries({ queryKey: ["build"] });
      });
  }, [id, there]);
  return query;
}

export function Image() {
  const { t } = useTranslation();
  const bar = useBar();
  const { image: id } = useParams({ from: "/images/$image" });
  const search = useSearch({ from: "/images/$image" });
  const go = useNavigate({ from: "/images/$image" });
  const query = useImage(id);
  const image = query.data?.image;
  const chosen = image?.builds.find((each) => each.id === search.build) ?? image?.builds[0];
  const build = useQuery({
    queryKey: ["build", chosen?.id, chosen?.state],
    queryFn: () => ask(BuildOneDocument, { id: chosen!.id }),
    enabled: Boolean(chosen),
    placeholderData: (old) => (old?.build?.id === chosen?.id ? old : undefined),
  });
  const [dialog, setDialog] = useState<"new" | "delete" | null>(null);
  useRemember(image?.project.name);
  useTitle([{ label: t("nav.images"), to: "/images" }, { label: image?.name ?? t("kind.image") }]);
  if (query.error)
    return (
      <div className={css.body}>
        <Failure error={query.error} retry={() => void query.refetch()} />
      </div>
    );
  if (query.isPending) return <Loading rows={8} what={t("image.loading")} />;
  if (!image || !chosen)
    return (
      <Empty whole title={t("image.notFound")} action={<Link to="/images">{t("image.all")}</Link>}>
        {t("common.notFoundHint")}
      </Empty>
    );
  const whole = build.data?.build;
  const made = chosen.state === "SUCCEEDED";
  const tab = tabOf(
    search.tab,
    made ? ["log", "about", "recipe"] : ["log", "recipe"],
    made ? "about" : "log",
  );
  const cancel = async () => {
    try {
      await act(CancelBuildDocument, { id: chosen.id });
    } catch (error) {
      complain(error);
    }
  };
  return (
    <>
      <Head
        title={
          <>
            {image.name} <span className={`${css.dim} ${css.fw500}`}>v{chosen.number}</span>
          </>
        }
        state={<State state={chosen.state} reason={chosen.reason} />}
        actions={
          <>
            {!final(chosen.state) && (
              <Act
                why={bar(image.viewerCanBuild) || (chosen.state === "CANCELLING" && t("common.beingStopped"))}
                onClick={() => void cancel()}
              >
                {t("common.cancel")}
              </Act>
            )}
            {whole && (
              <UseImage
                name={image.name}
                build={whole}
                project={image.project.name}
                why={bar(image.viewerCanBuild)}
                create={(values, close) => (
                  <NewNotebook given={image.project.name} {...values} close={close} />
                )}
              />
            )}
            <Act
              variant="filled"
              why={bar(image.viewerCanBuild) || (!whole && t("common.loading"))}
              onClick={() => setDialog("new")}
            >
              {t("image.newVersion")}
            </Act>
            <Menu position="bottom-end">
              <Menu.Target>
                <Button aria-label={t("common.more")}>…</Button>
              </Menu.Target>
              <Menu.Dropdown>
                <Choice color="red" why={bar(image.viewerCanBuild)} onClick={() => setDialog("delete")}>
                  {t("common.deleteMenu")}
                </Choice>
              </Menu.Dropdown>
            </Menu>
          </>
        }
        facts={
          <>
            <span>
              {t("kind.project")}{" "}
              <Link
                to="/projects/$project"
                params={{ project: image.project.name }}
                className={`${css.fw600} ${css.underlined}`}
              >
                {image.project.name}
              </Link>
            </span>
            <span>
              {t("common.author")} <b>{chosen.author.name}</b>
            </span>
            <span>
              {t("image.buildCluster")} <b>{chosen.cluster}</b>
            </span>
            <span>
              {t("common.duration")}{" "}
              <b>
                <Took from={chosen.startedAt} to={chosen.finishedAt} moving={!final(chosen.state)} />
              </b>
            </span>
            {image.usedBy.length > 0 && (
              <span>
                {t("common.usedBy")} <b>{image.usedBy.map((use) => use.name).join(", ")}</b>
              </span>
            )}
          </>
        }
      />
      <div className={`${css.body} ${css.split}`}>
        <Panel title={t("common.versions")}>
          <div className={`${css.mah420} ${css.scrolls}`}>
            {image.builds.map((each) => (
              <Link
                key={each.id}
                to="/images/$image"
                params={{ image: image.id }}
                search={{ build: each.id }}
                replace
                aria-current={each.id === chosen.id ? "true" : undefined}
                className={`${css.row} ${css.inherit}`}
              >
                <StateIcon state={each.state} />
                <span className={css.fill}>
                  <b>v{each.number}</b>{" "}
                  <span className={css.dim}>
                    <Ago at={each.createdAt} />
                  </span>
                </span>
                <span className={css.dim}>{each.size ? bytes(Number(each.size)) : ""}</span>
              </Link>
            ))}
          </div>
        </Panel>
        <div className={`${css.stack} ${css.gap16} ${css.packed} ${css.miw0}`}>
          {build.error ? (
            <Failure error={build.error} retry={() => void build.refetch()} />
          ) : !whole ? (
            <Panel label={t("kind.image")}>
              <Loading rows={6} />
            </Panel>
          ) : (
            <>
              <Facts build={whole} />
              <Tabs
                value={tab}
                onChange={(next) =>
                  void go({ search: (now) => ({ ...now, tab: next ?? undefined }), replace: true })
                }
                keepMounted={false}
              >
                <Tabs.List>
                  <Tabs.Tab value="log">{t("common.log")}</Tabs.Tab>
                  <Tabs.Tab value="about" disabled={whole.state !== "SUCCEEDED"}>
                    {t("image.contents")}
                  </Tabs.Tab>
                  <Tabs.Tab value="recipe">{t("image.definition")}</Tabs.Tab>
                </Tabs.List>
              </Tabs>
              {tab === "log" && (
                <Panel label={t("common.log")}>
                  {whole.pod ? (
                    <div className={`${css.column} ${css.tall}`}>
                      <Log key={whole.pod.id} pod={whole.pod.id} moving={!final(whole.pod.state)} />
                    </div>
                  ) : (
                    <div className={`${css.dim} ${css.p20}`}>
                      {final(whole.state) ? t("common.noLog") : t("common.notStarted")}
                    </div>
                  )}
                </Panel>
              )}
              {tab === "about" && <Packages build={whole} />}
              {tab === "recipe" && (
                <Panel label={t("image.definition")}>
                  <pre tabIndex={0} className={`${css.code} ${css.noBorder}`}>
                    {whole.dockerfile ?? JSON.stringify(fieldsOf(whole.source), null, 2)}
                  </pre>
                </Panel>
              )}
            </>
          )}
        </div>
      </div>
      {dialog === "new" && whole && (
        <NewImage
          given={{
            project: image.project.name,
            name: image.name,
            fields: fieldsOf(whole.source, whole.resources),
          }}
          close={() => setDialog(null)}
        />
      )}
      {dialog === "delete" && (
        <Delete image={image} close={() => setDialog(null)} then={() => void go({ to: "/images" })} />
      )}
    </>
  );
}

function Delete({
  image,
  close,
  then,
}: {
  image: NonNullable<ImageQuery["image"]>;
  close: () => void;
  then: () => void;
}) {
  const { t } = useTranslation();
  const { busy, error, run } = useAttempt();
  const end = () =>
    run(async () => {
      await act(DeleteImageDocument, { id: image.id });
      void cache.invalidateQueries({ queryKey: ["images"] });
      say(t("common.nameDeleted", { name: image.name }));
      close();
      then();
    });
  return (
    <Dialog
      title={t("common.deleteName", { name: image.name })}
      close={close}
      busy={busy}
      go={() => void end()}
      label={t("common.deletePermanently")}
      error={error}
      danger
    >
      <Notice tone="bad">
        {t("image.deleteHint", {
          count: image.builds.length,
        })}
      </Notice>
      {image.usedBy.length > 0 && (
        <span>
          {t("image.inUse", {
            names: image.usedBy.map((use) => `${use.kind} ${use.name}`).join(", "),
          })}
        </span>
      )}
    </Dialog>
  );
}
