/** The mark of the tab, drawn with the page's own colours: warp and weft. */
export function Mark({ size }: { readonly size: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="7" fill="#3f49b8" />
      <g fill="#fff">
        <rect x="7" y="6" width="4" height="8" rx="1.5" />
        <rect x="7" y="18" width="4" height="8" rx="1.5" />
        <rect x="21" y="6" width="4" height="8" rx="1.5" />
        <rect x="21" y="18" width="4" height="8" rx="1.5" />
        <rect x="14" y="12" width="4" height="8" rx="1.5" />
      </g>
      <g fill="#b9c0ff">
        <rect x="5" y="14" width="8" height="4" rx="1.5" />
        <rect x="19" y="14" width="8" height="4" rx="1.5" />
        <rect x="12" y="7" width="8" height="4" rx="1.5" />
        <rect x="12" y="21" width="8" height="4" rx="1.5" />
      </g>
    </svg>
  );
}
