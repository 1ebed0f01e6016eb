// The package's interface for pages ("austin-ts" under the condition "browser"), and what of it runs anywhere. No page samples.
export * from "./mojo/browser.js";
