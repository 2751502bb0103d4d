/** The list of keys. */
import { Modal, Table } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { show } from "./open";

export default function Help() {
  const { t } = useTranslation();
  const keys: [string, string][] = [
    ["⌘K / Ctrl K", t("shortcuts.search")],
    ["g h", t("nav.home")],
    ["g p", t("nav.pipelines")],
    ["g r", t("nav.runs")],
    ["g t", t("nav.templates")],
    ["g c", t("nav.clusters")],
    ["/", t("shortcuts.searchPage")],
    ["j  k", t("shortcuts.rows")],
    ["Enter", t("common.open")],
    ["e", t("shortcuts.editPipeline")],
    ["r", t("shortcuts.runPipeline")],
    ["Esc", t("shortcuts.close")],
    ["Esc Tab", t("shortcuts.leaveCode")],
    ["?", t("shortcuts.show")],
  ];
  return (
    <Modal opened onClose={() => show(null)} title={t("shortcuts.title")}>
      <Table>
        <Table.Tbody>
          {keys.map(([key, what]) => (
            <Table.Tr key={key}>
              <Table.Td>
                <kbd>{key}</kbd>
              </Table.Td>
              <Table.Td>{what}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Modal>
  );
}
