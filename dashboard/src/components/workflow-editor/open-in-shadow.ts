import type { EditorView } from "@codemirror/view";

/**
 * Puts an editor into a shadow root of the element: there it brings its styles as sheets, while in the page itself it would
 * add style elements, which the page's policy forbids.
 * @returns the editor; `destroy` takes it out again
 */
export function openInShadow(
  host: HTMLElement,
  build: (place: { readonly root: ShadowRoot; readonly parent: HTMLElement }) => EditorView,
): EditorView {
  const root = host.shadowRoot ?? host.attachShadow({ mode: "open" });
  const parent = document.createElement("div");
  parent.style.height = "100%";
  root.replaceChildren(parent);
  return build({ root, parent });
}
