/** What an invitation is about, for whoever has its link: which project, as what, by whom, until when; or why it lets nobody in. */
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { ask } from "@/api/client";
import { ProjectInvitationDocument, type ProjectInvitationQuery } from "@/gen/graphql";
import { Ago, css, Failure, Loading } from "@/ui/page";
import { useRole } from "./roles";

export const useInvitation = (secret: string) =>
  useQuery({
    queryKey: ["invitation", secret],
    queryFn: () => ask(ProjectInvitationDocument, { secret }),
    retry: false,
    staleTime: 0,
  });

export function Invitation({
  query,
  children,
}: {
  query: ReturnType<typeof useInvitation>;
  children: (shown: ProjectInvitationQuery["projectInvitation"] | null) => ReactNode;
}) {
  const { t, i18n } = useTranslation();
  const role = useRole();
  const shown = query.data?.projectInvitation;
  if (query.isPending) return <Loading rows={4} what={t("invitation.loading")} />;
  if (!shown)
    return (
      <>
        <h1>{t("invitation.title")}</h1>
        <Failure error={query.error} />
        {children(null)}
      </>
    );
  const facts: [string, ReactNode][] = [
    [t("kind.project"), shown.project],
    [t("invitation.role"), role(shown.role)],
    [t("invitation.invitedBy"), shown.author],
    [
      t("invitation.expires"),
      <span key="at">
        {new Date(shown.expiresAt).toLocaleString(i18n.language, { dateStyle: "medium", timeStyle: "short" })}{" "}
        <span className={css.dim}>
          (<Ago at={shown.expiresAt} />)
        </span>
      </span>,
    ],
  ];
  if (shown.email) facts.push([t("invitation.onlyFor"), shown.email]);
  return (
    <>
      <h1>{t("invitation.heading", { name: shown.author, project: shown.project })}</h1>
      <dl className={css.pairs}>
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {children(shown)}
    </>
  );
}
