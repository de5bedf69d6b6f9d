import { formatDuration } from "../../../components/format-time.ts";
import { Money } from "../../../components/money.tsx";
import { Notice } from "../../../components/notice.tsx";
import { Uuid } from "../../../components/uuid.tsx";
import { Facts } from "../facts.tsx";
import styles from "./crop-facts.module.css";
import type { ShownCrop } from "./shown-crops.ts";

/** How the crop was cut out, who painted it, and what was measured. */
export function CropFacts({ shown: { crop } }: { readonly shown: ShownCrop }) {
  const { box, width, height, turned, quality, error, callUUID, cost, seed } = crop;
  const [x0, y0, x1, y1] = box;
  return (
    <div className={styles["facts"]}>
      {error !== null && (
        <Notice isAlert>
          <code>{error.code}</code> {error.message}
        </Notice>
      )}
      <Facts
        rows={[
          ["Of the picture", `${x1 - x0} × ${y1 - y0} at ${x0}, ${y0}`],
          ["Sent as", `${width} × ${height}`],
          ["Turned", turned === 0 ? null : `${turned.toFixed(1)}°`],
          ["Provider", crop.provider],
          ["Model", crop.model],
          ["Seed", seed],
          ["Took", crop.ms === null ? null : formatDuration(crop.ms)],
          ["Cost", cost === null ? null : <Money key="cost" amount={cost} />],
          ["callUUID", callUUID === null ? null : <Uuid key="call" value={callUUID} kind="call" />],
          ["Seam", numberOf(quality?.seam)],
          ["Colour shift", shiftOf(quality)],
          ["Sharpness", numberOf(quality?.sharpnessGain)],
        ]}
      />
    </div>
  );
}

const numberOf = (value: number | null | undefined): string | null => value?.toFixed(2) ?? null;

function shiftOf(quality: ShownCrop["crop"]["quality"]): string | null {
  const [before, after] = [numberOf(quality?.colorShiftBefore), numberOf(quality?.colorShiftAfter)];
  return before === null || after === null ? null : `${before} → ${after}`;
}
