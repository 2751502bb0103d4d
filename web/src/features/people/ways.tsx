/** Where somebody is signed in, and their tokens: an administrator ends any of them. */
import { Button, Modal } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { cache } from "@/api/cache";
import { act, ask } from "@/api/client";
import { EndSessionDocument, PersonWaysDocument, RevokeTokenDocument } from "@/gen/graphql";
import { browser } from "@/lib/format";
import { Ago, css, Failure, Loading } from "@/ui/page";
import { complain } from "@/ui/toast";

export function Ways({
  id,
  name,
  may,
  close,
}: {
  id: string;
  name: string;
  may: boolean;
  close: () => void;
}) {
  const { t } = useTranslation();
  const query = useQuery({
    queryKey: ["person-ways", id],
    queryFn: () => ask(PersonWaysDocument, { id }),
    staleTime: 0,
  });
  const end = async (work: Promise<unknown>) => {
    try {
      await work;
    } catch (error) {
      complain(error);
    }
    void cache.invalidateQueries({ queryKey: ["person-ways", id] });
  };
  const person = query.data?.user;
  const sessions = person?.sessions ?? [];
  const tokens = person?.tokens?.filter((each) => !each.revokedAt) ?? [];
  return (
    <Modal opened onClose={close} size={680} title={t("session.accessOf", { name })}>
      {query.error ? (
        <Failure error={query.error} retry={() => void query.refetch()} />
      ) : !person ? (
        <Loading rows={4} />
      ) : (
        <>
          <b>{t("session.browsers")}</b>
          {sessions.map((each) => (
            <div key={each.id} className={`${css.row} ${css.px0}`}>
              <div className={`${css.fill} ${css.breaks}`} title={each.agent}>
                {browser(each.agent) || t("session.unknownBrowser")}
                <div className={css.dim}>
                  {t("common.lastUsed")} <Ago at={each.seenAt} />
                </div>
              </div>
              {may && (
                <Button size="compact-sm" onClick={() => void end(act(EndSessionDocument, { id: each.id }))}>
                  {t("menu.signOut")}
                </Button>
              )}
            </div>
          ))}
          {sessions.length === 0 && <div className={`${css.dim} ${css.pt8pb14}`}>{t("session.none")}</div>}
          <div className={css.mt18}>
            <b>{t("nav.tokens")}</b>
          </div>
          {tokens.map((each) => (
            <div key={each.id} className={`${css.row} ${css.px0}`}>
              <div className={`${css.fill} ${css.breaks}`}>
                {each.name} <span className={css.mono}>…{each.ending}</span>
                <div className={css.dim}>
                  {t("common.lastUsed")} <Ago at={each.usedAt} />
                </div>
              </div>
              {may && (
                <Button
                  size="compact-sm"
                  color="red"
                  variant="light"
                  onClick={() => void end(act(RevokeTokenDocument, { id: each.id }))}
                  aria-label={t("common.revokeName", { name: each.name })}
                >
                  {t("common.revoke")}
                </Button>
              )}
            </div>
          ))}
          {tokens.length === 0 && <div className={`${css.dim} ${css.py8}`}>{t("session.noTokens")}</div>}
        </>
      )}
    </Modal>
  );
}
