import { Type } from '@sinclair/typebox';
import { rateLimit } from 'express-rate-limit';
import { APIView, PayloadTooLarge, post, Throttled } from 'express-viewsets';
import multer from 'multer';
import request from 'supertest';
import { appOf } from '../support/app.js';

describe('middleware of Express, as it is', () => {
  const Title = Type.Object({ title: Type.String({ minLength: 2 }) });

  const upload = multer({ limits: { fileSize: 100 } });

  class Uploads extends APIView {
    @post('/files', {
      use: [upload.single('file')],
      consumes: ['multipart/form-data'],
      raises: [[multer.MulterError, PayloadTooLarge]],
      body: Title,
      response: Type.Object({ title: Type.String(), size: Type.Integer() }),
      status: 201,
    })
    upload({ title }: { title: string }) {
      return { title, size: this.request.file?.size ?? 0 };
    }
  }

  test('multer: a form with a file, checked like any body', async () => {
    const app = appOf([Uploads]);
    const send = () => request(app).post('/files').attach('file', Buffer.from('12345'), 'a.txt');
    await send().field('title', 'ab').expect(201, { title: 'ab', size: 5 });
    const { body } = await send().field('title', 'a').expect(400);
    expect(body.errors).toEqual([
      { detail: 'must NOT have fewer than 2 characters', pointer: '#/title', code: 'minLength' },
    ]);
    await request(app).post('/files').send({ title: 'ab' }).expect(415);
    await request(app).post('/files').attach('file', Buffer.alloc(200), 'a.txt').expect(413);
  });

  test('express-rate-limit: 429 as a problem', async () => {
    class Limited extends APIView {
      @post('/limited', {
        use: [
          rateLimit({ limit: 1, windowMs: 60_000, handler: (_req, _res, next) => next(new Throttled()) }),
        ],
      })
      limited() {}
    }
    const app = appOf([Limited]);
    await request(app).post('/limited').expect(204);
    const { body } = await request(app)
      .post('/limited')
      .expect(429)
      .expect('Content-Type', 'application/problem+json');
    expect(body.title).toBe('Too Many Requests');
  });
});
