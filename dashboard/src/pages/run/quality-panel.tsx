import type { RegionQuality } from "../../../../src/contracts/tasks.ts";
import { Panel } from "../../components/panel.tsx";
import { isMissing, sayMissing } from "../../components/picture/picture-state.ts";
import { usePicture } from "../../components/picture/use-picture.ts";
import styles from "./run-page.module.css";
import { QualityTable } from "./task/quality-table.tsx";
import type { Pictures } from "./viewer/pictures.ts";

interface QualityPanelProps {
  readonly pictures: Pictures;
  /** Shows a region closely. */
  readonly onShow: (region: RegionQuality) => void;
}

/** What was measured, where anything was; regions are places of the picture before, so nothing shows them without it. */
export function QualityPanel({ pictures: { quality, regions, before }, onShow }: QualityPanelProps) {
  const state = usePicture(quality === null || regions.length === 0 ? null : before);
  if (quality === null) return null;
  return (
    <Panel title="Quality">
      <div className={styles["padded"]}>
        <QualityTable
          quality={quality}
          onShow={onShow}
          whyNotShown={isMissing(state) ? sayMissing(state, "Before") : undefined}
        />
      </div>
    </Panel>
  );
}
