import { useEffect, useLayoutEffect, useRef } from "react";

const tileOf = (target: EventTarget | null): HTMLElement | null =>
  target instanceof Element ? target.closest<HTMLElement>("[data-tile]") : null;

/**
 * Whoever goes over the wall by keys stays at their place of it: where the tile with the focus leaves, because it was decided
 * about here or by somebody else, the one that comes to its place gets the focus.
 * @param tiles what is on the wall; another value whenever that changed
 */
export function useTileFocus(tiles: readonly unknown[]): void {
  const place = useRef<number | null>(null);
  useEffect(() => {
    const note = ({ target }: Event) => {
      const tile = tileOf(target);
      place.current = tile === null ? null : Number(tile.dataset["tile"]);
    };
    window.addEventListener("focusin", note);
    window.addEventListener("pointerdown", note);
    return () => {
      window.removeEventListener("focusin", note);
      window.removeEventListener("pointerdown", note);
    };
  }, []);
  useLayoutEffect(() => {
    if (place.current === null || document.activeElement !== document.body || tiles.length === 0) return;
    const at = Math.min(place.current, tiles.length - 1);
    document.querySelector<HTMLElement>(`[data-tile="${at}"] a`)?.focus({ preventScroll: true });
  }, [tiles]);
}
