package io.llmcluster.gateway.server;

import java.util.concurrent.CompletionStage;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/**
 * Answers the requests of one endpoint. A failed stage becomes an error in the endpoint's own
 * envelope.
 */
@FunctionalInterface
public interface Handler {

  CompletionStage<HttpResponse> handle(Exchange exchange);
}
