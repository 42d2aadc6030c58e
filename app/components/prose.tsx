/**
 * Text from people and models, as safe Markdown. Whoever judges a text must see all of it: HTML in it is shown as it was typed,
 * never rendered and never dropped, and a picture by its description, since loading it would tell its host who reads what.
 * A text that is too long or too deeply nested to be read as Markdown at once is shown as it was typed.
 */
import clsx from 'clsx';
import type { Root } from 'hast';
import type { ReactElement } from 'react';
import Markdown, { type Components } from 'react-markdown';
import rehypeSanitize from 'rehype-sanitize';
import remarkGfm from 'remark-gfm';
import { PictureDescription } from './picture-description';
import { Unformatted } from './unformatted';
import { visibleText } from './visible-text';

/** Turns HTML into plain text, before anything could take it for markup. */
const htmlAsText = () => (tree: Root) => {
  const walk = (node: { children: Root['children'] }): void => {
    node.children = node.children.map((child) => (child.type === 'raw' ? { type: 'text', value: child.value } : child));
    for (const child of node.children) if ('children' in child) walk(child);
  };
  walk(tree);
};

const components: Components = {
  a: ({ href, children }) => (
    <a href={href} rel="noopener noreferrer nofollow" target="_blank">
      {children}
    </a>
  ),
  img: ({ alt }) => <PictureDescription text={alt ?? ''} />,
  input: ({ checked }) => <span>{checked ? '☑' : '☐'}</span>,
  // Focusable, so that a keyboard can scroll what is wider than the page.
  pre: ({ children }) => <pre tabIndex={0}>{children}</pre>,
  table: ({ children }) => (
    <div tabIndex={0} className="overflow-x-auto">
      <table>{children}</table>
    </div>
  ),
};

/** In characters. Markdown takes time that grows faster than the text; this much is read within a frame or two. */
const longest = 20_000;

/** Nested deeper than anybody writes: reading it would end in a stack overflow. */
const isTooDeep = (text: string): boolean =>
  /^[ \t]*(?:>[ \t]*|(?:[*+-]|\d+[.)])[ \t]+){30,}/m.test(text) || /^[ \t]{100,}[*+-] /m.test(text);

export function Prose({ text, className }: { text: string; className?: string }) {
  const shown = visibleText(text);
  return (
    <div dir="auto" className={clsx('prose', className)}>
      {markdown(shown) ?? <Unformatted text={shown} isLong={shown.length > longest} />}
    </div>
  );
}

/** Called as the plain function that it is, so that what it throws can be caught. Null where the text cannot be read. */
function markdown(text: string): ReactElement | null {
  if (text.length > longest || isTooDeep(text)) return null;
  try {
    return Markdown({ remarkPlugins: [remarkGfm], rehypePlugins: [htmlAsText, rehypeSanitize], components, children: text });
  } catch {
    return null;
  }
}
