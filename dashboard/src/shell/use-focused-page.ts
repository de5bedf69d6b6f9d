import { useRouter } from "@tanstack/react-router";
import { type RefObject, useEffect, useRef } from "react";
import { keepFocus } from "./keep-focus.ts";

/**
 * The focus stays where it is of use: within a page in its place. Where a page was left by something that was on it, such as
 * the link of a row, it is put to the beginning of the new page, so that keys and what is read out go on there.
 */
export function useFocusedPage(): RefObject<HTMLElement | null> {
  const page = useRef<HTMLElement>(null);
  const router = useRouter();
  useEffect(() => (page.current === null ? undefined : keepFocus(page.current)), []);
  useEffect(
    () =>
      router.subscribe("onRendered", ({ fromLocation, pathChanged }) => {
        if (fromLocation === undefined || !pathChanged) return;
        if (document.activeElement === null || document.activeElement === document.body)
          page.current?.focus({ preventScroll: true });
      }),
    [router],
  );
  return page;
}
