import type { CSSProperties } from "react";
import { classNames } from "../../../components/class-names.ts";
import styles from "./step-thumbnail.module.css";

interface StepThumbnailProps {
  readonly face: { readonly artifact: string; readonly mask: string | null } | null;
  readonly isLarge?: boolean;
}

/** The picture of a step, small; where the step made a mask, it is laid over it. */
export function StepThumbnail({ face, isLarge = false }: StepThumbnailProps) {
  const size = isLarge ? 256 : 96;
  const path = (uuid: string) => `/api/artifacts/${uuid}/thumbnail?size=${size}`;
  const mask: CSSProperties | null = face?.mask == null ? null : { maskImage: `url("${path(face.mask)}")` };
  return (
    <span className={classNames(styles["frame"], isLarge && styles["large"])}>
      {face !== null && <img src={path(face.artifact)} alt="" loading="lazy" decoding="async" />}
      {mask !== null && <span className={styles["mask"]} style={mask} />}
    </span>
  );
}
