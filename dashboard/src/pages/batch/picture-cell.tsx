import { Link } from "@tanstack/react-router";
import type { BatchPicture } from "../../../../src/contracts/batches.ts";
import { MissingMark } from "../../components/picture/picture-missing.tsx";
import { shownStatus } from "../../components/shown-status.ts";
import { StatusBadge } from "../../components/status-badge.tsx";
import { Thumbnail } from "../../components/thumbnail.tsx";
import styles from "./contact-sheet.module.css";

const SEAM_DIGITS = 2;
const DAMAGED = { kind: "damaged", since: null } as const;

/** One picture of the contact sheet: its result, or until there is one the picture that it is made of. */
export function PictureCell({ picture }: { readonly picture: BatchPicture | undefined }) {
  if (picture === undefined) return <span className={styles["cell"]} aria-hidden />;
  const { runUUID, file, status, input, output, seam, reused, follows, error } = picture;
  /* It is stored, and nobody can show it: known without asking for it. */
  const isDamaged = output === null && error?.code === "IMAGE_UNREADABLE";
  return (
    <Link
      to="/runs/$uuid"
      params={{ uuid: runUUID }}
      className={styles["cell"]}
      title={error?.message ?? file}
      data-status={status}
    >
      {isDamaged ? (
        <span className={styles["damaged"]}>
          <MissingMark state={DAMAGED} hasWords />
        </span>
      ) : (
        <Thumbnail artifact={output ?? input} alt="" size="fill" />
      )}
      <span className={styles["state"]}>
        <StatusBadge status={shownStatus(picture)} isCompact />
      </span>
      <span className={styles["name"]}>
        <span>{file}</span>
        {reused === true && (
          <small title="An earlier run's result: the same was done before">done before</small>
        )}
        {follows !== undefined && (
          <small title="Another picture of this batch is the same work; its result will be this one's">
            waits for its equal
          </small>
        )}
        {seam !== null && <small title="The worst seam of its regions">{seam.toFixed(SEAM_DIGITS)}</small>}
      </span>
    </Link>
  );
}
