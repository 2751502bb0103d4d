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
        (await act(CreateProjectDocument, { name: "example", description: t("A place to try things.") }))
          .name;
      remember(project);
      const saved = await act(SavePipelineDocument, {
        project,
        yaml: example,
        definition: null,
        expected: null,
      });
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
    <Panel title={t("First steps")}>
      <div className={`${css.stack} ${css.p16} ${css.gap12}`}>
        <span>
          {t(
            "A pipeline is a set of steps that run in order, each with its log, its files and its numbers. The example trains three real models on a small data set and compares them; it takes under a minute.",
          )}
        </span>
        {Boolean(error) && <Failure error={error} />}
        <div className={`${css.flow} ${css.gap8}`}>
          <Button variant="filled" loading={busy} onClick={() => void begin()}>
            {t("Run the example")}
          </Button>
          {mine ? (
            <Link to="/pipelines" search={{ project: mine.name, new: "1" }}>
              <Button component="span">{t("Make a pipeline of my own")}</Button>
            </Link>
          ) : (
            <Link to="/projects">
              <Button component="span">{t("Make a project of my own")}</Button>
            </Link>
          )}
        </div>
        <span className={css.dim}>
          {t("Everything here can also be done by scripts:")} <Link to="/tokens">{t("API tokens")}</Link> ·{" "}
          <a href="/graphql" onClick={gently}>
            {t("GraphQL explorer")}
          </a>
        </span>
      </div>
    </Panel>
  );
}
