/** Somebody else saved meanwhile: both sides beside each other, and a choice in plain words. */
import { Button, Modal } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { ask } from "@/api/client";
import { VersionsDocument, VersionYamlDocument } from "@/gen/graphql";
import { Diff } from "@/ui/diff";
import { Failure, Loading } from "@/ui/page";
import ui from "@/ui/ui.module.css";

export function Clash({
  pipeline,
  mine,
  began,
  close,
  keep,
  take,
}: {
  pipeline: string;
  mine: string;
  began: number;
  close: () => void;
  keep: (latest: number) => void;
  take: () => void;
}) {
  const { t } = useTranslation();
  const query = useQuery({
    queryKey: ["clash", pipeline],
    staleTime: 0,
    gcTime: 0,
    queryFn: async () => {
      const newest = await ask(VersionYamlDocument, { id: pipeline, number: null });
      const versions = await ask(VersionsDocument, { id: pipeline, after: null });
      return {
        version: newest.pipeline!.version!,
        author: versions.pipeline!.versions.nodes[0]!.author.name,
      };
    },
  });
  return (
    <Modal opened onClose={close} size="xl" title={t("editor.conflict.title")}>
      {query.error ? (
        <Failure error={query.error} />
      ) : !query.data ? (
        <Loading rows={4} />
      ) : (
        <div className={`${ui.stack} ${ui.gap14}`}>
          <span>
            {t("editor.conflict.text", { began, who: query.data.author, n: query.data.version.number })}
          </span>
          <Diff left={query.data.version.yaml} right={mine} />
          <div className={`${ui.flow} ${ui.gap8} ${ui.toEnd}`}>
            <Button onClick={close}>{t("editor.conflict.keepEditing")}</Button>
            <Button onClick={take}>{t("editor.conflict.discard")}</Button>
            <Button variant="filled" onClick={() => keep(query.data.version.number)}>
              {t("editor.conflict.save", { n: query.data.version.number + 1 })}
            </Button>
          </div>
        </div>
      )}
    </Modal>
  );
}
