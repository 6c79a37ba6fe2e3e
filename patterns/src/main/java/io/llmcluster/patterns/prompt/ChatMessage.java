package io.llmcluster.patterns.prompt;

/** One message to a model. */
public record ChatMessage(String role, String content) {}
