/** What a member is, in words. */
import { useTranslation } from "react-i18next";
import type { Role } from "@/gen/graphql";

export const ROLES: Role[] = ["VIEWER", "MEMBER", "MAINTAINER", "OWNER"];

export function useRole(): (role: Role) => string {
  const { t } = useTranslation();
  const words: Record<Role, string> = {
    VIEWER: t("Viewer"),
    MEMBER: t("Member"),
    MAINTAINER: t("Maintainer"),
    OWNER: t("Owner"),
  };
  return (role) => words[role];
}
