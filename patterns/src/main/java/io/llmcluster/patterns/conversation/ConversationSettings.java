package io.llmcluster.patterns.conversation;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.typesafe.config.Config;
import io.llmcluster.core.serialization.MessageSettings;
import io.llmcluster.core.settings.SettingsReader;
import io.llmcluster.patterns.request.WireSize;
import java.time.Duration;

/**
 * How conversations run.
 *
 * @param window tokens that a model is shown of a conversation that does not say
 * @param windowMessages messages that a model or a pattern is shown at most, 2 to 900
 * @param queue messages of one conversation that may wait, at least 1
 * @param maxMessages of one conversation, at least 10
 * @param turnTimeout longest time from the moment that a node has it to the end of the answer;
 *     waiting for a node is no part of it. A turn of a pattern has its own budget instead
 * @param mostBytes of the request of a pattern's turn: it goes to another member in one message
 */
public record ConversationSettings(
    int window,
    int windowMessages,
    int queue,
    int maxMessages,
    Duration turnTimeout,
    long mostBytes) {

  /** A window has to hold something beside a summary. */
  static final int SMALLEST_WINDOW = 256;

  /**
   * What a pattern's turn is shown stays under {@link #mostBytes()}, 1216 KiB if nobody says
   * otherwise, in any script. A token is four characters of at most three bytes, so that the window
   * has 384 KiB, a quarter of it for the summary. Beside the largest system prompt (512 KiB) there
   * is that window with the newest message in it: 896 KiB. Or, where the newest message is larger
   * than a window (up to 512 KiB), it and the summary (96 KiB) alone: 1120 KiB.
   */
  static final int LARGEST_WINDOW = 32_768;

  /** A pattern's request has at most 1000, the system prompt among them. */
  static final int LARGEST_WINDOW_MESSAGES = 900;

  /** Bytes around a request's messages: the head of the list, and the words around a summary. */
  private static final int AROUND_MESSAGES = 256;

  /** What a model is shown of a conversation. */
  Memory.Room room(ConversationDefinition conversation) {
    return new Memory.Room(conversation.window(), windowMessages);
  }

  /** What is shown to whoever answers a message. */
  Memory.Room room(ConversationDefinition conversation, String pattern, ObjectNode patternOptions) {
    return pattern.equals(ConversationDefinition.NO_PATTERN)
        ? room(conversation)
        : new Memory.Room(
            conversation.window(),
            windowMessages,
            mostBytes
                - AROUND_MESSAGES
                - WireSize.of(conversation.system())
                - WireSize.of(patternOptions));
  }

  public static ConversationSettings create(Config root) {
    SettingsReader read = SettingsReader.of(root, "patterns.conversations");
    return new ConversationSettings(
        read.integer("window", SMALLEST_WINDOW, LARGEST_WINDOW),
        read.integer("windowMessages", 2, LARGEST_WINDOW_MESSAGES),
        read.integer("queue", 1, 1000),
        read.integer("maxMessages", 10, 100_000),
        read.duration("turnTimeout", Duration.ofSeconds(1)),
        MessageSettings.create(root).mostBytes());
  }
}
