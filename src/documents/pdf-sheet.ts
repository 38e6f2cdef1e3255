/**
 * A printed sheet: A4 pages that text, figures and tables flow down, with one set of type sizes and spaces for all documents. Between
 * pdfkit and what a report says (pdf.ts).
 */
import { openDocument, type Weight } from "./type-face.ts";

export const ink = {
  text: "#15191e",
  quiet: "#5b636d",
  rule: "#d3d7dc",
  faint: "#eef0f2",
  wrong: "#a3261b",
  fine: "#1d5c46",
};
export type Ink = keyof typeof ink;

/** Type sizes, pt. */
export const size = { small: 6.8, table: 7.6, text: 8.8, heading: 11.5, title: 20, figure: 38 };

export const page = { width: 595.28, height: 841.89, side: 50, top: 54, bottom: 70 };
export const contentWidth = page.width - 2 * page.side;

/** Words once shaped, by weight: shaping is most of the work of a page, and reports say the same words again and again. */
const shapes: Record<Weight, { words: object; documents: number }> = {
  text: { words: Object.create(null) as object, documents: 0 },
  strong: { words: Object.create(null) as object, documents: 0 },
};
const documentsPerCache = 200;

/** Lets the current font remember what it shaped for other documents. pdfkit keeps these words in each font for itself; without, it is slower. */
function shareShapes(doc: PDFKit.PDFDocument, weight: Weight): void {
  const font = (doc as unknown as { _font?: { layoutCache?: object } })._font;
  if (font?.layoutCache === undefined) {
    return;
  }
  const shared = shapes[weight];
  if (shared.documents++ > documentsPerCache) {
    Object.assign(shared, { words: Object.create(null) as object, documents: 0 });
  }
  font.layoutCache = shared.words;
}

export interface Style {
  size?: number;
  weight?: Weight;
  color?: Ink;
}

export interface Column {
  title: string;
  /** Share of the width. */
  width: number;
  align?: "left" | "right";
}

/** A cell: its text, and whether it matters more than others. */
export type SheetCell = string | { text: string; weight?: Weight; color?: Ink };

export class Sheet {
  readonly doc: PDFKit.PDFDocument;
  y = page.top;
  readonly #chunks: Uint8Array[] = [];
  readonly #ended: Promise<void>;

  /** @param created stands in the file as its time, so that its bytes do not depend on when they were made */
  constructor(about: { title: string; author: string; language: string; created: Date }) {
    this.doc = openDocument({
      size: "A4",
      margin: 0,
      bufferPages: true,
      autoFirstPage: false,
      lang: about.language,
      displayTitle: true,
      info: {
        Title: about.title,
        Author: about.author,
        Producer: "Fournines",
        Creator: "Fournines",
        CreationDate: about.created,
      },
    });
    this.#ended = new Promise((resolve) => this.doc.on("end", resolve));
    this.doc.on("data", (chunk: Uint8Array) => this.#chunks.push(chunk));
    for (const weight of ["text", "strong"] as const) {
      this.doc.font(weight);
      shareShapes(this.doc, weight);
    }
    this.addPage();
  }

  addPage(): void {
    this.doc.addPage();
    this.y = page.top;
  }

  /** Begins a new page where so much does not fit on this one. */
  need(height: number): void {
    if (this.y + height > page.height - page.bottom) {
      this.addPage();
    }
  }

  space(height: number): void {
    this.y += height;
  }

  style({ size: points = size.text, weight = "text", color = "text" }: Style): PDFKit.PDFDocument {
    return this.doc.font(weight).fontSize(points).fillColor(ink[color]);
  }

  /** One line at a place; the flow does not move. */
  put(
    text: string,
    x: number,
    y: number,
    style: Style & { align?: "left" | "right"; width?: number } = {},
  ): void {
    const doc = this.style(style);
    const { align = "left", width = contentWidth } = style;
    const left = align === "right" ? x + width - doc.widthOfString(text) : x;
    doc.text(text, left, y, { lineBreak: false });
  }

  /** Words that flow down the page. */
  paragraph(text: string, style: Style & { x?: number; width?: number } = {}): void {
    const { x = page.side, width = contentWidth } = style;
    const height = this.style(style).heightOfString(text, { width, lineGap: 1.5 });
    this.need(height);
    this.style(style).text(text, x, this.y, { width, lineGap: 1.5 });
    this.y += height;
  }

  /** A heading that stays with what follows. */
  heading(text: string, following = 60): void {
    this.space(20);
    this.need(24 + following);
    this.rule(0.8, "text");
    this.space(7);
    this.put(text, page.side, this.y, { size: size.heading, weight: "strong" });
    this.space(19);
  }

  rule(width = 0.4, color: Ink = "rule"): void {
    const { doc } = this;
    doc.moveTo(page.side, this.y).lineTo(page.side + contentWidth, this.y);
    doc.lineWidth(width).strokeColor(ink[color]).stroke();
  }

  /** A line of a list of amounts: words left, amount right. */
  amount(name: string, amount: string, style: Style & { note?: string } = {}): void {
    this.need(17);
    this.put(name, page.side, this.y, style);
    if (style.note !== undefined) {
      this.put(style.note, page.side + contentWidth * 0.5, this.y + 1, { size: size.table, color: "quiet" });
    }
    this.put(amount, page.side, this.y, { ...style, align: "right" });
    this.space(13.5);
    this.rule();
    this.space(3.5);
  }

  /** A table whose heading is repeated on each page it goes on to. */
  table(columns: readonly Column[], rows: readonly (readonly SheetCell[])[]): void {
    const gap = 8;
    const total = columns.reduce((all, { width }) => all + width, 0);
    const widths = columns.map(({ width }) => (width / total) * (contentWidth + gap) - gap);
    const lefts = columns.map((_, i) =>
      widths.slice(0, i).reduce((all, width) => all + width + gap, page.side),
    );
    const line = (cells: readonly SheetCell[], style: Style) => {
      const told = cells.map((cell) => (typeof cell === "string" ? { text: cell } : cell));
      const heights = told.map(({ text, ...own }, i) => {
        const doc = this.style({ ...style, ...own });
        return doc.widthOfString(text) <= widths[i]!
          ? 9.5
          : doc.heightOfString(text, { width: widths[i]!, lineGap: 1 });
      });
      const height = Math.max(...heights);
      if (this.y + height + 8 > page.height - page.bottom) {
        this.addPage();
        heading();
      }
      told.forEach(({ text, ...own }, i) => {
        const align = columns[i]!.align ?? "left";
        const doc = this.style({ ...style, ...own });
        const width = widths[i]!;
        if (heights[i]! <= 9.5) {
          this.put(text, lefts[i]!, this.y, { ...style, ...own, align, width });
        } else {
          doc.text(text, lefts[i]!, this.y, { width, align, lineGap: 1 });
        }
      });
      this.space(height + 3.5);
      this.rule();
      this.space(4);
    };
    const heading = () =>
      line(
        columns.map(({ title }) => title),
        { size: size.small, color: "quiet" },
      );
    this.need(40);
    heading();
    rows.forEach((row) => line(row, { size: size.table }));
  }

  /** Draws on every page, once all are there. */
  onEveryPage(draw: (number: number, of: number) => void): void {
    const { count } = this.doc.bufferedPageRange();
    for (let i = 0; i < count; i++) {
      this.doc.switchToPage(i);
      draw(i + 1, count);
    }
  }

  /** The file. */
  async end(): Promise<Uint8Array> {
    this.doc.end();
    await this.#ended;
    return Buffer.concat(this.#chunks);
  }
}
