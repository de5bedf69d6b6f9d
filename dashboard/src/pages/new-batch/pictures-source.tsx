import { Field } from "../../components/field.tsx";
import { Tabs } from "../../components/tabs.tsx";
import { TextArea } from "../../components/workflow-form/text-area.tsx";
import type { ChosenTable } from "./batch-wish.ts";
import { FolderSource } from "./folder-source.tsx";
import type { NewBatchSearch, SearchChange, SourceKind } from "./new-batch-search.ts";
import styles from "./sources.module.css";
import { TableField } from "./table-field.tsx";
import { UploadSource } from "./upload-source.tsx";
import type { UploadItem, Uploads } from "./upload-store.ts";

interface PicturesSourceProps {
  readonly search: NewBatchSearch;
  readonly onSearch: (change: SearchChange) => void;
  readonly uploads: Uploads;
  readonly items: readonly UploadItem[];
  readonly urls: string;
  readonly onUrls: (urls: string) => void;
  readonly table: ChosenTable | null;
  readonly onTable: (table: ChosenTable | null) => void;
}

/** Where the pictures come from. */
export function PicturesSource(props: PicturesSourceProps) {
  const { search, onSearch, uploads, items, urls, onUrls, table, onTable } = props;
  return (
    <>
      <Tabs<SourceKind>
        label="Where the pictures are"
        chosen={search.source ?? "upload"}
        onChoose={(source) => onSearch({ source })}
        tabs={[
          {
            id: "upload",
            title: "From this computer",
            content: <UploadSource uploads={uploads} items={items} />,
          },
          {
            id: "folder",
            title: "Folder of the server",
            content: <FolderSource search={search} onChange={onSearch} />,
          },
          {
            id: "urls",
            title: "Addresses",
            content: (
              <Field label="Addresses of pictures, one in a line">
                {(attributes) => (
                  <TextArea
                    {...attributes}
                    value={urls}
                    placeholder="https://example.com/a.jpg"
                    spellCheck={false}
                    onChange={onUrls}
                  />
                )}
              </Field>
            ),
          },
        ]}
      />
      <div className={styles["below"]}>
        <TableField table={table} onChange={onTable} />
      </div>
    </>
  );
}
