// The sheet as SVG. In: a page. Out: the file's text. Every text has its length, so that it fits in another font, too.
import { type Font, widthOf } from "./fonts.js";
import { type Colour, type Page, points } from "./sheet.js";

const COLOURS: Readonly<Record<Colour, string>> = { ink: "#1b1f24", accent: "#1f5f99", faint: "#5d6670" };
const FONTS: Readonly<Record<Font, string>> = {
  Helvetica: 'font-family="Helvetica, Arial, Liberation Sans, sans-serif"',
  "Helvetica-Bold": 'font-family="Helvetica, Arial, Liberation Sans, sans-serif" font-weight="bold"',
  "Courier-Bold": 'font-family="Courier New, Courier, Liberation Mono, monospace" font-weight="bold"',
};

/** Render a page; it ends with a newline. */
export function renderSvg({ title, width, height, marks }: Page): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}pt" height="${height}pt" viewBox="0 0 ${width} ${height}">`,
    `<title>${escapeXml(title)}</title>`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    ...marks.map((mark) => {
      const place = `x="${points(mark.x)}" y="${points(mark.y)}"`;
      const fill = `fill="${COLOURS[mark.colour]}"`;
      if (mark.kind === "rule") return `<rect ${place} width="${points(mark.width)}" height="0.6" ${fill}/>`;
      const { text, font, size } = mark;
      const length = `textLength="${points(widthOf(text, font, size))}" lengthAdjust="spacingAndGlyphs"`;
      return `<text ${place} font-size="${size}" ${FONTS[font]} ${length} ${fill}>${escapeXml(text)}</text>`;
    }),
    "</svg>",
    "",
  ].join("\n");
}

function escapeXml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
