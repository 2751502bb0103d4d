/** What screen readers say about a graph, in the selected language. */
import { useTranslation } from "react-i18next";

/** The `ariaLabelConfig` of React Flow. */
export function useCanvasLabels() {
  const { t } = useTranslation();
  return {
    "controls.ariaLabel": t("canvas.controls"),
    "controls.zoomIn.ariaLabel": t("canvas.zoomIn"),
    "controls.zoomOut.ariaLabel": t("canvas.zoomOut"),
    "controls.fitView.ariaLabel": t("canvas.fitView"),
    "minimap.ariaLabel": t("canvas.minimap"),
    "handle.ariaLabel": t("canvas.handle"),
    "node.a11yDescription.default": t("canvas.nodeHint"),
    "node.a11yDescription.keyboardDisabled": t("canvas.nodeHint"),
    "edge.a11yDescription.default": t("canvas.edgeHint"),
    "node.a11yDescription.ariaLiveMessage": ({
      direction,
      x,
      y,
    }: {
      direction: string;
      x: number;
      y: number;
    }) => t("canvas.nodeMoved", { direction, x, y }),
  };
}
