import { type RefObject, useLayoutEffect, useState } from "react";

/**
 * How far an element is below the top of the page, in CSS pixels. Measured when the page grows or shrinks, and not with each
 * time that it is drawn: to ask where something is makes the browser lay everything out at once.
 */
export function usePageTop(element: RefObject<HTMLElement | null>): number {
  const [top, setTop] = useState(0);
  useLayoutEffect(() => {
    const measure = () => setTop((element.current?.getBoundingClientRect().top ?? 0) + window.scrollY);
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(document.body);
    return () => observer.disconnect();
  }, [element]);
  return Math.round(top);
}
