import type { RunView } from "../../../../src/contracts/run.ts";
import { Thumbnail } from "../../components/thumbnail.tsx";
import styles from "./run-thumbnails.module.css";

/** What went in, what was found on it, what came out. On a phone only the last of them that there is. */
export function RunThumbnails({ run: { pictures } }: { readonly run: Pick<RunView, "pictures"> }) {
  const { input, mask, output } = pictures;
  return (
    <span className={styles["thumbnails"]}>
      <Thumbnail artifact={input} alt="" />
      <Thumbnail artifact={mask === null ? null : input} mask={mask} alt="" />
      <Thumbnail artifact={output} alt="" />
    </span>
  );
}
