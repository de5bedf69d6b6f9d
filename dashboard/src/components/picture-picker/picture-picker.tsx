import { ImageUp } from "lucide-react";
import { useRef } from "react";
import astronaut from "../../../../examples/photos/astronaut.jpg";
import graceHopper from "../../../../examples/photos/grace_hopper.jpg";
import { Button } from "../button.tsx";
import styles from "./picture-picker.module.css";

interface PicturePickerProps {
  /** A strip above a picture that is there, instead of a place of its own. */
  readonly isCompact: boolean;
  readonly onPick: (file: File) => void;
}

const EXAMPLES = [
  { name: "astronaut.jpg", title: "Example: astronaut", url: astronaut },
  { name: "grace_hopper.jpg", title: "Example: officer", url: graceHopper },
] as const;

const ACCEPTED = "image/png,image/jpeg,image/webp";

/** A picture from the disk, or one that comes along. Dropping and pasting work anywhere on the page. */
export function PicturePicker({ isCompact, onPick }: PicturePickerProps) {
  const input = useRef<HTMLInputElement>(null);
  const takeExample = async (name: string, url: string) => {
    const blob = await (await fetch(url)).blob();
    onPick(new File([blob], name, { type: blob.type }));
  };
  return (
    <div className={isCompact ? styles["strip"] : styles["place"]}>
      {!isCompact && (
        <>
          <ImageUp size={32} strokeWidth={1.5} aria-hidden />
          <p className={styles["title"]}>Drop or paste a picture</p>
          <p className={styles["note"]}>PNG, JPEG or WEBP. It goes to this server and nowhere else.</p>
        </>
      )}
      <div className={styles["choices"]}>
        <Button look={isCompact ? "plain" : "primary"} icon={ImageUp} onClick={() => input.current?.click()}>
          Choose a picture
        </Button>
        {EXAMPLES.map(({ name, title, url }) => (
          <button
            key={name}
            type="button"
            className={styles["example"]}
            aria-label={title}
            title={title}
            onClick={() => void takeExample(name, url)}
          >
            <img src={url} alt="" width={36} height={36} />
          </button>
        ))}
      </div>
      <input
        ref={input}
        type="file"
        accept={ACCEPTED}
        className="visually-hidden"
        tabIndex={-1}
        aria-label="Picture"
        onChange={({ target }) => {
          const file = target.files?.item(0);
          // So that the same file can be chosen again.
          target.value = "";
          if (file) onPick(file);
        }}
      />
    </div>
  );
}
