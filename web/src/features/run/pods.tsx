/** The pods of a notebook or a service, one at a time: its log, what it used, what happened to it. */
import { Select } from "@mantine/core";
import { lazy, type ReactNode, Suspense } from "react";
import { useTranslation } from "react-i18next";
import { patient } from "@/api/patient";
import type { PodRowFragment } from "@/gen/graphql";
import { css, Loading, Panel } from "@/ui/page";
import { final } from "@/ui/state";
import { PodEvents } from "./events";
import { Log } from "./log";

const Resources = lazy(() =>
  patient(() => import("./resources")).then((file) => ({ default: file.Resources })),
);

export const VIEWS = ["log", "resources", "events"];

export function Pods({
  pods,
  chosen,
  choose,
  tab,
  label,
  none,
}: {
  pods: { pod: PodRowFragment; label: string }[];
  chosen: string | undefined;
  choose: (pod: string | undefined) => void;
  tab: string;
  label: string;
  none?: ReactNode;
}) {
  const { t } = useTranslation();
  const titles: Record<string, string> = {
    log: t("common.log"),
    resources: t("common.resources"),
    events: t("common.events"),
  };
  const pod = (pods.find((each) => each.pod.id === chosen) ?? pods[0])?.pod;
  return (
    <Panel
      title={titles[tab]!}
      aside={
        pods.length > 1 && (
          <Select
            size="xs"
            w={260}
            aria-label={label}
            allowDeselect={false}
            value={pod?.id ?? null}
            onChange={(next) => choose(next ?? undefined)}
            data={pods.map((each) => ({ value: each.pod.id, label: each.label }))}
          />
        )
      }
    >
      {none ??
        (!pod ? (
          <div className={`${css.dim} ${css.p20}`}>{t("common.notStarted")}</div>
        ) : (
          <>
            {tab === "log" && (
              <div className={`${css.column} ${css.tall}`}>
                <Log key={pod.id} pod={pod.id} moving={!final(pod.state)} />
              </div>
            )}
            {tab === "resources" && (
              <Suspense fallback={<Loading rows={5} />}>
                <Resources key={pod.id} pod={pod} />
              </Suspense>
            )}
            {tab === "events" && <PodEvents key={pod.id} pod={pod} />}
          </>
        ))}
    </Panel>
  );
}
