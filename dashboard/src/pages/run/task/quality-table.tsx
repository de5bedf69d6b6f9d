import type { ImageInferenceResult, RegionQuality } from "../../../../../src/contracts/tasks.ts";
import { Button } from "../../../components/button.tsx";
import { classNames } from "../../../components/class-names.ts";
import tones from "../../../components/tone.module.css";
import styles from "./quality-table.module.css";

interface QualityTableProps {
  readonly quality: ImageInferenceResult["quality"];
  /** Shows a region closely. */
  readonly onShow: (region: RegionQuality) => void;
  /** Why none can be shown. */
  readonly whyNotShown?: string | undefined;
}

const STATUS_WORDS: Readonly<Record<RegionQuality["status"], string>> = {
  inpainted: "Repainted",
  keptOriginal: "Kept as it was",
  skippedLarger: "Larger than asked for",
  dropped: "Too small",
};

/** What was measured of each region, and that nothing outside of them changed. */
export function QualityTable({ quality, onShow, whyNotShown }: QualityTableProps) {
  const { regions, pixelsChangedOutside, pixelsChangedInside } = quality;
  return (
    <div className={styles["quality"]}>
      {pixelsChangedOutside !== null && (
        <p>
          <strong className={classNames(styles["count"], tones[pixelsChangedOutside === 0 ? "good" : "bad"])}>
            {pixelsChangedOutside.toLocaleString("en")}
          </strong>{" "}
          pixels changed outside the mask
          {pixelsChangedInside !== null && <>, {pixelsChangedInside.toLocaleString("en")} inside</>}
        </p>
      )}
      {regions.length > 0 && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is scrolled by keys, too
        <section className={styles["scroller"]} tabIndex={0} aria-label="Regions">
          <table>
            <thead>
              <tr>
                <th scope="col">Region</th>
                <th scope="col">Pixels</th>
                <th scope="col">Zoom</th>
                <th
                  scope="col"
                  title="About 1 where the edge is as smooth as around it; above 1.3 it may show"
                >
                  Seam
                </th>
                <th scope="col" title="Before and after colours were matched">
                  Colour shift
                </th>
                <th scope="col" title="Above 1 it is sharper than before">
                  Sharpness
                </th>
              </tr>
            </thead>
            <tbody>
              {regions.map((region, at) => (
                <RegionRow key={region.box.join()} {...{ region, onShow, whyNotShown }} number={at + 1} />
              ))}
            </tbody>
          </table>
        </section>
      )}
    </div>
  );
}

interface RegionRowProps extends Pick<QualityTableProps, "onShow" | "whyNotShown"> {
  readonly region: RegionQuality;
  /** From 1. */
  readonly number: number;
}

function RegionRow({ region, number, onShow, whyNotShown }: RegionRowProps) {
  return (
    <tr>
      <th scope="row">
        <Button onClick={() => onShow(region)} disabled={whyNotShown !== undefined} title={whyNotShown}>
          Show {number}
        </Button>
        <span className={styles["note"]}>
          {STATUS_WORDS[region.status]}
          {(region.tries ?? 1) > 1 && `, ${region.tries} tries`}
        </span>
      </th>
      <td>
        {region.crop[2] - region.crop[0]} × {region.crop[3] - region.crop[1]}
      </td>
      <td>{format(region.scale)}×</td>
      <td>{format(region.seam)}</td>
      <td>
        {format(region.colorShiftBefore)} → {format(region.colorShiftAfter)}
      </td>
      <td>{format(region.sharpnessGain)}</td>
    </tr>
  );
}

function format(value: number | null): string {
  return value === null ? "–" : value.toFixed(2);
}
