import { createHmac } from 'node:crypto';
import express from 'express';

// The minimal webhook receiver on Express: `node main.ts <port>` reads the raw body, computes its HMAC, parses it as JSON
// and answers 202. It checks, stores and forwards nothing. Ends on SIGTERM.
const app = express();
app.post('/webhooks/oura', express.raw({ type: () => true, limit: '1mb' }), (req, res) => {
  const raw = req.body as Buffer;
  const digest = createHmac('sha256', 'a secret of the floor').update(raw).digest('hex');
  const body = JSON.parse(raw.toString('utf8')) as { event_id: string };
  res.status(202).json({ event_id: `${digest.slice(0, 32)}-${body.event_id}`, status: 'accepted' });
});
app.get('/ready', (_req, res) => {
  res.json({});
});
const server = app.listen(Number(process.argv[2]), '127.0.0.1');
process.once('SIGTERM', () => {
  server.closeAllConnections();
  server.close(() => process.exit(0));
});
