package io.llmcluster.gateway.server;

import org.apache.pekko.NotUsed;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.stream.KillSwitches;
import org.apache.pekko.stream.javadsl.Keep;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;

/** A request on its way through the gateway. */
public final class Exchange {

  private final HttpRequest request;
  private final String id;
  private final Cancellation cancellation;

  Exchange(HttpRequest request, String id, Cancellation cancellation) {
    this.request = request;
    this.id = id;
    this.cancellation = cancellation;
  }

  /** One of several requests that come through this one, each with a client of its own. */
  public Exchange of(Cancellation client) {
    return new Exchange(request, id, client);
  }

  /** As it came; its body is not read yet. */
  public HttpRequest request() {
    return request;
  }

  /** The request's id. */
  public String id() {
    return id;
  }

  /** Tells when the client goes. */
  public Cancellation cancellation() {
    return cancellation;
  }

  /** A body that ends when the client goes. */
  public Source<ByteString, NotUsed> whileClientStays(Source<ByteString, NotUsed> body) {
    return body.viaMat(KillSwitches.single(), Keep.right())
        .mapMaterializedValue(
            killSwitch -> {
              cancellation.onCancel(killSwitch::shutdown);
              return NotUsed.getInstance();
            });
  }
}
