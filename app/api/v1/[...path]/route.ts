import { toResponse } from '@/lib/auth/route';
import { HeedError } from '@/lib/errors';

/** Addresses that lead nowhere are told to programs, too, as JSON. */
const nowhere = async (request: Request): Promise<Response> => {
  const { pathname } = new URL(request.url);
  return toResponse(new HeedError('not_found', `There is no route ${pathname}. docs/api.md lists those that there are.`), request);
};

export { nowhere as GET, nowhere as POST, nowhere as PUT, nowhere as PATCH, nowhere as DELETE };
