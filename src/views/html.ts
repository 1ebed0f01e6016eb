// HTML that needs nothing else: no network, no file beside it. In: data, a script and a style. Out: the page's text. Whatever comes
// from a profile is escaped.

/** What a page is made of beside its data. */
export interface PageAssets {
  readonly script: string;
  readonly style: string;
}

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** The page may do nothing but run what is in it. */
const POLICY = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:";

/** @param body HTML; @param policy what browsers let the page do */
export function htmlPage(title: string, body: string, assets: PageAssets, policy = POLICY): string {
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${escapeHtml(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>${assets.style.replaceAll("</style", "<\\/style")}</style>
</head>
<body>
${body}
<script>${assets.script.replaceAll("</script", "<\\/script")}</script>
</body>
</html>
`;
}

/** Data for a page's script, as an element that is found by its id. */
export function embedJson(id: string, data: unknown): string {
  return `<script type="application/json" id="${id}">${JSON.stringify(data).replaceAll("<", "\\u003c")}</script>`;
}
