package io.llmcluster.gateway.pattern;

import com.fasterxml.jackson.databind.JsonNode;
import io.llmcluster.gateway.pattern.ChatPiece.Answer;
import org.apache.pekko.util.ByteString;

/** How one API writes a chat answer. Used by one answer. */
interface ChatWire {

  /** The media type of its streams. */
  String streamType();

  /** A piece of a stream that tells how it goes. */
  ByteString progress(String text);

  /** A piece of a stream that is more of the answer. */
  ByteString text(String text);

  /** The rest of a stream: what was not told of the answer, and its end. */
  ByteString end(Answer answer);

  /**
   * An answer that is no stream.
   *
   * @param thinking how it came about; may be empty
   */
  JsonNode whole(String thinking, Answer answer);
}
