/** Whoever opens the link of an invitation and is signed in: what it is about, and accepting it. */
import { Button } from "@mantine/core";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { cache } from "@/api/cache";
import { act } from "@/api/client";
import { useViewer } from "@/api/viewer";
import { Invitation, useInvitation } from "@/features/projects/invitation";
import { AcceptInvitationDocument } from "@/gen/graphql";
import { useAttempt } from "@/ui/attempt";
import { useTitle } from "@/ui/crumbs";
import { css, Failure } from "@/ui/page";

export function Join() {
  const { t } = useTranslation();
  const { invitation: secret = "" } = useSearch({ from: "/join" });
  const go = useNavigate();
  const query = useInvitation(secret);
  const me = useViewer().data?.viewer;
  const { busy, error, run } = useAttempt();
  useTitle([{ label: t("invitation.title") }]);
  const shown = query.data?.projectInvitation;
  const inside = shown?.accepted ? shown.project : null;
  useEffect(() => {
    if (inside) void go({ to: "/projects/$project", params: { project: inside }, replace: true });
  }, [inside, go]);
  const join = () =>
    run(async () => {
      const project = await act(AcceptInvitationDocument, { secret });
      await cache.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== "invitation" });
      await go({ to: "/projects/$project", params: { project: project.name } });
    });
  return (
    <div className={css.invited}>
      <Invitation query={query}>
        {(open) =>
          open ? (
            <>
              {Boolean(error) && <Failure error={error} />}
              <Button variant="filled" loading={busy} onClick={() => void join()} data-autofocus>
                {t("invitation.accept")}
              </Button>
              {me && <span className={css.dim}>{t("invitation.signedInAs", { name: me.name })}</span>}
            </>
          ) : (
            <Link to="/">{t("common.goHome")}</Link>
          )
        }
      </Invitation>
    </div>
  );
}
