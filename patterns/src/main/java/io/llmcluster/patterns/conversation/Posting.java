package io.llmcluster.patterns.conversation;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llmcluster.patterns.conversation.ConversationReply.Refused;
import io.llmcluster.patterns.conversation.ConversationReply.Why;
import io.llmcluster.patterns.conversation.ConversationState.Known;
import io.llmcluster.patterns.conversation.ConversationState.Open;
import io.llmcluster.patterns.conversation.ConversationState.Turn;
import io.llmcluster.patterns.program.RefusedRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Whether a message is taken.
 *
 * @param refused why not
 * @param events if it is taken; none if it was taken before
 */
record Posting(Optional<Refused> refused, List<ConversationEvent> events) {

  /**
   * A message that was read and checked.
   *
   * @param hash of the message as the client sent it
   */
  record Message(
      String messageId,
      String hash,
      String content,
      String pattern,
      ObjectNode patternOptions,
      @Nullable Speaker speaker) {}

  /** What becomes of a message as the client sent it. */
  static Posting of(
      Open open,
      ConversationCommand.Post post,
      ConversationRequest request,
      ConversationSettings settings,
      long now) {
    try {
      return known(open, post.messageId(), post.hash())
          .orElseGet(() -> of(open, request.message(post, open.definition()), settings, now));
    } catch (RefusedRequest refused) {
      return refuse(Why.of(refused), String.valueOf(refused.getMessage()));
    }
  }

  /** Whether a message of that id was taken before, or another one; empty: neither. */
  static Optional<Posting> known(Open open, String messageId, String hash) {
    Known known = open.known().get(messageId);
    if (known == null) {
      return Optional.empty();
    }
    return Optional.of(
        known.hash().equals(hash)
            ? new Posting(Optional.empty(), List.of())
            : refuse(Why.CONFLICT, "messageId: " + messageId + " was used for another message"));
  }

  /** What becomes of a new message. */
  static Posting of(Open open, Message message, ConversationSettings settings, long now) {
    if (open.known().size() >= settings.maxMessages()) {
      return refuse(
          Why.CONFLICT,
          "the conversation is full (expected: at most "
              + settings.maxMessages()
              + " messages; begin another one)");
    }
    Memory.Room room =
        settings.room(open.definition(), message.pattern(), message.patternOptions());
    long bytes = new Memory.Kept("user", message.content()).bytes();
    if (bytes > room.bytes()) {
      return refuse(
          Why.TOO_LARGE,
          "content: "
              + bytes
              + " bytes (expected: at most "
              + Math.max(0, room.bytes())
              + " beside the system prompt and patternOptions, for a pattern)");
    }
    List<ConversationEvent> events = new ArrayList<>();
    Turn running = open.turn();
    if (running != null) {
      switch (open.definition().onBusy()) {
        case REJECT -> {
          return refuse(
              Why.CONFLICT,
              "message '"
                  + running.message().messageId()
                  + "' is being answered (expected: wait for it, or onBusy enqueue or interrupt)");
        }
        case INTERRUPT ->
            events.add(new ConversationEvent.TurnInterrupted(running.message().number(), now));
        case ENQUEUE -> {
          if (open.queue().size() >= settings.queue()) {
            return refuse(
                Why.FULL,
                open.queue().size()
                    + " messages wait already (expected: at most "
                    + settings.queue()
                    + "), please try again");
          }
        }
      }
    }
    events.add(
        new ConversationEvent.MessagePosted(
            open.last() + 1,
            message.messageId(),
            message.hash(),
            message.content(),
            message.pattern(),
            message.patternOptions(),
            now,
            message.speaker()));
    return new Posting(Optional.empty(), events);
  }

  private static Posting refuse(Why why, String reason) {
    return new Posting(Optional.of(new Refused(why, reason)), List.of());
  }
}
