package io.llmcluster.core.directory;

import java.util.Locale;

/** How a node is. Only {@link #UP} and {@link #BUSY} nodes are candidates for a request. */
public enum NodeHealth {
  /** Not looked at yet. */
  STARTING,
  /** Answers as it should. */
  UP,
  /** Answers, but says that it is full; slow, not ill. */
  BUSY,
  /** Accepts connections but does not answer what it should. */
  BROKEN,
  /** Does not accept connections, or does not answer in time. */
  DOWN,
  /** Finishes what it has and takes no more. */
  DRAINING;

  /** As the API writes it. */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Whether a request may be sent there. */
  public boolean takesRequests() {
    return this == UP || this == BUSY;
  }
}
