import { FolderOpen, ImagePlus, RotateCw, X } from "lucide-react";
import { type DragEvent, useEffect, useRef, useState } from "react";
import { Button } from "../../components/button.tsx";
import { classNames } from "../../components/class-names.ts";
import { showToast } from "../../components/toast-store.ts";
import { chosenFiles, droppedFiles, type NamedFile, onlyPictures } from "./dropped-files.ts";
import styles from "./sources.module.css";
import { UploadList } from "./upload-list.tsx";
import type { UploadItem, Uploads } from "./upload-store.ts";

interface UploadSourceProps {
  readonly uploads: Uploads;
  readonly items: readonly UploadItem[];
  readonly noun?: "pictures" | "masks";
}

/** Pictures of this computer: chosen or dropped, folders too, and sent at once. */
export function UploadSource({ uploads, items, noun = "pictures" }: UploadSourceProps) {
  const files = useRef<HTMLInputElement>(null);
  const folder = useRef<HTMLInputElement>(null);
  const [isOver, setOver] = useState(false);
  useEffect(() => {
    if (folder.current !== null) folder.current.webkitdirectory = true;
  }, []);
  const add = (found: readonly NamedFile[]) => {
    const pictures = onlyPictures(found);
    if (pictures.length < found.length) {
      const left = found.length - pictures.length;
      showToast({ tone: "neutral", text: `${left} files are no PNG, JPEG or WEBP and were left out.` });
    }
    uploads.add(pictures);
  };
  /* Emptied, so that the same files can be chosen again after they were taken away. */
  const take = (input: HTMLInputElement) => {
    const found = chosenFiles(input.files ?? []);
    input.value = "";
    if (found.length > 0) add(found);
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    void droppedFiles(event.dataTransfer).then(add, () =>
      showToast({ tone: "bad", text: "What was dropped could not be read." }),
    );
  };
  const failed = items.some(({ state }) => state.kind === "failed" && state.isPassing);
  return (
    <div className={styles["stack"]}>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: dropping is a short cut; the buttons in it are for everybody */}
      <div
        className={classNames(styles["drop"], isOver && styles["over"])}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={drop}
      >
        <p>Drop {noun} or whole folders here</p>
        <div className={styles["buttons"]}>
          <Button icon={ImagePlus} onClick={() => files.current?.click()}>
            Choose {noun}
          </Button>
          <Button icon={FolderOpen} onClick={() => folder.current?.click()}>
            Choose a folder
          </Button>
        </div>
        <input
          ref={files}
          type="file"
          multiple
          hidden
          aria-label={noun === "masks" ? "Masks" : "Pictures"}
          accept="image/png,image/jpeg,image/webp"
          onChange={({ target }) => take(target)}
        />
        <input
          ref={folder}
          type="file"
          hidden
          aria-label={noun === "masks" ? "Folder of masks" : "Folder"}
          onChange={({ target }) => take(target)}
        />
      </div>
      {items.length > 0 && (
        <>
          <UploadList items={items} onRemove={uploads.remove} />
          <div className={styles["buttons"]}>
            {failed && (
              <Button icon={RotateCw} onClick={uploads.retry}>
                Send again what did not arrive
              </Button>
            )}
            <Button icon={X} onClick={uploads.clear}>
              Take all away
            </Button>
          </div>
        </>
      )}
    </div>
  );
}
