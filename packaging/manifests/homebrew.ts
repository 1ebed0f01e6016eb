// A formula for Homebrew (docs.brew.sh, "Node for Formula Authors"): npm's package with Homebrew's own Node. In: a release. Out: Ruby.
import { addressOf, digestOf, homeOf, type Manifest, type Released } from "./released.js";

export function homebrew(release: Released): Manifest {
  const { facts, tarball } = release;
  const name = facts.name.replace(/(^|-)(\w)/g, (_, __, letter: string) => letter.toUpperCase());
  const text = `class ${name} < Formula
  desc "${capital(facts.summary)}"
  homepage "${homeOf(release)}"
  url "${addressOf(release, tarball)}"
  sha256 "${digestOf(release, tarball)}"
  license "${facts.license}"

  depends_on "node"

  def install
    system "npm", "install", *std_npm_args
    bin.install_symlink libexec.glob("bin/*")
    man1.install_symlink libexec.glob("lib/node_modules/${facts.name}/doc/*.1")
    completions = libexec/"lib/node_modules/${facts.name}/doc/completions"
    bash_completion.install_symlink completions.glob("*.bash")
    fish_completion.install_symlink completions.glob("*.fish")
    zsh_completion.install_symlink completions.glob("_*")
  end

  test do
    assert_match "${facts.version}", shell_output("#{bin}/austin --version")
  end
end
`;
  return { path: `homebrew/${facts.name}.rb`, text };
}

/** Homebrew wants a description that begins with a capital. */
function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
