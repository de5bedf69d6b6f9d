import { ImageUp } from "lucide-react";
import { type ComponentProps, useRef, useState } from "react";
import { storePictures } from "../../api/store-pictures.ts";
import { Button } from "../button.tsx";
import { TextInput } from "../text-input.tsx";
import { Thumbnail } from "../thumbnail.tsx";
import { showToast } from "../toast-store.ts";
import styles from "./workflow-form.module.css";

interface StoredPictureInputProps
  extends Pick<ComponentProps<"input">, "id" | "aria-describedby" | "aria-invalid"> {
  /** UUID of a stored picture. */
  readonly text: string;
  readonly kind: "image" | "mask";
  readonly onChange: (text: string) => void;
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** A picture or mask beside the one that is worked on: chosen from the disk and stored, or named by its UUID. */
export function StoredPictureInput({ text, kind, onChange, ...attributes }: StoredPictureInputProps) {
  const input = useRef<HTMLInputElement>(null);
  const [isSending, setSending] = useState(false);
  const send = async (file: File) => {
    setSending(true);
    try {
      const [stored] = await storePictures([file], () => undefined, new AbortController().signal);
      if (stored !== undefined && "image" in stored) onChange(stored.image);
      else if (stored !== undefined) showToast({ tone: "bad", text: stored.error.message });
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      showToast({ tone: "bad", text: `${file.name} was not sent: ${why}` });
    } finally {
      setSending(false);
    }
  };
  return (
    <span className={styles["stored"]}>
      <Thumbnail artifact={UUID.test(text) ? text : null} alt="" size={36} />
      <Button icon={ImageUp} disabled={isSending} onClick={() => input.current?.click()}>
        {isSending ? "On its way…" : `Choose ${kind === "mask" ? "a mask" : "an image"}`}
      </Button>
      <TextInput
        {...attributes}
        value={text}
        placeholder="UUID of a stored one"
        spellCheck={false}
        onChange={(event) => onChange(event.target.value)}
      />
      <input
        ref={input}
        type="file"
        hidden
        accept="image/png,image/jpeg,image/webp"
        onChange={({ target }) => {
          const [file] = target.files ?? [];
          if (file !== undefined) void send(file);
          target.value = "";
        }}
      />
    </span>
  );
}
