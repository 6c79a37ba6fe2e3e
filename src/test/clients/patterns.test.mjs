// Patterns in the place of a model, as the official clients see them.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Ollama } from 'ollama';
import OpenAI from 'openai';
import { active, base, eventually, model } from './target.mjs';

const ollama = new Ollama({ host: base });
const openai = new OpenAI({ baseURL: `${base}/v1`, apiKey: 'unused', maxRetries: 0 });
const messages = [{ role: 'user', content: 'Why is the sky blue?' }];
const several = `ensemble:${model},${model}`;

test('ollama: the lists show patterns, and show answers for them', async () => {
  const names = (await ollama.list()).models.map((found) => found.name);
  for (const pattern of ['auto', 'ensemble', 'debate', 'maestro']) {
    assert.ok(names.includes(`${pattern}:latest`), names.join());
    assert.ok((await ollama.show({ model: pattern })).capabilities.includes('completion'));
  }
});

test('openai: the lists show patterns', async () => {
  const ids = [];
  for await (const found of openai.models.list()) {
    ids.push(found.id);
  }
  assert.ok(ids.includes('ensemble:latest'), ids.join());
  assert.equal((await openai.models.retrieve('auto')).object, 'model');
});

test('ollama: a chat, whole and streamed', async () => {
  const whole = await ollama.chat({ model: 'ensemble:latest', messages });
  assert.equal(whole.message.role, 'assistant');
  assert.ok(whole.message.content.length > 0);
  const parts = [];
  for await (const part of await ollama.chat({ model: several, messages, stream: true })) {
    parts.push(part);
  }
  assert.ok(parts.map((part) => part.message.content).join('').length > 0);
  assert.ok(parts.slice(0, -1).every((part) => part.done === false));
  assert.equal(parts.at(-1).done, true);
  assert.ok(parts.at(-1).eval_count > 0);
});

test('ollama: thinking comes before the answer', async () => {
  const kinds = [];
  for await (const part of await ollama.chat({ model: several, messages, stream: true, think: true })) {
    if (part.message.thinking) kinds.push('thinking');
    if (part.message.content) kinds.push('content');
  }
  assert.equal(kinds[0], 'thinking');
  assert.ok(kinds.lastIndexOf('thinking') < kinds.indexOf('content'));
});

test('openai: a chat, whole and streamed, with reasoning', async () => {
  const whole = await openai.chat.completions.create({ model: 'ensemble', messages });
  assert.ok(whole.choices[0].message.content.length > 0);
  assert.ok(whole.usage.total_tokens > 0);
  let text = '';
  let reasoning = '';
  let reason = null;
  const stream = await openai.chat.completions.create({
    model: several, messages, stream: true, reasoning_effort: 'low', stream_options: { include_usage: true },
  });
  let usage = null;
  for await (const chunk of stream) {
    text += chunk.choices[0]?.delta?.content ?? '';
    reasoning += chunk.choices[0]?.delta?.reasoning ?? '';
    reason = chunk.choices[0]?.finish_reason ?? reason;
    usage = chunk.usage ?? usage;
  }
  assert.ok(text.length > 0);
  assert.match(reasoning, /begins/);
  assert.equal(reason, 'stop');
  assert.ok(usage.total_tokens > 0);
});

test('ollama: abort cancels the workflow', async () => {
  const client = new Ollama({ host: base });
  const stream = await client.chat({ model: several, messages, stream: true, think: true });
  await assert.rejects(
    async () => {
      for await (const part of stream) {
        assert.equal(part.done, false);
        client.abort();
      }
    },
    { name: 'AbortError' },
  );
  await cancelled();
});

test('openai: abort cancels the workflow', async () => {
  const stream = await openai.chat.completions.create({
    model: several, messages, stream: true, reasoning_effort: 'low',
  });
  for await (const _ of stream) {
    stream.controller.abort();
  }
  await cancelled();
});

/** The newest workflow was cancelled, and no node works for it any more. */
async function cancelled() {
  await eventually(async () => {
    const list = await (await fetch(`${base}/api/patterns/executions?limit=1`)).json();
    return list.workflows[0].status === 'cancelled';
  });
  await eventually(async () => (await active()) === 0);
}

test('errors are the client\'s own kinds', async () => {
  await assert.rejects(ollama.chat({ model: 'ensemble', messages, format: 'json' }), /format/);
  await assert.rejects(
    openai.chat.completions.create({ model: 'ensemble:a,,b', messages }),
    (failure) => failure instanceof OpenAI.BadRequestError,
  );
});
