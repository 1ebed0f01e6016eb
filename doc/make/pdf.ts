// The sheet as PDF 1.4 (ISO 32000-1): a catalogue, fonts, pages and their contents, in plain text. In: pages.
// Out: the file's text, all of it ASCII, so that a character is a byte. The fonts are among the 14 that readers have.
import type { Font } from "./fonts.js";
import { type Colour, type Page, points, type Rule, type Text } from "./sheet.js";

const COLOURS: Readonly<Record<Colour, string>> = {
  ink: "0.106 0.122 0.141",
  accent: "0.122 0.373 0.6",
  faint: "0.365 0.4 0.439",
};
const FONTS: readonly Font[] = ["Helvetica", "Helvetica-Bold", "Courier-Bold"];

/** Render pages, of which there is one at least; the first one's title is the document's. */
export function renderPdf(pages: readonly Page[]): string {
  const fontNumber = (index: number) => 4 + index;
  const pageNumber = (index: number) => 4 + FONTS.length + 2 * index;
  const fonts = FONTS.map((_, index) => `/F${index} ${fontNumber(index)} 0 R`).join(" ");
  const kids = pages.map((_, index) => `${pageNumber(index)} 0 R`).join(" ");
  const objects = [
    "<< /Type /Catalog /Pages 2 0 R /Lang (en) /ViewerPreferences << /DisplayDocTitle true >> >>",
    `<< /Type /Pages /Kids [${kids}] /Count ${pages.length} >>`,
    `<< /Title ${string((pages[0] as Page).title)} >>`,
    ...FONTS.map((font) => `<< /Type /Font /Subtype /Type1 /BaseFont /${font} /Encoding /WinAnsiEncoding >>`),
    ...pages.flatMap(({ width, height, marks }, index) => {
      const contents = marks.map((mark) => operators(mark, height)).join("\n");
      const resources = `/MediaBox [0 0 ${width} ${height}] /Resources << /Font << ${fonts} >> >>`;
      return [
        `<< /Type /Page /Parent 2 0 R ${resources} /Contents ${pageNumber(index) + 1} 0 R >>`,
        `<< /Length ${contents.length} >>\nstream\n${contents}\nendstream`,
      ];
    }),
  ];
  let file = "%PDF-1.4\n";
  const offsets = objects.map((object, index) => {
    const offset = file.length;
    file += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return offset;
  });
  const table = offsets.map((offset) => `${String(offset).padStart(10, "0")} 00000 n \n`).join("");
  const size = objects.length + 1;
  return (
    `${file}xref\n0 ${size}\n0000000000 65535 f \n${table}` +
    `trailer\n<< /Size ${size} /Root 1 0 R /Info 3 0 R >>\nstartxref\n${file.length}\n%%EOF\n`
  );
}

/** PDF counts from the lower left corner. */
function operators(mark: Text | Rule, height: number): string {
  const place = `${points(mark.x)} ${points(height - mark.y)}`;
  const colour = `${COLOURS[mark.colour]} rg`;
  if (mark.kind === "rule") return `${colour} ${place} ${points(mark.width)} -0.6 re f`;
  return `BT ${colour} /F${FONTS.indexOf(mark.font)} ${mark.size} Tf ${place} Td ${string(mark.text)} Tj ET`;
}

function string(text: string): string {
  return `(${text.replaceAll(/[\\()]/g, "\\$&")})`;
}
