package io.llmcluster.patterns.conversation;

import io.llmcluster.patterns.request.WireSize;
import io.llmcluster.patterns.workflow.TokenGuess;
import java.util.ArrayList;
import java.util.List;

/**
 * What of a conversation a model can still be shown: the newest messages as they are, and what is
 * older as a summary. Its size is counted in guessed tokens.
 *
 * @param summary of what is older; empty: nothing is
 * @param covered how many messages and answers, from the first, are in it no more
 * @param messages the rest, in the order of the turns
 * @param truncated whether some went without a summary
 */
public record Memory(String summary, int covered, List<Kept> messages, boolean truncated) {

  public static final Memory EMPTY = new Memory("", 0, List.of(), false);

  /** So many windows may gather while a summary is being made; then the oldest is dropped. */
  private static final int MOST_WINDOWS = 4;

  /** Bytes of a message without its content: its role, and the names of its fields. */
  private static final int AROUND_CONTENT = 64;

  public Memory {
    messages = List.copyOf(messages);
  }

  /**
   * What a model is shown at most.
   *
   * @param messages of the conversation; a pattern takes no more than a thousand in its request
   * @param bytes of the messages and the summary on their way to another member, see {@link
   *     WireSize}
   */
  public record Room(int tokens, int messages, long bytes) {

    /** Where nothing goes to another member in one message. */
    public Room(int tokens, int messages) {
      this(tokens, messages, Long.MAX_VALUE);
    }

    private Room part(int parts) {
      return new Room(tokens / parts, Math.max(1, messages / parts));
    }
  }

  /** A message or an answer. */
  public record Kept(String role, String content) {

    long tokens() {
      return TokenGuess.of(content);
    }

    /** On the way to another member, at most. */
    long bytes() {
      return WireSize.of(content) + AROUND_CONTENT;
    }
  }

  /**
   * What a model is shown.
   *
   * @param summary cut, where not all of it fits beside the newest message
   * @param leftOut older ones that did not fit
   */
  public record Window(String summary, List<Kept> messages, int leftOut) {}

  Memory add(Kept message) {
    List<Kept> all = new ArrayList<>(messages);
    all.add(message);
    return new Memory(summary, covered, all, truncated);
  }

  public long tokens() {
    return TokenGuess.of(summary) + messages.stream().mapToLong(Kept::tokens).sum();
  }

  /** The newest messages that fit beside the summary; the very newest one whatever its size. */
  Window window(Room room) {
    long newest = messages.isEmpty() ? 0 : messages.get(messages.size() - 1).bytes();
    String shown = WireSize.cut(summary, room.bytes() - newest);
    int first =
        firstWithin(
            new Room(
                room.tokens() - (int) TokenGuess.of(summary),
                room.messages(),
                room.bytes() - WireSize.of(shown)));
    return new Window(shown, messages.subList(first, messages.size()), first);
  }

  boolean exceeds(Room room) {
    return tokens() > room.tokens() || messages.size() > room.messages();
  }

  boolean overflows(Room room) {
    return tokens() > (long) MOST_WINDOWS * room.tokens()
        || messages.size() > (long) MOST_WINDOWS * room.messages();
  }

  /**
   * Up to where it is compacted: half a window of the newest messages stays as it is, and the
   * newest one whatever its size.
   *
   * @return {@link #covered} if there is nothing to compact
   */
  int compactThrough(Room room) {
    return covered + firstWithin(room.part(2));
  }

  /** What a summary up to there is made of, beside the summary that is there. */
  List<Kept> upTo(int through) {
    return messages.subList(0, Math.max(0, Math.min(messages.size(), through - covered)));
  }

  /** With a summary of what is up to there; one for a memory that has moved on is nothing. */
  Memory summarized(int through, String text) {
    return through <= covered ? this : new Memory(text, through, after(through), truncated);
  }

  /** Without what is up to there; the summary of what is older still stays. */
  Memory truncated(int through) {
    return through <= covered ? this : new Memory(summary, through, after(through), true);
  }

  private List<Kept> after(int through) {
    return messages.subList(Math.min(messages.size(), through - covered), messages.size());
  }

  private int firstWithin(Room room) {
    int first = Math.max(0, messages.size() - 1);
    long tokens = messages.isEmpty() ? 0 : messages.get(first).tokens();
    long bytes = messages.isEmpty() ? 0 : messages.get(first).bytes();
    while (first > 0 && messages.size() - first < room.messages()) {
      Kept older = messages.get(first - 1);
      tokens += older.tokens();
      bytes += older.bytes();
      if (tokens > room.tokens() || bytes > room.bytes()) {
        break;
      }
      first--;
    }
    return first;
  }
}
