import { X } from "lucide-react";
import { type ReactNode, useId, useLayoutEffect, useRef } from "react";
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

/** The browser's own modal dialog: it keeps the focus, ends with Escape, makes the rest of the page inert and gives the focus back. */
export function Dialog({ isOpen, onClose, title, children, actions }: DialogProps) {
  const element = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  /* Before it leaves the page, too, which by itself would leave the focus nowhere. */
  useLayoutEffect(() => {
    const dialog = element.current;
    if (!isOpen) return;
    dialog?.showModal();
    return () => dialog?.close();
  }, [isOpen]);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: a click beside the dialog is a short cut; Escape is its key
    <dialog
      ref={element}
      className={styles["dialog"]}
      aria-labelledby={titleId}
      onClose={() => element.current?.open === false && onClose()}
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
