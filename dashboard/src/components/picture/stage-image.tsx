import type { CSSProperties } from "react";
import { artifactPath } from "../../api/artifact-path.ts";
import styles from "./picture.module.css";
import type { PictureState } from "./picture-state.ts";

interface StageImageProps {
  readonly artifact: string;
  readonly state: PictureState;
  readonly alt: string;
  readonly style?: CSSProperties;
  readonly hidden?: boolean;
}

/** A picture on a stage, as soon as it is there; a stage has no place for one that is missing. */
export function StageImage({ artifact, state, alt, style, hidden = false }: StageImageProps) {
  if (state.kind === "there")
    return <img src={artifactPath(artifact)} alt={alt} draggable={false} style={style} hidden={hidden} />;
  if (state.kind !== "loading" || hidden) return null;
  return <span className={styles["onStage"]} style={style} role="status" aria-label={`Loading: ${alt}`} />;
}
