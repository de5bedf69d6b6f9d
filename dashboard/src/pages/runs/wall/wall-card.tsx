import { Link } from "@tanstack/react-router";
import { type MouseEvent, memo, type PointerEvent, useRef, useState } from "react";
import type { RunView } from "../../../../../src/contracts/run.ts";
import { shownStatus } from "../../../components/shown-status.ts";
import { StatusBadge } from "../../../components/status-badge.tsx";
import { Thumbnail } from "../../../components/thumbnail.tsx";
import { Tick } from "../selection/tick.tsx";
import { splitPath } from "../split-path.ts";
import styles from "./wall-card.module.css";

interface WallCardProps {
  readonly run: RunView;
  readonly index: number;
  /** CSS pixels in the wall. */
  readonly left: number;
  readonly top: number;
  readonly width: number;
}

const LONG_PRESS_MS = 350;

/** The result; as long as a mouse is on it or a finger presses it, what went in. */
export const WallCard = memo(function WallCard({ run, index, left, top, width }: WallCardProps) {
  const { runUUID, file, error, pictures } = run;
  const status = shownStatus(run);
  const [isBefore, setBefore] = useState(false);
  const [wasBefore, setWasBefore] = useState(false);
  const hasBoth = pictures.output !== null && pictures.input !== null;
  const show = (isShown: boolean) => () => {
    if (!hasBoth) return;
    setBefore(isShown);
    setWasBefore(true);
  };
  /* A finger that presses looks; only one that taps goes there. */
  const pressedAt = useRef<number | null>(null);
  const press = (event: PointerEvent) => {
    pressedAt.current = event.pointerType === "touch" ? event.timeStamp : null;
    show(true)();
  };
  const refuseAfterPress = (event: MouseEvent) => {
    if (pressedAt.current !== null && event.timeStamp - pressedAt.current > LONG_PRESS_MS) {
      event.preventDefault();
    }
  };
  return (
    <li
      className={styles["card"]}
      data-row={index}
      style={{ width, transform: `translate(${left}px, ${top}px)` }}
    >
      <Link
        to="/runs/$uuid"
        params={{ uuid: runUUID }}
        className={styles["picture"]}
        draggable={false}
        onPointerEnter={show(true)}
        onPointerDown={press}
        onPointerLeave={show(false)}
        onPointerCancel={show(false)}
        onClick={refuseAfterPress}
        onContextMenu={(event) => {
          if (pressedAt.current !== null) event.preventDefault();
        }}
      >
        <span className="visually-hidden">{`${file}, ${status}`}</span>
        <Thumbnail artifact={pictures.output ?? pictures.input} alt="" size="fill" />
        {error !== null && pictures.input === null && <span className={styles["error"]}>{error.code}</span>}
        {wasBefore && (
          <span className={styles["before"]} data-shown={isBefore}>
            <Thumbnail artifact={pictures.input} alt="" size="fill" />
          </span>
        )}
        {isBefore && <span className={styles["word"]}>Before</span>}
      </Link>
      <div className={styles["caption"]}>
        <Tick run={run} />
        <span className={styles["file"]} title={error === null ? file : `${file}: ${error.message}`}>
          {splitPath(file).name}
        </span>
        <StatusBadge status={status} isCompact />
      </div>
    </li>
  );
});
