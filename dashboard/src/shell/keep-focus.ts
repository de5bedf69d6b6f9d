/** Where something had the focus: what it is, and what it was within, from the inside out. */
interface Place {
  readonly control: HTMLElement;
  readonly within: readonly HTMLElement[];
}

/**
 * What is done with a button often takes the button away, or disables it for as long as it takes, and the focus goes with it.
 * Then it is given back: to the button when it can be used again, else to what the button was in, so that the next key is
 * none for another button. A row or tile that leaves with what has the focus is the list's own affair, and a page is the router's.
 * @returns what ends it
 */
export function keepFocus(root: HTMLElement): () => void {
  let place: Place | null = null;
  const onFocus = ({ target }: FocusEvent) => {
    place = target instanceof HTMLElement ? placeOf(target, root) : null;
  };
  const onBlur = ({ target, relatedTarget }: FocusEvent) => {
    const isLeft = relatedTarget !== null || (target instanceof HTMLElement && isUsable(target));
    if (isLeft) place = null;
  };
  const observer = new MutationObserver(() => {
    if (place === null || document.activeElement !== document.body) return;
    const { control, within } = place;
    if (isUsable(control)) return control.focus({ preventScroll: true });
    if (control.isConnected) return;
    const around = within.find(({ isConnected }) => isConnected);
    if (around?.hasAttribute("tabindex") === false) around.setAttribute("tabindex", "-1");
    around?.focus({ preventScroll: true });
  });
  root.addEventListener("focusin", onFocus);
  root.addEventListener("focusout", onBlur);
  observer.observe(root, { childList: true, subtree: true, attributeFilter: ["disabled"] });
  return () => {
    observer.disconnect();
    root.removeEventListener("focusin", onFocus);
    root.removeEventListener("focusout", onBlur);
  };
}

const isUsable = (element: HTMLElement): boolean => element.isConnected && !element.matches(":disabled");

function placeOf(control: HTMLElement, root: HTMLElement): Place | null {
  if (control === root) return null;
  const within: HTMLElement[] = [];
  for (let one = control.parentElement; one !== null && one !== root; one = one.parentElement) {
    within.push(one);
    if (one.matches("[data-row], [data-tile]")) break;
  }
  return { control, within };
}
