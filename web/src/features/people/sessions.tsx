/** The browsers in which I am signed in. */
import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { cache } from "@/api/cache";
import { act, ask } from "@/api/client";
import { EndSessionDocument, MySessionsDocument } from "@/gen/graphql";
import { browser } from "@/lib/format";
import { Ago, css, Failure, Loading, Panel } from "@/ui/page";
import { complain } from "@/ui/toast";

export function Sessions() {
  const { t } = useTranslation();
  const query = useQuery({ queryKey: ["my-sessions"], queryFn: () => ask(MySessionsDocument) });
  const end = async (id: string) => {
    try {
      await act(EndSessionDocument, { id });
    } catch (error) {
      complain(error);
    }
    void cache.invalidateQueries({ queryKey: ["my-sessions"] });
  };
  return (
    <Panel title={t("session.title")}>
      {query.error ? (
        <div className={css.p14}>
          <Failure error={query.error} retry={() => void query.refetch()} />
        </div>
      ) : !query.data ? (
        <Loading rows={2} />
      ) : (
        query.data.sessions.map((session) => (
          <div key={session.id} className={css.row}>
            <div className={css.fill} title={session.agent}>
              <b>{browser(session.agent)}</b>{" "}
              {session.current && <span className={css.dim}>{t("session.current")}</span>}
              <div className={css.dim}>
                {t("common.lastUsed")} <Ago at={session.seenAt} /> · {t("session.expires")}{" "}
                <Ago at={session.expiresAt} />
              </div>
            </div>
            {!session.current && (
              <Button size="compact-sm" onClick={() => void end(session.id)}>
                {t("menu.signOut")}
              </Button>
            )}
          </div>
        ))
      )}
    </Panel>
  );
}
