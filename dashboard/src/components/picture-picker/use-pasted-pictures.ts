import { useEffect, useRef, useState } from "react";

/**
 * Takes pictures that are dropped on the page or pasted into it.
 * @returns whether something is being dragged over the page
 */
export function usePastedPictures(take: (file: File) => void): boolean {
  const [isOver, setOver] = useState(false);
  const latest = useRef(take);
  latest.current = take;
  useEffect(() => {
    const takeFrom = (data: DataTransfer | null) => {
      const file = [...(data?.files ?? [])].find(({ type }) => type.startsWith("image/"));
      if (file !== undefined) latest.current(file);
      return file !== undefined;
    };
    const onPaste = (event: ClipboardEvent) => {
      if (takeFrom(event.clipboardData)) event.preventDefault();
    };
    const onDragOver = (event: DragEvent) => {
      if (event.dataTransfer?.types.includes("Files") !== true) return;
      event.preventDefault();
      setOver(true);
    };
    // Also fired from element to element; only out of the window there is nothing it goes to.
    const onDragLeave = (event: DragEvent) => {
      if (event.relatedTarget === null) setOver(false);
    };
    const onDrop = (event: DragEvent) => {
      event.preventDefault();
      setOver(false);
      takeFrom(event.dataTransfer);
    };
    window.addEventListener("paste", onPaste);
    window.addEventListener("dragover", onDragOver);
    window.addEventListener("dragleave", onDragLeave);
    window.addEventListener("drop", onDrop);
    return () => {
      window.removeEventListener("paste", onPaste);
      window.removeEventListener("dragover", onDragOver);
      window.removeEventListener("dragleave", onDragLeave);
      window.removeEventListener("drop", onDrop);
    };
  }, []);
  return isOver;
}
