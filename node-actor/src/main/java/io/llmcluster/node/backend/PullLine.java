package io.llmcluster.node.backend;

import org.apache.pekko.util.ByteString;

/**
 * What a backend says while it fetches a model.
 *
 * @param status HTTP status of a refusal, which is all that it says; 0: this is a line of its
 *     progress
 * @param json one object, without the line's end
 */
public record PullLine(int status, ByteString json) {

  static PullLine progress(ByteString json) {
    return new PullLine(0, json);
  }

  /** The backend did not begin. */
  static PullLine refusal(BackendAnswer.Whole answer) {
    return new PullLine(answer.status(), answer.body());
  }
}
