// That the add-on can't be loaded, as facts. Knows no sentences but those for who calls us as a library.

export class AddOnMissing extends Error {
  override readonly name = "AddOnMissing";
  constructor(
    /** Where it is looked for. */
    readonly file: string,
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
