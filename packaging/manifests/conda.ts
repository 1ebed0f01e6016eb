// A recipe for conda-build: npm's package with conda-forge's Node. In: a release. Out: YAML; the strings in it are JSON's, which YAML has, too.
import { addressOf, digestOf, homeOf, type Manifest, type Released } from "./released.js";

export function conda(release: Released): Manifest {
  const { facts, tarball } = release;
  const commands = [...facts.commands.keys()];
  const text = `package:
  name: ${quoted(facts.name)}
  version: ${quoted(facts.version)}

source:
  url: ${quoted(addressOf(release, tarball))}
  sha256: ${quoted(digestOf(release, tarball))}
  # As it came: npm installs it.
  folder: "package"

build:
  number: 0
  script:
    - "npm pack --ignore-scripts ./package"
    - "npm install --global --ignore-scripts --prefix \\"$PREFIX\\" \\"${tarball}\\""
  skip: true  # [win]

requirements:
  build:
    - "nodejs ${facts.node}"
  host:
    - "nodejs ${facts.node}"
  run:
    - "nodejs ${facts.node}"

test:
  commands:
${commands.map((one) => `    - ${quoted(`${one} --version`)}`).join("\n")}

about:
  home: ${quoted(homeOf(release))}
  license: ${quoted(facts.license)}
  license_file: "package/LICENSE"
  summary: ${quoted(facts.summary)}
  description: ${quoted(facts.description)}
`;
  return { path: "conda/meta.yaml", text };
}

function quoted(text: string): string {
  return JSON.stringify(text);
}
