package io.llmcluster.core.inference;

/** Which answers another node could better. */
final class Retry {

  private Retry() {}

  /**
   * Whether it is worth asking another node.
   *
   * @param status of an answer of which nothing has reached the client
   * @return true for a node that is in trouble or full, and for one that turned out not to have the
   *     model
   */
  static boolean worthwhile(int status) {
    return status >= 500 || status == 404 || status == 429;
  }

  /**
   * Whether such an answer counts as an attempt. A node that is full (429, 503), or that lacks the
   * model or the endpoint (404, 501), has begun nothing: there may be many of them before the one
   * that can answer.
   */
  static boolean isAttempt(int status) {
    return status != 404 && status != 429 && status != 501 && status != 503;
  }
}
