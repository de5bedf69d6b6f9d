import type { ReactNode } from "react";
import { cropPath } from "../../../api/artifact-path.ts";
import { Picture } from "../../../components/picture/picture.tsx";
import { MissingMark } from "../../../components/picture/picture-missing.tsx";
import { MISSING_TITLES } from "../../../components/picture/picture-state.ts";
import styles from "./crop-tiles.module.css";
import { type ShownCrop, whyNothingCame } from "./shown-crops.ts";

/** Dense screens show a tile with about as many. */
const FINE_PIXELS = 512;
const GONE = { kind: "gone", since: null } as const;
const KEPT_NO_LONGER = MISSING_TITLES.gone;

/** The crop as it was sent, its mask, what came back, and what became of it, beside each other and equally large. */
export function CropTiles({ shown }: { readonly shown: ShownCrop }) {
  const { title, crop, place } = shown;
  const { width, height, sent, mask, received, box } = crop;
  const shape = { aspectRatio: `${width} / ${height}` };
  const picture = (name: string, artifact: string | null, missing: string) => (
    <Tile name={name}>
      <span className={styles["frame"]} style={shape}>
        {artifact === null ? (
          <span className={styles["missing"]}>
            {missing === KEPT_NO_LONGER ? <MissingMark state={GONE} hasWords /> : missing}
          </span>
        ) : (
          <Picture artifact={artifact} alt={`${title}: ${name.toLowerCase()}`} isLink />
        )}
      </span>
    </Tile>
  );
  return (
    <div className={styles["tiles"]}>
      {picture("Sent", sent, KEPT_NO_LONGER)}
      {picture("Mask", mask, KEPT_NO_LONGER)}
      {picture("Received", received, whyNothingCame(shown))}
      <Tile name="In the result">
        <span className={styles["frame"]} style={{ aspectRatio: `${box[2] - box[0]} / ${box[3] - box[1]}` }}>
          {place === null ? (
            <span className={styles["missing"]}>
              {shown.task.endedAt === null ? "Not there yet" : "It did not get there"}
            </span>
          ) : (
            <Picture
              artifact={place.artifact}
              src={cropPath(place.artifact, place.box, FINE_PIXELS)}
              alt={`${title}: in the result`}
            />
          )}
        </span>
      </Tile>
    </div>
  );
}

function Tile({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <figure className={styles["tile"]}>
      {children}
      <figcaption>{name}</figcaption>
    </figure>
  );
}
