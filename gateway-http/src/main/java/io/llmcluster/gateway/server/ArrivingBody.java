package io.llmcluster.gateway.server;

import io.llmcluster.core.stream.ByteBudget;
import java.util.ArrayList;
import java.util.List;
import org.apache.pekko.util.ByteString;

/**
 * A request's body as it arrives, within its share of the budget. What is received is copied at
 * once into segments, so that what is held is what was counted, however small the pieces it came
 * in: a body of known length into one segment of that length, which is then the body, others into
 * segments that grow.
 */
final class ArrivingBody {

  private static final int SMALLEST = 4 * 1024;
  private static final int LARGEST = 1024 * 1024;

  private final ByteBudget.Share share;
  private final List<byte[]> segments = new ArrayList<>(1);
  private byte[] last = new byte[0];

  /** Bytes in use of {@link #last}. */
  private int used;

  private boolean refused;

  private ArrivingBody(ByteBudget.Share share) {
    this.share = share;
  }

  static ArrivingBody ofUnknownLength(ByteBudget.Share share) {
    return new ArrivingBody(share);
  }

  /** Refused at once if the budget does not have so much left. */
  static ArrivingBody ofLength(ByteBudget.Share share, int length) {
    ArrivingBody body = new ArrivingBody(share);
    body.addSegment(length);
    return body;
  }

  /** Whether the budget was exhausted; what comes then is dropped. */
  boolean isRefused() {
    return refused;
  }

  ArrivingBody and(ByteString bytes) {
    ByteString rest = bytes;
    while (!refused && !rest.isEmpty()) {
      if (used == last.length) {
        addSegment(Math.min(LARGEST, Math.max(SMALLEST, 2 * last.length)));
        continue;
      }
      int count = Math.min(rest.length(), last.length - used);
      rest.copyToArray(last, used, count);
      used += count;
      rest = rest.drop(count);
    }
    return this;
  }

  private void addSegment(int size) {
    refused = !share.grow(size);
    if (refused) {
      share.release(); // at once: of several that grow side by side one at least shall come through
      segments.clear();
      last = new byte[0];
    } else {
      last = new byte[size];
      segments.add(last);
    }
    used = 0;
  }

  /** All of it, in one piece. */
  ByteString whole() {
    if (segments.size() == 1) {
      return ByteString.fromArrayUnsafe(last, 0, used).compact();
    }
    int length = used;
    for (int i = 0; i < segments.size() - 1; i++) {
      length += segments.get(i).length;
    }
    byte[] whole = new byte[length];
    int at = 0;
    for (byte[] segment : segments) {
      int count = segment == last ? used : segment.length;
      System.arraycopy(segment, 0, whole, at, count);
      at += count;
    }
    segments.clear();
    return ByteString.fromArrayUnsafe(whole);
  }
}
