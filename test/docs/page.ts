import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import GithubSlugger from 'github-slugger';
import type { Nodes, Parent } from 'mdast';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { toString as textOf } from 'mdast-util-to-string';

export const root = join(import.meta.dirname, '../..');

/** What an HTML comment before a block says of it. */
export interface Marks {
  /** `<!-- not run: why -->` */
  notRun?: string;
  /** `<!-- prints: text -->`, as often as wanted: what the output must hold. */
  prints: string[];
  /** `<!-- stays, once it prints: text -->`: goes on beside the blocks that follow, until the page's end. */
  stays?: string;
}

/** A fenced code block. */
export interface Block {
  page: string;
  line: number;
  language: string;
  text: string;
  marks: Marks;
  /** The file that its first line names as a comment: `// jobs/word-count.ts`, `# receiver.py`. */
  file?: string;
}

export interface Page {
  /** From the project's root, with slashes. */
  path: string;
  blocks: Block[];
  /** What its links and pictures lead to. */
  links: { target: string; line: number }[];
  /** All that is set as code, in blocks and in lines. */
  code: string[];
  /** What a link may name after `#`. */
  anchors: Set<string>;
}

const folders = ['docs', 'client', 'console', 'examples', 'jobs', 'ops'];

/** Every page that people read: its blocks are run. The protocol's and the bench's are read for their links. */
export function readPages(): Page[] {
  return ['README.md', 'CHANGELOG.md', ...folders.flatMap(pagesBelow)].map(readPage);
}

function pagesBelow(folder: string): string[] {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return entry.name === 'node_modules' ? [] : pagesBelow(path);
    return entry.name.endsWith('.md') ? [path] : [];
  });
}

export function readPage(path: string): Page {
  return parsePage(path, readFileSync(join(root, path), 'utf8'));
}

/** Parses the text of a page; `path` is only noted. */
export function parsePage(path: string, text: string): Page {
  const page: Page = { path, blocks: [], links: [], code: [], anchors: new Set() };
  const slugger = new GithubSlugger();
  walk(fromMarkdown(text), (node, before) => {
    const line = node.position?.start.line ?? 0;
    if (node.type === 'code') page.blocks.push({ page: path, line, ...readCode(node), marks: readMarks(before) });
    if (node.type === 'code' || node.type === 'inlineCode') page.code.push(node.value);
    if (node.type === 'heading') page.anchors.add(slugger.slug(textOf(node)));
    if (node.type === 'link' || node.type === 'image' || node.type === 'definition') {
      page.links.push({ target: node.url, line });
    }
    if (node.type === 'html') page.links.push(...htmlLinks(node.value).map((target) => ({ target, line })));
  });
  return page;
}

/** Calls `visit` with each node and those that stand directly before it, nearest first, as long as they are HTML. */
function walk(node: Nodes, visit: (node: Nodes, before: string[]) => void, before: string[] = []): void {
  visit(node, before);
  if (!('children' in node)) return;
  let comments: string[] = [];
  for (const child of (node as Parent).children) {
    walk(child, visit, comments);
    comments = child.type === 'html' ? [child.value, ...comments] : [];
  }
}

function readCode({ lang, value }: { lang?: string | null | undefined; value: string }) {
  const [, file] = /^(?:\/\/|#) ([\w./-]+\.\w+)$/.exec(value.split('\n', 1)[0] ?? '') ?? [];
  return { language: lang ?? '', text: value, ...(file !== undefined && { file }) };
}

function readMarks(comments: string[]): Marks {
  const words = comments.join('\n').matchAll(/<!--\s*(not run|prints|stays, once it prints):\s*([\s\S]*?)\s*-->/g);
  const marks: Marks = { prints: [] };
  for (const [, word, value = ''] of words) {
    if (word === 'not run') marks.notRun = value;
    else if (word === 'prints') marks.prints.push(value);
    else marks.stays = value;
  }
  return marks;
}

function htmlLinks(html: string): string[] {
  return [...html.matchAll(/\s(?:href|src|srcset)="([^"]+)"/g)].map(([, target = '']) => target);
}
