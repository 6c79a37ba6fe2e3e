package io.llmcluster.app.cli;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * What a model writes, for people: an object is read out field by field while it is written, any
 * other text is left as it is. Used for one answer.
 */
final class SpokenJson {

  private static final int HEX = 16;
  private static final int HEX_DIGITS = 4;

  private final StringBuilder out = new StringBuilder();
  private final Deque<Character> open = new ArrayDeque<>();
  private final StringBuilder key = new StringBuilder();
  private final StringBuilder hex = new StringBuilder();
  private State state = State.BEFORE;
  private boolean isKey;
  private boolean named;

  private enum State {
    /** Nothing but space so far. */
    BEFORE,
    /** No object: as it is. */
    PLAIN,
    BETWEEN,
    TEXT,
    ESCAPED,
    UNICODE,
    /** A number, true, false, null. */
    WORD
  }

  /** The next piece of what is written, as it is read out. */
  String more(String piece) {
    out.setLength(0);
    for (int i = 0; i < piece.length(); i++) {
      take(piece.charAt(i));
    }
    return out.toString();
  }

  private void take(char c) {
    switch (state) {
      case BEFORE -> {
        if (c == '{') {
          open.push(c);
          state = State.BETWEEN;
        } else if (!Character.isWhitespace(c)) {
          state = State.PLAIN;
          out.append(c);
        }
      }
      case PLAIN -> out.append(c);
      case TEXT -> inText(c);
      case ESCAPED -> escaped(c);
      case UNICODE -> unicode(c);
      case WORD -> {
        if (c == ',' || c == '}' || c == ']' || Character.isWhitespace(c)) {
          out.append('\n');
          state = State.BETWEEN;
          between(c);
        } else {
          out.append(c);
        }
      }
      case BETWEEN -> between(c);
    }
  }

  private void between(char c) {
    switch (c) {
      case '"' -> {
        isKey = !open.isEmpty() && open.peek() == '{' && !named;
        if (isKey) {
          key.setLength(0);
        } else {
          label();
        }
        state = State.TEXT;
      }
      case ':' -> named = true;
      case ',' -> named = false;
      case '{', '[' -> {
        if (named) {
          out.append(key).append(":\n");
        }
        named = false;
        open.push(c);
      }
      case '}', ']' -> {
        named = false;
        open.poll();
        if (open.isEmpty()) {
          state = State.PLAIN;
        }
      }
      default -> {
        if (!Character.isWhitespace(c)) {
          label();
          out.append(c);
          state = State.WORD;
        }
      }
    }
  }

  private void label() {
    if (named) {
      out.append(key).append(": ");
    } else if (!open.isEmpty() && open.peek() == '[') {
      out.append("- ");
    }
    named = false;
  }

  private void inText(char c) {
    if (c == '\\') {
      state = State.ESCAPED;
    } else if (c == '"') {
      if (!isKey) {
        out.append('\n');
      }
      state = State.BETWEEN;
    } else {
      say(c);
    }
  }

  private void escaped(char c) {
    state = State.TEXT;
    switch (c) {
      case 'n' -> say('\n');
      case 't', 'r', 'b', 'f' -> say(' ');
      case 'u' -> {
        hex.setLength(0);
        state = State.UNICODE;
      }
      default -> say(c);
    }
  }

  private void unicode(char c) {
    hex.append(c);
    if (hex.length() == HEX_DIGITS) {
      try {
        say((char) Integer.parseInt(hex.toString(), HEX));
      } catch (NumberFormatException wrong) {
        say('?');
      }
      state = State.TEXT;
    }
  }

  private void say(char c) {
    (isKey ? key : out).append(c);
  }
}
