import { useEffect, useState } from "react";
import { Field } from "../../components/field.tsx";
import { TextInput } from "../../components/text-input.tsx";
import { matchMasks } from "./match-masks.ts";
import type { SourceKind } from "./new-batch-search.ts";
import styles from "./sources.module.css";
import { UploadSource } from "./upload-source.tsx";
import { useUploads } from "./use-uploads.ts";

/** A folder of the server, or stored masks by the names of their pictures. */
export type GivenMasks = string | ReturnType<typeof matchMasks>["masks"];

interface MaskFieldProps {
  readonly name: string;
  readonly help: string | undefined;
  readonly source: SourceKind;
  /** Whether a picture without one fails. */
  readonly isNeeded: boolean;
  /** Names of the pictures that are there. */
  readonly pictures: readonly string[];
  readonly onChange: (masks: GivenMasks | null) => void;
}

/** A mask for each picture: files that are named like the pictures. */
export function MaskField({ name, help, source, isNeeded, pictures, onChange }: MaskFieldProps) {
  const { uploads, items } = useUploads();
  const [folder, setFolder] = useState("");
  const { masks, unmatched } = matchMasks(pictures, items);
  const given = source === "folder" ? (folder === "" ? null : folder) : masks.length === 0 ? null : masks;
  const key = JSON.stringify(given);
  // biome-ignore lint/correctness/useExhaustiveDependencies: told of again when what it says is another
  useEffect(() => onChange(given), [key]);
  if (source === "folder") {
    return (
      <Field
        label={name}
        hint={`${help ?? ""} A folder of the server with masks that are named like the pictures.`.trim()}
      >
        {(attributes) => (
          <TextInput
            {...attributes}
            value={folder}
            placeholder="/srv/masks"
            onChange={({ target }) => setFolder(target.value)}
          />
        )}
      </Field>
    );
  }
  return (
    <section aria-label={name} className={styles["stack"]}>
      <h3>{name}</h3>
      <p className={styles["quiet"]}>
        {help} Masks are named like their pictures: a.png or a.jpg.png for a.jpg.
      </p>
      <UploadSource uploads={uploads} items={items} noun="masks" />
      {items.length > 0 && (
        <p className={styles["quiet"]} role="status">
          {masks.length} of {pictures.length} pictures have their mask
          {isNeeded && masks.length < pictures.length ? "; the others would fail." : "."}
          {unmatched.length > 0 && ` For no picture: ${unmatched.slice(0, 3).join(", ")}.`}
        </p>
      )}
    </section>
  );
}
