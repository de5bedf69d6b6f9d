import { X } from "lucide-react";
import { type ReactNode, useEffect, useId, useRef } from "react";
import styles from "./dialog.module.css";
import { IconButton } from "./icon-button.tsx";

interface DialogProps {
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly title: string;
  readonly children: ReactNode;
  /** Buttons, the one that does it last. */
  readonly actions?: ReactNode;
}

/** The browser's own modal dialog: it keeps the focus, ends with Escape and makes the rest of the page inert. */
export function Dialog({ isOpen, onClose, title, children, actions }: DialogProps) {
  const element = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  useEffect(() => {
    if (isOpen) element.current?.showModal();
    else element.current?.close();
  }, [isOpen]);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: a click beside the dialog is a short cut; Escape is its key
    <dialog
      ref={element}
      className={styles["dialog"]}
      aria-labelledby={titleId}
      onClose={onClose}
      onClick={(event) => event.target === event.currentTarget && onClose()}
    >
      {isOpen && (
        <div className={styles["content"]}>
          <header className={styles["header"]}>
            <h2 id={titleId}>{title}</h2>
            <IconButton icon={X} label="Close" hasTooltip={false} onClick={onClose} />
          </header>
          {children}
          {actions !== undefined && <footer className={styles["actions"]}>{actions}</footer>}
        </div>
      )}
    </dialog>
  );
}
