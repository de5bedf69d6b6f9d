import { Button } from "../../../components/button.tsx";
import { Dialog } from "../../../components/dialog.tsx";
import styles from "./dialogs.module.css";

interface DeleteDialogProps {
  /** Which: "12 runs", "all 10,000+ that match". */
  readonly words: string;
  readonly onClose: () => void;
  readonly onDelete: () => void;
}

export function DeleteDialog({ words, onClose, onDelete }: DeleteDialogProps) {
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={`Delete ${words}?`}
      actions={
        <>
          <Button onClick={onClose}>Keep</Button>
          <Button look="danger" onClick={onDelete}>
            Delete {words}
          </Button>
        </>
      }
    >
      <ul className={styles["losses"]}>
        <li>Steps, attempts, errors, timings and tags are gone, and nobody can take that back.</li>
        <li>Results are no longer found here. Files that were written into folders stay.</li>
        <li>
          Pictures stay in the store until nothing has used them for a while: other runs may share them.
        </li>
        <li>Runs that are under way stay, and so do those that a provider was paid for.</li>
      </ul>
    </Dialog>
  );
}
