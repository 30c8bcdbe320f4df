import type { Use } from './read-wires.ts';

/** What stands for a use. */
const letters: Record<Use, string> = {
  table: 'T',
  bucket: 'B',
  secrets: 'S',
  jobs: 'Q',
  deliveries: 'D',
  sockets: 'P',
};

export interface Row {
  text: string;
  /** Undefined leaves the place of a mark empty, so that those of all rows stand one below the other. */
  marks?: (Use | undefined)[];
  /** Before the text, not at the right. @default false */
  marksFirst?: boolean;
  faint?: boolean;
}

type BoxStyle = 'outside' | 'door' | 'function' | 'queue' | 'state';

interface BoxOptions {
  x: number;
  y: number;
  width: number;
  title: string;
  rows: Row[];
  style: BoxStyle;
  /** At least this high. */
  height?: number;
}

/** A drawn box, and where it stands. */
export interface Box {
  part: string;
  x: number;
  y: number;
  right: number;
  bottom: number;
}

const rowHeight = 23;
const titleHeight = 34;
const inset = 12;
const markSize = 17;

/** A titled box of rows. */
export function box({ x, y, width, title, rows, style, height = 0 }: BoxOptions): Box {
  const own = Math.max(height, titleHeight + rows.length * rowHeight + 8);
  const lines = rows.map((row, index) => drawRow(row, { x, width, y: y + titleHeight + index * rowHeight }));
  const frame = `<rect class="box ${style}" x="${x}" y="${y}" width="${width}" height="${own}" rx="8"/>`;
  const heading = text(title, { x: x + inset, y: y + 22, style: 'title' });
  return { part: [frame, heading, ...lines].join('\n'), x, y, right: x + width, bottom: y + own };
}

function drawRow(
  { text: words, marks = [], marksFirst, faint }: Row,
  { x, y, width }: Record<'x' | 'y' | 'width', number>,
) {
  const pitch = markSize + 2;
  const marksX = marksFirst ? x + inset : x + width - inset + 2 - marks.length * pitch;
  const drawn = marks.map((use, index) => (use ? drawMark(use, { x: marksX + index * pitch, y: y + 2 }) : ''));
  const textX = marksFirst ? marksX + marks.length * pitch + 6 : x + inset;
  const room = (marksFirst ? x + width : marksX) - textX - 4;
  return [text(shorten(words, room), { x: textX, y: y + 15, style: faint ? 'faint' : 'row' }), ...drawn].join('\n');
}

/** What a wide letter of this size takes: fonts differ, and nobody can measure them here. */
const letterWidth = 6.7;

function shorten(words: string, room: number): string {
  const longest = Math.floor(room / letterWidth);
  return words.length <= longest ? words : `${words.slice(0, longest - 1)}…`;
}

function drawMark(use: Use, { x, y }: { x: number; y: number }): string {
  const square = `<rect class="${use}" x="${x}" y="${y}" width="${markSize}" height="${markSize}" rx="4"/>`;
  return square + text(letters[use], { x: x + markSize / 2, y: y + 12.5, style: 'letter' });
}

interface TextOptions {
  x: number;
  y: number;
  style: 'heading' | 'title' | 'row' | 'faint' | 'letter';
}

export function text(words: string, { x, y, style }: TextOptions): string {
  if (words === '') return '';
  const escaped = words.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return `<text class="${style}" x="${x}" y="${y}">${escaped}</text>`;
}

/** From the right side of one box to the left side of another, level where both have room for it. */
export function arrow(from: Box, to: Box): string {
  const y = Math.max(from.y, to.y) + titleHeight / 2 + 1;
  return `<path class="arrow" d="M${from.right} ${y}H${to.x - 2}" marker-end="url(#head)"/>`;
}

/** Colours for both kinds of page; no picture inside of a page can know more than what the reader's system prefers. */
const style = `
  svg { --ink: #1f2733; --faint: #5b6776; --line: #8a95a5; --paper: #ffffff; --letter: #ffffff;
    --outside: #f3f5f8; --door: #e8f0fe; --function: #fff3e2; --queue: #fdeaf1; --state: #eaf6ee;
    --table: #3b6fd4; --bucket: #2e8b57; --secrets: #b3365e; --jobs: #c2620a; --deliveries: #7a4fc0; --sockets: #0f7f8c }
  @media (prefers-color-scheme: dark) {
    svg { --ink: #e6ebf2; --faint: #a0acbb; --line: #7d8a9b; --paper: #0f141b; --letter: #0f141b;
      --outside: #1c232d; --door: #16263f; --function: #33260f; --queue: #361a28; --state: #13291d;
      --table: #8ab0ff; --bucket: #6fd39b; --secrets: #ff93b6; --jobs: #ffb066; --deliveries: #c3a3ff; --sockets: #5fd3df }
  }
  text { font: 13px system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; fill: var(--ink) }
  .heading { font-size: 13px; font-weight: 600; fill: var(--faint); letter-spacing: 0.04em }
  .title { font-weight: 650 }
  .faint { fill: var(--faint); font-size: 12px }
  .letter { fill: var(--letter); font-size: 11px; font-weight: 700; text-anchor: middle }
  .paper { fill: var(--paper) }
  .box { stroke: var(--line); stroke-opacity: 0.45 }
  .arrow { fill: none; stroke: var(--line); stroke-width: 1.6 }
  .head { fill: var(--line) }
  ${['outside', 'door', 'function', 'queue', 'state'].map((name) => `.${name} { fill: var(--${name}) }`).join(' ')}
  ${['table', 'bucket', 'secrets', 'jobs', 'deliveries', 'sockets'].map((name) => `.${name} { fill: var(--${name}) }`).join(' ')}
`;

interface SvgOptions {
  width: number;
  height: number;
  parts: string[];
}

export function svg({ width, height, parts }: SvgOptions): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="title about">
<title id="title">The architecture of Jobwire</title>
<desc id="about">Clients reach a REST API and a WebSocket API; these call functions, which send jobs to one queue for each job type; a worker function for each type takes them, and tells followers and webhook receivers.</desc>
<style>${style}</style>
<defs><marker id="head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path class="head" d="M0 0L8 4L0 8z"/></marker></defs>
<rect class="paper" width="${width}" height="${height}" rx="10"/>
${parts.filter((part) => part !== '').join('\n')}
</svg>
`;
}
