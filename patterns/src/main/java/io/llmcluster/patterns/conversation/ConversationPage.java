package io.llmcluster.patterns.conversation;

import java.util.List;

/**
 * A part of a list.
 *
 * @param conversations newest first
 * @param total how many match in all
 */
public record ConversationPage(List<ConversationSummary> conversations, int total) {}
