/** The catalogue of what a step can be. */
import { Button, Modal, Select } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { cache } from "@/api/cache";
import { act, ask } from "@/api/client";
import { useProject, useProjects } from "@/api/project";
import { AllTemplatesDocument, SaveTemplateDocument } from "@/gen/graphql";
import { Code } from "@/ui/code";
import { useTitle } from "@/ui/crumbs";
import { css, Empty, Failure, Head, Loading, Panel } from "@/ui/page";
import { Made, NotListed, SearchField } from "@/ui/scoped";

const SKETCH = `name: my-step
version: 1
category: mine
title: My step
description: What it does, in a sentence.
environment: {python: "3", requirements: []}
command: [python, -u, main.py]
files:
  main.py: |
    import json
    print(json.load(open("args.json")))
arguments:
  - {name: message, type: str, label: Message, default: hello}
outputs: []
resources: {cpu: 0.25, memory: 256Mi}
`;

export function Templates() {
  const { t } = useTranslation();
  const search = useSearch({ from: "/templates" });
  const go = useNavigate({ from: "/templates" });
  const [making, setMaking] = useState(false);
  useTitle([{ label: t("nav.templates") }]);
  const query = useQuery({
    queryKey: ["templates", "listed", search.project],
    queryFn: () => ask(AllTemplatesDocument, { project: search.project ?? null }),
  });
  const words = (search.search ?? "").toLowerCase();
  const found = (query.data?.templates ?? []).filter((each) =>
    `${each.name} ${each.title} ${each.description} ${each.category}`.toLowerCase().includes(words),
  );
  const categories = [...new Set(found.map((each) => each.category))];
  return (
    <>
      <Head
        title={t("nav.templates")}
        actions={<Made go={() => setMaking(true)}>{t("template.create")}</Made>}
      >
        <div className={css.mt12}>
          <SearchField
            w={280}
            label={t("template.search")}
            value={search.search}
            set={(next) => void go({ search: { search: next }, replace: true })}
          />
        </div>
      </Head>
      <div className={css.body}>
        {query.error ? (
          <NotListed error={query.error} retry={() => void query.refetch()} />
        ) : query.isPending ? (
          <Panel label={t("nav.templates")}>
            <Loading />
          </Panel>
        ) : found.length === 0 ? (
          <Empty title={t("template.noMatch")}>{t("template.hint")}</Empty>
        ) : (
          categories.map((category) => (
            <Panel key={category} title={category}>
              {found
                .filter((each) => each.category === category)
                .map((each) => (
                  <div key={each.id} className={css.row}>
                    <div className={css.fill}>
                      <Link
                        to="/templates/$template"
                        params={{ template: each.id }}
                        data-row
                        className={`${css.fw600} ${css.ink}`}
                      >
                        {each.title}
                      </Link>{" "}
                      <span className={`${css.dim} ${css.mono}`}>
                        {each.name}@{each.latest}
                      </span>
                      <div className={css.muted}>{each.description}</div>
                    </div>
                    <span className={css.dim}>
                      {each.builtin
                        ? t("template.builtIn")
                        : t("template.ofProject", { name: each.project?.name ?? "" })}
                    </span>
                  </div>
                ))}
            </Panel>
          ))
        )}
      </div>
      {making && <NewTemplate close={() => setMaking(false)} />}
    </>
  );
}

function NewTemplate({ close }: { close: () => void }) {
  const { t } = useTranslation();
  const go = useNavigate();
  const mine = (useProjects().data?.projects.nodes ?? []).filter((each) => each.viewerCanRun);
  const here = useProject();
  const [project, setProject] = useState(here?.viewerCanRun ? here.name : mine[0]?.name);
  const [yaml, setYaml] = useState(SKETCH);
  const [error, setError] = useState<unknown>(null);
  const save = async () => {
    setError(null);
    try {
      const made = await act(SaveTemplateDocument, { project: project!, yaml });
      void cache.invalidateQueries({ queryKey: ["templates"] });
      await go({ to: "/templates/$template", params: { template: made.id } });
    } catch (caught) {
      setError(caught);
    }
  };
  return (
    <Modal opened onClose={close} size={760} title={t("template.create")}>
      <div className={`${css.stack} ${css.gap14}`}>
        <Select
          label={t("kind.project")}
          data={mine.map((each) => each.name)}
          value={project ?? null}
          onChange={(next) => next && setProject(next)}
          allowDeselect={false}
        />
        <Code label={t("common.yaml")} language="yaml" value={yaml} set={setYaml} height="360px" />
        <span className={css.dim}>{t("template.versionHint")}</span>
        {Boolean(error) && <Failure error={error} />}
        <div className={`${css.line} ${css.gap8} ${css.toEnd}`}>
          <Button onClick={close}>{t("dialog.cancel")}</Button>
          <Button variant="filled" disabled={!project} onClick={() => void save()}>
            {t("template.save")}
          </Button>
        </div>
      </div>
    </Modal>
  );
}
