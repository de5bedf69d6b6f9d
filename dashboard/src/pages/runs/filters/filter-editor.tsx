import type { ReactNode } from "react";
import type { FilterEditorProps } from "./filter-editor-props.ts";
import type { EditorKind } from "./filter-kinds.ts";
import { NameEditor } from "./name-editor.tsx";
import { PeriodEditor } from "./period-editor.tsx";
import { RangesEditor } from "./ranges-editor.tsx";
import { StatusesEditor } from "./statuses-editor.tsx";
import { UuidsEditor } from "./uuids-editor.tsx";

const EDITORS: Readonly<Record<EditorKind, (props: FilterEditorProps) => ReactNode>> = {
  statuses: StatusesEditor,
  name: NameEditor,
  uuids: UuidsEditor,
  period: PeriodEditor,
  ranges: RangesEditor,
};

export function FilterEditor(props: FilterEditorProps) {
  const Editor = EDITORS[props.kind.editor];
  return <Editor {...props} />;
}
