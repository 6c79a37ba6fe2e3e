package io.llmcluster.node.backend;

import io.llmcluster.core.directory.BackendKind;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.NotUsed;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;

/**
 * A server that runs models. Implementations hold no state of a request, block nowhere and may be
 * called from any thread. Failures are failed stages (or sources) of {@link BackendException}.
 */
public interface Backend {

  BackendKind kind();

  /**
   * Lets go of what is held open between calls. Called when no call is under way any more, perhaps
   * more than once.
   */
  default void close() {}

  /**
   * The same backend for control calls of one request.
   *
   * @param requestId goes along where the backend's protocol has a place for it; may be empty
   */
  default Backend onBehalfOf(String requestId) {
    return this;
  }

  /**
   * Runs one request.
   *
   * <p>For a streamed request that succeeds, the stage completes with the head of the answer, and
   * the body is framed and watched: each element is one or more whole lines (or SSE events), and
   * the source fails with {@link BackendException.Aborted} unless the backend's own closing line
   * was seen. As long as it has no element, nothing was answered. Any other answer is gathered
   * whole and checked before the stage completes: JSON that is complete, within the configured
   * bound.
   *
   * <p>Cancelling the body, or {@link BackendRequest#cancelled()} before there is one, closes the
   * connection.
   */
  CompletionStage<BackendAnswer> infer(BackendRequest request);

  /** Health, models and limits, looked at now. Never fails: trouble is part of the answer. */
  CompletionStage<BackendStatus> probe();

  /** Loads a model into memory; completes when it is there. */
  CompletionStage<BackendAnswer.Whole> load(String model);

  /** Frees a model's memory after the requests that use it. */
  CompletionStage<BackendAnswer.Whole> unload(String model);

  /** Removes a model from disk. */
  CompletionStage<BackendAnswer.Whole> delete(String model);

  /** Gives a model a second name. */
  CompletionStage<BackendAnswer.Whole> copy(String source, String destination);

  /**
   * What is known of a model.
   *
   * @param body the caller's {@code /api/show} body
   */
  CompletionStage<BackendAnswer.Whole> show(String model, ByteString body);

  /**
   * Fetches a model.
   *
   * @param body the caller's {@code /api/pull} body
   * @return a line of progress per element, or the one refusal; a failure the backend reports later
   *     is its own {@code {"error": ...}} object, a connection that breaks fails the source
   */
  Source<PullLine, NotUsed> pull(String model, ByteString body);
}
