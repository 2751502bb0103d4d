/** Keys that work everywhere: g and a letter goes, / searches, ? shows this list. Pages add their own. */
import { useNavigate } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { shortcut, watchFields } from "@/lib/shortcuts";
import { show } from "./open";

export function useKeys() {
  useEffect(watchFields, []);
  const go = useNavigate();
  const before = useRef("");
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if ((event.metaKey || event.ctrlKey) && event.key.toLowerCase() === "k") {
        event.preventDefault();
        return show("palette");
      }
      if (!shortcut(event)) return;
      const led = before.current === "g";
      before.current = event.key;
      if (led && event.key === "h") void go({ to: "/" });
      else if (led && event.key === "r") void go({ to: "/runs" });
      else if (led && event.key === "t") void go({ to: "/templates" });
      else if (led && event.key === "c") void go({ to: "/clusters" });
      else if (led && event.key === "p") void go({ to: "/pipelines" });
      else if (event.key === "?") show("keys");
      else if (event.key === "/") {
        event.preventDefault();
        const field = document.querySelector<HTMLInputElement>("main input[type=search]");
        if (field) field.focus();
        else show("palette");
      } else if (event.key === "j" || event.key === "k") {
        const rows = [...document.querySelectorAll<HTMLElement>("main [data-row]")];
        const now = rows.indexOf(document.activeElement as HTMLElement);
        rows[Math.min(Math.max(now + (event.key === "j" ? 1 : -1), 0), rows.length - 1)]?.focus();
      }
    };
    window.addEventListener("keydown", press);
    return () => window.removeEventListener("keydown", press);
  }, [go]);
}
