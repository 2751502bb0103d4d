/** One model: its versions, and of the chosen one its numbers, where it came from, its files; its card; promoting and deploying. */
import { Button, Menu, Tabs, Textarea, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { put } from "@/api/cache";
import { act, ask } from "@/api/client";
import { useRemember } from "@/api/project";
import { listen } from "@/api/socket";
import { DeleteModel, DeleteVersion, fresh, Promote } from "@/features/models/dialogs";
import { About, Files } from "@/features/models/version";
import {
  ModelChangedDocument,
  ModelDocument,
  type ModelQuery,
  RemoveModelAliasDocument,
  UpdateModelDocument,
} from "@/gen/graphql";
import { bytes } from "@/lib/format";
import { tabOf } from "@/lib/tab";
import { Act, Choice, useBar } from "@/ui/act";
import { useAttempt } from "@/ui/attempt";
import { useTitle } from "@/ui/crumbs";
import { Dialog } from "@/ui/dialog";
import { Markdown } from "@/ui/markdown";
import { Ago, css, Empty, Failure, Head, Loading, Panel } from "@/ui/page";
import { complain } from "@/ui/toast";

type Whole = NonNullable<ModelQuery["model"]>;

function useModel(id: string) {
  const query = useQuery({ queryKey: ["model", id], queryFn: () => ask(ModelDocument, { id }) });
  const there = Boolean(query.data?.model);
  useEffect(() => {
    if (there)
      return listen(ModelChangedDocument, { id }, ({ modelChanged }) =>
        put<ModelQuery>(["model", id], { model: modelChanged.model }),
      );
  }, [id, there]);
  return query;
}

export function Model() {
  const { t } = useTranslation();
  const bar = useBar();
  const { model: id } = useParams({ from: "/models/$model" });
  const search = useSearch({ from: "/models/$model" });
  const go = useNavigate({ from: "/models/$model" });
  const query = useModel(id);
  const model = query.data?.model;
  const version = model?.versions.find((each) => each.id === search.version) ?? model?.versions[0];
  const [dialog, setDialog] = useState<"promote" | "version" | "model" | "card" | null>(null);
  useRemember(model?.project.name);
  useTitle([{ label: t("nav.models"), to: "/models" }, { label: model?.name ?? t("kind.model") }]);
  if (query.error)
    return (
      <div className={css.body}>
        <Failure error={query.error} retry={() => void query.refetch()} />
      </div>
    );
  if (query.isPending) return <Loading rows={8} what={t("model.loading")} />;
  if (!model)
    return (
      <Empty whole title={t("model.notFound")} action={<Link to="/models">{t("model.all")}</Link>}>
        {t("common.notFoundHint")}
      </Empty>
    );
  const can = model.viewerCanChange;
  const tab = tabOf(search.tab, ["about", "files", "card"], "about");
  const named = (n: number) => model.aliases.filter((alias) => alias.number === n).map((alias) => alias.name);
  const demote = async (alias: string) => {
    try {
      await act(RemoveModelAliasDocument, { id: model.id, alias });
      fresh();
    } catch (error) {
      complain(error);
    }
  };
  return (
    <>
      <Head
        title={
          <>
            {model.name} {version && <span className={`${css.dim} ${css.fw500}`}>v{version.number}</span>}
          </>
        }
        actions={
          <>
            <Act why={bar(can) || (!version && t("model.noVersions"))} onClick={() => setDialog("promote")}>
              {t("model.promoteMenu")}
            </Act>
            <Act
              variant="filled"
              why={bar(can) || (!version && t("model.noVersions"))}
              onClick={() =>
                void go({
                  to: "/services",
                  search: {
                    new: "1",
                    project: model.project.name,
                    model: `${model.name}:${version!.number}`,
                  },
                })
              }
            >
              {t("common.deployMenu")}
            </Act>
            <Menu position="bottom-end">
              <Menu.Target>
                <Button aria-label={t("common.more")}>…</Button>
              </Menu.Target>
              <Menu.Dropdown>
                <Choice why={bar(can)} onClick={() => setDialog("card")}>
                  {t("model.editCard")}
                </Choice>
                {model.aliases.map((alias) => (
                  <Choice key={alias.name} why={bar(can)} onClick={() => void demote(alias.name)}>
                    {t("model.removeAlias", { name: alias.name })}
                  </Choice>
                ))}
                <Menu.Divider />
                <Choice
                  color="red"
                  why={bar(can) || (!version && t("model.noVersions"))}
                  onClick={() => setDialog("version")}
                >
                  {t("model.deleteVersionMenu")}
                </Choice>
                <Choice color="red" why={bar(can)} onClick={() => setDialog("model")}>
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
                params={{ project: model.project.name }}
                className={`${css.fw600} ${css.underlined}`}
              >
                {model.project.name}
              </Link>
            </span>
            {version && (
              <span>
                {t("common.author")} <b>{version.author.name}</b>
              </span>
            )}
            {model.aliases.map((alias) => (
              <span key={alias.name}>
                {alias.name} <b>v{alias.number}</b>
              </span>
            ))}
            {model.usedBy.length > 0 && (
              <span>
                {t("common.usedBy")}{" "}
                {model.usedBy.map((use, index) => (
                  <span key={use.id}>
                    {index > 0 && ", "}
                    <Link
                      to="/services/$service"
                      params={{ service: use.id }}
                      className={`${css.fw600} ${css.underlined}`}
                    >
                      {use.name}
                    </Link>
                  </span>
                ))}
              </span>
            )}
          </>
        }
      >
        {model.description && <div className={`${css.mt6} ${css.breaks}`}>{model.description}</div>}
      </Head>
      {!version ? (
        <div className={css.body}>
          <Panel label={t("common.versions")}>
            <Empty title={t("model.noVersion")}>{t("model.noVersionHint")}</Empty>
          </Panel>
        </div>
      ) : (
        <div className={`${css.body} ${css.split}`}>
          <Panel title={t("common.versions")}>
            <div className={`${css.mah420} ${css.scrolls}`}>
              {model.versions.map((each) => (
                <Link
                  key={each.id}
                  to="/models/$model"
                  params={{ model: model.id }}
                  search={{ version: each.id, tab: search.tab }}
                  replace
                  aria-current={each.id === version.id ? "true" : undefined}
                  className={`${css.row} ${css.inherit}`}
                >
                  <span className={css.fill}>
                    <b>v{each.number}</b>{" "}
                    {named(each.number).length > 0 && (
                      <b className={css.ok}>{named(each.number).join(", ")}</b>
                    )}{" "}
                    <span className={css.dim}>
                      <Ago at={each.createdAt} />
                    </span>
                  </span>
                  <span className={css.dim}>{bytes(Number(each.size))}</span>
                </Link>
              ))}
            </div>
          </Panel>
          <div className={`${css.stack} ${css.gap16} ${css.packed} ${css.miw0}`}>
            <Tabs
              value={tab}
              onChange={(next) =>
                void go({
                  search: (now) => ({ ...now, tab: next === "about" ? undefined : (next ?? undefined) }),
                  replace: true,
                })
              }
              keepMounted={false}
            >
              <Tabs.List>
                <Tabs.Tab value="about">{t("common.about")}</Tabs.Tab>
                <Tabs.Tab value="files">
                  {t("common.files")} {version.files.length}
                </Tabs.Tab>
                <Tabs.Tab value="card">{t("model.card")}</Tabs.Tab>
              </Tabs.List>
            </Tabs>
            {tab === "about" && <About key={version.id} model={model} version={version} />}
            {tab === "files" && <Files version={version} />}
            {tab === "card" && (
              <Panel label={t("model.card")}>
                {model.card.trim() ? (
                  <div className={css.p14}>
                    <Markdown text={model.card} />
                  </div>
                ) : (
                  <Empty
                    title={t("model.noCard")}
                    action={
                      <Button disabled={!can} onClick={() => setDialog("card")}>
                        {t("model.writeCard")}
                      </Button>
                    }
                  >
                    {t("model.noCardHint")}
                  </Empty>
                )}
              </Panel>
            )}
          </div>
        </div>
      )}
      {dialog === "promote" && version && (
        <Promote model={model} version={version} close={() => setDialog(null)} />
      )}
      {dialog === "version" && version && (
        <DeleteVersion model={model} version={version} close={() => setDialog(null)} />
      )}
      {dialog === "model" && (
        <DeleteModel model={model} close={() => setDialog(null)} then={() => void go({ to: "/models" })} />
      )}
      {dialog === "card" && <Card model={model} close={() => setDialog(null)} />}
    </>
  );
}

function Card({ model, close }: { model: Whole; close: () => void }) {
  const { t } = useTranslation();
  const [description, setDescription] = useState(model.description);
  const [card, setCard] = useState(model.card);
  const { busy, error, run } = useAttempt();
  const save = () =>
    run(async () => {
      await act(UpdateModelDocument, { input: { id: model.id, description, card } });
      fresh();
      close();
    });
  return (
    <Dialog
      title={t("model.cardOf", { name: model.name })}
      close={close}
      busy={busy}
      go={() => void save()}
      label={t("common.save")}
      error={error}
      size={720}
    >
      <TextInput
        label={t("model.summary")}
        maxLength={500}
        value={description}
        onChange={(event) => setDescription(event.currentTarget.value)}
      />
      <Textarea
        data-autofocus
        label={t("model.card")}
        description={t("model.cardHint")}
        autosize
        minRows={12}
        maxRows={24}
        value={card}
        onChange={(event) => setCard(event.currentTarget.value)}
        styles={{ input: { fontFamily: "var(--mono)", fontSize: 12 } }}
      />
    </Dialog>
  );
}
