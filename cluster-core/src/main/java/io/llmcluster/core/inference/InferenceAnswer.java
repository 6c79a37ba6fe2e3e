package io.llmcluster.core.inference;

import org.apache.pekko.NotUsed;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;

/**
 * What a node answered.
 *
 * @param node its name
 * @param status the HTTP status of the backend's answer
 * @param contentType of the body
 * @param body run it once, or cancel it; of a stream each element is whole lines or events. It
 *     fails with {@link InferenceFailure} if the node breaks
 */
public record InferenceAnswer(
    String node, int status, String contentType, Source<ByteString, NotUsed> body) {}
