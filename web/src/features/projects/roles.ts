/** What a member is, in words. */
import { useTranslation } from "react-i18next";
import type { Role } from "@/gen/graphql";

export const ROLES: Role[] = ["VIEWER", "MEMBER", "MAINTAINER", "OWNER"];

export function useRole(): (role: Role) => string {
  const { t } = useTranslation();
  const words: Record<Role, string> = {
    VIEWER: t("project.roles.viewer"),
    MEMBER: t("project.roles.member"),
    MAINTAINER: t("project.roles.maintainer"),
    OWNER: t("project.roles.owner"),
  };
  return (role) => words[role];
}
