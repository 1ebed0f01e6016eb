// A package for Chocolatey: a nuspec and a script that gets Windows' standalone executable. In: a release. Out: XML, PowerShell.
import { readers, standaloneWord } from "../launchers.js";
import { type Standalone, standaloneName } from "../standalones.js";
import { addressOf, digestOf, homeOf, type Manifest, type Released } from "./released.js";

export function chocolatey(release: Released, windows: Standalone): Manifest[] {
  const { facts } = release;
  const file = standaloneName(windows);
  const [author = ""] = facts.maintainer.split(" <");
  const nuspec = `<?xml version="1.0" encoding="utf-8"?>
<package xmlns="http://schemas.microsoft.com/packaging/2015/06/nuspec.xsd">
  <metadata>
    <id>${facts.name}</id>
    <version>${facts.version}</version>
    <title>${escaped(facts.name)}</title>
    <authors>${escaped(author)}</authors>
    <projectUrl>${escaped(homeOf(release))}</projectUrl>
    <license type="expression">${escaped(facts.license)}</license>
    <requireLicenseAcceptance>false</requireLicenseAcceptance>
    <tags>${facts.name} python profiler sampling</tags>
    <summary>${escaped(facts.summary)}</summary>
    <description>${escaped(facts.description)}</description>
  </metadata>
  <files>
    <file src="tools\\**" target="tools" />
  </files>
</package>
`;
  // Chocolatey makes a command of each executable in tools by itself; the others need their first word.
  const install = `$ErrorActionPreference = 'Stop'
$tools = Split-Path -Parent $MyInvocation.MyCommand.Definition
$program = Join-Path $tools 'austin.exe'
Get-ChocolateyWebFile -PackageName '${facts.name}' -FileFullPath $program \`
  -Url64bit '${addressOf(release, file)}' \`
  -Checksum64 '${digestOf(release, file)}' -ChecksumType64 'sha256'
${readers(facts)
  .map((one) => `Install-BinFile -Name '${one}' -Path $program -Command '${standaloneWord(one)}'`)
  .join("\n")}
`;
  const uninstall = `$ErrorActionPreference = 'Stop'
$program = Join-Path (Split-Path -Parent $MyInvocation.MyCommand.Definition) 'austin.exe'
${readers(facts)
  .map((one) => `Uninstall-BinFile -Name '${one}' -Path $program`)
  .join("\n")}
`;
  return [
    { path: `chocolatey/${facts.name}.nuspec`, text: nuspec },
    { path: "chocolatey/tools/chocolateyInstall.ps1", text: install },
    { path: "chocolatey/tools/chocolateyUninstall.ps1", text: uninstall },
  ];
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
