/** The first steps of a new install: one press makes a project and runs a real example in it. */
import { Button } from "@mantine/core";
import { Link, useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { cache } from "@/api/cache";
import { act } from "@/api/client";
import { gently } from "@/api/patient";
import { remember } from "@/api/project";
import { CreateProjectDocument, SavePipelineDocument, StartRunDocument } from "@/gen/graphql";
import { useAttempt } from "@/ui/attempt";
import { css, Failure, Panel } from "@/ui/page";
import example from "../../../../examples/wine.yaml?raw";

export function First({ projects }: { projects: { name: string; viewerCanRun: boolean }[] }) {
  const { t } = useTranslation();
  const go = useNavigate();
  const { busy, error, run: attempt } = useAttempt();
  const mine = projects.find((project) => project.viewerCanRun);
  const begin = () =>
    attempt(async () => {
      const project =
        mine?.name ??
        (await act(CreateProjectDocument, { name: "example", description: t("home.projectDescription") }))
          .name;
      remember(project);
      const saved = await act(SavePipelineDocument, { input: { project, yaml: example } });
      const run = await act(StartRunDocument, {
        pipeline: saved.pipeline.id,
        params: {},
        version: null,
        cache: true,
        priority: 0,
        cluster: null,
        plan: null,
      });
      void cache.invalidateQueries({ queryKey: ["my-projects"] });
      await go({ to: "/runs/$run", params: { run: run.id } });
    });
  return (
    <Panel title={t("home.firstSteps")}>
      <div className={`${css.stack} ${css.p16} ${css.gap12}`}>
        <span>{t("home.firstStepsHint")}</span>
        {Boolean(error) && <Failure error={error} />}
        <div className={`${css.flow} ${css.gap8}`}>
          <Button variant="filled" loading={busy} onClick={() => void begin()}>
            {t("home.runExample")}
          </Button>
          {mine ? (
            <Link to="/pipelines" search={{ project: mine.name, new: "1" }}>
              <Button component="span">{t("home.createPipeline")}</Button>
            </Link>
          ) : (
            <Link to="/projects">
              <Button component="span">{t("home.createProject")}</Button>
            </Link>
          )}
        </div>
        <span className={css.dim}>
          {t("home.scriptsHint")} <Link to="/tokens">{t("nav.tokens")}</Link> ·{" "}
          <a href="/graphql" onClick={gently}>
            {t("nav.explorer")}
          </a>
        </span>
      </div>
    </Panel>
  );
}
