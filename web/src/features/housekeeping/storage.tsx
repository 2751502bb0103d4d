/** What takes the space of a project in the store. */
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { ask } from "@/api/client";
import { type StorageKind, StorageUsageDocument } from "@/gen/graphql";
import { bytes } from "@/lib/format";
import { css, Failure, Loading, Panel } from "@/ui/page";

export function Storage({ project }: { project: string }) {
  const { t } = useTranslation();
  const query = useQuery({
    queryKey: ["storage", project],
    queryFn: () => ask(StorageUsageDocument, { project }),
  });
  const names: Record<StorageKind, string> = {
    RUN_FILES: t("storage.runFiles"),
    LOGS: t("storage.logs"),
    MODELS: t("storage.models"),
    IMAGES: t("storage.images"),
    DISCARDED: t("storage.discarded"),
  };
  const usage = query.data?.storageUsage;
  return (
    <Panel title={t("quota.storage")}>
      {query.error ? (
        <div className={css.p14}>
          <Failure error={query.error} retry={() => void query.refetch()} />
        </div>
      ) : usage ? (
        <table className={css.table}>
          <tbody>
            {usage.parts.map((part) => (
              <tr key={part.kind}>
                <td className={css.normal}>{names[part.kind]}</td>
                <td className={css.num}>{bytes(part.bytes)}</td>
              </tr>
            ))}
            <tr>
              <td className={css.fw600}>{t("storage.total")}</td>
              <td className={`${css.num} ${css.fw600}`}>{bytes(usage.totalBytes)}</td>
            </tr>
          </tbody>
        </table>
      ) : (
        <Loading rows={4} />
      )}
    </Panel>
  );
}
