package io.llmcluster.node.backend;

import org.apache.pekko.util.ByteString;
import org.apache.pekko.util.ByteStringBuilder;

/**
 * Cuts a streamed answer between its lines or events, never inside one, and knows whether it is
 * complete. Only the last part of a stream is parsed; everything else is handed on unread.
 *
 * <p>Not thread-safe: one per answer.
 */
final class AnswerFramer {

  private final StreamProtocol protocol;
  private final int maxPartBytes;
  private ByteString begun = ByteString.emptyByteString();
  private ByteString latest = ByteString.emptyByteString();
  private boolean started;

  AnswerFramer(StreamProtocol protocol, int maxPartBytes) {
    this.protocol = protocol;
    this.maxPartBytes = maxPartBytes;
  }

  /**
   * Takes the next bytes.
   *
   * @return all whole parts there are now; empty if none has become complete
   * @throws BackendException if this cannot be the protocol, or a part is longer than allowed
   */
  ByteString feed(ByteString bytes) {
    if (bytes.isEmpty()) {
      return bytes;
    }
    if (!started) {
      started = true;
      if (!protocol.canBeginWith(bytes.apply(0))) {
        throw new BackendException.Garbled(
            "the model server answered something else than " + protocol.mediaType());
      }
    }
    int known = begun.length();
    ByteString all = known == 0 ? bytes : begun.concat(bytes);
    int end = lastPartEnd(all, known);
    // A copy of the rest, so that a short beginning of a line does not keep a large buffer alive.
    begun = end == all.length() ? ByteString.emptyByteString() : compact(all.drop(end), end > 0);
    checkLength(begun.length());
    if (end == 0) {
      return ByteString.emptyByteString();
    }
    latest = all.take(end);
    if (end > maxPartBytes) { // else none of them can be too long
      checkParts(latest);
    }
    return latest;
  }

  private void checkParts(ByteString parts) {
    int begin = 0;
    for (int i = 0; i < parts.length(); i++) {
      if (endsPart(parts, i)) {
        checkLength(i + 1 - begin);
        begin = i + 1;
      }
    }
  }

  private void checkLength(int bytes) {
    if (bytes > maxPartBytes) {
      throw new BackendException.Aborted(
          "the model server sent a line longer than " + maxPartBytes + " bytes");
    }
  }

  /** Whether the last whole part is one that closes the stream. */
  boolean isClosed() {
    return begun.isEmpty() && !latest.isEmpty() && protocol.isClosing(lastPart(latest));
  }

  /**
   * The end of the bytes.
   *
   * @return what is still to be handed on: a closing part whose own end was left out, else empty
   * @throws BackendException if the stream is not complete
   */
  ByteString end() {
    if (!begun.isEmpty() && protocol.isClosing(begun)) {
      ByteStringBuilder whole = new ByteStringBuilder();
      whole.append(begun);
      whole.append(ByteString.fromString(protocol.isEvents() ? "\n\n" : "\n"));
      begun = ByteString.emptyByteString();
      return whole.result();
    }
    if (isClosed()) {
      return ByteString.emptyByteString();
    }
    if (!started) {
      throw new BackendException.Garbled("the model server's answer is empty");
    }
    throw new BackendException.Aborted(
        begun.isEmpty()
            ? "the model server ended its answer without the closing line"
            : "the model server broke off in the middle of a line");
  }

  private static ByteString compact(ByteString rest, boolean sliced) {
    return sliced ? rest.compact() : rest;
  }

  /** The end of the last part, which must lie behind the bytes that were searched before. */
  private int lastPartEnd(ByteString all, int searched) {
    for (int i = all.length() - 1; i >= searched; i--) {
      if (endsPart(all, i)) {
        return i + 1;
      }
    }
    return 0;
  }

  private ByteString lastPart(ByteString parts) {
    for (int i = parts.length() - 2; i >= 0; i--) {
      if (endsPart(parts, i) && !isBlank(parts, i + 1)) {
        return parts.drop(i + 1);
      }
    }
    return parts;
  }

  private boolean endsPart(ByteString bytes, int i) {
    if (bytes.apply(i) != '\n') {
      return false;
    }
    if (!protocol.isEvents()) {
      return true;
    }
    int before = i > 0 && bytes.apply(i - 1) == '\r' ? i - 2 : i - 1;
    return before >= 0 && bytes.apply(before) == '\n';
  }

  private static boolean isBlank(ByteString bytes, int from) {
    for (int i = from; i < bytes.length(); i++) {
      if (bytes.apply(i) != '\n' && bytes.apply(i) != '\r') {
        return false;
      }
    }
    return true;
  }
}
