import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Ollama } from 'ollama';
import { active, base, eventually, model, skip } from './target.mjs';

const ollama = new Ollama({ host: base });
const options = { num_predict: 16, temperature: 0, num_thread: 1 };
const messages = [{ role: 'user', content: 'What is the capital of France?' }];

test('generate, whole', async () => {
  const answer = await ollama.generate({ model, prompt: 'Count to three.', options });
  assert.equal(answer.done, true);
  assert.equal(answer.model, model);
  assert.ok(answer.response.length > 0);
});

test('generate, streamed, ends once', async () => {
  const parts = [];
  for await (const part of await ollama.generate({ model, prompt: 'Count to three.', options, stream: true })) {
    parts.push(part);
  }
  assert.ok(parts.length > 2);
  assert.ok(parts.slice(0, -1).every((part) => part.done === false));
  assert.equal(parts.at(-1).done, true);
  assert.equal(parts.at(-1).done_reason !== undefined, true);
});

test('chat, whole and streamed', async () => {
  const answer = await ollama.chat({ model, messages, options });
  assert.equal(answer.message.role, 'assistant');
  assert.ok(answer.message.content.length > 0);
  let text = '';
  for await (const part of await ollama.chat({ model, messages, options, stream: true })) {
    text += part.message.content;
  }
  assert.ok(text.length > 0);
});

test('abort frees the node', async () => {
  const client = new Ollama({ host: base });
  const stream = await client.generate({
    model, prompt: 'Write a long story.', stream: true, options: { num_predict: 2000, num_thread: 1 },
  });
  let parts = 0;
  await assert.rejects(
    async () => {
      for await (const part of stream) {
        assert.equal(part.done, false);
        if (++parts === 2) {
          client.abort();
        }
      }
    },
    { name: 'AbortError' },
  );
  await eventually(async () => (await active()) === 0);
});

test('embed, one and several', async () => {
  const one = await ollama.embed({ model, input: 'a' });
  assert.equal(one.embeddings.length, 1);
  const several = await ollama.embed({ model, input: ['a', 'b'] });
  assert.equal(several.embeddings.length, 2);
  assert.equal(several.embeddings[0].length, one.embeddings[0].length);
  const old = await ollama.embeddings({ model, prompt: 'a' });
  assert.equal(old.embedding.length, one.embeddings[0].length);
});

test('list, show, version', async () => {
  const names = (await ollama.list()).models.map((found) => found.name);
  assert.ok(names.includes(model) || names.includes(`${model}:latest`));
  const shown = await ollama.show({ model });
  assert.ok(shown.details);
  assert.match((await ollama.version()).version, /^\d+\.\d+/);
});

test('ps', { skip: skip('ps') }, async () => {
  await ollama.generate({ model, prompt: 'x', options: { num_predict: 1 } });
  assert.ok((await ollama.ps()).models.length > 0);
});

test('an unknown model is 404 in words', async () => {
  await assert.rejects(ollama.generate({ model: 'no-such-model', prompt: 'x' }), (failure) => {
    assert.equal(failure.status_code, 404);
    assert.match(failure.message, /model 'no-such-model' not found/);
    return true;
  });
  await assert.rejects(ollama.chat({ model: 'no-such-model', messages, stream: true }), { status_code: 404 });
  await assert.rejects(ollama.show({ model: 'no-such-model' }), { status_code: 404 });
});
