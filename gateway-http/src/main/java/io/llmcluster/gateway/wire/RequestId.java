package io.llmcluster.gateway.wire;

import java.util.concurrent.ThreadLocalRandom;

/** The name of a request in answers and logs. */
public final class RequestId {

  private static final int MOST = 128;

  private RequestId() {}

  /**
   * @param given the client's own; empty if it has none
   * @return the client's if it is 1 to 128 characters of {@code A-Z a-z 0-9 . _ : / + = -}, else a
   *     new one
   */
  public static String of(String given) {
    if (given.isEmpty() || given.length() > MOST) {
      return create();
    }
    for (int i = 0; i < given.length(); i++) {
      char c = given.charAt(i);
      boolean plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
      if (!plain && "._:/+=-".indexOf(c) < 0) {
        return create();
      }
    }
    return given;
  }

  /** Unique enough to find a request again; no secret. */
  private static String create() {
    return "req-" + Long.toUnsignedString(ThreadLocalRandom.current().nextLong(), 36);
  }
}
