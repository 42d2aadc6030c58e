/**
 * Text from people and models, as safe Markdown: raw HTML is never rendered, links and images are cut to what rehype-sanitize
 * allows, and images are left out altogether, since loading one would tell its host who reads what.
 */
import clsx from 'clsx';
import Markdown from 'react-markdown';
import rehypeSanitize from 'rehype-sanitize';
import remarkGfm from 'remark-gfm';

export function Prose({ text, className }: { text: string; className?: string }) {
  return (
    <div dir="auto" className={clsx('prose', className)}>
      <Markdown
        remarkPlugins={[remarkGfm]}
        rehypePlugins={[rehypeSanitize]}
        disallowedElements={['img', 'input']}
        components={{
          a: ({ href, children }) => (
            <a href={href} rel="noopener noreferrer nofollow" target="_blank">
              {children}
            </a>
          ),
        }}
      >
        {text}
      </Markdown>
    </div>
  );
}
