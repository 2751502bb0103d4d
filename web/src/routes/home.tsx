/** Home: what needs me, what runs now, recent pipelines; for a new install the first steps. */
import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ask } from "@/app/client";
import { useTitle } from "@/app/crumbs";
import { useViewer } from "@/app/shell";
import { First } from "@/features/home/first";
import { Going } from "@/features/home/going";
import { Needs, needs } from "@/features/home/needs";
import { Start } from "@/features/runs/start";
import { HomeDocument } from "@/gen/graphql";
import { duration } from "@/lib/format";
import { Bars, lengths, type Recent } from "@/ui/bars";
import { Ago, css, Failure, Loading, Panel } from "@/ui/page";

export function Home() {
  const { t } = useTranslation();
  const me = useViewer().data?.viewer?.name ?? "";
  const home = useQuery({ queryKey: ["home", me], queryFn: () => ask(HomeDocument, { me }), enabled: Boolean(me) });
  const [start, setStart] = useState<string | null>(null);
  useTitle([{ label: t("Home") }]);
  const hour = new Date().getHours();
  const greeting = hour < 12 ? t("Good morning") : hour < 18 ? t("Good afternoon") : t("Good evening");
  if (home.error) return <div className={css.body}><Failure error={home.error} retry={() => void home.refetch()} /></div>;
  if (!home.data) return <div className={css.body}><Panel label={t("Home")}><Loading rows={8} /></Panel></div>;
  const stuck = needs(home.data);
  const going = home.data.going.nodes;
  const pipelines = home.data.projects.nodes.flatMap((project) => project.pipelines.nodes.map((pipeline) => ({ ...pipeline, project: project.name })))
    .sort((a, b) => b.changedAt.localeCompare(a.changedAt)).slice(0, 8);
  return (
    <div className={css.body} style={{ maxWidth: 1040, width: "100%", margin: "0 auto" }}>
      <div>
        <h1 style={{ margin: 0, fontSize: 20 }}>{greeting}</h1>
        <div className={css.dim}>{stuck.length === 0 ? t("Nothing needs you.") : t("{{count}} runs need you.", { count: stuck.length })} {going.length === 0 ? t("Nothing runs now.") : t("{{count}} runs are on their way.", { count: going.length })}</div>
      </div>
      {pipelines.length === 0 && <First projects={home.data.projects.nodes} />}
      {stuck.length > 0 && <Needs items={stuck} />}
      {going.length > 0 && <Going runs={going} />}
      {pipelines.length > 0 && (
        <Panel title={t("Pipelines")} aside={<Link to="/projects/$project/pipelines" params={{ project: pipelines[0]!.project }} search={{ new: "1" }}><Button variant="filled" component="span">{t("New pipeline")}</Button></Link>}>
          {pipelines.map((pipeline) => {
            const recent = pipeline.recent as Recent[];
            const took = lengths(recent);
            return (
              <div key={pipeline.id} className={css.row}>
                <div style={{ flex: 1, minWidth: 0 }}>
                  <Link to="/projects/$project/pipelines/$pipeline" params={{ project: pipeline.project, pipeline: pipeline.name }} data-row style={{ fontWeight: 600, color: "var(--ink)" }}>{pipeline.name}</Link>
                  <div className={`${css.dim} ${css.ellipsis}`}>{pipeline.project} · v{pipeline.latest} · <Ago at={pipeline.changedAt} /></div>
                </div>
                <span className={css.hideSmall}><Bars runs={recent} /></span>
                <span className={`${css.dim} ${css.hideSmall}`} style={{ width: 64, textAlign: "right" }}>{took.length ? duration(took.at(-1)) : ""}</span>
                <Button disabled={!pipeline.viewerCanRun} aria-label={t("Run {{name}}", { name: pipeline.name })} onClick={() => setStart(pipeline.id)}>{t("Run")}</Button>
              </div>
            );
          })}
        </Panel>
      )}
      {start && <Start pipeline={start} close={() => setStart(null)} />}
    </div>
  );
}
