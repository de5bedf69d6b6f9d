import { type CSSProperties, useCallback, useEffect, useLayoutEffect, useRef, useState } from "react";
import type { DetectAnswer } from "../../../../src/contracts/detect.ts";
import { Picture } from "../../components/picture/picture.tsx";
import { FindsLayer } from "./finds-layer.tsx";
import type { Layers } from "./layers.ts";
import { MaskLayer } from "./mask-layer.tsx";
import type { RegionBox } from "./mask-regions.ts";
import styles from "./stage.module.css";
import { useDragToScroll } from "./use-drag-to-scroll.ts";

interface StageProps {
  /** UUID of the picture, and where it is. */
  readonly image: string;
  readonly url: string;
  /** What is seen, for whoever cannot see it. */
  readonly label: string;
  readonly answer: DetectAnswer | undefined;
  /** What is drawn is of the settings before. */
  readonly isOld: boolean;
  readonly margin: number;
  readonly layers: Layers;
  readonly chosen: number | null;
  /** 1 = the whole picture. */
  readonly zoom: number;
  readonly onZoom: (factor: number) => void;
  /** Where somebody has scrolled to, for the one beside it. */
  readonly onScroll: (viewport: HTMLElement) => void;
  readonly viewports: Set<HTMLElement>;
}

const WHEEL_STEP = 1.2;

/** A picture with what was found on it; it scrolls where it is looked into. */
export function Stage(props: StageProps) {
  const { image, url, label, answer, isOld, zoom, layers, margin, chosen, onZoom, onScroll, viewports } =
    props;
  const viewport = useRef<HTMLElement>(null);
  const [aspect, setAspect] = useState<number | null>(null);
  const [regions, setRegions] = useState<readonly RegionBox[]>([]);
  useCentreAfterZoom(viewport, zoom);
  useWheelZoom(viewport, onZoom);
  useDragToScroll(viewport);
  const hold = useCallback(
    (element: HTMLElement) => {
      viewport.current = element;
      viewports.add(element);
      return () => {
        viewport.current = null;
        viewports.delete(element);
      };
    },
    [viewports],
  );
  const shape = answer === undefined ? aspect : answer.width / answer.height;
  const style = { "--zoom": zoom, "--aspect": shape ?? 1 } as CSSProperties;
  return (
    <section
      ref={hold}
      className={styles["viewport"]}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys
      tabIndex={0}
      aria-label={label}
      data-zoomed={zoom > 1}
      onScroll={(event) => onScroll(event.currentTarget)}
    >
      <div className={styles["sheet"]} style={style} data-old={isOld}>
        <Picture
          artifact={image}
          src={url}
          alt=""
          fit="fill"
          onSize={(width, height) => setAspect(width / Math.max(1, height))}
        />
        {answer !== undefined && (
          <>
            <MaskLayer
              mask={answer.maskImage}
              width={answer.width}
              height={answer.height}
              isShown={layers.mask}
              onRegions={setRegions}
            />
            <FindsLayer {...answer} {...{ regions, margin, layers, chosen }} />
          </>
        )}
      </div>
    </section>
  );
}

type Viewport = React.RefObject<HTMLElement | null>;

/** What was in the middle stays there. */
function useCentreAfterZoom(viewport: Viewport, zoom: number): void {
  const before = useRef(zoom);
  useLayoutEffect(() => {
    const element = viewport.current;
    const factor = zoom / before.current;
    before.current = zoom;
    if (element === null || factor === 1) return;
    const { scrollLeft, scrollTop, clientWidth, clientHeight } = element;
    element.scrollTo(
      (scrollLeft + clientWidth / 2) * factor - clientWidth / 2,
      (scrollTop + clientHeight / 2) * factor - clientHeight / 2,
    );
  }, [viewport, zoom]);
}

/** With the key held, as on maps, and by pinching a touch pad, which browsers tell as the same; otherwise it scrolls. */
function useWheelZoom(viewport: Viewport, onZoom: (factor: number) => void): void {
  useEffect(() => {
    const element = viewport.current;
    const onWheel = (event: WheelEvent) => {
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      onZoom(event.deltaY < 0 ? WHEEL_STEP : 1 / WHEEL_STEP);
    };
    element?.addEventListener("wheel", onWheel, { passive: false });
    return () => element?.removeEventListener("wheel", onWheel);
  }, [viewport, onZoom]);
}
