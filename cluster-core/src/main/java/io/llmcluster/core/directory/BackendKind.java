package io.llmcluster.core.directory;

/** The protocol that a backend speaks. */
public enum BackendKind {
  /** Found out at the first contact. */
  AUTO,
  /** Ollama's native API and its {@code /v1}. */
  OLLAMA,
  /** The embedded model's process: Ollama's native API without {@code /v1}. */
  EMBEDDED,
  /** Any server with OpenAI's {@code /v1}: llama.cpp's server, vLLM, LM Studio. */
  OPENAI,
  /** The node port of a member of another cluster. */
  MEMBER,
  /** A deterministic text generator inside the member. */
  DEMO;

  /** Whether its models can be fetched, removed and copied from outside. */
  public boolean managesModels() {
    return this == OLLAMA || this == MEMBER;
  }
}
