package io.llmcluster.gateway.server;

import org.apache.pekko.NotUsed;
import org.apache.pekko.http.javadsl.model.ContentType;
import org.apache.pekko.http.javadsl.model.HttpEntity.ChunkStreamPart;
import org.apache.pekko.http.javadsl.model.ResponseEntity;
import org.apache.pekko.http.scaladsl.model.HttpEntity.Chunked;
import org.apache.pekko.stream.FlowShape;
import org.apache.pekko.stream.Graph;
import org.apache.pekko.stream.javadsl.Source;

/** Bodies in chunks as they are. Pekko's way through their bytes costs a stage more each time. */
public final class Chunks {

  private Chunks() {}

  /** A body of these chunks. */
  public static ResponseEntity entity(ContentType contentType, Source<ChunkStreamPart, ?> chunks) {
    return new Chunked(
        (org.apache.pekko.http.scaladsl.model.ContentType) contentType, scala(chunks));
  }

  /** The same body, its chunks on their way through a flow. */
  static ResponseEntity via(
      Chunked body, Graph<FlowShape<ChunkStreamPart, ChunkStreamPart>, NotUsed> flow) {
    return entity(body.contentType(), body.getChunks().via(flow));
  }

  @SuppressWarnings({"unchecked", "rawtypes"}) // each part of the Java API is one of the Scala API
  private static org.apache.pekko.stream.scaladsl.Source<
          org.apache.pekko.http.scaladsl.model.HttpEntity.ChunkStreamPart, Object>
      scala(Source<ChunkStreamPart, ?> chunks) {
    return (org.apache.pekko.stream.scaladsl.Source) chunks.asScala();
  }
}
