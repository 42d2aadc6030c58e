import { idParams } from '@/lib/auth/params';
import { route } from '@/lib/auth/route';
import { metricsOf, metricsQuerySchema } from '@/lib/rounds/round-metrics';

export const GET = route({ permission: 'round.view', params: idParams, query: metricsQuerySchema }, async ({ actor, params, query }) => ({
  metrics: await metricsOf(actor, { ...query, roundId: params.id }),
}));
