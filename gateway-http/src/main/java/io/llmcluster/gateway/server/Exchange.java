package io.llmcluster.gateway.server;

import org.apache.pekko.http.javadsl.model.HttpRequest;

/**
 * A request on its way through the gateway.
 *
 * @param request as it came; its body is not read yet
 * @param id its request id
 * @param cancellation tells when the client goes
 */
public record Exchange(HttpRequest request, String id, Cancellation cancellation) {}
