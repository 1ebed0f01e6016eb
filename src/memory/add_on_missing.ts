// That the add-on can't be loaded, as facts. Knows no sentences but those for who calls us as a library.
import { AustinError } from "../model/error.js";

export class AddOnMissing extends AustinError {
  override readonly name = "AddOnMissing";
  readonly kind = "add-on-missing";
  constructor(
    /** Where it is looked for: what was built here, else what should have come with the package. */
    readonly file: string,
    /** "prebuilt": there is none that was built here. */
    readonly origin: "built" | "prebuilt",
    /** The package's folder. */
    readonly folder: string,
    /** Why the file that is there can't be loaded; undefined where there is none. */
    readonly why: string | undefined,
    options?: ErrorOptions,
  ) {
    super(
      `the native add-on '${file}' ${why === undefined ? "is not there" : `can't be loaded: ${why}`}; ` +
        `run \`npm run build:native\` in '${folder}'`,
      options,
    );
  }
}
