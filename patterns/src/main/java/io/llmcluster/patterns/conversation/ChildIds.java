package io.llmcluster.patterns.conversation;

import io.llmcluster.patterns.request.DerivedId;

/** Ids of the workflows that answer messages: the same for the same attempt, after any crash. */
final class ChildIds {

  private ChildIds() {}

  static String of(String conversation, String messageId, int attempt) {
    return DerivedId.of("wf-", conversation, messageId, String.valueOf(attempt));
  }
}
