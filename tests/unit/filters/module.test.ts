import { describe, expect, it } from "vitest";
import { isImportSystem, isStandardLibrary, moduleNames } from "../../../src/filters/module.js";

describe("moduleNames", () => {
  it.each([
    ["/usr/lib/python3.13/json/decoder.py", ["json.decoder"]],
    ["/usr/lib/python3.13/json/__init__.py", ["json"]],
    ["/usr/lib/python3/dist-packages/yaml/loader.py", ["yaml.loader"]],
    ["/home/a/.venv/lib/python3.12/site-packages/flask/app.py", ["flask.app"]],
    ["C:\\Python313\\Lib\\site-packages\\flask\\app.py", ["flask.app"]],
    ["/usr/lib/python313.zip/zipfile/_path/glob.py", ["zipfile._path.glob"]],
    ["/srv/app.pyz/app/core.py", ["app.core"]],
    ["<frozen importlib._bootstrap>", ["importlib._bootstrap"]],
    ["<string>", ["<string>"]],
    ["app.py", ["app"]],
    ["./app.py", ["app"]],
    ["/srv/app/views.py", ["views", "app.views", "srv.app.views"]],
    ["/srv/app/__init__.py", ["app", "srv.app"]],
    ["/__init__.py", ["__init__"]],
    ["", [""]],
  ])("of %s", (filename, names) => {
    expect(moduleNames(filename)).toEqual(names);
  });
});

describe("isStandardLibrary", () => {
  it.each([
    ["/usr/lib/python3.13/json/decoder.py", true],
    ["/opt/python/lib64/python3.13t/json/decoder.py", true],
    ["/usr/lib/python313.zip/json/decoder.py", true],
    ["C:\\Python313\\Lib\\json\\decoder.py", true],
    ["<frozen runpy>", true],
    ["/usr/lib/python3.13/site-packages/json.py", false],
    ["/usr/lib/python3/dist-packages/yaml/loader.py", false],
    ["/srv/app/lib/json.py", false],
    ["/home/python3.13/app.py", false],
    ["<string>", false],
  ])("%s: %s", (filename, verdict) => {
    expect(isStandardLibrary(filename)).toBe(verdict);
  });
});

describe("isImportSystem", () => {
  it.each([
    ["<frozen importlib._bootstrap>", true],
    ["<frozen importlib._bootstrap_external>", true],
    ["<frozen zipimport>", true],
    ["/usr/lib/python3.13/importlib/__init__.py", true],
    ["/usr/lib/python3.13/importlib/resources/_common.py", true],
    ["<frozen runpy>", false],
    ["/usr/lib/python3.13/imaplib.py", false],
    ["/srv/importlib/x.py", false],
  ])("%s: %s", (filename, verdict) => {
    expect(isImportSystem(filename)).toBe(verdict);
  });
});
