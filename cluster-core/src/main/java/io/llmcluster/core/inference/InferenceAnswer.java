package io.llmcluster.core.inference;

import org.apache.pekko.NotUsed;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;

/** What a node answered. */
public sealed interface InferenceAnswer {

  /** The name of the node. */
  String node();

  /** The HTTP status of the backend's answer. */
  int status();

  /** The media type of the body. */
  String contentType();

  /**
   * The whole answer.
   *
   * @param release gives back the memory that is counted for the body; run it when nobody needs the
   *     body any more, once or more often
   */
  record Whole(String node, int status, String contentType, ByteString body, Runnable release)
      implements InferenceAnswer {}

  /**
   * An answer to a request for a stream, as it is being written.
   *
   * @param body run it once, or cancel it; each element is whole lines or events. It fails with
   *     {@link InferenceFailure} if the node breaks
   */
  record Streamed(String node, int status, String contentType, Source<ByteString, NotUsed> body)
      implements InferenceAnswer {}
}
