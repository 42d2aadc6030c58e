/**
 * Text from people and models, as safe Markdown. Whoever judges a text must see all of it: HTML in it is shown as it was typed,
 * never rendered and never dropped, and a picture by its description, since loading it would tell its host who reads what.
 */
import clsx from 'clsx';
import type { Root } from 'hast';
import Markdown, { type Components } from 'react-markdown';
import rehypeSanitize from 'rehype-sanitize';
import remarkGfm from 'remark-gfm';
import { PictureDescription } from './picture-description';

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

export function Prose({ text, className }: { text: string; className?: string }) {
  return (
    <div dir="auto" className={clsx('prose', className)}>
      <Markdown remarkPlugins={[remarkGfm]} rehypePlugins={[htmlAsText, rehypeSanitize]} components={components}>
        {text}
      </Markdown>
    </div>
  );
}
