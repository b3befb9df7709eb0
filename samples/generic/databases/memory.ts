import { randomUUID } from 'node:crypto';
import { MemoryRepository } from 'express-viewsets';

interface Session {
  id: string;
  user: string;
  started_at: Date;
}

export const sessions = new MemoryRepository<Session>([], {
  unique: [['user', 'started_at']],
  generate: () => ({ id: randomUUID(), started_at: new Date() }),
});
