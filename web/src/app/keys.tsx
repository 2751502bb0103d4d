/** Keys that work everywhere: g and a letter goes, / searches, ? shows this list. Pages add their own. */
import { Modal, Table } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { openPalette } from "./palette";
import { useProject } from "./project";

/** Whether a key was meant for a field and not for the page. */
export function typing(event: KeyboardEvent): boolean {
  const target = event.target as HTMLElement;
  return event.metaKey || event.ctrlKey || event.altKey || target.isContentEditable || /^(input|textarea|select)$/i.test(target.tagName) || document.querySelector("[role=dialog]") !== null;
}

export function Keys() {
  const { t } = useTranslation();
  const go = useNavigate();
  const project = useProject();
  const [shown, setShown] = useState(false);
  const before = useRef("");
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (typing(event)) return;
      const led = before.current === "g";
      before.current = event.key;
      if (led && event.key === "h") void go({ to: "/" });
      else if (led && event.key === "r") void go({ to: "/runs" });
      else if (led && event.key === "t") void go({ to: "/templates" });
      else if (led && event.key === "c") void go({ to: "/clusters" });
      else if (led && event.key === "p" && project) void go({ to: "/projects/$project/pipelines", params: { project: project.name } });
      else if (event.key === "?") setShown(true);
      else if (event.key === "/") {
        event.preventDefault();
        const field = document.querySelector<HTMLInputElement>("main input[type=search]");
        if (field) field.focus();
        else openPalette();
      } else if (event.key === "j" || event.key === "k") {
        const rows = [...document.querySelectorAll<HTMLElement>("main [data-row]")];
        const now = rows.indexOf(document.activeElement as HTMLElement);
        rows[Math.min(Math.max(now + (event.key === "j" ? 1 : -1), 0), rows.length - 1)]?.focus();
      }
    };
    window.addEventListener("keydown", press);
    return () => window.removeEventListener("keydown", press);
  }, [go, project]);
  const keys: [string, string][] = [
    ["⌘K / Ctrl K", t("Search or jump to")], ["g h", t("Home")], ["g p", t("Pipelines")], ["g r", t("Runs")], ["g t", t("Templates")], ["g c", t("Clusters")],
    ["/", t("Search in this page")], ["j  k", t("Next and previous row")], ["Enter", t("Open")], ["e", t("Edit the pipeline")], ["r", t("Run the pipeline")], ["Esc", t("Close or go back")], ["?", t("Show the keys")],
  ];
  return (
    <Modal opened={shown} onClose={() => setShown(false)} title={t("Keys")}>
      <Table><Table.Tbody>{keys.map(([key, what]) => <Table.Tr key={key}><Table.Td><kbd>{key}</kbd></Table.Td><Table.Td>{what}</Table.Td></Table.Tr>)}</Table.Tbody></Table>
    </Modal>
  );
}
