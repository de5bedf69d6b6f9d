import { Link } from "@tanstack/react-router";
import type { BatchPicture } from "../../../../src/contracts/batches.ts";
import { StatusBadge } from "../../components/status-badge.tsx";
import { Thumbnail } from "../../components/thumbnail.tsx";
import styles from "./contact-sheet.module.css";

const SEAM_DIGITS = 2;

/** One picture of the contact sheet: its result, or until there is one the picture that it is made of. */
export function PictureCell({ picture }: { readonly picture: BatchPicture | undefined }) {
  if (picture === undefined) return <span className={styles["cell"]} aria-hidden />;
  const { runUUID, file, status, input, output, seam, error } = picture;
  return (
    <Link
      to="/runs/$uuid"
      params={{ uuid: runUUID }}
      className={styles["cell"]}
      title={error ?? file}
      data-status={status}
    >
      <Thumbnail artifact={output ?? input} alt="" size="fill" />
      <span className={styles["state"]}>
        <StatusBadge status={status} isCompact />
      </span>
      <span className={styles["name"]}>
        <span>{file}</span>
        {seam !== null && <small title="The worst seam of its regions">{seam.toFixed(SEAM_DIGITS)}</small>}
      </span>
    </Link>
  );
}
