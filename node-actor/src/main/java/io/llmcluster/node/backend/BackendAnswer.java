package io.llmcluster.node.backend;

import org.apache.pekko.NotUsed;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;

/** What a backend answered; any HTTP status, its own errors included. */
public sealed interface BackendAnswer {

  int status();

  /** The media type with its parameters, for example {@code application/json; charset=utf-8}. */
  String contentType();

  /** The whole answer. */
  record Whole(int status, String contentType, ByteString body) implements BackendAnswer {}

  /**
   * An answer that is still being written; always status 200.
   *
   * @param body whole lines or events per element; may be run once
   */
  record Streamed(String contentType, Source<ByteString, NotUsed> body) implements BackendAnswer {
    @Override
    public int status() {
      return 200;
    }
  }
}
