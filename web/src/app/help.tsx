/** The list of keys. */
import { Modal, Table } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { show } from "./open";

export default function Help() {
  const { t } = useTranslation();
  const keys: [string, string][] = [
    ["⌘K / Ctrl K", t("Search or jump to")],
    ["g h", t("Home")],
    ["g p", t("Pipelines")],
    ["g r", t("Runs")],
    ["g t", t("Templates")],
    ["g c", t("Clusters")],
    ["/", t("Search in this page")],
    ["j  k", t("Next and previous row")],
    ["Enter", t("Open")],
    ["e", t("Edit the pipeline")],
    ["r", t("Run the pipeline")],
    ["Esc", t("Close or go back")],
    ["Esc Tab", t("Leave a code field")],
    ["?", t("Show the keys")],
  ];
  return (
    <Modal opened onClose={() => show(null)} title={t("Keys")}>
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
