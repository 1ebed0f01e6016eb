// The page of a live profile: all that is in it comes by its script (`web/live_page.ts`), from beside it. Out: HTML, and what browsers let it do.

/** Its own script, style and data, and nothing else. */
export const LIVE_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

export const LIVE_PAGE = `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Austin</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="flame.css">
<link rel="stylesheet" href="live.css">
<script src="flame.js" defer></script>
<script src="live.js" defer></script>
</head>
<body>
<noscript>This page needs JavaScript, which comes from where it comes from.</noscript>
</body>
</html>
`;
