package io.llmcluster.gateway.server;

import java.util.concurrent.CompletionStage;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/**
 * Answers the requests of one endpoint. A failed stage, and an exception, becomes an error as
 * {@link Failures} writes it: in the native envelope, unless the handler has answered it in its
 * own.
 */
@FunctionalInterface
public interface Handler {

  CompletionStage<HttpResponse> handle(Exchange exchange);
}
