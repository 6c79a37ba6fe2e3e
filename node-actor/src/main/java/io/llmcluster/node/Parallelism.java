package io.llmcluster.node;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * Learns how many requests a backend runs at a time, for one that does not tell: Ollama takes any
 * number and lets those beyond {@code OLLAMA_NUM_PARALLEL} wait without a word.
 *
 * <p>When as many streams as are allowed write at once, as many again are tried, up to {@link
 * #MOST}. The sign that these are too many is a stream whose first byte comes just after another
 * one's end, for which it must have waited: then as many run at a time as were writing before that
 * end. Two signs in a row that say the same count, unless more than that were seen writing at once,
 * bring the number down to it. It stays there for two minutes; then one more is tried, and the same
 * signs tell of a server that was started anew with fewer. Times are {@link System#nanoTime}. Not
 * thread-safe; {@link NodeActor} owns it.
 */
final class Parallelism {

  /** Until something was learned. */
  static final int FIRST_GUESS = 4;

  /** Most that are tried without the operator's or the backend's word. */
  static final int MOST = 64;

  /** What was seen counts for this long, since the server may be started anew. */
  private static final long REMEMBERED = Duration.ofMinutes(2).toNanos();

  /** A shorter wait proves nothing. */
  private static final long LEAST_WAIT = Duration.ofMillis(300).toNanos();

  /** The wait must be this many times longer than what followed the other's end. */
  private static final int MUCH_LONGER = 10;

  /** Streams that hold a slot, by slot. */
  private final Map<Long, Stream> streams = new HashMap<>();

  private long lastEnd;
  private int writingBeforeLastEnd;
  private int mostWriting;
  private int lastSign;
  private int allowed = FIRST_GUESS;

  /** Whether the signs say that it runs no more than are allowed. */
  private boolean learned;

  private long since;

  private record Stream(long start, boolean writing) {}

  Parallelism(long now) {
    since = now;
  }

  void started(long slot, long now) {
    streams.put(slot, new Stream(now, false));
  }

  /**
   * @param active requests that hold a slot; those that are no streams count as running, whether
   *     they are or wait: what is learned among them is rather too much than too little
   */
  void firstByte(long slot, int active, long now) {
    Stream stream = streams.get(slot);
    if (stream == null) {
      return;
    }
    streams.put(slot, new Stream(stream.start(), true));
    mostWriting = Math.max(mostWriting, writing());
    if (!learned && mostWriting >= allowed) {
      allowed = Math.min(MOST, 2 * allowed);
    }
    long waited = lastEnd - stream.start();
    boolean waitedForTheEnd = waited > LEAST_WAIT && waited > MUCH_LONGER * (now - lastEnd);
    if (waitedForTheEnd && writingBeforeLastEnd > 0) {
      int others = active - streams.size();
      sign(Math.max(writingBeforeLastEnd + others, mostWriting), now);
    }
  }

  void ended(long slot, long now) {
    Stream stream = streams.remove(slot);
    if (stream != null) {
      lastEnd = now;
      writingBeforeLastEnd = stream.writing() ? writing() + 1 : 0;
    }
  }

  private void sign(int running, long now) {
    if (running == lastSign && running < allowed) {
      allowed = running;
      learned = true;
      since = now;
    }
    lastSign = running;
  }

  private int writing() {
    int writing = 0;
    for (Stream stream : streams.values()) {
      writing += stream.writing() ? 1 : 0;
    }
    return writing;
  }

  /** How many requests to give the backend at a time, 1 to {@link #MOST}. */
  int slots(long now) {
    if (now - since > REMEMBERED) {
      since = now;
      lastSign = 0;
      mostWriting = writing();
      allowed = learned ? Math.min(MOST, allowed + 1) : allowed;
      learned = false;
    }
    return allowed;
  }
}
