/** The bell of the top line: how many notifications are unread, kept right by the server. */
import { IconBell } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { cache } from "@/api/cache";
import { listen } from "@/api/socket";
import { NotificationsChangedDocument } from "@/gen/graphql";
import css from "./bell.module.css";
import shell from "./shell.module.css";

const MOST_SHOWN = 99;

export function Bell() {
  const { t } = useTranslation();
  const [unread, setUnread] = useState(0);
  useEffect(
    () =>
      listen(NotificationsChangedDocument, {}, ({ notificationsChanged }) => {
        setUnread(notificationsChanged.unreadCount);
        void cache.invalidateQueries({ queryKey: ["notifications"] });
      }),
    [],
  );
  return (
    <nav aria-label={t("nav.notifications")}>
      <Link
        to="/notifications"
        className={shell.icon}
        aria-label={unread ? t("notification.unreadCount", { count: unread }) : t("nav.notifications")}
      >
        <IconBell size={18} />
        {unread > 0 && (
          <b aria-hidden className={css.count}>
            {unread > MOST_SHOWN ? `${MOST_SHOWN}+` : unread}
          </b>
        )}
      </Link>
    </nav>
  );
}
