/** A stream of JSON lines as an HTTP response that nobody on the way holds back. */
export const linesResponse = (lines: ReadableStream<Uint8Array>): Response =>
  new Response(lines, {
    // no-transform keeps compression away, which would hold pieces back.
    headers: {
      'Content-Type': 'application/x-ndjson; charset=utf-8',
      'Cache-Control': 'no-store, no-transform',
      'X-Accel-Buffering': 'no',
    },
  });
