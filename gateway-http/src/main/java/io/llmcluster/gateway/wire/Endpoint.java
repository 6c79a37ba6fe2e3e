package io.llmcluster.gateway.wire;

import io.llmcluster.core.protocol.Operation;

/** The endpoints that take a JSON body. */
public enum Endpoint {
  GENERATE("/api/generate", Surface.NATIVE, true, Operation.GENERATE, "GenerateRequest"),
  CHAT("/api/chat", Surface.NATIVE, true, Operation.CHAT, "ChatRequest"),
  /** As {@link #CHAT}, always streamed. */
  CHAT_STREAM("/api/chat/stream", Surface.NATIVE, true, Operation.CHAT, "ChatRequest"),
  EMBED("/api/embed", Surface.NATIVE, false, Operation.EMBED, "EmbedRequest"),
  EMBEDDINGS("/api/embeddings", Surface.NATIVE, false, Operation.EMBEDDINGS, "EmbeddingRequest"),
  SHOW("/api/show", Surface.NATIVE, false, Operation.OPERATION_UNSPECIFIED, "ShowRequest"),
  PULL("/api/pull", Surface.NATIVE, true, Operation.OPERATION_UNSPECIFIED, "PullRequest"),
  DELETE("/api/delete", Surface.NATIVE, false, Operation.OPERATION_UNSPECIFIED, "DeleteRequest"),
  COPY("/api/copy", Surface.NATIVE, false, Operation.OPERATION_UNSPECIFIED, "CopyRequest"),
  V1_CHAT(
      "/v1/chat/completions", Surface.OPENAI, false, Operation.V1_CHAT, "ChatCompletionRequest"),
  V1_COMPLETIONS(
      "/v1/completions", Surface.OPENAI, false, Operation.V1_COMPLETIONS, "CompletionRequest"),
  V1_EMBEDDINGS("/v1/embeddings", Surface.OPENAI, false, Operation.V1_EMBEDDINGS, "EmbedRequest"),
  V1_RESPONSES("/v1/responses", Surface.OPENAI, false, Operation.V1_RESPONSES, "ResponsesRequest"),
  V1_MESSAGES("/v1/messages", Surface.ANTHROPIC, false, Operation.V1_MESSAGES, "MessagesRequest");

  private final String path;
  private final Surface surface;
  private final boolean streamsByDefault;
  private final Operation operation;
  private final String goType;

  Endpoint(
      String path, Surface surface, boolean streamsByDefault, Operation operation, String goType) {
    this.path = path;
    this.surface = surface;
    this.streamsByDefault = streamsByDefault;
    this.operation = operation;
    this.goType = goType;
  }

  public String path() {
    return path;
  }

  public Surface surface() {
    return surface;
  }

  public boolean streamsByDefault() {
    return streamsByDefault;
  }

  /** What it is in the node protocol; unspecified for those that are no inference. */
  public Operation operation() {
    return operation;
  }

  /** The name that Ollama's messages give the request's type. */
  String goType() {
    return goType;
  }
}
