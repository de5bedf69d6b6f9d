import type { ListedBatch } from "../../../../src/contracts/api.ts";
import { Thumbnail } from "../../components/thumbnail.tsx";
import styles from "./picture-strip.module.css";

/** Some pictures of a batch, as many as its place is wide enough for. Where there is none yet, the place of one. */
export function PictureStrip({ pictures }: Pick<ListedBatch, "pictures">) {
  return (
    <span className={styles["strip"]}>
      {pictures.length === 0 && <Thumbnail artifact={null} alt="" />}
      {pictures.map(({ runUUID, file, picture }) => (
        <span key={runUUID} title={file}>
          <Thumbnail artifact={picture} alt="" />
        </span>
      ))}
    </span>
  );
}
