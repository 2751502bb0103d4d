/** From a built image to what runs in it: a new notebook, or a step of a pipeline. */
import { Button, Menu, Select, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { cache } from "@/api/cache";
import { act, ask } from "@/api/client";
import { type BuildOneQuery, SavePipelineDocument, SearchPipelinesDocument } from "@/gen/graphql";
import { Choice } from "@/ui/act";
import { useAttempt } from "@/ui/attempt";
import { Dialog } from "@/ui/dialog";
import { css } from "@/ui/page";

type Build = NonNullable<BuildOneQuery["build"]>;

interface NotebookValues {
  cluster: string;
  definition: { image: string | null; python: string | null; requirements: string[] };
}

/** By what a step names it; null for an archive that no cluster can fetch. */
const named = (image: string, build: Build): string | null =>
  build.reference ?? (build.cluster === "local" ? `localhost/${image}:v${build.number}` : null);

/** What a notebook is made of to be like it: the image, or, where it is an environment of this machine, its packages; null where notebooks use no images. */
function like(build: Build): NotebookValues | null {
  const { python = null, pip = [] } = build.source.packages ?? {};
  if (build.digest?.startsWith("env:"))
    return { cluster: build.cluster, definition: { image: null, python, requirements: pip } };
  return build.reference && build.cluster !== "local"
    ? { cluster: build.cluster, definition: { image: build.reference, python: null, requirements: [] } }
    : null;
}

export function UseImage({
  name,
  build,
  project,
  why,
  create,
}: {
  name: string;
  build: Build;
  project: string;
  why: string | false | null | undefined;
  /** The dialog of a new notebook, given the values that it begins with. */
  create: (values: NotebookValues, close: () => void) => ReactNode;
}) {
  const { t } = useTranslation();
  const [dialog, setDialog] = useState<"notebook" | "step" | null>(null);
  const image = named(name, build);
  const notebook = like(build);
  const bar = why || (build.state !== "SUCCEEDED" && t("image.notBuilt"));
  const archive = !image && t("image.archiveOnly");
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <Button>{t("image.use")}</Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Choice
            why={bar || archive || (!notebook && t("image.notForNotebooks"))}
            onClick={() => setDialog("notebook")}
          >
            {t("image.useInNotebook")}
          </Choice>
          <Choice why={bar || archive} onClick={() => setDialog("step")}>
            {t("image.useInStep")}
          </Choice>
        </Menu.Dropdown>
      </Menu>
      {dialog === "notebook" && notebook && create(notebook, () => setDialog(null))}
      {dialog === "step" && image && (
        <UseInStep image={image} project={project} close={() => setDialog(null)} />
      )}
    </>
  );
}

const NEW = "";

function UseInStep({ image, project, close }: { image: string; project: string; close: () => void }) {
  const { t } = useTranslation();
  const go = useNavigate();
  const pipelines = useQuery({
    queryKey: ["search-pipelines", project],
    queryFn: () => ask(SearchPipelinesDocument, { project }),
  });
  const names = (pipelines.data?.project?.pipelines.nodes ?? []).map((each) => each.name);
  const [chosen, setChosen] = useState(NEW);
  const [name, setName] = useState("");
  const { busy, error, run } = useAttempt();
  const edit = () =>
    run(async () => {
      if (chosen === NEW) {
        await act(SavePipelineDocument, {
          input: { project, definition: { name, steps: [] }, expectedVersion: 0 },
        });
        void cache.invalidateQueries({ queryKey: ["pipelines"] });
      }
      await go({
        to: "/projects/$project/pipelines/$pipeline",
        params: { project, pipeline: chosen || name },
        search: { tab: "edit", image },
      });
    });
  return (
    <Dialog
      title={t("image.useInStepTitle")}
      close={close}
      busy={busy}
      go={() => void edit()}
      label={t("image.addStep")}
      error={error}
      why={chosen === NEW && !name && t("common.nameRequired")}
    >
      <Select
        label={t("kind.pipeline")}
        data={[
          { value: NEW, label: t("image.newPipeline") },
          ...names.map((each) => ({ value: each, label: each })),
        ]}
        value={chosen}
        onChange={(next) => setChosen(next ?? NEW)}
        allowDeselect={false}
        searchable={names.length > 5}
      />
      {chosen === NEW && (
        <TextInput
          required
          data-autofocus
          label={t("common.name")}
          description={t("common.nameRule")}
          value={name}
          onChange={(event) => setName(event.currentTarget.value.toLowerCase().replace(/[^a-z0-9-]+/g, "-"))}
        />
      )}
      <span className={`${css.dim} ${css.breaks}`}>{t("image.useInStepHint", { image })}</span>
    </Dialog>
  );
}
