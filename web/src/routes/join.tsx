/** Whoever opens the link of an invitation: what it is about, and coming in. */
import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { cache } from "@/app/cache";
import { act, ask } from "@/app/client";
import { useTitle } from "@/app/crumbs";
import { AcceptInvitationDocument, ProjectInvitationDocument } from "@/gen/graphql";
import { useAttempt } from "@/ui/attempt";
import { css, Empty, Failure, Head, Loading } from "@/ui/page";

export function Join() {
  const { t } = useTranslation();
  const { invitation: secret = "" } = useSearch({ from: "/join" });
  const go = useNavigate();
  const query = useQuery({ queryKey: ["invitation", secret], queryFn: () => ask(ProjectInvitationDocument, { secret }), retry: false });
  const { busy, error, run } = useAttempt();
  useTitle([{ label: t("Invitation") }]);
  const join = () => run(async () => {
    const project = await act(AcceptInvitationDocument, { secret });
    await cache.invalidateQueries();
    await go({ to: "/projects/$project", params: { project: project.name } });
  });
  if (query.error) return <><Head title={t("Invitation")} /><div className={css.body}><Failure error={query.error} /><Link to="/">{t("Go home")}</Link></div></>;
  if (query.isPending) return <><Head title={t("Invitation")} /><Loading rows={4} /></>;
  const told = query.data.projectInvitation;
  const roles = { VIEWER: t("viewer"), MEMBER: t("member"), MAINTAINER: t("maintainer"), OWNER: t("owner") };
  return (
    <Empty whole title={t("{{name}} invites you into project {{project}}", { name: told.author, project: told.project })} action={<Button variant="filled" loading={busy} onClick={() => void join()} data-autofocus>{t("Come in")}</Button>}>
      {t("You will be a {{role}} of it.", { role: roles[told.role] })} {told.email && t("The invitation is for {{email}}.", { email: told.email })}
      {Boolean(error) && <div style={{ marginTop: 14, textAlign: "left" }}><Failure error={error} /></div>}
    </Empty>
  );
}
