import { Dialog } from "../components/dialog.tsx";
import styles from "./keyboard-help.module.css";
import { SHORTCUT_HELP } from "./shortcuts.ts";

interface KeyboardHelpProps {
  readonly isOpen: boolean;
  readonly onClose: () => void;
}

export function KeyboardHelp({ isOpen, onClose }: KeyboardHelpProps) {
  return (
    <Dialog isOpen={isOpen} onClose={onClose} title="Keys">
      <dl className={styles["keys"]}>
        {SHORTCUT_HELP.map(({ keys, does }) => (
          <div key={does}>
            <dt>
              {keys.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
