package io.llmcluster.gateway.wire;

/** Whose API an endpoint belongs to; each has an error envelope of its own. */
public enum Surface {
  /** Ollama's native API. */
  NATIVE,
  /** OpenAI's {@code /v1}. */
  OPENAI,
  /** Anthropic's {@code /v1/messages}. */
  ANTHROPIC
}
