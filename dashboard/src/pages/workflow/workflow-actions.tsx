import { useNavigate } from "@tanstack/react-router";
import { Copy, Download, EllipsisVertical, Layers, Save, Trash2, Undo2 } from "lucide-react";
import { useState } from "react";
import type { WorkflowDetail } from "../../../../src/contracts/api.ts";
import { useRole } from "../../api/use-role.ts";
import { Button } from "../../components/button.tsx";
import { IconButton } from "../../components/icon-button.tsx";
import { Menu } from "../../components/menu.tsx";
import { RemoveDialog } from "./saving/remove-dialog.tsx";
import type { Draft } from "./saving/use-draft.ts";
import type { SaveFlow } from "./saving/use-save-flow.ts";

interface WorkflowActionsProps {
  readonly name: string;
  readonly known: WorkflowDetail | null;
  readonly draft: Draft;
  readonly flow: SaveFlow;
}

/** What whoever looks at it can do with a workflow. */
export function WorkflowActions({ name, known, draft, flow }: WorkflowActionsProps) {
  const [removes, setRemoves] = useState(false);
  const isSaved = known?.origin === "saved";
  const navigate = useNavigate();
  const maySave = useRole("operator");
  const items = [
    ...(known === null
      ? []
      : [
          {
            label: "Run it on many pictures…",
            icon: Layers,
            onSelect: () => void navigate({ to: "/batches/new", search: { workflow: name } }),
          },
        ]),
    ...(draft.isChanged
      ? [{ label: "Take back all changes", icon: Undo2, onSelect: () => draft.set(draft.base.source) }]
      : []),
    ...(known === null || !maySave ? [] : [{ label: "Save a copy…", icon: Copy, onSelect: flow.askForCopy }]),
    {
      label: "Download as a file",
      icon: Download,
      onSelect: () => download(known?.name ?? "workflow", draft.text),
    },
    ...(isSaved && maySave
      ? [{ label: "Remove…", icon: Trash2, isDanger: true, onSelect: () => setRemoves(true) }]
      : []),
  ];
  return (
    <>
      {maySave && (
        <Button
          icon={Save}
          look="primary"
          disabled={flow.isBusy || (known !== null && !draft.isChanged)}
          onClick={flow.save}
        >
          {flow.isBusy ? "Saving" : known?.origin === "shipped" ? "Save a copy" : "Save"}
        </Button>
      )}
      <Menu trigger={<IconButton icon={EllipsisVertical} label="More" />} items={items} />
      <RemoveDialog name={name} isOpen={removes} onClose={() => setRemoves(false)} />
    </>
  );
}

/** As a file that the command line takes: `maskloom run ./name.yaml photo.jpg`. */
function download(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: "application/yaml" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = `${name}.yaml`;
  link.click();
  URL.revokeObjectURL(url);
}
