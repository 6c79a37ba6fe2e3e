package io.llmcluster.testkit;

/** How a {@link StandIn} can go wrong. */
public enum Fault {
  NONE,
  /** 200 with an HTML page. */
  HTML,
  ERROR_500,
  BUSY_503,
  /** Lists the model and then does not know it. */
  NOT_FOUND,
  /** 200 with an empty body. */
  EMPTY,
  /** Never answers. */
  HANG,
  /** Three pieces, then silence. */
  HANG_MIDWAY,
  /** Three pieces, half a line, then the connection breaks. */
  BREAK_IN_A_LINE,
  /** Three pieces and a proper end of the HTTP answer, but no closing line. */
  END_WITHOUT_DONE,
  /** Says a Content-Length that is more than it sends. */
  LYING_LENGTH
}
