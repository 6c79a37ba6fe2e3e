import assert from 'node:assert/strict';
import { test } from 'node:test';
import OpenAI from 'openai';
import { active, base, eventually, model } from './target.mjs';

const openai = new OpenAI({ baseURL: `${base}/v1`, apiKey: 'unused', maxRetries: 0 });
const messages = [{ role: 'user', content: 'What is the capital of France?' }];

test('chat completion, whole', async () => {
  const answer = await openai.chat.completions.create({ model, messages, max_tokens: 16, temperature: 0 });
  assert.equal(answer.object, 'chat.completion');
  assert.equal(answer.choices[0].message.role, 'assistant');
  assert.ok(answer.choices[0].message.content.length > 0);
});

test('chat completion, streamed, says why it ended', async () => {
  let text = '';
  let reason = null;
  const stream = await openai.chat.completions.create({ model, messages, max_tokens: 16, stream: true });
  for await (const chunk of stream) {
    text += chunk.choices[0]?.delta?.content ?? '';
    reason = chunk.choices[0]?.finish_reason ?? reason;
  }
  assert.ok(text.length > 0);
  assert.ok(['stop', 'length'].includes(reason), reason);
});

test('completion, whole and streamed', async () => {
  const answer = await openai.completions.create({ model, prompt: 'One, two,', max_tokens: 8 });
  assert.ok(answer.choices[0].text.length > 0);
  let text = '';
  for await (const chunk of await openai.completions.create({ model, prompt: 'One, two,', max_tokens: 8, stream: true })) {
    text += chunk.choices[0]?.text ?? '';
  }
  assert.ok(text.length > 0);
});

test('abort frees the node', async () => {
  const stream = await openai.chat.completions.create({ model, messages, max_tokens: 2000, stream: true });
  let chunks = 0;
  for await (const _ of stream) {
    if (++chunks === 2) {
      stream.controller.abort();
    }
  }
  assert.ok(chunks >= 2 && chunks < 30, `${chunks}`);
  await eventually(async () => (await active()) === 0);
});

test('embeddings', async () => {
  const answer = await openai.embeddings.create({ model, input: ['a', 'b'], encoding_format: 'float' });
  assert.equal(answer.data.length, 2);
  assert.ok(answer.data[0].embedding.length > 0);
  const encoded = await openai.embeddings.create({ model, input: 'a' }); // the client asks for base64
  assert.equal(encoded.data[0].embedding.length, answer.data[0].embedding.length);
});

test('models, all and one', async () => {
  const ids = [];
  for await (const found of openai.models.list()) {
    ids.push(found.id);
  }
  assert.ok(ids.includes(model) || ids.includes(`${model}:latest`));
  assert.equal((await openai.models.retrieve(model)).object, 'model');
});

test('errors are the client\'s own kinds', async () => {
  await assert.rejects(
    openai.chat.completions.create({ model: 'no-such-model', messages }),
    (failure) => failure instanceof OpenAI.NotFoundError && /no-such-model/.test(failure.message),
  );
  await assert.rejects(
    openai.chat.completions.create({ model, messages: [] }),
    (failure) => failure instanceof OpenAI.BadRequestError,
  );
  await assert.rejects(openai.models.retrieve('no-such-model'), OpenAI.NotFoundError);
});
